"""The network around a customer: who is near, what is left out, who may see people, and that size costs no queries."""

import csv
import datetime as dt
import io
import json

import pytest
from django.urls import reverse

from customers.enums import LinkKind
from customers.models import Acquaintance, Customer, Employment, Relation, TeamMember
from customers.queries.network import Asked, Network
from customers.services.acquaintances import record_acquaintance, remove_acquaintance
from customers.tests.factories import make_acquaintance, make_contact, make_customer, make_relation
from customers.tests.webs import make_web
from portcrm.accounts.models import User
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent
from portcrm.audit.tests.earlier import told_earlier
from portcrm.clock import port_today
from portcrm.errors import RuleBroken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
LONG_AGO, LATELY = dt.date(2024, 5, 1), dt.date(2026, 5, 1)
ALL = frozenset(LinkKind.values)


@pytest.fixture
def keeper():
    return make_user(Role.MARKETING, name="王 经办", name_en="Wang", language="en")


@pytest.fixture
def without_contacts(keeper, monkeypatch):
    """Somebody who reads files but not contacts; no role of ours is so, a permission could be."""
    asked = User.has_perm

    def has_perm(user, permission, obj=None):
        return permission != "customers.view_contact" and asked(user, permission, obj)

    monkeypatch.setattr(User, "has_perm", has_perm)
    return keeper


def around(centre: Customer, user, *, depth: int = 3, kinds=ALL, day: dt.date | None = None, limit: int = 500) -> Network:
    return Network(centre, Asked(depth, frozenset(kinds), day or port_today()), user, limit=limit)


def lines(network: Network) -> list[tuple[str, str, str]]:
    return [(link.first.label, link.kind, link.second.label) for link in network.links]


def test_one_step_shows_neighbours_and_what_binds_them(keeper):
    centre, near, also_near, far = (make_customer(name_en=name, name_zh="") for name in ("Centre", "Near", "Also near", "Far"))
    make_relation(from_customer=centre, to_customer=near, kind="ships_with")
    make_relation(from_customer=also_near, to_customer=centre, kind="agent_of")
    make_relation(from_customer=near, to_customer=also_near, kind="competes_with")
    make_relation(from_customer=near, to_customer=far)

    assert lines(around(centre, keeper, depth=1)) == [
        ("Also near", "agent_of", "Centre"),
        ("Centre", "ships_with", "Near"),
        ("Near", "competes_with", "Also near"),
    ]
    assert {node.label: node.steps for node in around(centre, keeper, depth=2).nodes.values()} == {
        "Centre": 0, "Near": 1, "Also near": 1, "Far": 2,
    }  # fmt: skip


def test_parents_are_lines_like_others_though_stored_in_the_file(keeper):
    head = make_customer(name_en="Head", name_zh="")
    make_customer(name_en="Daughter", name_zh="", parent=head)

    assert lines(around(Customer.objects.get(name_en="Daughter"), keeper)) == [("Head", "parent_of", "Daughter")]


def test_a_kind_that_is_not_asked_for_is_neither_drawn_nor_walked(keeper):
    centre, near, far = make_customer(), make_customer(), make_customer()
    make_relation(from_customer=centre, to_customer=near, kind="competes_with")
    make_relation(from_customer=near, to_customer=far, kind="ships_with")

    network = around(centre, keeper, kinds={"ships_with"})

    assert (lines(network), len(network.nodes)) == ([], 1)


def test_a_day_shows_the_relations_in_force_on_it(keeper):
    centre = make_customer(name_en="Centre", name_zh="")
    ended, present = make_customer(name_en="Then", name_zh=""), make_customer(name_en="Now", name_zh="")
    make_relation(from_customer=centre, to_customer=ended, since=LONG_AGO, until=LATELY)
    make_relation(from_customer=centre, to_customer=present, since=LATELY)

    assert lines(around(centre, keeper)) == [("Centre", "forwards_for", "Now")]
    assert lines(around(centre, keeper, day=dt.date(2025, 1, 1))) == [("Centre", "forwards_for", "Then")]
    assert lines(around(centre, keeper, day=LATELY)) == [("Centre", "forwards_for", "Now")]


def test_a_day_shows_parents_and_account_managers_as_they_stood(keeper):
    before, after = make_user(Role.MARKETING, name_en="Before"), make_user(Role.MARKETING, name_en="After")
    old, new = make_customer(name_en="Old head", name_zh=""), make_customer(name_en="New head", name_zh="")
    firm = make_customer(name_en="Daughter", name_zh="", parent=old, account_manager=before)
    told_earlier(Customer, by=dt.timedelta(days=30))
    Customer.objects.filter(pk=firm.pk).update(parent=new, account_manager=after)
    told_earlier(Customer, by=dt.timedelta(days=10))
    days = {"now": port_today(), "then": port_today() - dt.timedelta(days=20), "earlier": port_today() - dt.timedelta(days=60)}

    seen = {word: lines(around(firm, keeper, day=day)) for word, day in days.items()}

    assert seen == {
        "now": [("New head", "parent_of", "Daughter"), ("After", "manages", "Daughter")],
        "then": [("Old head", "parent_of", "Daughter"), ("Before", "manages", "Daughter")],
        "earlier": [],
    }
    assert lines(around(old, keeper, day=days["then"], kinds={"parent_of"})) == [("Old head", "parent_of", "Daughter")]
    assert lines(around(old, keeper, kinds={"parent_of"})) == []


def test_a_merged_file_is_no_node(keeper):
    centre, gone, behind = make_customer(), make_customer(), make_customer()
    make_relation(from_customer=centre, to_customer=gone)
    make_relation(from_customer=gone, to_customer=behind)
    Customer.every.filter(pk=gone.pk).update(merged_into=centre)

    assert [node.pk for node in around(centre, keeper).nodes.values()] == [centre.pk]


def make_people(centre: Customer, keeper) -> None:
    contact = make_contact(customer=centre, name="演示联系人 甲", name_en="Demo Contact A")
    make_contact(customer=centre, name="演示联系人 乙", name_en="Demo Contact B", left_on=LATELY)
    make_acquaintance(contact=contact, user=keeper, closeness=5, since=LONG_AGO)
    colleague = make_user(Role.OPERATIONS, name="李 同事", name_en="Li")
    TeamMember.objects.create(customer=centre, user=colleague, function="operations", since=LONG_AGO)
    Customer.objects.filter(pk=centre.pk).update(account_manager=keeper)


def test_people_of_the_firm_and_ours_who_know_them_stand_in_the_network(keeper):
    centre = make_customer(name_en="Centre", name_zh="")
    make_people(centre, keeper)

    assert lines(around(centre, keeper, depth=1)) == [
        ("Demo Contact A", "works_at", "Centre"),
        ("Wang", "manages", "Centre"),
        ("Li", "serves", "Centre"),
        ("Wang", "knows", "Demo Contact A"),
    ]


def test_whoever_reads_no_contacts_finds_no_person_of_the_customer_anywhere(client, without_contacts):
    centre = make_customer(name_en="Centre", name_zh="")
    make_people(centre, without_contacts)
    client.force_login(without_contacts)

    page = client.get(reverse("customers:network_tab", args=[centre.pk]), {"kind": ["works_at", "knows", "manages"]}).content.decode()
    chart = client.get(reverse("customers:network_chart", args=[centre.pk])).content.decode()
    file = b"".join(client.get(reverse("customers:network_export", args=[centre.pk])).streaming_content).decode()

    assert [text for text in (page, chart, file) if "Demo Contact" in text] == []
    assert [text for text in (page, chart, file) if "Wang" not in text] == []
    assert 'value="works_at"' not in page
    history = client.get(reverse("audit:history", args=["customers.acquaintance", Acquaintance.objects.get().pk]))
    assert history.status_code == 404


def test_the_picture_holds_the_nearest_and_says_what_it_leaves_out(keeper):
    centre = make_web(60)

    network = around(centre, keeper, limit=20)

    assert sorted(node.steps for node in network.nodes.values()) == [0] + [1] * 12 + [2] * 7
    assert network.chosen.left_out == [(2, "company", 40)]
    assert all(link.first.key in network.nodes and link.second.key in network.nodes for link in network.links)


def test_table_and_picture_show_the_same_lines(client, keeper):
    centre = make_web(30)
    client.force_login(keeper)
    query = {"depth": 2, "kind": ["ships_with", "competes_with"]}

    page = client.get(reverse("customers:network_tab", args=[centre.pk]), query)
    chart = json.loads(client.get(reverse("customers:network_chart", args=[centre.pk]), query).content)
    export = client.get(reverse("customers:network_export", args=[centre.pk]), query)

    shown = [[link.first.label, link.label, link.second.label] for link in page.context["network"].links]
    series = chart["option"]["series"][0]
    names = {node["id"]: node["name"] for node in series["data"]}
    assert len(shown) > 3
    assert [[names[edge["source"]], names[edge["target"]]] for edge in series["edges"]] == [[line[0], line[2]] for line in shown]
    assert chart["table"]["rows"] == shown
    text = b"".join(export.streaming_content).decode("utf-8-sig")
    assert [row[:3] for row in list(csv.reader(io.StringIO(text)))[1:]] == shown
    event = AuditEvent.objects.get(action="exchange.export")
    assert (event.detail["list"], event.detail["rows"]) == ("customers.relation", len(shown))


def works_beside(contact, *firms, **when):
    return [
        Employment.objects.create(contact=contact, customer=firm, recorded_by=make_user(), recorded_on=LATELY, **when) for firm in firms
    ]


@pytest.mark.parametrize("size", [5, 200])
def test_a_network_of_any_size_takes_the_same_queries(django_assert_num_queries, keeper, size):
    centre = make_web(size)
    for firm in Customer.objects.all()[: size // 2]:
        contact = make_contact(customer=firm)
        make_acquaintance(contact=contact, user=keeper)
        works_beside(contact, centre)
    centre.refresh_from_db()
    network = around(centre, keeper)

    with django_assert_num_queries(7):
        assert len(network.links) > size


@pytest.mark.parametrize("size", [5, 200])
def test_a_network_of_an_earlier_day_takes_one_query_more(django_assert_num_queries, keeper, size):
    centre = make_web(size)
    Relation.objects.update(since=LONG_AGO)
    for firm in Customer.objects.all()[: size // 2]:
        make_acquaintance(contact=make_contact(customer=firm), user=keeper)
    centre.refresh_from_db()
    network = around(centre, keeper, day=port_today() - dt.timedelta(days=1))

    with django_assert_num_queries(8):
        assert len(network.links) > size


@pytest.mark.parametrize("size", [3, 40])
def test_the_page_of_a_network_takes_the_same_queries(client, django_assert_num_queries, keeper, size):
    centre = make_web(size)
    client.force_login(keeper)
    client.get(reverse("customers:network_tab", args=[centre.pk]))

    with django_assert_num_queries(14):
        client.get(reverse("customers:network_tab", args=[centre.pk]))


def test_a_relation_is_recorded_on_the_page_from_the_other_side(client, keeper):
    carrier, owner = make_customer(), make_customer(name_en="Owner")
    client.force_login(keeper)

    answer = client.post(
        reverse("customers:relation_add", args=[carrier.pk]), {"bond": "carries_for", "other": owner.pk, "strength": 4, "share": "30"},
        headers={"HX-Request": "true"},
    )  # fmt: skip

    row = owner.relations_from.get()
    assert (row.kind, row.to_customer, row.strength, row.share, row.recorded_by) == ("ships_with", carrier, 4, 30, keeper)
    assert "Owner" in answer.content.decode()
    assert json.loads(answer["HX-Trigger"])["relationschanged"] is True


def test_what_breaks_a_rule_is_said_beside_its_field(client, keeper):
    row = make_relation()
    client.force_login(keeper)

    answer = client.post(
        reverse("customers:relation_add", args=[row.from_customer.pk]), {"bond": "forwards_for", "other": row.to_customer.pk}
    )

    assert answer.status_code == 422
    assert "recorded already" in answer.context["form"].errors["since"][0]


def test_a_relation_is_ended_confirmed_and_corrected_from_either_side(client, keeper):
    row = make_relation(since=LONG_AGO)
    client.force_login(keeper)

    client.post(
        reverse("customers:relation_edit", args=[row.from_customer.pk, row.pk]), {"since": "2024-06-01", "note": "按票委托", "share": ""}
    )
    row.refresh_from_db()
    client.post(reverse("customers:relation_verify", args=[row.to_customer.pk, row.pk]), {"version": row.version})
    client.post(reverse("customers:relation_end", args=[row.to_customer.pk, row.pk]), {"until": "2026-05-01"})

    row.refresh_from_db()
    assert (row.verified_by, row.since, row.note, row.until) == (keeper, dt.date(2024, 6, 1), "按票委托", LATELY)


def test_a_relation_is_not_changed_by_way_of_a_firm_it_has_nothing_to_do_with(client, keeper):
    row, stranger = make_relation(), make_customer()
    client.force_login(keeper)

    answer = client.post(reverse("customers:relation_end", args=[stranger.pk, row.pk]), {"until": "2026-05-01"})

    row.refresh_from_db()
    assert (answer.status_code, row.until) == (404, None)


def test_customer_service_reads_the_network_and_changes_nothing(client):
    row = make_relation()
    client.force_login(make_user(Role.SERVICE))
    page = client.get(reverse("customers:network_tab", args=[row.from_customer.pk]))

    answers = [
        client.post(reverse("customers:relation_add", args=[row.from_customer.pk]), {"bond": "referred", "other": row.to_customer.pk}),
        client.post(reverse("customers:relation_end", args=[row.from_customer.pk, row.pk]), {"until": "2026-05-01"}),
        client.get(reverse("customers:network_export", args=[row.from_customer.pk])),
    ]

    assert row.to_customer.label in page.content.decode()
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert row.from_customer.relations_from.get().until is None


def test_an_acquaintance_is_noted_once_for_two_people_and_may_be_taken_out(keeper):
    contact = make_contact()

    record_acquaintance(contact=contact, user=keeper, closeness=2, by=keeper)
    row = record_acquaintance(contact=contact, user=keeper, closeness=4, how="展会上认识", by=keeper)
    assert list(Acquaintance.objects.values_list("closeness", "how")) == [(4, "展会上认识")]
    remove_acquaintance(acquaintance=row, by=keeper)

    assert Acquaintance.objects.count() == 0


def test_who_keeps_no_files_speaks_for_oneself_only(keeper):
    contact, clerk = make_contact(), make_user(Role.SERVICE)

    with pytest.raises(RuleBroken, match="Say it of yourself"):
        record_acquaintance(contact=contact, user=keeper, closeness=5, by=clerk)
    record_acquaintance(contact=contact, user=clerk, closeness=3, by=clerk)

    assert [row.user for row in Acquaintance.objects.all()] == [clerk]


def test_the_form_offers_only_people_of_this_customer(client, keeper):
    contact, other = make_contact(), make_contact()
    client.force_login(keeper)
    address = reverse("customers:acquaintance_add", args=[contact.customer.pk])

    refused = client.post(address, {"contact": other.pk, "user": keeper.pk, "closeness": 4})
    client.post(address, {"contact": contact.pk, "user": keeper.pk, "closeness": 4})

    assert refused.status_code == 422
    assert [row.contact for row in Acquaintance.objects.all()] == [contact]


def test_the_figures_of_a_group_lead_to_its_firms(client, keeper):
    head = make_customer(tonnes_12m=7)
    daughter, stranger = make_customer(parent=head, tonnes_12m=5), make_customer(name_en="Stranger")
    client.force_login(keeper)

    tab = client.get(reverse("customers:network_tab", args=[daughter.pk])).content.decode()
    rows = client.get(reverse("customers:group", args=[daughter.pk]), {"sort": "tonnes"})

    assert f'href="{reverse("customers:group", args=[daughter.pk])}?sort=tonnes">12</a>' in tab
    assert [row.pk for row in rows.context["listing"].rows] == [head.pk, daughter.pk]
    assert stranger.label not in rows.content.decode()


def test_introducers_are_listed_with_what_they_brought(client, keeper):
    few, much = make_customer(name_en="Few"), make_customer(name_en="Much")
    make_relation(from_customer=make_customer(tonnes_12m=3), to_customer=few, kind="referred_by")
    make_relation(from_customer=make_customer(tonnes_12m=90), to_customer=much, kind="referred_by")
    client.force_login(keeper)

    listing = client.get(reverse("customers:introducer_list")).context["listing"]

    assert [(row.pk, row.brought_firms, int(row.brought_tonnes)) for row in listing.rows] == [(much.pk, 1, 90), (few.pk, 1, 3)]


def test_what_is_wrong_in_the_address_counts_as_not_said(client, keeper):
    row = make_relation()
    client.force_login(keeper)

    page = client.get(reverse("customers:network_tab", args=[row.from_customer.pk]), {"depth": "9", "day": "2026.13.45", "kind": "x"})

    asked = page.context["network"].asked
    assert (page.status_code, asked.depth, asked.day, asked.kinds) == (200, 1, port_today(), ALL)


def test_programs_read_the_relations_of_a_firm_in_force_on_a_day(client, keeper):
    firm = make_customer()
    ended = make_relation(from_customer=firm, since=LONG_AGO, until=LATELY)
    present = make_relation(to_customer=firm, since=LATELY, kind="agent_of")
    make_relation()
    client.force_login(keeper)

    every = client.get("/api/v1/customers/relations/", {"customer": firm.pk}).json()["results"]
    now = client.get("/api/v1/customers/relations/", {"customer": firm.pk, "on": "2026-06-01"}).json()["results"]

    assert sorted(row["id"] for row in every) == [ended.pk, present.pk]
    assert [(row["kind"], row["from_customer"], row["to_customer"]) for row in now] == [("agent_of", present.from_customer.pk, firm.pk)]
