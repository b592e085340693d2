"""The audit log forgets a person: that something was done stays, to whom does not."""

from typing import Any

from django.utils.translation import gettext as _

from portcrm.audit.actions import action
from portcrm.audit.masking import mask, neutral_word, rewriting_the_log
from portcrm.audit.models import AuditEvent
from portcrm.audit.personal_data import Holding, Person, holding


def events_about(person: Person) -> list[Holding]:
    """What was written down of dealings with this person's record: who looked, who took a file out."""
    rows = AuditEvent.objects.about(person.record, person.pk)
    told = {"at", "actor_name", "channel"}
    return [holding(_("Audit log"), rows, sorted(told), lambda row: {_("What"): row.label, _("Details"): row.sentence})]


@action("audit.erase")
def erase_from_log(*, person: Person, by: Any) -> int:
    """Take the person out of the log; actor, time, action and figures stay."""
    with rewriting_the_log():
        named = AuditEvent.objects.about(person.record, person.pk).update(record_text=neutral_word())
        return named + mask(AuditEvent.objects.all(), person.addresses)
