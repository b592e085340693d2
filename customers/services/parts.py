"""The other three parts of a file: traits, dated assessments, terms and credit."""

import datetime as dt
from collections.abc import Mapping

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from customers.enums import Part
from customers.models import (
    BusinessAssessment,
    Channel,
    CreditGrade,
    CreditRating,
    Customer,
    OpenProblem,
    PeerAppraisal,
    ReceivablesBalance,
    Traits,
    TransactionStatus,
)  # fmt: skip
from customers.services.cargo_classes import refuse_unknown_classes
from customers.services.customers import edit_customer
from customers.services.editing import add_row, apply_edit
from customers.services.locking import locked_customer
from customers.services.verifying import close_verifications
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import port_today
from portcrm.errors import RuleBroken


def _part(model, customer: Customer, by: User):
    """The part's locked row, made empty where the customer has none; the customer's own row makes editors queue."""
    locked_customer(customer)
    row, _made = model.objects.select_for_update(of=("self",)).get_or_create(
        customer=customer, defaults={"recorded_by": by, "recorded_on": port_today()}
    )
    return row


@action("traits.edit")
def edit_traits(
    *, customer: Customer, changes: Mapping[str, object], seen: Mapping[str, object], by: User, recorded_on: dt.date | None = None
) -> Traits:
    """Save the changed traits."""
    row = _part(Traits, customer, by)
    refuse_unknown_classes(changes.get("cargo_classes") or (), held=row.cargo_classes, field="cargo_classes")
    apply_edit(row=row, changes=changes, seen=seen, by=by, recorded_on=recorded_on)
    return row


@action("transactions.edit")
def edit_transactions(
    *, customer: Customer, changes: Mapping[str, object], seen: Mapping[str, object], by: User, recorded_on: dt.date | None = None
) -> TransactionStatus:
    """Save the changed terms and credit figures."""
    row = _part(TransactionStatus, customer, by)
    _refuse_over_the_file(row, changes)
    exposure = changes.get("credit_exposure", row.credit_exposure)
    overdue = changes.get("overdue_amount", row.overdue_amount)
    if overdue is not None and exposure is not None and overdue > exposure:
        raise RuleBroken(_("More is overdue than is owed at all."), field="overdue_amount")
    apply_edit(row=row, changes=changes, seen=seen, by=by, recorded_on=recorded_on)
    return row


FROM_FILE = ("credit_exposure", "overdue_amount", "overdue_days", "credit_as_of")


def _refuse_over_the_file(row: TransactionStatus, changes: Mapping[str, object]) -> None:
    """What a file of receivables says of a customer is not typed over: its invoices by age would say something else."""
    changed = next((name for name in FROM_FILE if name in changes and changes[name] != getattr(row, name)), None)
    balance = changed and ReceivablesBalance.objects.filter(customer=row.customer_id).first()
    if balance:
        said = _("These figures come from the receivables file of %(day)s; the next file renews them.")
        raise RuleBroken(said % {"day": balance.as_of.isoformat()}, field=changed)


def edit_part(
    *,
    part: Part | str,
    customer: Customer,
    changes: Mapping[str, object],
    seen: Mapping[str, object],
    by: User,
    recorded_on: dt.date | None = None,
) -> Model:
    """Save the changed facts of one of the three parts that are edited in place; returns the part's row.

    `recorded_on` is earlier than today where older paper files are taken over.
    """
    service = {Part.BASICS: edit_customer, Part.TRAITS: edit_traits, Part.TRANSACTIONS: edit_transactions}[Part(part)]
    return service(customer=customer, changes=changes, seen=seen, by=by, recorded_on=recorded_on)


@action("part.verify")
def verify_part(
    *, customer: Customer, part: Part | str, by: User, on: dt.date | None = None, version: int | None = None, entry: int | None = None
) -> None:
    """Confirm that the facts of one part are still true `on` a day (today); raises RuleBroken where nothing is recorded.

    `version` of the row, or the key of the `entry` where each state is a row of its own, is what was on the screen: nobody
    confirms what they have not seen.
    """
    day = on or port_today()
    if day > port_today():
        raise RuleBroken(_("What is confirmed cannot bear a date to come."))
    rows = {
        Part.BASICS: Customer.objects.filter(pk=customer.pk),
        Part.TRAITS: Traits.objects.filter(customer=customer),
        Part.BUSINESS: BusinessAssessment.objects.filter(pk__in=BusinessAssessment.objects.filter(customer=customer)[:1].values("pk")),
        Part.TRANSACTIONS: TransactionStatus.objects.filter(customer=customer),
    }[Part(part)]
    as_read = {name: value for name, value in (("version", version), ("pk", entry)) if value is not None}
    if as_read and rows.exists() and not rows.filter(**as_read).exists():
        raise RuleBroken(_("Somebody has changed this since you read it. Read it again."), field="version")
    if rows.filter(recorded_on__lte=day, **as_read).update(verified_by=by, verified_on=day) == 0:
        if rows.exists():
            raise RuleBroken(_("This was recorded later than the day it is said to be confirmed on."))
        raise RuleBroken(_("There is nothing recorded here yet that could be confirmed."))
    close_verifications(customer=customer, part=part, by=by)


@action("assessment.add")
def add_assessment(
    *, customer: Customer, assessed_on: dt.date, by: User, recorded_on: dt.date | None = None, **fields
) -> BusinessAssessment:
    """Add a dated view of the business status; earlier views stay as they are."""
    if assessed_on > port_today():
        raise RuleBroken(_("An assessment cannot be dated in the future."), field="assessed_on")
    fields.setdefault("department", by.department)
    row = BusinessAssessment(customer=customer, assessed_on=assessed_on, **fields)
    added = add_row(row=row, given=(*fields, "assessed_on"), by=by, recorded_on=recorded_on)
    if customer.assessments.first() == added:  # an older view told later confirms nothing
        close_verifications(customer=customer, part=Part.BUSINESS, by=by)
    return added


@action("rating.add")
def add_credit_rating(
    *,
    customer: Customer,
    grade: CreditGrade,
    rated_on: dt.date,
    by: User,
    rated_by: str = "",
    next_review_on: dt.date | None = None,
    note: str = "",
    channel: Channel | None = None,
    source_reference: str = "",
) -> CreditRating:
    """Record a credit grade of a named scheme as given on a day."""
    if next_review_on is not None and next_review_on <= rated_on:
        raise RuleBroken(_("The next review must follow the rating."), field="next_review_on")
    row = CreditRating(
        customer=customer, grade=grade, rated_on=rated_on, rated_by=rated_by, next_review_on=next_review_on, note=note,
        channel=channel, source_reference=source_reference,
    )  # fmt: skip
    return add_row(row=row, given=("rated_on", "rated_by", "next_review_on", "note", "source_reference"), by=by)


@action("appraisal.add")
def add_peer_appraisal(
    *,
    customer: Customer,
    statement: str,
    appraised_on: dt.date,
    by: User,
    peer: Customer | None = None,
    peer_name: str = "",
    standing: int | None = None,
    channel: Channel | None = None,
    source_reference: str = "",
) -> PeerAppraisal:
    """Record what a peer of the trade says about the customer."""
    if peer is not None and peer.pk == customer.pk:
        raise RuleBroken(_("A firm does not appraise itself."), field="peer")
    row = PeerAppraisal(
        customer=customer, statement=statement, appraised_on=appraised_on, peer=peer, peer_name=peer_name, standing=standing,
        channel=channel, source_reference=source_reference,
    )  # fmt: skip
    return add_row(row=row, given=("statement", "appraised_on", "peer_name", "standing", "source_reference"), by=by)


@action("problem.open")
def open_problem(*, customer: Customer, title: str, by: User, detail: str = "") -> OpenProblem:
    """Note something that stands between us and the customer."""
    return OpenProblem.objects.create(customer=customer, title=title, detail=detail, opened_on=port_today(), opened_by=by)


@action("problem.solve")
def solve_problem(*, problem: OpenProblem, by: User, solution: str = "") -> OpenProblem:
    """Close a problem once; a second caller is told that it is solved already."""
    solved = OpenProblem.objects.filter(pk=problem.pk, solved_on=None).update(solved_on=port_today(), solved_by=by, solution=solution)
    if not solved:
        raise RuleBroken(_("This problem is solved already."))
    problem.refresh_from_db()
    return problem
