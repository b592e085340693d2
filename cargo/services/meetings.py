"""What the monthly cargo-source meeting is to decide and has decided."""

import datetime as dt
from collections.abc import Mapping

from django.utils.translation import gettext

from cargo.models import CargoMeeting
from cargo.models.meeting import MOST_LINES, MOST_SIGNS
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import now
from portcrm.editing import set_changes
from portcrm.errors import RuleBroken


@action("meeting.edit")
def hold_meeting(
    *, month: dt.date, by: User, changes: Mapping[str, str] | None = None, seen: Mapping[str, str] | None = None
) -> CargoMeeting:
    """Open the sheet of a month, or write into it; texts that somebody else has changed since they were `seen` raise EditConflict."""
    for field, text in (changes or {}).items():
        if len(text) > MOST_SIGNS or len(text.splitlines()) > MOST_LINES:
            said = gettext("At most %(signs)s signs in %(lines)s lines: the sheet is one page.")
            raise RuleBroken(said % {"signs": MOST_SIGNS, "lines": MOST_LINES}, field=field)
    first = {"changed_by": by, "changed_at": now()}
    CargoMeeting.objects.get_or_create(month=month.replace(day=1), defaults=first)
    meeting = CargoMeeting.objects.select_for_update().get(month=month.replace(day=1))
    changed = set_changes(meeting, changes=changes or {}, seen=seen or {})
    if changed:
        meeting.changed_by, meeting.changed_at = by, now()
        meeting.save(update_fields=[*changed, "changed_by", "changed_at"])
    return meeting
