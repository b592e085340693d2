"""Care of one customer as its page shows it: who, since when, what may be done, and what the rules say."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.utils.translation import ngettext

from customers import permissions
from customers.enums import CustomerStatus
from customers.models import CareChange, CreditHold, Customer, TeamMember
from portcrm.accounts.models import User


@dataclass(frozen=True)
class KeyAccountRule:
    """Who should be a key account by its figures; people decide."""

    tonnes: int
    value_class: str

    @classmethod
    def in_force(cls) -> "KeyAccountRule":
        return cls(settings.KEY_ACCOUNT_TONNES, settings.KEY_ACCOUNT_CLASS)

    def met_by(self, customer: Customer) -> bool:
        return customer.tonnes_12m >= self.tonnes or bool(self.value_class) and customer.value_class == self.value_class


def customers_of(person: User) -> str:
    """What becomes of the customers of a colleague whose account is closed, for who closes it."""
    number = Customer.objects.filter(account_manager=person).exclude(status=CustomerStatus.LOST).count()
    said = ngettext(
        "%(number)s customer is in this person's care. A manager should hand it over first: what is left goes into the customer "
        "pool the night after the account is closed; key accounts and credit holds wait for a manager.",
        "%(number)s customers are in this person's care. A manager should hand them over first: what is left goes into the customer "
        "pool the night after the account is closed; key accounts and credit holds wait for a manager.",
        number,
    )
    return said % {"number": number} if number else ""


@dataclass(frozen=True)
class Care:
    """`user` looks at the care of `customer` on a day."""

    customer: Customer
    user: User
    today: dt.date

    @cached_property
    def team(self) -> list[TeamMember]:
        return list(TeamMember.objects.visible_to(self.user).current().filter(customer=self.customer).select_related("user"))

    @cached_property
    def changes(self) -> list[CareChange]:
        rows = CareChange.objects.visible_to(self.user).filter(customer=self.customer)
        return list(rows.select_related("from_manager", "to_manager", "changed_by")[:20])

    @cached_property
    def hold(self) -> CreditHold | None:
        return CreditHold.objects.visible_to(self.user).in_force().filter(customer=self.customer).select_related("placed_by").first()

    @cached_property
    def rule(self) -> KeyAccountRule:
        return KeyAccountRule.in_force()

    @property
    def meets_rule(self) -> bool:
        return self.rule.met_by(self.customer)

    @property
    def in_pool(self) -> bool:
        one = self.customer
        return one.account_manager_id is None and not one.is_key_account and one.status != CustomerStatus.LOST

    @property
    def may_pick(self) -> bool:
        return self.in_pool and self.user.has_perm(permissions.CHANGE_CUSTOMER)

    @cached_property
    def free_again_on(self) -> dt.date | None:
        """Until when who let this customer go has to wait, so that others get their turn; None where nobody waits."""
        last = next((change for change in self.changes if change.to_manager_id is None), None)
        free_on = last and last.free_again_for(self.user)
        return free_on if free_on and self.today < free_on else None

    @property
    def may_hand_over(self) -> bool:
        mine = self.customer.account_manager_id == self.user.pk
        return self.customer.account_manager_id is not None and (mine or self.user.has_perm(permissions.ASSIGN_CUSTOMER))

    @property
    def may_return(self) -> bool:
        return self.may_hand_over and not self.customer.is_key_account

    @property
    def quiet_since(self) -> dt.date:
        """The last day with contact or cargo, or the day this care began."""
        return max(day for day in (self.customer.care_since, self.customer.last_contact_on, self.customer.last_handled_on) if day)

    @property
    def falls_back_on(self) -> dt.date | None:
        """The earliest day on which the customer falls back into the pool; None for whom that never happens."""
        exempt = self.customer.is_key_account or self.customer.account_manager_id is None or self.customer.status == CustomerStatus.LOST
        if exempt or not settings.POOL_RECYCLE_DAYS or self.hold:
            return None
        return self.quiet_since + dt.timedelta(days=settings.POOL_RECYCLE_DAYS + 1)

    @property
    def days_left(self) -> int | None:
        return None if self.falls_back_on is None else (self.falls_back_on - self.today).days
