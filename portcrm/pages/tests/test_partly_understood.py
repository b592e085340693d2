"""A condition with several values of which one is wrong narrows by the right ones; the wrong one is told, and nothing leaves the list."""

import datetime as dt

import django_filters
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from portcrm.accounts.models import Department, User
from portcrm.accounts.tests.factories import make_user
from portcrm.errors import RuleBroken
from portcrm.pages.tests.lists import PeopleFilter, make_listing

pytestmark = pytest.mark.django_db

ENDS = "joined_after=2025-01-01&joined_before=soon"


class WorkPlaceFilter(PeopleFilter):
    language_read = django_filters.ChoiceFilter(field_name="language", choices=[("zh-hans", "Chinese"), ("en", "English")], label="Reads")
    department = django_filters.ModelChoiceFilter(queryset=Department.objects.all(), label="Department")
    departments = django_filters.ModelMultipleChoiceFilter(
        field_name="department__code", to_field_name="code", queryset=Department.objects.all(), label="Departments"
    )

    class Meta(PeopleFilter.Meta):
        pass


@pytest.fixture(autouse=True)
def people():
    translation.activate("en")
    for code in ("ops", "sales"):
        Department.objects.create(code=code, name_zh=code)
    for name, language, code, year in (("a", "en", "ops", 2024), ("b", "zh-hans", "sales", 2025), ("c", "zh-hans", "ops", 2026)):
        person = make_user(name=name, language=language, department=Department.objects.get(code=code))
        User.objects.filter(pk=person.pk).update(date_joined=timezone.make_aware(dt.datetime(year, 6, 1)))


def listing_of(asked: str):
    return make_listing(f"/?{asked}", queryset=User.objects.people(), filterset_class=WorkPlaceFilter)


@pytest.mark.parametrize(
    ("asked", "kept", "in_force", "wrong", "without"),
    [
        ("language=en&language=klingon", ["a"], ("Language", "English"), ("Language", "klingon"), "/?language=en"),
        ("language=klingon&language=en&language=elvish", ["a"], ("Language", "English"), ("Language", "klingon, elvish"), "/?language=en"),
        ("language_read=en&language_read=klingon", ["a"], ("Reads", "English"), ("Reads", "klingon"), "/?language_read=en"),
        ("language_read=klingon&language_read=en", ["a"], ("Reads", "English"), ("Reads", "klingon"), "/?language_read=en"),
        ("departments=sales&departments=moon", ["b"], ("Departments", "sales"), ("Departments", "moon"), "/?departments=sales"),
        (ENDS, ["b", "c"], ("Joined", "≥ 2025-01-01"), ("Joined", "soon"), "/?joined_after=2025-01-01"),
        ("is_active=false&is_active=maybe", [], ("Active", "No"), ("Active", "maybe"), "/?is_active=false"),
    ],
)  # fmt: skip
def test_the_right_values_stay_in_force_and_the_wrong_one_is_told(asked, kept, in_force, wrong, without):
    listing = listing_of(asked)

    assert [row.name for row in listing.rows] == kept
    assert [(chip.label, chip.text) for chip in listing.chips] == [in_force]
    assert [(chip.label, chip.text, chip.remove_url) for chip in listing.unread] == [(*wrong, without)]
    assert listing_of(without.removeprefix("/?")).unread == []


def test_of_records_the_right_ones_stay_too_and_however_many_are_named_one_query_tells_them():
    key = Department.objects.get(code="sales").pk
    three, thirty = (
        "&".join(f"department={number}" for number in [key, "x", *range(10**6, 10**6 + wrong)]) for wrong in (3, 30)
    )  # fmt: skip

    with CaptureQueriesContext(connection) as few:
        listing = listing_of(three)
        assert [row.name for row in listing.rows] == ["b"]
    with CaptureQueriesContext(connection) as many:
        assert [row.name for row in listing_of(thirty).rows] == ["b"]

    assert [chip.text for chip in listing.unread] == ["x, 1000000, 1000001, 1000002"]
    assert len(few) == len(many)


def test_where_every_value_is_wrong_the_filter_narrows_nothing_and_says_so():
    listing = listing_of("language=klingon&language=elvish")

    assert [row.name for row in listing.rows] == ["a", "b", "c"]
    assert listing.chips == []
    assert [chip.remove_url for chip in listing.unread] == ["/"]


@pytest.mark.parametrize("asked", ["language=en&language=klingon", "language_read=klingon&language_read=en", ENDS])
def test_nothing_leaves_a_list_of_whose_conditions_a_part_was_not_understood(asked):
    listing = listing_of(asked)

    with pytest.raises(RuleBroken, match="cannot be read"):
        listing.refuse_unread()
    assert listing.seal == ""


def test_right_values_alone_are_all_in_force_and_none_is_told():
    listing = listing_of("language=en&language=zh-hans&departments=ops")

    assert [row.name for row in listing.rows] == ["a", "c"]
    assert listing.unread == []
