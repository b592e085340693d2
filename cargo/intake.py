"""./run ingest document FILE… and ./run ingest bulletin FILE… take in what the upload pages take in."""

import re
from collections.abc import Iterator
from pathlib import Path, PurePath

from django.conf import settings
from django.utils.translation import gettext as _

from cargo.queries.documents import told
from cargo.services.bulletins import take_in_bulletins
from cargo.services.documents import take_in_document
from cargo.statistic_words import remark_words
from portcrm.accounts.models import User
from portcrm.clock import port_zone
from portcrm.exchange.file_names import readable_name
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
    if not document.is_read:
        yield str(document.get_state_display())
    yield from told(document)


DOCUMENT_INTAKE = Intake("document", take_in_file)


def take_in_bulletin_file(path: Path, by: User) -> Iterator[str]:
    """Take in the bulletins of a text file; its publisher is the name of the file before the first figure in it."""
    with path.open("rb") as file:
        content = file.read(settings.MAX_DOCUMENT_BYTES + 1)
    taken = take_in_bulletins(content=content, source=publisher_of(path), name=path.name, by=by)
    for bulletin in taken.bulletins:
        yield _("{month}: {lines} lines of figures").format(month=f"{bulletin.month:%Y-%m}", lines=len(bulletin.lines))
        for remark in bulletin.remarks:
            yield _("Line {number}: {messages}").format(number=remark.line, messages=remark_words(remark.kind, remark.values))
    for line, other in taken.recorded.contradicting.items():
        yield _("Line {line}: an earlier line says {other} for the same month; it was left out.").format(line=line, other=other)
    counts = {name: len(getattr(taken.recorded, name)) for name in ("added", "revised")}
    yield _("Lines with new figures: {added}, with revised ones: {revised}").format(**counts)


def publisher_of(path: Path) -> str:
    """guangxi_bulletins_2020-09.txt and next month's file are of one publisher: guangxi bulletins."""
    stem = PurePath(readable_name(path)).stem
    words = re.split(r"\d", stem, maxsplit=1)[0].replace("_", " ").strip(" -.")
    return (words or stem)[:200]


BULLETIN_INTAKE = Intake("bulletin", take_in_bulletin_file)
