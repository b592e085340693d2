"""Who cares for a customer: assigning, handing over, the pool and its limits, the team, credit holds."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from customers.models import CareChange, CreditHold, Customer, FollowUp, TeamMember
from customers.queries.care import Care
from customers.services.care import hand_over, hand_over_all, join_team, leave_team, pick_customer, return_customer
from customers.services.credit_holds import lift_hold, place_hold
from customers.services.customers import assign_customer
from customers.tests.caring import LONG_AGO, changes
from customers.tests.factories import make_customer, make_follow_up
from portcrm.accounts.models import User
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_department, make_user
from portcrm.clock import now, port_today
from portcrm.errors import RuleBroken
from portcrm.tests.at_once import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def keeper():
    return make_user(Role.MARKETING, name="王 经办", name_en="Wang", language="en", department=make_department())


def test_assigning_writes_down_who_had_the_customer_before(keeper, colleague, manager):
    customer = make_customer(account_manager=keeper, care_since=LONG_AGO)

    assign_customer(customer=customer, changes={"account_manager": colleague}, by=manager)
    assign_customer(customer=customer, changes={"tier": "major"}, by=manager)

    assert changes(customer) == [("assigned", keeper.pk, colleague.pk, "")]
    assert Customer.objects.get().care_since == port_today()


def test_handing_over_takes_the_open_follow_ups_of_the_giver_along(keeper, colleague):
    customer = make_customer(account_manager=keeper)
    theirs, done = make_follow_up(customer=customer, owner=keeper), make_follow_up(customer=customer, owner=keeper)
    FollowUp.objects.filter(pk=done.pk).update(state="done", closed_by=keeper, closed_at=now())
    another = make_follow_up(customer=customer, owner=make_user(Role.SERVICE))

    hand_over(customer=customer, to=colleague, note="七月续约", by=keeper)

    assert changes(customer) == [("handed_over", keeper.pk, colleague.pk, "七月续约")]
    assert CareChange.objects.get().follow_ups == 1
    owners = {task.pk: task.owner for task in FollowUp.objects.select_related("owner")}
    assert owners == {theirs.pk: colleague, done.pk: keeper, another.pk: another.owner}
    assert Customer.objects.get().department == colleague.department


def test_only_the_account_manager_or_who_assigns_hands_over(keeper, colleague, manager):
    customer = make_customer(account_manager=keeper)

    with pytest.raises(RuleBroken, match="Only the account manager"):
        hand_over(customer=customer, to=colleague, by=colleague)
    hand_over(customer=customer, to=colleague, by=manager)

    assert Customer.objects.get().account_manager == colleague


def test_only_who_assigns_puts_a_colleague_past_the_limit(client, keeper, colleague, manager, settings):
    settings.POOL_LIMIT = 1
    make_customer(account_manager=colleague)
    customer, key = make_customer(account_manager=keeper), make_customer(account_manager=keeper, is_key_account=True)
    client.force_login(keeper)

    for hand in (
        lambda: hand_over(customer=customer, to=colleague, by=keeper),
        lambda: hand_over_all(giver=keeper, to=colleague, by=keeper),
    ):
        with pytest.raises(RuleBroken, match="Li cares for as many customers as one person may, 1."):
            hand()
    response = client.post(reverse("customers:hand_over", args=[customer.pk]), {"to": colleague.pk})
    assert (response.status_code, list(response.context["form"].errors), CareChange.objects.count()) == (422, ["to"], 0)

    hand_over(customer=key, to=colleague, by=keeper)  # key accounts do not count
    hand_over(customer=customer, to=colleague, by=manager)
    assert Customer.objects.managed_by(colleague).count() == 3


def test_all_customers_of_a_colleague_go_to_one_successor(keeper, colleague, manager):
    firms = [make_customer(account_manager=keeper), make_customer(account_manager=keeper, is_key_account=True)]
    make_customer(account_manager=manager)

    assert hand_over_all(giver=keeper, to=colleague, by=manager, note="离职交接") == 2

    assert Customer.objects.filter(account_manager=colleague).count() == 2
    assert [changes(firm) for firm in firms] == [[("handed_over", keeper.pk, colleague.pk, "离职交接")]] * 2


def test_picking_from_the_pool_puts_the_customer_into_ones_care(keeper):
    customer = make_customer()

    pick_customer(customer=customer, by=keeper)

    customer.refresh_from_db()
    assert (customer.account_manager, customer.department, customer.care_since) == (keeper, keeper.department, port_today())
    assert changes(customer) == [("picked", None, keeper.pk, "")]


def test_the_limit_counts_whom_one_cares_for_and_not_key_accounts(keeper, settings):
    settings.POOL_LIMIT = 2
    make_customer(account_manager=keeper)
    make_customer(account_manager=keeper, is_key_account=True)
    make_customer(account_manager=keeper, status="lost")
    pick_customer(customer=make_customer(), by=keeper)

    with pytest.raises(RuleBroken, match="2 customers already"):
        pick_customer(customer=make_customer(), by=keeper)


@pytest.mark.parametrize("fields", [{"status": "lost"}, {"account_manager": True}])
def test_a_lost_customer_and_one_in_care_are_not_picked(keeper, colleague, fields):
    fields = {"account_manager": colleague} if "account_manager" in fields else fields

    with pytest.raises(RuleBroken):
        pick_customer(customer=make_customer(**fields), by=keeper)

    assert CareChange.objects.count() == 0


def test_a_key_account_is_not_put_into_the_pool_by_assigning_nobody(client, keeper, manager):
    customer = make_customer(account_manager=keeper, is_key_account=True)
    client.force_login(manager)

    with pytest.raises(RuleBroken, match="A key account does not go into the pool"):
        assign_customer(customer=customer, changes={"account_manager": None}, by=manager)
    url = reverse("customers:section_edit", args=[customer.pk, "assignment"])
    response = client.post(url, {"tier": "standard", "is_key_account": "on", "account_manager": "", "status": "existing"})

    customer.refresh_from_db()
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["account_manager"])
    assert (customer.account_manager, CareChange.objects.count()) == (keeper, 0)
    assign_customer(customer=customer, changes={"account_manager": None, "is_key_account": False}, by=manager)
    assert list(Customer.objects.in_pool()) == [customer]


def test_a_key_account_without_account_manager_is_not_in_the_pool(client, keeper):
    customer = make_customer(is_key_account=True)
    client.force_login(keeper)

    with pytest.raises(RuleBroken, match="A key account is not in the pool"):
        pick_customer(customer=customer, by=keeper)

    assert listed(client, reverse("customers:pool")) == []
    tab = client.get(reverse("customers:care_tab", args=[customer.pk])).content.decode()
    assert "Nobody cares for this key account." in tab
    assert reverse("customers:pick", args=[customer.pk]) not in tab


def test_whoever_let_a_customer_go_waits_and_others_do_not(client, keeper, colleague, settings):
    settings.POOL_COOL_DOWN_DAYS = 30
    customer = make_customer(account_manager=keeper)
    return_customer(customer=customer, reason="没有货源", by=keeper)

    tabs, pick = {}, reverse("customers:pick", args=[customer.pk])
    for user in (keeper, colleague):
        client.force_login(user)
        tabs[user] = client.get(reverse("customers:care_tab", args=[customer.pk])).content.decode()
    assert ("You had this customer last" in tabs[keeper], pick in tabs[keeper]) == (True, False)
    assert ("You had this customer last" in tabs[colleague], pick in tabs[colleague]) == (False, True)
    with pytest.raises(RuleBroken, match="You had this customer last"):
        pick_customer(customer=customer, by=keeper)
    pick_customer(customer=customer, by=colleague)

    assert Customer.objects.get().account_manager == colleague


def test_after_the_waiting_time_the_one_who_let_go_may_pick_again(keeper, settings):
    customer = make_customer(account_manager=keeper)
    return_customer(customer=customer, reason="没有货源", by=keeper)
    settings.POOL_COOL_DOWN_DAYS = 0

    assert pick_customer(customer=customer, by=keeper).account_manager == keeper


def test_returning_needs_a_reason_and_key_accounts_are_not_returned(keeper, manager):
    customer, key = make_customer(account_manager=keeper), make_customer(account_manager=keeper, is_key_account=True)

    with pytest.raises(RuleBroken, match="Say why"):
        return_customer(customer=customer, reason=" ", by=keeper)
    with pytest.raises(RuleBroken, match="key account"):
        return_customer(customer=key, reason="太远", by=manager)
    return_customer(customer=customer, reason="太远", by=keeper)

    assert list(Customer.objects.in_pool()) == [customer]
    assert changes(customer) == [("returned", keeper.pk, None, "太远")]


def test_the_page_counts_the_days_until_a_customer_falls_back(keeper, settings):
    settings.POOL_RECYCLE_DAYS = 100
    customer = make_customer(account_manager=keeper, care_since=LONG_AGO, last_contact_on=dt.date(2026, 11, 1))
    care = Care(customer, keeper, dt.date(2026, 11, 21))

    assert (care.quiet_since, care.falls_back_on, care.days_left) == (dt.date(2026, 11, 1), dt.date(2027, 2, 10), 81)


@pytest.mark.parametrize(
    ("fields", "met"),
    [
        ({"tonnes_12m": 500_000}, True),
        ({"tonnes_12m": 499_999}, False),
        ({"value_class": "A", "value_rank": 1, "value_as_of": LONG_AGO}, True),
    ],
)
def test_the_rule_for_key_accounts_is_told_and_where_people_depart_from_it(settings, fields, met):
    settings.KEY_ACCOUNT_TONNES, settings.KEY_ACCOUNT_CLASS = 500_000, "A"
    flagged, plain = make_customer(is_key_account=True, **fields), make_customer(**fields)

    missing, no_longer = (list(Customer.objects.departing_from_rule(how)) for how in ("missing", "no_longer"))

    assert (missing, no_longer) == (([plain], []) if met else ([], [flagged]))
    assert Care(plain, make_user(), LONG_AGO).meets_rule is met


def test_a_colleague_has_one_function_in_a_team_once_and_may_come_back(keeper, colleague):
    customer = make_customer(account_manager=keeper)
    member = join_team(customer=customer, user=colleague, function="operations", by=keeper)

    with pytest.raises(RuleBroken, match="in the team already"):
        join_team(customer=customer, user=colleague, function="operations", by=keeper)
    leave_team(member=member, by=keeper)
    with pytest.raises(RuleBroken, match="has left the team"):
        leave_team(member=member, by=keeper)
    join_team(customer=customer, user=colleague, function="operations", by=keeper)

    assert list(TeamMember.objects.values_list("until", flat=True)) == [port_today(), None]
    assert list(Customer.objects.served_by(colleague)) == [customer]


def test_a_hold_is_placed_once_and_lifted_once_with_reasons(keeper, manager):
    customer = make_customer()
    hold = place_hold(customer=customer, reason="欠款", by=keeper)

    with pytest.raises(RuleBroken, match="on credit hold already"):
        place_hold(customer=customer, reason="再次", by=keeper)
    with pytest.raises(RuleBroken, match="Say why"):
        lift_hold(hold=hold, reason="", by=manager)
    lift_hold(hold=hold, reason="结清", by=manager)
    with pytest.raises(RuleBroken, match="lifted already"):
        lift_hold(hold=hold, reason="结清", by=manager)

    assert list(CreditHold.objects.values_list("reason", "lifted_because", "lifted_by")) == [("欠款", "结清", manager.pk)]


def listed(client, address: str, query: dict | None = None) -> list[str]:
    """The names in the rows of a list page."""
    return re.findall(r'class="row-link">([^<]+)<', client.get(address, query or {}).content.decode())


def test_the_pages_hand_over_pick_and_return(client, keeper, colleague):
    customer = make_customer(name_en="Donggang Coal")
    client.force_login(keeper)

    assert listed(client, reverse("customers:pool")) == ["Donggang Coal"]
    client.post(reverse("customers:pick", args=[customer.pk]))
    assert listed(client, reverse("customers:pool")) == []
    refused = client.post(reverse("customers:return_to_pool", args=[customer.pk]), {"reason": ""})
    client.post(reverse("customers:hand_over", args=[customer.pk]), {"to": colleague.pk, "note": "已约七月见面"})

    assert refused.status_code == 422
    page = client.get(reverse("customers:care_tab", args=[customer.pk])).content.decode()
    assert "已约七月见面" in page
    assert "Picked from the pool" in page
    assert client.get(reverse("customers:hand_over", args=[customer.pk])).status_code == 403  # no longer one's own


def test_the_header_says_that_a_customer_is_on_hold_and_the_list_finds_it(client, keeper):
    held, other = make_customer(name_en="Held Firm"), make_customer(name_en="Free Firm")
    client.force_login(keeper)
    client.post(reverse("customers:hold_place", args=[held.pk]), {"reason": "欠款逾期"})

    pages = [client.get(firm.get_absolute_url()).content.decode() for firm in (held, other)]

    assert ["on credit hold" in page for page in pages] == [True, False]
    assert listed(client, reverse("customers:customer_list"), {"on_hold": "True"}) == ["Held Firm"]
    assert client.get(reverse("customers:hold_lift", args=[CreditHold.objects.get().pk])).status_code == 403


def test_a_manager_lifts_a_hold_with_a_reason_and_the_header_says_so_no_longer(client, keeper, manager):
    customer = make_customer()
    hold = place_hold(customer=customer, reason="欠款逾期", by=keeper)
    client.force_login(manager)
    tab, url = reverse("customers:care_tab", args=[customer.pk]), reverse("customers:hold_lift", args=[hold.pk])
    offered = url in client.get(tab).content.decode()

    refused = client.post(url, {"reason": " "})
    before = client.get(customer.get_absolute_url()).content.decode()
    lifted = client.post(url, {"reason": "已结清", "lifted_by": keeper.pk})

    assert (offered, refused.status_code, list(refused.context["form"].errors)) == (True, 422, ["reason"])
    assert lifted.url == f"{customer.get_absolute_url()}?tab=care"
    assert list(CreditHold.objects.values_list("lifted_because", "lifted_by")) == [("已结清", manager.pk)]
    pages = [before, client.get(customer.get_absolute_url()).content.decode()]
    assert ["on credit hold" in page for page in pages] == [True, False]
    assert "No credit hold." in client.get(tab).content.decode()


def test_who_may_place_a_hold_does_not_lift_it(client, keeper):
    customer = make_customer()
    hold = place_hold(customer=customer, reason="欠款逾期", by=keeper)
    client.force_login(keeper)

    refused = client.post(reverse("customers:hold_lift", args=[hold.pk]), {"reason": "我来解除"})

    assert (refused.status_code, list(CreditHold.objects.values_list("lifted_by", "lifted_because"))) == (403, [(None, "")])
    assert "A manager can lift it." in client.get(reverse("customers:care_tab", args=[customer.pk])).content.decode()


def test_a_colleague_of_operations_joins_the_team_on_the_page_and_leaves_it(client, keeper, colleague):
    customer = make_customer(account_manager=keeper)
    client.force_login(keeper)
    tab, join = (reverse(f"customers:{name}", args=[customer.pk]) for name in ("care_tab", "team_join"))
    typed = {"user": colleague.pk, "function": "operations"}

    joined, again = client.post(join, typed), client.post(join, typed)
    with_them = team_of(client, tab)
    (leave,) = re.findall(r'action="([^"]+)"', with_them)
    left = client.post(leave)

    care = f"{customer.get_absolute_url()}?tab=care"
    assert (joined.url, again.status_code, left.url) == (care, 422, care)
    assert re.findall(r"<li><div>([^<]+)<br><small[^>]*>([^·<]+) ·", with_them) == [("Li", "Operations")]
    assert "Nobody beside the account manager." in team_of(client, tab)
    assert list(TeamMember.objects.values_list("user", "function", "since", "until")) == [
        (colleague.pk, "operations", port_today(), port_today())
    ]


def test_customer_service_puts_nobody_on_a_team_and_takes_nobody_off_it(client, keeper, colleague):
    customer = make_customer(account_manager=keeper)
    member = join_team(customer=customer, user=colleague, function="operations", by=keeper)
    client.force_login(make_user(Role.SERVICE))

    refused = [
        client.post(reverse("customers:team_join", args=[customer.pk]), {"user": keeper.pk, "function": "marketing"}).status_code,
        client.post(reverse("customers:team_leave", args=[member.pk])).status_code,
    ]

    assert refused == [403, 403]
    assert list(TeamMember.objects.values_list("user", "until")) == [(colleague.pk, None)]


def team_of(client, tab: str) -> str:
    """The card of the team on the tab of care."""
    return re.search(r'aria-labelledby="team-title".*?</section>', client.get(tab).content.decode(), re.DOTALL)[0]


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_of_two_who_pick_at_once_one_has_the_customer_and_the_other_is_told():
    customer = make_customer()
    people = [make_user(Role.MARKETING), make_user(Role.OPERATIONS)]
    told: list[str] = []

    def pick(person: User) -> None:
        try:
            pick_customer(customer=customer, by=person)
        except RuleBroken as refusal:
            told.append(str(refusal.message))

    at_once(*(lambda person=person: pick(person) for person in people))

    assert CareChange.objects.count() == 1
    assert len(told) == 1


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_nobody_picks_past_the_limit_with_two_hands(settings):
    settings.POOL_LIMIT = 1
    person, firms = make_user(Role.MARKETING), [make_customer(), make_customer()]
    told: list[str] = []

    def pick(firm: Customer) -> None:
        try:
            pick_customer(customer=firm, by=person)
        except RuleBroken as refusal:
            told.append(str(refusal.message))

    at_once(*(lambda firm=firm: pick(firm) for firm in firms))

    assert Customer.objects.filter(account_manager=person).count() == 1
    assert len(told) == 1
