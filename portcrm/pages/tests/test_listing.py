"""What every list does: count, chips, columns, sorting, views, and how few queries that takes."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from portcrm.accounts.models import User
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.errors import RuleBroken
from portcrm.pages.lists import Column, Listing, Preset
from portcrm.pages.services.saved_views import save_view
from portcrm.pages.tests.lists import make_listing

pytestmark = pytest.mark.django_db


def make_people(*names: str, **fields) -> None:
    for name in names:
        make_user(name=name, **fields)


def names(listing: Listing) -> list[str]:
    return [row.name for row in listing.rows]


def queries_of(user, path: str = "/") -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        listing = make_listing(path, user, page_size=2)
        _everything = (listing.rows, str(listing.count), listing.views, listing.chips, listing.next_url, listing.previous_url)
    return [query["sql"] for query in captured]


@pytest.mark.parametrize(("people", "queries"), [(0, 2), (2, 3)])
def test_one_row_costs_two_queries_and_three_rows_on_two_pages_cost_three(people, queries):
    from_db = make_user()
    make_people(*("abc"[:people]))

    captured = queries_of(from_db)

    assert len(captured) == queries
    assert not [sql for sql in captured if "OFFSET" in sql]


def test_a_later_page_costs_three_queries_too():
    user = make_user(name="a")
    make_people("b", "c", "d", "e")
    second = make_listing("/", user, page_size=2).next_url

    assert len(queries_of(user, second)) == 3


def test_counting_stops_at_the_cap_until_asked():
    make_people("a", "b", "c", "d")

    listing, exact = make_listing(page_size=2), make_listing("/?exact=1", page_size=2)
    listing.count_cap = exact.count_cap = 3

    assert str(listing.count) == "3+"
    assert str(exact.count) == "4"
    assert listing.exact_url == "/?exact=1"


def test_counting_gives_up_where_the_few_matches_lie_far_apart():
    make_people("港1", "港2", "港3")
    listing = make_listing("/?q=港", page_size=2)
    listing.matching = listing.matching.extra(where=["pg_sleep(0.2) IS NOT NULL"])
    listing.count_stop = 50

    assert str(listing.count) == "2+"
    assert "exact=1" in listing.exact_url
    assert User.objects.filter(name__startswith="港").count() == 3, "the connection answers as before"


def test_paging_keeps_filters_and_sort_in_the_address():
    make_people("港1", "港2", "港3", "b1")

    first = make_listing("/?q=港&sort=-name", page_size=2)
    second = make_listing(first.next_url, page_size=2)

    assert (names(first), names(second)) == (["港3", "港2"], ["港1"])
    assert first.next_url.startswith("/?q=%E6%B8%AF&sort=-name&after=")
    assert names(make_listing(second.previous_url, page_size=2)) == ["港3", "港2"]
    assert (second.next_url, first.previous_url, second.first_url) == ("", "", "/?q=%E6%B8%AF&sort=-name")


def test_each_set_filter_is_a_chip_that_leads_to_the_list_without_it():
    translation.activate("zh-hans")
    listing = make_listing("/?q=港&language=en&language=zh-hans&joined_after=2026-01-01&is_active=true&after=x")

    assert [(chip.label, chip.text) for chip in listing.chips] == [
        ("Search", "港"),
        ("Language", "English"),
        ("Language", "Chinese"),
        ("Active", "是"),
        ("Joined", "≥ 2026-01-01"),
    ]
    assert listing.chips[1].remove_url == "/?q=%E6%B8%AF&joined_after=2026-01-01&is_active=true&language=zh-hans"
    assert listing.chips[4].remove_url == "/?q=%E6%B8%AF&language=en&language=zh-hans&is_active=true"


def test_an_unreadable_filter_value_filters_nothing_and_shows_its_error():
    make_people("a")

    listing = make_listing("/?joined_after=yesterday")

    assert names(listing) == ["a"]
    assert listing.chips == []
    assert "joined" in listing.filterset.form.errors


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("language=klingon", ("Language", "klingon")),
        ("language=elvish&language=klingon", ("Language", "elvish, klingon")),
        ("is_active=maybe", ("Active", "maybe")),
        ("joined_after=yesterday", ("Joined", "yesterday")),
        ("joined=2026-01-01", ("joined", "2026-01-01")),
        ("language_min=en", ("language_min", "en")),
        ("manager=me", ("manager", "me")),
    ],
)
def test_a_condition_that_narrows_nothing_is_told_and_can_be_taken_out(asked, told):
    translation.activate("en")
    listing = make_listing(f"/?q=a&{asked}&sort=name")

    assert [(chip.label, chip.text) for chip in listing.unread] == [told]
    assert listing.unread[0].remove_url == "/?q=a&sort=name"
    assert listing.seal == ""
    with pytest.raises(RuleBroken, match="cannot be read"):
        listing.refuse_unread()


def test_what_a_list_understands_or_reads_itself_is_no_unread_condition():
    asked = "q=a&language=en&language=zh-hans&is_active=false&joined_after=2026-01-01&manager=&joined_before="
    frame = "sort=-name&columns=name&view=mine&look=&by=x&after=&exact=1&filters=open&menus=open&export=csv&row=1&all=1&action=tag"

    listing = make_listing(f"/?{asked}&{frame}")

    assert listing.unread == []
    assert listing.seal == make_listing(f"/?{asked}&{frame}&after=x").seal != make_listing("/?q=b").seal


def test_columns_are_chosen_by_the_address_in_their_own_order():
    assert [column.key for column in make_listing("/").columns] == ["name", "email", "joined"]
    assert [column.key for column in make_listing("/?columns=language,name,nonsense").columns] == ["name", "language"]
    assert [column.key for column in make_listing("/?columns=email&columns=language").columns] == ["email", "language"]


def test_sorting_by_a_header_turns_round_the_second_time():
    listing, again = make_listing("/?q=a"), make_listing("/?q=a&sort=name")
    by_name, joined = listing.orderings[0], listing.orderings[1]

    assert listing.sort_url(joined) == "/?q=a&sort=joined"
    assert again.sort_url(by_name) == "/?q=a&sort=-name"
    assert (listing.direction_of(by_name), listing.direction_of(joined)) == ("ascending", "")
    assert make_listing("/?sort=joined").direction_of(joined) == "descending"


def test_a_column_writes_its_value_as_people_read_it_and_exports_it_as_it_is():
    user = User(name="港", date_joined=dt.datetime(2026, 11, 23, 17, 0, tzinfo=dt.UTC))
    joined = Column("joined", "Joined", attribute="date_joined", format="date")

    assert joined.text(user) == "2026-11-24"  # the day in Shanghai
    assert joined.export(user) == user.date_joined
    assert Column("department", "Department", attribute="department.label").text(user) == "–"
    assert Column("x", "Letters", value=lambda row: len(row.name)).text(user) == "1"


def test_views_are_those_of_the_reader_and_the_shared_ones():
    owner, colleague = make_user(Role.MANAGER), make_user(Role.AUDITOR)
    save_view(record="accounts.user", name="Mine", query="q=a", by=owner)
    shared = save_view(record="accounts.user", name="Ours", query="q=b&sort=-name", by=owner, shared=True)
    save_view(record="customers.customer", name="Another list", query="", by=owner, shared=True)

    listing = make_listing(f"/?q=b&sort=-name&view={shared.pk}", colleague)

    assert [view.name for view in listing.views] == ["Ours"]
    assert (listing.current_view, listing.is_changed, listing.may_share) == (shared, False, False)
    assert make_listing(f"/?q=c&view={shared.pk}", colleague).is_changed is True


def test_a_view_of_the_product_is_current_when_the_address_names_it():
    listing = make_listing("/?is_active=true&view=active", make_user(), presets=(Preset("active", "Active", "is_active=true"),))

    assert listing.current_view.label == "Active"
    assert listing.is_changed is False


def test_export_is_offered_to_those_who_may_and_covers_every_matching_row():
    make_people("b", "a", "c")

    listing = make_listing("/?export=csv&sort=-name", make_user(Role.MANAGER, name="d"), page_size=1, export_permission="pages.share_view")
    refused = make_listing("/", make_user(Role.AUDITOR), export_permission="pages.share_view")

    assert listing.export_format == "csv"
    assert [user.name for user in listing.filtered if len(user.name) == 1] == ["d", "c", "b", "a"]
    assert listing.export_urls == [("csv", "/?sort=-name&export=csv"), ("xlsx", "/?sort=-name&export=xlsx")]
    assert refused.export_urls == []
    assert make_listing("/?export=exe").export_format == ""
