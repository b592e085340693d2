"""Files on a person's own record go with the person."""

from django.utils.translation import gettext as _

from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.masking import past_states, rewriting_history
from portcrm.audit.personal_data import Holding, Person, holding
from portcrm.files.models import Attachment
from portcrm.files.services.attachments import remove


def files_of(person: Person) -> list[Holding]:
    return [holding(_("Files"), _on_record(person).order_by("pk"), ("name", "created_by", "created_at"))]


@action("files.erase")
def erase_files(*, person: Person, by: User) -> int:
    """Remove the files of the person's record, their names from the history too."""
    attachments = list(_on_record(person))
    for attachment in attachments:
        remove(attachment=attachment, by=by)
    with rewriting_history(Attachment):
        past_states(Attachment).filter(record=person.record, object_pk=str(person.pk)).delete()
    return len(attachments)


def _on_record(person: Person):
    return Attachment.objects.filter(record=person.record, object_pk=str(person.pk))
