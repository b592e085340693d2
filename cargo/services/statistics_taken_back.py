"""Taking back what an import said of published series: the figure before it stands again, and the row stays as history."""

from collections.abc import Collection, Sequence

from django.utils.translation import gettext_lazy as _

from cargo.models import StatisticSeries, StatisticValue
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.bilingual import both
from portcrm.clock import now
from portcrm.exchange.enums import ChangeState
from portcrm.exchange.importing import Left
from portcrm.exchange.models import ImportChange

IMPORTER = "statistics"
SAID_AGAIN = _("A later import says some of these figures as well; they stay.")
Key = tuple[int, str]  # a series and the ISO day of a period


@action("statistic.take_back", _("Import taken back"))
def take_back_figures(*, changes: Sequence[ImportChange], insist: bool, by: User) -> dict[int, Left]:
    """Take the figures of one import off these series; returns what is left, by key of the change.

    Of each period the highest revision that stands is what was said last, also where later imports have revised the one taken back.
    A figure that a later import found known, so that nothing was kept of it, stays unless somebody insists.
    """
    run, targets = changes[0].run_id, sorted(change.target for change in changes)
    list(StatisticSeries.objects.select_for_update(no_key=True).filter(pk__in=targets).order_by("pk").values_list("pk"))
    own = list(StatisticValue.objects.filter(series__in=targets, import_run_id=run, taken_back_at=None))
    said_again = set() if insist else _said_again(run, targets)
    staying = [value for value in own if value.is_latest and _key(value) in said_again]
    _take_off([value for value in own if value not in staying])
    left = {value.series_id for value in staying}
    return {change.pk: Left([both(SAID_AGAIN)]) for change in changes if change.target in left}


def _key(value: StatisticValue) -> Key:
    return value.series_id, value.period.isoformat()


def _said_again(run: int, targets: Collection[int]) -> set[Key]:
    """What later imports that stand say of these series without having kept a figure of their own."""
    later = ImportChange.objects.filter(run__importer=IMPORTER, run__gt=run, target__in=targets).exclude(state=ChangeState.SET_BACK)
    said = {(change.target, period) for change in later.only("target", "lines") for period in change.lines}
    kept = StatisticValue.objects.filter(series__in=targets, import_run_id__gt=run, taken_back_at=None)
    return said - {_key(value) for value in kept.only("series_id", "period")}


def _take_off(values: Sequence[StatisticValue]) -> None:
    StatisticValue.objects.filter(pk__in=[value.pk for value in values]).update(is_latest=False, taken_back_at=now())
    keys = {(value.series_id, value.period) for value in values if value.is_latest}
    standing = StatisticValue.objects.filter(
        series__in={series for series, _period in keys}, period__in={period for _series, period in keys}, taken_back_at=None
    )
    highest = standing.order_by("series_id", "period", "-revision").distinct("series_id", "period")
    again = [value.pk for value in highest.only("series_id", "period") if (value.series_id, value.period) in keys]
    StatisticValue.objects.filter(pk__in=again).update(is_latest=True)
