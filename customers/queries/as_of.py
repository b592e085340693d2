"""A whole file as it stood at the end of a day, rebuilt from its history."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Model, Q, prefetch_related_objects

from customers import permissions
from customers.enums import ContractState
from customers.models import (
    BusinessAssessment,
    Contact,
    Contract,
    CreditHold,
    CreditRating,
    Customer,
    CustomerTag,
    Employment,
    FollowUp,
    OpenProblem,
    PeerAppraisal,
    PriceTerm,
    Relation,
    Tag,
    TeamMember,
)
from customers.models.person import PLACE
from customers.queries.days_of_change import changes_of_file
from customers.queries.hierarchy import levels_below_then
from customers.queries.relations import Seen
from portcrm.accounts.models import User
from portcrm.audit.queries import changes_of, first_change, last_change, row_as_of, rows_as_of
from portcrm.clock import port_date, start_of_day

ONE_ROW_PARTS = ("traits", "transactions")
SOURCES = ("channel", "recorded_by", "verified_by")
MOST_SUBSIDIARIES = 100
NAMED = ("account_manager", "department", "region", "registration_type", "parent")


@dataclass(frozen=True)
class FileAsOf:
    """One customer's file at the end of `day` at the port; `now` is the file of today. Nothing in it is to be saved."""

    now: Customer
    day: dt.date
    user: User

    @cached_property
    def moment(self) -> dt.datetime:
        """The last instant of the day."""
        return start_of_day(self.day + dt.timedelta(days=1)) - dt.timedelta(microseconds=1)

    @cached_property
    def customer(self) -> Customer | None:
        """The firm with its single-row parts; None before its file was opened."""
        row = row_as_of(Customer, self.now.pk, self.moment)
        if row is None:
            return None
        parts = [self._part(row, name) for name in ONE_ROW_PARTS]
        prefetch_related_objects([row], *SOURCES, *NAMED)
        for part in filter(None, parts):
            prefetch_related_objects([part], *SOURCES)
        return row

    def _part(self, row: Customer, name: str) -> Model | None:
        """The one row this firm had then: a merge gives the row of another firm a new owner, and its history stays."""
        relation = Customer._meta.get_field(name)
        found = next(iter(rows_as_of(relation.related_model, self.moment, customer=self.now.pk)), None)
        relation.set_cached_value(row, found)
        if found:
            found.customer = row
        return found

    @cached_property
    def assessments(self) -> list[BusinessAssessment]:
        return self._dated(BusinessAssessment, "assessed_on", "department")

    @cached_property
    def ratings(self) -> list[CreditRating]:
        return self._dated(CreditRating, "rated_on", "grade__scheme")

    @cached_property
    def appraisals(self) -> list[PeerAppraisal]:
        return self._dated(PeerAppraisal, "appraised_on", "peer")

    @cached_property
    def problems(self) -> list[OpenProblem]:
        return [row for row in self._rows(OpenProblem, "opened_by") if row.solved_on is None]

    @cached_property
    def follow_ups(self) -> list[FollowUp]:
        planned = (row for row in self._rows(FollowUp, "owner") if row.state == "open" and row.is_seen_by(self.user))
        return sorted(planned, key=lambda row: (row.due_on, row.pk))

    @cached_property
    def contacts(self) -> list[Contact]:
        """Who worked for the firm, beside another company too; those are told with what they did here."""
        if not self.user.has_perm(permissions.VIEW_CONTACT):
            return []
        beside = {row.contact_id: row for row in self._rows(Employment) if row.holds_on(self.day)}
        here = []
        for row in rows_as_of(Contact, self.moment, Q(customer=self.now.pk) | Q(pgh_obj_id__in=list(beside))):
            if row.customer_id == self.now.pk and (row.left_on is None or row.left_on > self.day):
                here.append(row)
            elif row.pk in beside:
                here.append(_beside(row, beside[row.pk]))
        return sorted(here, key=lambda row: (not row.is_primary, row.pk))

    @cached_property
    def contracts(self) -> list[tuple[Contract, str]]:
        """With the state each had on the day; those that had ended or were terminated before stay out."""
        rows = [(row, row.state_on(self.day)) for row in self._rows(Contract)]
        here = [pair for pair in rows if pair[1] in (ContractState.IN_FORCE, ContractState.COMING)]
        return sorted(here, key=lambda pair: (pair[0].valid_from, pair[0].pk), reverse=True)

    @cached_property
    def prices(self) -> list[PriceTerm]:
        """Good on the day, as they were known then."""
        return sorted((row for row in self._rows(PriceTerm) if row.good_on(self.day)), key=lambda row: (row.item_label, row.pk))

    @cached_property
    def hold(self) -> CreditHold | None:
        """The credit hold in force at the end of the day."""
        return next((row for row in self._rows(CreditHold, "placed_by") if row.lifted_on is None), None)

    @cached_property
    def team(self) -> list[TeamMember]:
        here = [row for row in self._rows(TeamMember, "user") if row.until is None or row.until > self.day]
        return sorted(here, key=lambda row: (row.function, row.pk))

    @cached_property
    def tags(self) -> list[str]:
        """The words on the file as they were called then, also those that have been deleted since."""
        put = [row.tag_id for row in self._rows(CustomerTag)]
        return sorted(row.name for row in rows_as_of(Tag, self.moment, pgh_obj_id__in=put)) if put else []

    @cached_property
    def relations(self) -> list[Seen]:
        """In force on the day as they were known then, to whichever file the other firm had."""
        rows = rows_as_of(Relation, self.moment, Q(from_customer=self.now.pk) | Q(to_customer=self.now.pk))
        rows = sorted((row for row in rows if row.span.holds_on(self.day)), key=lambda row: (row.kind, row.pk))
        firms = Customer.every.in_bulk({key for row in rows for key in (row.from_customer_id, row.to_customer_id)})
        for row in rows:
            row.from_customer, row.to_customer = firms[row.from_customer_id], firms[row.to_customer_id]
        prefetch_related_objects(rows, *SOURCES)
        return [Seen.by(self.now, row, self.day) for row in rows]

    @cached_property
    def levels(self) -> dict[int, int]:
        """The files that stood below this one at the end of the day, each with how many levels down."""
        return {key: level for key, level in levels_below_then(self.now.pk, self.moment).items() if level}

    @cached_property
    def subsidiaries(self) -> list[Customer]:
        """The nearest of them with their level, called as they were then; enough for a glance."""
        nearest = sorted(self.levels, key=lambda key: (self.levels[key], key))[:MOST_SUBSIDIARIES]
        rows = rows_as_of(Customer, self.moment, pgh_obj_id__in=nearest) if nearest else []
        for row in rows:
            row.level = self.levels[row.pk]
        return sorted(rows, key=lambda row: (row.level, row.code))

    def _rows(self, model: type[Model], *related: str) -> list:
        rows = rows_as_of(model, self.moment, customer=self.now.pk)
        prefetch_related_objects(rows, *related)
        return rows

    def _dated(self, model: type[Model], day: str, *related: str) -> list:
        return sorted(self._rows(model, *SOURCES, *related), key=lambda row: (getattr(row, day), row.pk), reverse=True)

    @cached_property
    def opened_on(self) -> dt.date | None:
        """The day this file's history begins."""
        began = first_change([changes_of(Customer, Q(pgh_obj_id=self.now.pk))])
        return port_date(began) if began else None

    @cached_property
    def day_of_change_before(self) -> dt.date | None:
        """The latest earlier day on which something this page shows changed."""
        changed = last_change(changes_of_file(self.now, self.user), before=start_of_day(self.day))
        return port_date(changed) if changed else None

    @cached_property
    def day_of_change_after(self) -> dt.date | None:
        changed = first_change(changes_of_file(self.now, self.user), since=self.moment + dt.timedelta(microseconds=1))
        return port_date(changed) if changed else None


def _beside(contact: Contact, job: Employment) -> Contact:
    """As whom the contact works for a firm that is not the main one, and is first contact there for nobody."""
    for name in PLACE:
        setattr(contact, name, getattr(job, name))
    contact.is_primary = False
    return contact
