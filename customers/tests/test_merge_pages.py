"""The worklist, two files beside each other, the page of a merge, and where a merged file leads."""

import datetime as dt

import pytest
from django.urls import reverse

from customers import tasks
from customers.models import Customer, DuplicateCandidate, Merge
from customers.services import duplicates
from customers.services.contacts import edit_contact
from customers.services.customers import edit_customer
from customers.services.duplicates import scan_for_duplicates
from customers.services.merging import merge_customers
from customers.services.unmerging import undo_merge
from customers.tests.factories import make_contact, make_customer, make_interaction
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def keeper(client):
    user = make_user(Role.MARKETING, name="王 经办", name_en="Wang", language="en")
    client.force_login(user)
    return user


@pytest.fixture
def pair():
    kept = make_customer(name_zh="海丰演示船务有限公司", phone="0532-1")
    other = make_customer(name_zh="海丰演示船务公司", phone="0532-2", email="office@haifeng.invalid", code="C777777")
    return kept, other


def merged(pair, by, *take: str) -> Merge:
    return merge_customers(kept=pair[0], other=pair[1], take=take, by=by)


def address(pair) -> str:
    return reverse("customers:merge", kwargs={"kept": pair[0].pk, "other": pair[1].pk})


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_the_scan_asked_for_on_the_page_fills_the_worklist_with_pairs_and_reasons(client, keeper, pair, monkeypatch):
    monkeypatch.setattr(duplicates, "nudge", lambda task, *ids: {"customers.scan_for_duplicates": tasks.scan_for_duplicates}[task](*ids))

    client.post(reverse("customers:duplicate_scan"))
    page = text(client.get(reverse("customers:duplicate_list")))

    assert "海丰演示船务有限公司" in page
    assert "Same name without legal form and abbreviations" in page
    assert address(pair) in page


def test_a_pair_that_is_two_firms_leaves_the_worklist(client, keeper, pair):
    scan_for_duplicates(at=dt.datetime(2026, 11, 24, tzinfo=dt.UTC), by=system_user())
    candidate = DuplicateCandidate.objects.get()

    client.post(reverse("customers:duplicate_dismiss", args=[candidate.pk]))

    candidate.refresh_from_db()
    assert (candidate.state, candidate.decided_by) == ("dismissed", keeper)
    assert "海丰演示船务有限公司" not in text(client.get(reverse("customers:duplicate_list")))
    assert "海丰演示船务有限公司" in text(client.get(reverse("customers:duplicate_list"), {"state": "dismissed"}))


@pytest.mark.parametrize("role", [Role.SERVICE, Role.AUDITOR])
def test_who_may_not_merge_sees_neither_worklist_nor_comparison(client, pair, role):
    client.force_login(make_user(role, language="en"))

    for url in (reverse("customers:duplicate_list"), address(pair)):
        response = client.get(url)
        assert response.status_code == 403
        assert "海丰演示" not in text(response)


def test_the_comparison_shows_what_differs_what_moves_and_what_stays(client, keeper, pair):
    kept, other = pair
    make_contact(customer=kept, email="desk@haifeng.invalid")
    make_contact(customer=other, email="desk@haifeng.invalid", name="演示联系人 甲", name_en="")
    make_interaction(customer=other)

    page = text(client.get(address(pair)))

    assert '<input type="radio" name="customer.phone" value="kept" checked>' in page
    assert '<input type="radio" name="customer.email" value="other" checked>' in page
    assert "Interactions</span> <strong>1</strong>" in page
    stays = page[page.index("What stays with the merged file") :]
    assert "演示联系人 甲" in stays


def test_different_credit_codes_and_two_account_managers_are_warned_of(client, keeper, pair):
    for file, code in zip(pair, ("91350100M000100Y43", "91350211M000100Y43"), strict=True):
        Customer.objects.filter(pk=file.pk).update(credit_code=code, account_manager=make_user(Role.MARKETING))

    page = text(client.get(address(pair)))

    assert "these are two legal entities" in page
    assert "Two colleagues care for these files" in page


def test_merging_on_the_page_takes_what_is_chosen_and_leads_to_the_record(client, keeper, pair):
    kept, other = pair

    response = client.post(address(pair), {"customer.phone": "other", "customer.email": "kept"}, follow=True)

    done = Merge.objects.get()
    kept.refresh_from_db()
    assert response.redirect_chain == [(done.get_absolute_url(), 302)]
    assert (kept.phone, kept.email) == ("0532-2", "")
    assert "0532-1 → 0532-2" in text(response)


def test_files_edited_while_they_were_compared_are_not_merged(client, keeper, pair):
    page = client.get(address(pair)).content.decode()
    seen = page.split('name="seen" value="')[1].split('"')[0]
    edit_customer(customer=pair[1], changes={"phone": "0532-9"}, seen={}, by=keeper)

    response = client.post(address(pair), {"seen": seen, "customer.phone": "other"})

    assert response.status_code == 409
    assert "Compare them again" in text(response)
    assert "0532-9" in text(response)
    assert Merge.objects.count() == 0


def test_the_second_of_two_who_merge_the_files_into_each_other_is_told_where_it_went(client, keeper, pair):
    merged(pair, keeper)

    response = client.post(address(pair[::-1]), {})

    assert response.status_code == 409
    assert f"merged into {pair[0]}" in text(response)
    assert Merge.objects.count() == 1


@pytest.mark.parametrize(
    "name",
    ["customers:customer", "customers:contacts_tab", "cargo:customer_cargo", "feedback:customer_complaints", "customers:section_edit"],
)
def test_the_old_address_leads_to_the_kept_file_with_a_note(client, keeper, pair, name):
    kept, other = pair
    merged(pair, keeper)
    more = {"key": "identity"} if name == "customers:section_edit" else {}

    response = client.get(reverse(name, kwargs={"pk": other.pk} | more), {"x": "1"})
    note = text(client.get(kept.get_absolute_url()))

    assert response.url == reverse(name, kwargs={"pk": kept.pk} | more) + "?x=1"
    assert "C777777 海丰演示船务公司 was merged into this file." in note


def test_what_is_sent_to_a_merged_file_is_refused(client, keeper, pair):
    merged(pair, keeper)

    response = client.post(reverse("customers:section_edit", args=[pair[1].pk, "reach"]), {"phone": "0532-9"})

    assert response.status_code == 409
    assert f"merged into {pair[0]}" in text(response)


def test_a_stranger_learns_nothing_of_a_merge(client, keeper, pair):
    done = merged(pair, keeper)
    client.force_login(make_user(language="en"))

    for url in (pair[1].get_absolute_url(), done.get_absolute_url()):
        response = client.get(url)
        assert response.status_code == 403
        assert "海丰演示" not in text(response)


def test_the_timeline_of_the_kept_file_tells_of_the_merge_and_its_undoing(client, keeper, pair):
    done = merged(pair, keeper)
    undo_merge(merge=done, by=keeper)

    page = text(client.get(reverse("pages:timeline", args=["customers.customer", pair[0].pk]), HTTP_HX_REQUEST="true"))

    assert "Merged with C777777 海丰演示船务公司" in page
    assert "Merge with C777777 海丰演示船务公司 undone" in page
    assert done.get_absolute_url() in page


def test_undoing_on_the_page_lists_the_rest_and_people_decide(client, keeper, pair):
    kept, other = pair
    contact = make_contact(customer=other, name="演示联系人 乙", name_en="")
    done = merged(pair, keeper, "customer.phone")
    edit_customer(customer=kept, changes={"phone": "0532-3"}, seen={}, by=keeper)
    edit_contact(contact=contact, changes={"position": "经理"}, seen={}, by=keeper)

    page = text(client.post(reverse("customers:merge_undo", args=[done.pk]), follow=True))
    row = done.rows.get(row_pk=contact.pk)
    chosen = {"field:customer.phone": "before", f"row:{row.pk}": "other"}
    decided = text(client.post(reverse("customers:merge_decide", args=[done.pk]), chosen, follow=True))

    assert "2 things are left to decide on" in page
    assert "演示联系人 乙" in page
    assert "All of it is decided" in decided
    contact.refresh_from_db()
    kept.refresh_from_db()
    assert (contact.customer_id, kept.phone) == (other.pk, "0532-1")


def test_many_rows_are_decided_on_together(client, keeper, pair):
    kept, other = pair
    done = merged(pair, keeper)
    added = [make_interaction(customer=kept) for _ in range(30)]
    undo_merge(merge=done, by=keeper)

    page = text(client.get(done.get_absolute_url()))
    client.post(reverse("customers:merge_decide", args=[done.pk]), {"rest:customers.interaction.customer": "other"})

    assert 'All others of this kind <small class="text-soft">10</small>' in page
    assert {type(row).objects.get(pk=row.pk).customer_id for row in added} == {other.pk}


def test_from_the_page_of_a_customer_one_chooses_the_file_to_compare_with(client, keeper, pair):
    kept, other = pair
    url = reverse("customers:merge_start", args=[kept.pk])

    assert url in text(client.get(kept.get_absolute_url()))
    assert client.post(url, {"other": other.pk}).url == address(pair)
    assert client.post(url, {"other": kept.pk}).status_code == 422


def test_the_api_says_where_a_merged_file_went(client, keeper, pair):
    kept, other = pair
    merged(pair, keeper)

    response = client.get(f"/api/v1/customers/{other.pk}/")
    listed = client.get("/api/v1/customers/").json()["results"]

    assert (response.status_code, response.json()["merged_into"], response.json()["code"]) == (410, kept.pk, "C777777")
    assert [row["id"] for row in listed] == [kept.pk]


def test_the_palette_finds_the_kept_file_by_the_old_code(client, keeper, pair):
    merged(pair, keeper)

    page = text(client.get(reverse("pages:search"), {"q": "C777777"}))

    assert pair[0].get_absolute_url() in page
    assert pair[1].get_absolute_url() not in page


def merges_shown(client, **asked) -> list[tuple]:
    rows = client.get(reverse("customers:merge_list"), asked).context["listing"].rows
    return [(row.other.pk, row.kept.pk, row.state_label, row.open_decisions) for row in rows]


@pytest.fixture
def three_merges(keeper):
    """The oldest in force, one undone, one undone with a field and a contact to decide on: newest first, as (other, kept)."""
    pairs = [(make_customer(name_zh=f"演示并入公司{name}", phone="0532-1"), make_customer()) for name in "甲乙丙"]
    people = make_contact(customer=pairs[2][0])
    done = [merge_customers(kept=kept, other=other, take=("customer.phone",), by=keeper) for other, kept in pairs]
    edit_contact(contact=people, changes={"position": "经理"}, seen={}, by=keeper)
    edit_customer(customer=pairs[2][1], changes={"phone": "0532-9"}, seen={}, by=keeper)
    for merge in done[1:]:
        undo_merge(merge=merge, by=keeper)
    return [(other.pk, kept.pk) for other, kept in reversed(pairs)]


def test_the_list_of_merges_says_what_became_of_each_and_what_is_still_to_decide(client, keeper, three_merges):
    newest, middle, oldest = three_merges

    page = client.get(reverse("customers:merge_list"))

    assert merges_shown(client) == [(*newest, "Undone", 2), (*middle, "Undone", 0), (*oldest, "In force", 0)]
    assert [merges_shown(client, state=state) for state in ("in_force", "undone", "undecided")] == [
        [(*oldest, "In force", 0)], [(*newest, "Undone", 2), (*middle, "Undone", 0)], [(*newest, "Undone", 2)]
    ]  # fmt: skip
    assert merges_shown(client, q="并入公司乙") == [(*middle, "Undone", 0)]
    assert [Merge.objects.get(other=middle[0]).get_absolute_url() in text(page), keeper.label in text(page)] == [True, True]
    assert reverse("customers:merge_list") in text(client.get(reverse("customers:duplicate_list")))


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_of_merges_takes_three_queries(client, keeper, django_assert_num_queries, many):
    for _ in range(many):
        merge_customers(kept=make_customer(), other=make_customer(), take=(), by=keeper)

    with django_assert_num_queries(3):
        response = client.get(reverse("customers:merge_list"))

    assert len(response.context["listing"].rows) == many


def test_the_list_of_merges_goes_on_where_a_page_ends(client, keeper):
    kept = make_customer()
    at = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)  # the same moment: the key tells them apart
    Merge.objects.bulk_create(Merge(kept=kept, other=make_customer(), merged_at=at, merged_by=keeper) for _ in range(60))

    listing = client.get(reverse("customers:merge_list")).context["listing"]
    following = client.get(listing.next_url).context["listing"]

    shown = [row.pk for row in [*listing.rows, *following.rows]]
    assert len(shown) > len(listing.rows) > 0
    assert shown == sorted(Merge.objects.values_list("pk", flat=True), reverse=True)[: len(shown)]


@pytest.mark.parametrize("role", [Role.SERVICE, Role.AUDITOR])
def test_who_may_not_merge_sees_no_list_of_merges(client, three_merges, role):
    client.force_login(make_user(role, language="en"))

    response = client.get(reverse("customers:merge_list"))

    assert (response.status_code, "演示并入公司" in text(response)) == (403, False)
