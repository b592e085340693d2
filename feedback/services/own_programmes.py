"""What a programme that asks our own people must be: anonymous, by the calendar, and of no customers."""

from django.utils.translation import gettext_lazy as _

from feedback.enums import Anonymity
from feedback.models import Programme, Wave
from portcrm.errors import RuleBroken

OF_CUSTOMERS = ("customer_view_id", "customer_statuses", "customer_tiers", "contact_roles", "sample_size", "asks_on_paper")


def refuse_for_our_own(programme: Programme, *, asked_before: Wave | None = None) -> None:
    """RuleBroken where the plan and the people its questionnaire is for do not fit. A plan that has asked (`asked_before`) goes on asking
    the same: its waves are compared with each other."""
    if asked_before is not None and asked_before.asks_our_own != programme.asks_our_own:
        raise RuleBroken(_("Our own people and those of customers are asked by programmes of their own."), field="questionnaire")
    if not programme.asks_our_own:
        if programme.staff_roles:
            raise RuleBroken(_("This form is for people of customers: leave the roles of our own people empty."), field="staff_roles")
        return
    if programme.anonymity != Anonymity.ANONYMOUS:
        raise RuleBroken(
            _("Our own people are asked anonymously only, else they tell what their superiors like to hear."), field="anonymity"
        )
    if not programme.by_calendar:
        raise RuleBroken(
            _("Our own people are asked by the calendar or by hand: nothing a customer does is their occasion."), field="occasion"
        )
    for name in OF_CUSTOMERS:
        if getattr(programme, name):
            raise RuleBroken(_("This form is for our own people: leave what chooses customers empty."), field=name.removesuffix("_id"))
