"""Two publications taken in at the same moment: one series, revisions in a row, one of them the latest."""

from decimal import Decimal

import pytest

from cargo.models import StatisticSeries, StatisticValue
from cargo.services.statistics import ToldValue, record_readings
from cargo.statistics.bulletins import read_bulletins, readings_of
from cargo.tests.factories import load_reference
from portcrm.accounts.services import system_user
from portcrm.tests.at_once import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


def told(month: int) -> list[ToldValue]:
    """Two hundred ports, each with four figures."""
    lines = [f"{number}.演示港{number} 吨 {month + number} {month} 1 1" for number in range(1, 201)]
    (bulletin,) = read_bulletins("\n".join(["2026年6月港口生产完成情况一览表", *lines]))
    readings = readings_of(bulletin, "演示统计局")
    return [ToldValue(number // 4, reading) for number, reading in enumerate(readings)]


def test_two_publications_that_differ_leave_two_revisions_and_one_latest():
    load_reference()
    by = system_user()

    results = at_once(lambda: record_readings(told=told(10), by=by), lambda: record_readings(told=told(20)[::-1], by=by))

    months = StatisticValue.objects.filter(series__measure="period")
    assert sorted((len(result.added), len(result.revised)) for result in results) == [(0, 200), (200, 0)]
    assert StatisticSeries.objects.count() == 200 * 4
    assert set(months.values_list("revision", "is_latest")) == {(1, False), (2, True)}
    assert sorted(set(months.values_list("value", flat=True))) == [Decimal(10), Decimal(20)]


def test_the_same_publication_twice_at_once_is_stored_once():
    load_reference()
    by = system_user()

    at_once(lambda: record_readings(told=told(10), by=by), lambda: record_readings(told=told(10), by=by))

    assert (StatisticValue.objects.count(), StatisticValue.objects.filter(revision=1, is_latest=True).count()) == (800, 800)
