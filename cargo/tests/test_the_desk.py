"""The candidates' desk as people use it: who may do what, what it shows and costs, one decision after the other."""

import re

import pytest
from django.urls import reverse

from cargo.models import Candidate, IgnoreRule
from cargo.queries import desk as desk_queries
from cargo.services.deciding import ignore_candidate
from cargo.tests.factories import booking, make_candidate, make_document
from customers.models import Customer
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db
PERSON = 1  # the user; the session lies in the cache
DESK, LIST, RULES = "/cargo/candidates/desk/", "/cargo/candidates/", "/cargo/candidates/rules/"
HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "desk"}


@pytest.fixture(autouse=True)
def _kept(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def logged_in(client, role: Role | None, language: str = "en"):
    client.force_login(make_user(role, language=language) if role else make_user(language=language))
    client.cookies["django_language"] = language
    return client


@pytest.fixture
def staff(client):
    return logged_in(client, Role.MARKETING)


def act(client, candidate, verb: str, query: str = "", **data):
    return client.post(f"{candidate.get_absolute_url()}{verb}/{query}", data, **HTMX)


def test_who_has_no_role_sees_neither_desk_nor_list_nor_rules(client):
    candidate = make_candidate(name="SECRET TRADING LTD")
    stranger = logged_in(client, None)

    answers = [stranger.get(path) for path in (DESK, LIST, RULES, candidate.get_absolute_url())]

    assert [(answer.status_code, b"SECRET" in answer.content) for answer in answers] == [(403, False)] * 4


@pytest.mark.parametrize(("role", "may"), [(Role.SERVICE, False), (Role.AUDITOR, False), (Role.OPERATIONS, True), (Role.MANAGER, True)])
def test_readers_see_and_keepers_decide(client, role, may):
    candidate = make_candidate()
    person = logged_in(client, role)

    seen = person.get(candidate.get_absolute_url())
    tried = [act(person, candidate, verb).status_code for verb in ("accept", "merge", "ignore-always", "ignore")]
    tried += [person.post(f"{LIST}ignore/").status_code, person.post(RULES).status_code]

    assert (seen.status_code, "data-desk-key" in seen.content.decode()) == (200, may)
    assert (403 in tried, tried == [403] * 6) == (not may, not may)
    assert Candidate.objects.get().state == ("accepted" if may else "open")


@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_costs_the_same_whatever_waits_and_whatever_was_seen(staff, django_assert_num_queries, count):
    for number in range(count):
        make_candidate(name=f"COMPANY NUMBER {number} LTD")
        make_document(content=booking("CN+COMPANY NUMBER 0 LTD", number=f"M{number}", kg=90_000))

    # focus, above, below, how many wait; sightings, classes, goods rules; likely files: 4 conditions, and what is alike with
    # its setting inside a savepoint; the last decision; pins of the sidebar
    with django_assert_num_queries(PERSON + 17):
        staff.get(DESK)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_with_one_candidate_and_with_three(staff, django_assert_num_queries, count):
    for _number in range(count):
        make_candidate()

    # rows, pins of the sidebar
    with django_assert_num_queries(PERSON + 2):
        staff.get(LIST)


def test_the_heaviest_is_in_focus_with_its_evidence_and_the_others_queue_below(staff):
    make_candidate(name="LIGHT LTD", kg=1_000)
    make_candidate(name="HEAVY LTD", kg=80_000, number="B5", goods="WIRE ROD")

    answer = staff.get(DESK)

    desk, html = answer.context["desk"], answer.content.decode()
    assert [one.name for one in desk.queue] == ["HEAVY LTD", "LIGHT LTD"]
    assert (desk.focus.name, desk.next.name, desk.previous, desk.waiting) == ("HEAVY LTD", "LIGHT LTD", None, 2)
    (line,) = desk.evidence
    assert [(one.goods, one.hs_code, one.tonnes, one.teu, one.route, one.cargo_class.code) for one in line.cargo] == [
        ("WIRE ROD", "720839", 80, 1, "CNSHG – KRPUS", "04")
    ]
    document = line.sighting.message.document
    assert f'href="{document.get_absolute_url()}#message-1"' in html
    assert [word for word in ("WIRE ROD", "Consignee", "Booking", "B5", "segment 6") if word not in html] == []


def test_a_customer_of_a_name_alike_is_offered_with_the_reason(staff):
    customer = make_customer(name_en="Sample Metals International")
    make_candidate(name="SAMPLE METALS LTD")

    answer = staff.get(DESK)

    assert [(one.customer, one.reason) for one in answer.context["desk"].likely] == [(customer, "similar name")]


def test_a_decision_draws_the_next_candidate_as_a_fragment(staff):
    first, second = make_candidate(kg=9_000), make_candidate(kg=5_000)

    answer = act(staff, first, "ignore")

    html = answer.content.decode()
    assert (answer.status_code, answer.context["desk"].focus, "<html" in html) == (200, second, False)
    assert answer["HX-Push-Url"] == second.get_absolute_url()
    assert Candidate.objects.get(pk=first.pk).state == "ignored"


def test_after_the_last_one_the_one_above_is_next_and_then_nothing_waits(staff):
    first, last = make_candidate(kg=9_000), make_candidate(kg=5_000)

    above = act(staff, last, "ignore")
    nothing = act(staff, first, "ignore")

    assert (above.context["desk"].focus, nothing.context["desk"].focus) == (first, None)
    assert nothing["HX-Push-Url"] == DESK
    assert "Nothing waits for a decision" in nothing.content.decode()


def test_accepting_at_the_desk_opens_file_and_lead_and_z_takes_them_back(staff):
    candidate = make_candidate(name="SAMPLE METALS LTD")

    accepted = act(staff, candidate, "accept", with_lead="on")
    names = list(Customer.objects.values_list("name_en", "leads__goods"))
    last = accepted.context["desk"].last
    undone = act(staff, last, "undo")

    assert names == [("SAMPLE METALS LTD", "HOT ROLLED COILS")]
    assert (last, undone.context["desk"].focus, Customer.objects.count()) == (candidate, candidate, 0)


def test_a_candidate_is_merged_into_the_file_that_was_chosen(staff):
    likely, other = make_customer(), make_customer()
    first, second = make_candidate(), make_candidate()

    act(staff, first, "merge", customer=likely.pk)
    act(staff, second, "merge", customer=likely.pk, other=other.pk)

    assert list(Candidate.objects.order_by("pk").values_list("state", "customer")) == [("merged", likely.pk), ("merged", other.pk)]


def test_merging_into_nothing_asks_for_a_file(staff):
    candidate = make_candidate()

    answer = act(staff, candidate, "merge")

    assert (answer.status_code, Candidate.objects.get().state) == (422, "open")
    assert "Choose the customer file this company belongs to." in answer.content.decode()


def test_whoever_comes_second_is_told_who_decided_what_and_sees_it(staff):
    candidate = make_candidate(name="SAMPLE METALS LTD")
    ignore_candidate(candidate=candidate, by=make_user(name="演示同事", name_en="Demo Colleague"))

    answer = act(staff, candidate, "accept")

    assert (answer.status_code, Customer.objects.count()) == (409, 0)
    assert "SAMPLE METALS LTD was decided on already: Ignored, by Demo Colleague." in answer["HX-Trigger"]
    assert answer.context["desk"].focus == candidate


def test_without_javascript_a_decision_leads_to_the_next_page(staff):
    first, second = make_candidate(kg=9_000), make_candidate(kg=5_000)

    answer = staff.post(f"{first.get_absolute_url()}ignore/?least=1")

    assert (answer.status_code, answer.url) == (302, f"{second.get_absolute_url()}?least=1")


def test_the_ticked_ones_of_the_queue_are_ignored_together(staff):
    candidates = [make_candidate() for _number in range(3)]

    answer = staff.post(f"{LIST}ignore/", {"ticked": [candidates[0].pk, candidates[2].pk, "x"]}, **HTMX)

    assert (answer.status_code, answer.context["desk"].focus) == (200, candidates[1])
    assert "2 candidates are ignored." in answer["HX-Trigger"]


@pytest.mark.parametrize(("query", "found"), [
    ("q=steel", ["STEEL LTD"]), ("source=booking", ["PAPER FREIGHT LTD", "STEEL LTD"]), ("source=manifest", []),
    ("role=consignee", ["PAPER FREIGHT LTD", "STEEL LTD"]), ("role=shipper", []), ("cargo_class=04", ["STEEL LTD"]),
    ("least=10", ["STEEL LTD"]),
    ("forwarder=true", ["PAPER FREIGHT LTD"]), ("state=open", ["PAPER FREIGHT LTD", "STEEL LTD"]), ("state=ignored", []),
])  # fmt: skip
def test_list_and_desk_are_narrowed_alike(staff, query, found):
    make_candidate(name="STEEL LTD", kg=80_000)
    make_candidate(name="PAPER FREIGHT LTD", kg=2_000, hs="480255")

    listed = staff.get(f"{LIST}?{query}")
    queue = staff.get(f"{DESK}?{query}").context["desk"].queue

    assert sorted(row.name for row in listed.context["listing"].rows) == found
    if not query.startswith("state"):
        assert sorted(one.name for one in queue) == found


def test_filters_stay_while_one_works(staff):
    make_candidate(name="OTHER LTD", kg=90_000)
    first, second = make_candidate(name="STEEL ONE LTD", kg=9_000), make_candidate(name="STEEL TWO LTD", kg=5_000)

    answer = act(staff, first, "ignore", query="?q=steel&columns=x")

    assert (answer.context["desk"].focus, answer["HX-Push-Url"]) == (second, f"{second.get_absolute_url()}?q=steel")


def test_a_rule_is_made_and_lifted_on_its_page(staff):
    make_candidate(name="SAMPLE METALS LTD")

    staff.post(RULES, {"kind": "word", "text": "metals", "reason": "同业"})
    listed = staff.get(RULES).content.decode()
    kept_away = Candidate.objects.get().state
    staff.post(reverse("cargo:ignore_rule_lift", args=[IgnoreRule.objects.get().pk]))

    assert (kept_away, Candidate.objects.get().state) == ("ignored", "open")
    assert "1 company kept away" in listed


def test_an_empty_rule_is_told_beside_its_field(staff):
    answer = staff.post(RULES, {"kind": "word", "text": "。"})

    assert (answer.status_code, "Write a name or a word." in answer.content.decode(), IgnoreRule.objects.count()) == (422, True, 0)


def test_more_than_fit_are_counted_and_not_drawn(staff, monkeypatch):
    monkeypatch.setattr(desk_queries, "BELOW", 1)
    monkeypatch.setattr(desk_queries, "MOST_COUNTED", 2)
    for number in range(4):
        make_candidate(kg=1_000 * (number + 1))

    answer = staff.get(DESK)

    assert (len(answer.context["desk"].queue), answer.context["desk"].more_than_counted) == (2, True)
    assert "More than 1,000 wait" in answer.content.decode()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_key_on_the_page_presses_one_thing(client, language):
    make_customer(name_en="Sample Metals International")
    make_candidate(name="SAMPLE METALS LTD")
    ignore_candidate(candidate=make_candidate(), by=make_user())
    staff = logged_in(client, Role.MARKETING, language)

    keys = re.findall(r'data-desk-key="(.)"', staff.get(DESK).content.decode())

    assert sorted(keys) == ["1", "I", "L", "a", "f", "i", "l", "m"]


def test_the_report_of_a_document_names_the_companies_found_with_their_files(staff):
    customer = make_customer(name_en="EXAMPLE STEEL WORKS")
    document = make_document(content=booking("CZ+EXAMPLE STEEL WORKS LTD", "CN+SAMPLE METALS LTD"))

    html = staff.get(document.get_absolute_url()).content.decode()

    assert f'<a href="{customer.get_absolute_url()}">EXAMPLE STEEL WORKS LTD</a>' in html
    assert f'<a href="{Candidate.objects.get().get_absolute_url()}">SAMPLE METALS LTD</a>' in html
