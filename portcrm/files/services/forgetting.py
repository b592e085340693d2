"""Files on a person's own record go with the person; the names of others forget them where an address or a number stands in them."""

from collections.abc import Iterable

from django.db.models import Model, Q
from django.utils.translation import gettext as _

from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.masking import mask, naming, past_states, pattern_of, rewriting_history
from portcrm.audit.personal_data import Holding, Person, holding
from portcrm.files.models import Attachment
from portcrm.files.services.attachments import remove

WHERE = ("record", "object_pk", "pgh_label")  # name no person


def files_of(person: Person) -> list[Holding]:
    return [holding(_("Files"), _on_record(person).order_by("pk"), ("name", "created_by", "created_at"))]


@action("files.erase")
def erase_files(*, person: Person, by: User) -> int:
    """Remove the files of the person's record, their names from the history too."""
    attachments = list(_on_record(person))
    for attachment in attachments:
        remove(attachment=attachment, by=by)
    with rewriting_history(Attachment):
        states = past_states(Attachment)
        states.filter(record=person.record, object_pk=str(person.pk)).delete()
        mask(states.filter(_with_number(states.model, person)), person.words, WHERE)
    return len(attachments) + mask(Attachment.objects.filter(_with_number(Attachment, person)), person.words, WHERE)


@action("files.erase")
def erase_files_on(*, record: str, keys: Iterable[int], by: User) -> int:
    """Remove every file of these records, and its name from the history; how many they were."""
    carried = {"record": record, "object_pk__in": [str(key) for key in keys]}
    attachments = list(Attachment.objects.filter(**carried))
    for attachment in attachments:
        remove(attachment=attachment, by=by)
    with rewriting_history(Attachment):
        past_states(Attachment).filter(**carried).delete()
    return len(attachments)


def _with_number(model: type[Model], person: Person) -> Q:
    """A name alone may be somebody else's."""
    pattern = pattern_of((*person.addresses, *person.numbers))
    return naming(model, pattern, WHERE) if pattern else Q(pk__in=())


def _on_record(person: Person):
    return Attachment.objects.filter(record=person.record, object_pk=str(person.pk))
