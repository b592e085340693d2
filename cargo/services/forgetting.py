"""Documents received may name a person: a consignee, whom to ring. They are told, and forget the person with the rest."""

import re

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cargo.models import CargoDocument, DocumentMessage
from cargo.querysets import CargoDocumentQuerySet
from cargo.services.keeping import note_keys
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.masking import mask, naming, pattern_of
from portcrm.audit.personal_data import Holding, Person, holding

ENCODINGS = ("utf-8", "gb18030", "latin-1")  # one of them it will turn out to be, where nobody has read the file yet
WORD = rb"(?<![A-Za-z0-9])%s(?![A-Za-z0-9])"


def documents_about(person: Person) -> list[Holding]:
    """Documents whose facts, name or file name the person by an address, a number, or a name nobody else bears."""
    rows = _documents(person, _files(person)).select_related("received_by").order_by("pk")
    return [holding(_("Documents received"), rows, ("file_name", "received_at", "received_by"))]


@action("document.erase", gettext_lazy("Person erased from documents"))
def erase_from_documents(*, person: Person, by: User) -> int:
    """Mask the person in what documents tell and are found by, and delete the files that name them; voyages, boxes and sums stay.

    A worker that is storing one of them has ended, so that what it stored is masked too, or finds the file gone.
    """
    naming_files = _files(person)
    keys = list(_documents(person, naming_files).values_list("pk", flat=True))
    list(CargoDocument.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    masked = mask(DocumentMessage.objects.filter(document__in=keys), person.words)
    mask(CargoDocument.objects.filter(pk__in=keys), person.words)
    for document in CargoDocument.objects.filter(pk__in=keys).order_by("pk"):
        note_keys(document=document, messages=document.messages.all(), by=by)
    return masked + _delete_files(CargoDocument.objects.filter(pk__in=naming_files).exclude(file=""))


def _delete_files(rows: CargoDocumentQuerySet) -> int:
    """How many; the bytes go once it is certain that the rows say so."""
    documents = list(rows.select_for_update().order_by("pk"))
    CargoDocument.objects.filter(pk__in=[document.pk for document in documents]).update(file="")
    for document in documents:
        storage, path = document.file.storage, document.file.name
        transaction.on_commit(lambda storage=storage, path=path: storage.delete(path))
    return len(documents)


def _telling(person: Person) -> tuple[str, ...]:
    return (*person.addresses, *person.numbers, *person.sole_names)


def _documents(person: Person, naming_files: set[int]) -> CargoDocumentQuerySet:
    pattern = pattern_of(_telling(person))
    named = naming(CargoDocument, pattern) if pattern else Q(pk__in=())
    return CargoDocument.objects.filter(named | Q(pk__in=naming_files))


def _files(person: Person) -> set[int]:
    """Documents whose file names the person: their messages do, or the bytes, which hold more than anybody reads."""
    words = _telling(person)
    pattern = pattern_of(words)
    if not pattern:
        return set()
    messages = DocumentMessage.objects.filter(naming(DocumentMessage, pattern))
    kept = CargoDocument.objects.exclude(file="").order_by("pk").iterator()
    holding_them = {one.pk for one in kept if one.file.storage.exists(one.file.name) and _holds(one, words)}
    return holding_them | set(messages.values_list("document", flat=True))


def _holds(document: CargoDocument, words: tuple[str, ...]) -> bool:
    """The release sign ? before a + or an apostrophe, and line breaks, are no part of what is written."""
    encodings = (document.encoding,) if document.encoding else ENCODINGS
    spelt = {word.encode(encoding, "ignore") for word in words for encoding in encodings}
    wanted = re.compile(b"|".join(WORD % re.escape(one) for one in sorted(spelt) if len(one) > 1) or b"(?!)", re.IGNORECASE)
    with document.file.storage.open(document.file.name) as file:
        return bool(wanted.search(re.sub(rb"\?([?+:'])|[\r\n]+", rb"\1", file.read())))
