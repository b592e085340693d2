"""Documents received may name a person: a consignee, whom to ring. They are told, and forget the person with the rest."""

import re

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cargo.models import CargoDocument, DocumentMessage
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.masking import mask, naming, pattern_of
from portcrm.audit.personal_data import Holding, Person, holding


def documents_about(person: Person) -> list[Holding]:
    """Documents whose facts or whose file name the person by an address or a number; a name alone may be somebody else's."""
    messages, files = _messages(person), _files(person)
    found = {*messages.values_list("document", flat=True), *(document.pk for document in files)}
    rows = CargoDocument.objects.filter(pk__in=found).select_related("received_by").order_by("pk")
    return [holding(_("Documents received"), rows, ("file_name", "received_at", "received_by"))]


@action("document.erase", gettext_lazy("Person erased from documents"))
def erase_from_documents(*, person: Person, by: User) -> int:
    """Mask the person in what documents tell, and delete the files that name them; voyages, boxes and sums stay."""
    files = _files(person)
    masked = mask(DocumentMessage.objects.filter(pk__in=list(_messages(person).values_list("pk", flat=True))), person.words)
    CargoDocument.objects.filter(pk__in=[document.pk for document in files]).update(file="")
    for document in files:
        storage, path = document.file.storage, document.file.name
        transaction.on_commit(lambda storage=storage, path=path: storage.delete(path))
    return masked + len(files)


def _messages(person: Person):
    pattern = pattern_of((*person.addresses, *person.numbers))
    return DocumentMessage.objects.filter(naming(DocumentMessage, pattern)) if pattern else DocumentMessage.objects.none()


def _files(person: Person) -> list[CargoDocument]:
    words = (*person.addresses, *person.numbers)
    kept = CargoDocument.objects.exclude(file="").order_by("pk").iterator() if words else ()
    return [document for document in kept if document.file.storage.exists(document.file.name) and _holds(document, words)]


def _holds(document: CargoDocument, words: tuple[str, ...]) -> bool:
    """The release sign ? before a + or an apostrophe is no part of what is written."""
    spelt = [re.escape(word.encode(document.encoding, "ignore")) for word in words]
    wanted = re.compile(b"|".join(one for one in spelt if one) or b"(?!)", re.IGNORECASE)
    with document.file.storage.open(document.file.name) as file:
        return bool(wanted.search(re.sub(rb"\?([?+:'])", rb"\1", file.read())))
