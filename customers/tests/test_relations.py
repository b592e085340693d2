"""Relations between firms: said from either side, once at a time, ended, confirmed, merged; parents never in a circle."""

import datetime as dt

import pytest

from customers.enums import Bond
from customers.models import Customer, Relation
from customers.queries.hierarchy import Group
from customers.queries.relations import brought_by, entries, introducers, relations_of
from customers.services.customers import edit_customer
from customers.services.relations import add_bond, add_relation, edit_relation, end_relation, left_behind, verify_relation
from customers.tests.factories import make_channel, make_customer, make_relation
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_today
from portcrm.errors import RuleBroken
from portcrm.tests.at_once import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
SPRING, SUMMER, AUTUMN = dt.date(2025, 3, 1), dt.date(2025, 7, 1), dt.date(2025, 10, 1)


@pytest.fixture
def keeper():
    return make_user(Role.MARKETING, language="en")


def said(customer: Customer, user) -> list[tuple[str, str]]:
    return [(seen.bond.value, seen.other.label) for seen in relations_of(customer, user=user, on=port_today()) if seen.holds]


@pytest.mark.parametrize(
    ("bond", "back"),
    [
        (Bond.FORWARDS_FOR, Bond.FORWARDED_BY),
        (Bond.REPRESENTED_BY, Bond.AGENT_OF),
        (Bond.CARRIES_FOR, Bond.SHIPS_WITH),
        (Bond.REFERRED, Bond.REFERRED_BY),
        (Bond.COMPETES_WITH, Bond.COMPETES_WITH),
    ],
)
def test_a_relation_said_from_one_side_is_read_from_both(keeper, bond, back):
    one, other = make_customer(name_en="One"), make_customer(name_en="Other")

    add_relation(customer=one, bond=bond, other=other, by=keeper)

    assert said(one, keeper) == [(bond.value, "Other")]
    assert said(other, keeper) == [(back.value, "One")]
    assert Relation.objects.count() == 1


def test_a_relation_keeps_where_it_comes_from_and_who_recorded_it(keeper):
    channel = make_channel()

    add_relation(
        customer=make_customer(), bond="ships_with", other=make_customer(), since=SPRING, strength=4, share="62.5", channel=channel,
        source_reference=" 拜访记录 12 ", by=keeper,
    )  # fmt: skip

    row = Relation.objects.get()
    assert (row.since, row.strength, float(row.share), row.channel, row.source_reference) == (SPRING, 4, 62.5, channel, "拜访记录 12")
    assert (row.recorded_by, row.recorded_on, row.verified_on) == (keeper, port_today(), None)


def test_a_firm_has_no_relation_to_itself(keeper):
    firm = make_customer()

    with pytest.raises(RuleBroken, match="another firm"):
        add_relation(customer=firm, bond="agent_of", other=Customer.objects.get(pk=firm.pk), by=keeper)

    assert Relation.objects.count() == 0


def test_the_same_relation_is_not_recorded_twice_for_one_time(keeper):
    one, other = make_customer(), make_customer()
    add_relation(customer=one, bond="forwards_for", other=other, since=SPRING, by=keeper)

    with pytest.raises(RuleBroken, match="recorded already"):
        add_relation(customer=other, bond="forwarded_by", other=one, since=SUMMER, by=keeper)
    add_relation(customer=other, bond="forwards_for", other=one, since=SUMMER, by=keeper)  # the other way round is another thing
    add_relation(customer=one, bond="ships_with", other=other, by=keeper)

    assert Relation.objects.count() == 3


def test_rivals_are_stored_once_whoever_says_it_first(keeper):
    one, other = make_customer(), make_customer()
    add_relation(customer=other, bond="competes_with", other=one, by=keeper)

    with pytest.raises(RuleBroken, match="recorded already"):
        add_relation(customer=one, bond="competes_with", other=other, by=keeper)


def test_what_has_ended_may_begin_again(keeper):
    one, other = make_customer(), make_customer()
    first = add_relation(customer=one, bond="agent_of", other=other, since=SPRING, by=keeper)
    end_relation(relation=first, until=SUMMER, by=keeper)

    add_relation(customer=one, bond="agent_of", other=other, since=SUMMER, by=keeper)

    assert [row.pk for row in Relation.objects.in_force(SPRING)] == [first.pk]
    assert [row.since for row in Relation.objects.in_force(SUMMER)] == [SUMMER]
    assert Relation.objects.in_force(dt.date(2025, 2, 28)).count() == 0


def test_a_relation_ends_once_and_not_before_it_began(keeper):
    row = make_relation(since=SUMMER)

    with pytest.raises(RuleBroken, match="before it began"):
        end_relation(relation=row, until=SPRING, by=keeper)
    end_relation(relation=row, until=AUTUMN, by=keeper)
    with pytest.raises(RuleBroken, match="ended on 2025-10-01 already"):
        end_relation(relation=row, until=port_today(), by=keeper)

    assert Relation.objects.get().until == AUTUMN


def test_only_what_holds_is_confirmed(keeper):
    holding, ended = make_relation(), make_relation(until=SUMMER)

    verify_relation(relation=holding, by=keeper)
    with pytest.raises(RuleBroken, match="has ended"):
        verify_relation(relation=ended, by=keeper)

    found = {row.pk: (row.verified_by, row.verified_on) for row in Relation.objects.all()}
    assert found == {holding.pk: (keeper, port_today()), ended.pk: (None, None)}


def test_a_relation_somebody_has_changed_meanwhile_is_read_again_before_it_is_confirmed(keeper):
    row = make_relation()
    edit_relation(relation=row, changes={"note": "改为按票委托"}, seen={}, by=keeper)

    with pytest.raises(RuleBroken, match="changed this since"):
        verify_relation(relation=row, version=1, by=keeper)

    assert Relation.objects.get().verified_by is None


def test_correcting_the_beginning_does_not_make_two_of_one_time(keeper):
    first = make_relation(since=SPRING, until=SUMMER)
    second = make_relation(from_customer=first.from_customer, to_customer=first.to_customer, kind=first.kind, since=AUTUMN)

    with pytest.raises(RuleBroken, match="recorded already"):
        edit_relation(relation=second, changes={"since": SPRING}, seen={"since": AUTUMN}, by=keeper)
    edit_relation(relation=second, changes={"since": SUMMER, "strength": 5}, seen={"since": AUTUMN, "strength": None}, by=keeper)

    second.refresh_from_db()
    assert (second.since, second.strength) == (SUMMER, 5)


def test_a_parent_company_goes_into_the_file_from_either_side(keeper):
    head, first, second = make_customer(), make_customer(), make_customer()

    add_bond(customer=head, bond="parent_of", other=first, by=keeper)
    add_bond(customer=second, bond="subsidiary_of", other=head, by=keeper)

    assert sorted(Customer.objects.filter(parent=head).values_list("pk", flat=True)) == [first.pk, second.pk]
    assert Relation.objects.count() == 0


def test_a_parent_company_takes_no_date_and_replaces_no_other(keeper):
    head, firm = make_customer(), make_customer()

    with pytest.raises(RuleBroken, match="part of the file"):
        add_bond(customer=head, bond="parent_of", other=firm, since=SPRING, by=keeper)
    add_bond(customer=head, bond="parent_of", other=firm, by=keeper)
    with pytest.raises(RuleBroken, match="has a parent company already"):
        add_bond(customer=make_customer(), bond="parent_of", other=firm, by=keeper)

    firm.refresh_from_db()
    assert firm.parent == head


def test_a_firm_never_stands_above_itself(keeper):
    head = make_customer()
    middle = make_customer(parent=head)
    lowest = make_customer(parent=middle)

    with pytest.raises(RuleBroken, match="cannot stand above itself"):
        edit_customer(customer=head, changes={"parent": lowest}, seen={"parent": None}, by=keeper)
    with pytest.raises(RuleBroken, match="cannot stand above itself"):
        add_bond(customer=lowest, bond="parent_of", other=head, by=keeper)

    head.refresh_from_db()
    assert head.parent is None


@pytest.mark.django_db(transaction=True)
def test_two_who_would_close_a_circle_together_do_not(keeper):
    one, other = make_customer(), make_customer()

    answers = at_once(
        lambda: edit_customer(customer=one, changes={"parent": other}, seen={"parent": None}, by=keeper),
        lambda: edit_customer(customer=other, changes={"parent": one}, seen={"parent": None}, by=keeper),
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["Customer", "RuleBroken"]
    assert Customer.objects.exclude(parent=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_record_the_same_at_once_one_is_told(keeper):
    one, other = make_customer(), make_customer()

    answers = at_once(
        lambda: add_relation(customer=one, bond="competes_with", other=other, by=keeper),
        lambda: add_relation(customer=other, bond="competes_with", other=one, by=keeper),
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["Relation", "RuleBroken"]
    assert Relation.objects.count() == 1


def test_a_merged_file_takes_no_new_relation(keeper):
    kept, gone = make_customer(), make_customer()
    Customer.every.filter(pk=gone.pk).update(merged_into=kept)

    with pytest.raises(RuleBroken, match="merged into another"):
        add_relation(customer=make_customer(), bond="ships_with", other=gone, by=keeper)


def test_merging_leaves_behind_what_would_bind_a_firm_to_itself_or_say_it_twice():
    kept, other, third = make_customer(), make_customer(), make_customer()
    between = make_relation(from_customer=other, to_customer=kept)
    make_relation(from_customer=kept, to_customer=third, kind="competes_with")
    twice = make_relation(from_customer=other, to_customer=third, kind="competes_with")
    free = make_relation(from_customer=other, to_customer=third, kind="ships_with")
    turned = make_relation(from_customer=third, to_customer=other, kind="ships_with")

    moving = Relation.objects.filter(from_customer=other).exclude(left_behind("from_customer")(kept, other))
    coming = Relation.objects.filter(to_customer=other).exclude(left_behind("to_customer")(kept, other))

    assert [row.pk for row in moving] == [free.pk]
    assert [row.pk for row in coming] == [turned.pk]
    assert {between.pk, twice.pk} & {free.pk, turned.pk} == set()
    moving.update(from_customer=kept)
    coming.update(to_customer=kept)


def test_what_stayed_with_a_merged_file_is_shown_nowhere(keeper):
    firm, kept, gone = make_customer(), make_customer(), make_customer()
    make_relation(from_customer=firm, to_customer=gone)
    Customer.every.filter(pk=gone.pk).update(merged_into=kept)

    assert relations_of(firm, user=keeper, on=port_today()) == []
    assert entries(keeper, firm, None, 10) == []


def test_the_timeline_of_both_firms_tells_when_it_began_and_ended(keeper):
    one, other = make_customer(name_en="One"), make_customer(name_en="Other")
    make_relation(from_customer=one, to_customer=other, kind="agent_of", recorded_on=SPRING, until=SUMMER)

    titles = [entry.title for entry in entries(keeper, other, None, 10)]

    assert titles == [
        "Relation ended · has as ship's agent One",
        "Relation recorded · has as ship's agent One",
    ]
    assert len(entries(keeper, one, None, 1)) == 1


def test_a_group_is_everything_under_the_topmost_parent(keeper):
    head = make_customer(tonnes_12m=100, open_complaints=1)
    middle = make_customer(parent=head, tonnes_12m=30, revenue_12m=7)
    lowest = make_customer(parent=middle, tonnes_12m=5)
    make_customer(tonnes_12m=999)

    group = Group(lowest, keeper)

    assert (group.exists, group.top) == (True, head)
    assert sorted(group.firms.values_list("pk", flat=True)) == [head.pk, middle.pk, lowest.pk]
    own, whole = group.figures["own"], group.figures["group"]
    assert (own.firms, own.tonnes, own.revenue, own.complaints) == (1, 5, None, 0)
    assert (whole.firms, whole.tonnes, whole.revenue, whole.complaints) == (3, 135, 7, 1)
    assert [(firm.pk, firm.level) for firm in group.largest] == [(head.pk, 0), (middle.pk, 1), (lowest.pk, 2)]


def test_a_circle_made_before_there_was_a_check_does_not_spin(keeper):
    one = make_customer()
    other = make_customer(parent=one)
    Customer.objects.filter(pk=one.pk).update(parent=other)
    one.refresh_from_db()

    assert sorted(Group(one, keeper).firms.values_list("pk", flat=True)) == sorted([one.pk, other.pk])


def test_a_firm_alone_is_no_group(keeper):
    assert Group(make_customer(), keeper).exists is False


def test_an_introducer_is_told_with_what_came_of_it(keeper):
    introducer, other = make_customer(), make_customer()
    firms = [make_customer(tonnes_12m=20, revenue_12m=5), make_customer(tonnes_12m=1), make_customer(tonnes_12m=500)]
    for firm in firms[:2]:
        make_relation(from_customer=firm, to_customer=introducer, kind="referred_by")
    make_relation(from_customer=firms[2], to_customer=other, kind="referred_by", until=SPRING)

    brought = brought_by(introducer, user=keeper, on=port_today())

    assert (brought.firms, brought.tonnes, brought.revenue) == (2, 21, 5)
    assert brought.customers == firms[:2]
    rows = introducers(user=keeper, on=port_today())
    assert [(row.pk, row.brought_firms, row.brought_tonnes) for row in rows] == [(introducer.pk, 2, 21)]
