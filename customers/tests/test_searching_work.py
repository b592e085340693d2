"""Follow-ups, interactions and visits are found by what they say and by their customer, through indexes."""

import pytest
from django.db import connection
from django.urls import reverse

from customers.models import FollowUp, Interaction, PlannedVisit
from customers.querysets import work
from customers.tests.factories import make_customer, make_follow_up, make_interaction, make_visit
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db
LISTS = {
    "follow_up_list": (make_follow_up, "title"),
    "interaction_list": (make_interaction, "subject"),
    "visit_list": (make_visit, "purpose"),
}
INDEXES = [
    (FollowUp, "customers_followup", "follow_up_title"),
    (Interaction, "customers_interaction", "interaction_subject"),
    (PlannedVisit, "customers_plannedvisit", "visit_purpose"),
]


@pytest.fixture
def reader(client):
    reader = make_user(Role.MARKETING)
    client.force_login(reader)
    return reader


@pytest.fixture(params=[1000, 0], ids=["few", "many"])
def rare(request, monkeypatch):
    """Up to how many rows the index alone decides: both ways give the same rows."""
    monkeypatch.setattr(work, "RARE", request.param)


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("报价", ["送报价单"]),
        ("价", ["送报价单"]),
        ("送报价单", ["送报价单"]),
        ("edi", ["EDI 对接"]),
        ("ed", ["EDI 对接"]),
        ("e", ["EDI 对接"]),
        ("di", []),
        ("+", []),
        ("远海航运", ["续签合同"]),
        ("价报", []),
        ("50%", []),
    ],
)
def test_work_is_found_by_what_it_says_or_by_its_customer(client, reader, rare, name, words, found):
    make, field = LISTS[name]
    for said in ("送报价单", "EDI 对接"):
        make(**{field: said})
    make(**{field: "续签合同"}, customer=make_customer(name_zh="远海航运"))

    rows = client.get(reverse(f"customers:{name}"), {"q": words}).context["listing"].rows

    assert [getattr(row, field) for row in rows] == found


def test_a_search_stays_within_the_other_filters(client, reader, rare):
    make_follow_up(title="送报价单", owner=reader)
    make_follow_up(title="送报价单")

    rows = client.get(reverse("customers:follow_up_list"), {"q": "报价", "mine": "True"}).context["listing"].rows

    assert [row.owner for row in rows] == [reader]


@pytest.mark.parametrize(("model", "table", "index"), INDEXES)
@pytest.mark.parametrize(
    ("text", "kind"),
    [("报价", "grams"), ("价", "grams"), ("报价单", "trgm"), ("quote", "trgm"), ("ed", "trgm"), ("e", "trgm"), ("4", "trgm")],
)
def test_what_work_says_is_answered_by_an_index(model, table, index, text, kind):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    plan = model.objects.saying(text).order_by().explain()

    assert (f"Seq Scan on {table}" in plan, f"Bitmap Index Scan on {index}_{kind}" in plan) == (False, True)


@pytest.mark.parametrize(("model", "table", "index"), INDEXES)
def test_a_search_for_something_rare_reads_by_keys(model, table, index):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    make_follow_up(title="送报价单"), make_interaction(subject="送报价单"), make_visit(purpose="送报价单")
    make_customer(name_zh="报价通航运")

    plan = model.objects.search("报价").order_by().explain()

    assert ("Seq Scan" in plan, "BitmapOr" in plan) == (False, True)


@pytest.mark.parametrize(
    "said", ["ED", "催 ed 表", "对接（EDI）", "对接(edi)", "B/L-ED", "海关/EDI", "事项：EDI", "报价、edi、结算", "先报价，EDI后补"]
)
def test_two_letters_find_what_begins_a_word(rare, said):
    make_follow_up(title=said)
    make_follow_up(title="needed")

    assert [row.title for row in FollowUp.objects.search("ed")] == [said]


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(("words", "said"), [("ed", True), ("7", True), ("edi", False), ("价", False), ("", False)])
def test_a_list_says_where_so_short_a_word_is_looked_for(client, reader, name, words, said):
    LISTS[name][0](**{LISTS[name][1]: "EDI 报价 7 号"})

    page = client.get(reverse(f"customers:{name}"), {"q": words}).content.decode()

    assert ("只在词首查找" in page) == said
