"""Computing where the year will end. Loads numeric packages: only tasks import this, so only workers pay for them."""

import datetime as dt
import logging
from decimal import Decimal

from cargo.enums import CheckState
from cargo.forecast.projection import VERSION, Carried, carry_forward
from cargo.models import Projection, ProjectionRun
from cargo.queries.ledger import months_from
from cargo.queries.projecting import Basis, SlotSeries, basis, series_of_slots
from cargo.services.projections import end_as_failed, open_projection
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import now
from portcrm.snapshot import snapshot

logger = logging.getLogger(__name__)

THOUSANDTH = Decimal("0.001")


def run_projection(*, run: ProjectionRun, today: dt.date, by: User) -> ProjectionRun:
    """Make a waiting run; one that somebody else has begun is left to them. An error ends it as failed, visibly.

    The ledger is read in one snapshot, so that no class is of another moment than the sum of all.
    """
    if _begin(run=run, by=by):
        try:
            with snapshot():
                on = basis(today)
                found = [_projection(on, one) for one in series_of_slots(on)] if on.as_of else []
            _store(run=run, on=on, projections=found, today=today, by=by)
        except Exception:
            logger.exception("cargo.projection_failed", extra={"run": run.pk})
            end_as_failed(runs=ProjectionRun.objects.filter(pk=run.pk), by=by)
    run.refresh_from_db()
    return run


def project_when_stale(*, today: dt.date, by: User) -> ProjectionRun | None:
    """Make a run where ledger, task, month or rules are others than those of the newest; None where it still stands."""
    newest = ProjectionRun.objects.done().first()
    on = basis(today)
    if newest and (newest.as_of, newest.watermark, newest.targets_at, newest.rules) == (on.as_of or newest.as_of, *on[1:], VERSION):
        return None
    return run_projection(run=open_projection(by=by), today=today, by=by)


@action("projection.start")
def _begin(*, run: ProjectionRun, by: User) -> bool:
    waiting = ProjectionRun.objects.filter(pk=run.pk, state=CheckState.WAITING)
    return bool(waiting.update(state=CheckState.RUNNING, started_at=now()))


@action("projection.finish")
def _store(*, run: ProjectionRun, on: Basis, projections: list[Projection], today: dt.date, by: User) -> None:
    """Keep the figures, and drop those of earlier runs of the same month: the newest of each month stays for its meeting."""
    as_of = on.as_of or today.replace(day=1)
    done = ProjectionRun.objects.filter(pk=run.pk, state=CheckState.RUNNING).update(
        state=CheckState.DONE, finished_at=now(), as_of=as_of, watermark=on.watermark, targets_at=on.targets_at, rules=VERSION
    )
    if done:
        for one in projections:
            one.run_id = run.pk
        Projection.objects.bulk_create(projections, batch_size=1000)
        ProjectionRun.objects.done().filter(as_of=as_of, pk__lt=run.pk).delete()


def _projection(on: Basis, series: SlotSeries) -> Projection:
    carried = carry_forward([float(quantity) for quantity in series.months], on.months_left)
    slot = series.slot
    ending = _ending(series.of_year, carried)
    return Projection(
        year=slot.year, unit=slot.unit, direction=slot.direction, customer_id=slot.customer_id, manager_id=slot.manager_id,
        cargo_class_id=series.cargo_class, history_months=len(series.months), method=carried.method, level=carried.level,
        origins=carried.origins, months=_named_months(on, carried), **ending, **_errors(carried),
    )  # fmt: skip


def _ending(handled: Decimal, carried: Carried) -> dict[str, Decimal | None]:
    """Year end and band: what is handled and what is to come."""

    def end(to_come: float | None) -> Decimal | None:
        return None if to_come is None else (handled + Decimal(to_come)).quantize(THOUSANDTH)

    projected = end(sum(carried.months)) if carried.method else None
    return {"handled": handled, "projected": projected, "low": end(carried.low), "high": end(carried.high)}


def _named_months(on: Basis, carried: Carried) -> list[dict]:
    if not carried.method:
        return []
    first = 13 - on.months_left
    months = months_from(dt.date(on.year, first, 1), dt.date(on.year, 12, 1))
    return [{"month": f"{month:%Y-%m}", "quantity": round(figure, 3)} for month, figure in zip(months, carried.months, strict=True)]


def _errors(carried: Carried) -> dict[str, float | None]:
    tests = {test.method: test for test in carried.tests}
    pairs = ((name, tests.get(method)) for name, method in (("naive", "seasonal_naive"), ("theta", "theta")))
    return {f"{name}_{error}": getattr(test, error) if test else None for name, test in pairs for error in ("mape", "mae")}
