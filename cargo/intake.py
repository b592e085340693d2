"""./run ingest document FILE… takes in what the upload page takes in."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from cargo.queries.documents import told
from cargo.services.documents import take_in_document
from portcrm.accounts.models import User
from portcrm.clock import port_zone
from portcrm.exchange.intake import Intake


def take_in_file(path: Path, by: User) -> Iterator[str]:
    """Keep one file from disk and tell of it; of one over the limit no more is read than shows that it is over."""
    with path.open("rb") as file:
        content = file.read(settings.MAX_DOCUMENT_BYTES + 1)
    document, is_new = take_in_document(name=path.name, content=content, by=by)
    yield (
        _("Taken in.")
        if is_new
        else _("Known already: {name}, taken in at {moment}.").format(
            name=document.file_name, moment=f"{document.received_at.astimezone(port_zone()):%Y-%m-%d %H:%M}"
        )
    )
    yield from told(document)


DOCUMENT_INTAKE = Intake("document", take_in_file)
