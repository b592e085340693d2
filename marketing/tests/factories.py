"""Rankings for tests, made the way the product makes them."""

import datetime as dt
from decimal import Decimal

from cargo.tests.factories import make_shipment
from customers.models import Customer
from marketing.models import RankingRow, RankingRun, ValueModel
from marketing.services.computing import compute_ranking
from marketing.services.runs import ask_for_ranking
from marketing.services.value_models import draft_value_model, edit_value_model, put_in_force
from portcrm.accounts.models import User
from portcrm.accounts.services import system_user

AT = dt.datetime(2026, 11, 2, 1, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 2)
AS_OF = dt.date(2026, 10, 31)


def make_value_model(*, by: User | None = None, weights: dict | None = None, **rules) -> ValueModel:
    """A value model in force, with the first weights unless others are given."""
    by = by or system_user()
    model = draft_value_model(by=by, note="test")
    if weights is not None:
        rules |= {f"weight_{w.criterion}": Decimal(weights.get(w.criterion, 0)) for w in model.weights.all()}
    if rules:
        edit_value_model(model=model, changes=rules, by=by)
    return put_in_force(model=model, at=AT, by=by)


def make_business(customer: Customer, tonnes: int | str, on: dt.date = dt.date(2026, 10, 1), **fields):
    """One handled cargo; revenue 10 and cost 6 a tonne unless given."""
    quantity = Decimal(tonnes)
    money = {"revenue": quantity * 10, "cost": quantity * 6}
    return make_shipment(customer=customer, quantity=quantity, handled_on=on, **money | fields)


def make_run(*, as_of: dt.date = AS_OF, today: dt.date = TODAY, by: User | None = None) -> RankingRun:
    """A complete ranking as of that day with the model in force."""
    run = ask_for_ranking(as_of=as_of, today=today, by=by or system_user())
    computed = compute_ranking(run_id=run.pk, clock=lambda: AT, by=system_user())
    assert computed is not None, RankingRun.objects.get(pk=run.pk).problem
    return computed


def row_of(run: RankingRun, customer: Customer) -> RankingRow:
    return RankingRow.objects.get(run=run, customer=customer)
