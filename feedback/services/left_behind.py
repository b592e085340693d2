"""Cases of colleagues who left or no longer work on complaints: nobody's case is dropped."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from feedback import permissions
from feedback.enums import ComplaintState
from feedback.models import Complaint, ComplaintNote
from feedback.services.telling import tell_ownerless
from portcrm.accounts.models import User
from portcrm.accounts.roles import Role
from portcrm.audit.actions import action
from portcrm.clock import now


def complaints_of(person: User) -> str:
    """What becomes of the open complaints of a colleague whose account is closed, for who closes it."""
    number = Complaint.objects.open().filter(owner=person).count()
    said = ngettext(
        "%(number)s open complaint is this person's. The night after the account is closed it goes back to those who assign complaints.",
        "%(number)s open complaints are this person's. The night after the account is closed they go back to those who assign complaints.",
        number,
    )
    return said % {"number": number} if number else ""


def return_ownerless(*, today: dt.date, by: User) -> int:
    """Take open complaints from owners who cannot work on them any more; returns how many.

    One in work waits to be assigned again. One that is answered and only waits to be closed goes to the customer's account
    manager, else to a manager. Run twice, each is taken once.
    """
    keys = list(Complaint.objects.left_behind().order_by("pk").values_list("pk", flat=True))
    return sum(return_one(complaint_id=pk, at=now(), by=by) for pk in keys)


@action("complaint.return", gettext_lazy("Complaint taken from an owner who left"))
def return_one(*, complaint_id: int, at: dt.datetime, by: User) -> bool:
    """Whether the case was taken: not where somebody else has it by now, nor where an answered one has no successor."""
    complaint = Complaint.objects.left_behind().select_for_update(skip_locked=True, of=("self",)).filter(pk=complaint_id).first()
    if complaint is None:
        return False
    owner, successor = complaint.owner, None
    if complaint.state == ComplaintState.ANSWERED:
        successor = _successor(complaint)
        if successor is None:
            return False
    else:
        complaint.state = ComplaintState.NEW
    complaint.owner, complaint.assigned_at = successor, at if successor else None
    complaint.save(update_fields=("owner", "assigned_at", "state"))
    ComplaintNote.objects.create(
        complaint=complaint, text=_("%(name)s no longer works on complaints.") % {"name": owner.label}, by=by, at=at
    )
    tell_ownerless(complaint=complaint, owner=owner, by=by)
    return True


def _successor(complaint: Complaint) -> User | None:
    able = User.objects.able(permissions.CHANGE_COMPLAINT)
    manager = complaint.customer.account_manager_id if complaint.customer else None
    return User.objects.able(permissions.ANSWER_COMPLAINT).filter(pk=manager).first() or able.holding(Role.MANAGER).first() or able.first()
