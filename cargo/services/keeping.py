"""What a document tells becomes rows: messages, what they change or cancel, what it is found by, the companies in it."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from cargo.models import CargoDocument, DocumentKey, DocumentMessage
from cargo.queries.document_keys import keys_of
from cargo.services.learning import learn_from_document
from cargo.services.replacing import link_messages
from cargo.services.turns import hold_numbers
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.services import record

PORTION, KEYS_PORTION = 200, 5_000


@action("document.take_in", _("Document taken in"))
def keep_messages(*, document: CargoDocument, messages: Sequence[DocumentMessage], by: User) -> None:
    """Store the messages of a document that is stored itself, with everything that follows from them."""
    hold_numbers(message.number for message in messages if message.number)
    for message in messages:
        message.document = document
    DocumentMessage.objects.bulk_create(messages, batch_size=PORTION)
    link_messages(document=document, messages=messages, by=by)
    note_keys(document=document, messages=messages, by=by)
    learn_from_document(document=document, by=by)
    record(by=by, action="document.take_in", target=document, messages=len(messages), remarks=document.remark_count)


@action("document.take_in", _("Document taken in"))
def note_keys(*, document: CargoDocument, messages: Sequence[DocumentMessage], by: User) -> None:
    """Let the document be found by its name and by what these messages tell; what it was found by before is forgotten."""
    document.keys.all().delete()
    rows = [DocumentKey(document=document, kind=kind, key=key) for kind, key in sorted(keys_of(document.file_name, messages))]
    DocumentKey.objects.bulk_create(rows, ignore_conflicts=True, batch_size=KEYS_PORTION)
