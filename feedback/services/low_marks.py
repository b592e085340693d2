"""Low scores of confidential waves: seen to by one of the few who may know whose they are, and kept where nobody else reads."""

import datetime as dt

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from feedback import permissions
from feedback.models import LowMark, Response
from feedback.services.telling import tell_low_mark_due, tell_low_mark_given
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.errors import RuleBroken

CLOSED = _("Somebody has written down already what was done.")


def open_low_mark(*, response: Response, owner: User | None, due_on: dt.date, by: User) -> LowMark:
    """One case an answer, inside the action that took the answer: low again after it was done, it is to be done again, and what was said
    stays written."""
    low_mark, made = LowMark.objects.get_or_create(response=response, defaults={"owner": owner, "due_on": due_on})
    if not made and low_mark.done_on is not None:
        low_mark.done_on, low_mark.done_by, low_mark.due_on = None, None, due_on
        low_mark.save(update_fields=("done_on", "done_by", "due_on"))
    return low_mark


@action("low_mark.give", gettext_lazy("Low score of a confidential survey given to somebody"))
def give_low_mark(*, low_mark: LowMark, owner: User, by: User) -> LowMark:
    """Take it on oneself, or give it to another of the few; who gets it from a colleague is told."""
    found = _locked(low_mark)
    if found.done_on is not None:
        raise RuleBroken(CLOSED)
    if not owner.is_active or not owner.has_perm(permissions.VIEW_SENDER):
        raise RuleBroken(_("This colleague may not know whose confidential answers are."), field="owner")
    found.owner = owner
    found.save(update_fields=("owner",))
    if owner != by:
        tell_low_mark_given(low_mark=found, by=by)
    return found


@action("low_mark.finish", gettext_lazy("Low score of a confidential survey dealt with"))
def finish_low_mark(*, low_mark: LowMark, said: str, on: dt.date, by: User) -> LowMark:
    """Write down once what was said and done; who does it without having taken it on has it from then on."""
    if not said.strip():
        raise RuleBroken(_("Write what was said and done."), field="said")
    found = _locked(low_mark)
    if found.done_on is not None:
        raise RuleBroken(CLOSED)
    found.said, found.done_on, found.done_by, found.owner = said.strip(), on, by, found.owner or by
    found.save(update_fields=("said", "done_on", "done_by", "owner"))
    return found


def return_low_marks(*, today: dt.date, by: User) -> int:
    """Take those that are not done from owners who left or may not know senders any more: they are nobody's again."""
    return LowMark.objects.left_behind().update(owner=None)


def tell_low_marks(*, today: dt.date, by: User) -> int:
    """Tell of those that are due and not done: the owner, else everybody who may know. Run twice, each is told once."""
    able = list(User.objects.able(permissions.VIEW_SENDER))
    due = LowMark.objects.due_by(today).select_related("owner", "response__wave")
    return sum(tell_low_mark_due(low_mark=one, people=[one.owner] if one.owner else able, by=by) for one in due)


def _locked(low_mark: LowMark) -> LowMark:
    return LowMark.objects.select_for_update().get(pk=low_mark.pk)
