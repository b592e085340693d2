"""Choices, pairs, standings and a customer's means lead to their answers, as many as the number says; for others they stay numbers."""

import datetime as dt
import html as escapes
import re

import pytest
from django.urls import reverse

from customers.tests.factories import make_contact, make_customer
from feedback.enums import Anonymity, Respondents, WaveState
from feedback.models import CustomerResult, GapResult, ItemResult, Wave
from feedback.services.results import compute_results
from feedback.tests.factories import make_form, make_invitation, make_pair, make_response, make_staff, make_wave, make_wave_of
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
HALVES = {"wished": "expectation", "judged": "perception", "maximum": 7}
ANSWERS = "/feedback/responses/"


@pytest.fixture
def desk(client):
    return entered(client, make_staff(language="en"))


def entered(client, user):
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


def answer(wave, *, customer=None, **answers):
    return make_response(invitation=make_invitation(wave=wave, contact=make_contact(customer=customer or make_customer())), **answers)


def count(wave) -> Wave:
    compute_results(wave_id=wave.pk, at=now(), by=system_user())
    return Wave.objects.get(pk=wave.pk)


def over(wave) -> Wave:
    """Closed so long ago that no paper comes any more."""
    long_ago = now() - 200 * DAY
    Wave.objects.filter(pk=wave.pk).update(state=WaveState.CLOSED, closed_at=long_ago, opens_at=long_ago - DAY, closes_at=long_ago)
    return count(wave)


def cells(page: str, *, after: str) -> list[list[tuple[str, str]]]:
    """(address, text) of the cells of the table after some words, row by row; no address where the cell leads nowhere."""
    table = page.split(after, 1)[1].split("</table>", 1)[0].split("<tbody>", 1)[1]
    cell = re.compile(r'<td[^>]*>(?:<a href="([^"]*)">)?([^<]*)')
    return [[(escapes.unescape(url), text.strip()) for url, text in cell.findall(row)] for row in table.split("</tr>") if "<td" in row]


def rows_behind(client, address: str) -> int:
    assert ANSWERS in address
    return int(re.search(r"(\d+) results?\b", client.get(address).content.decode()).group(1))


def page_of(client, wave) -> str:
    return client.get(reverse("feedback:wave", args=[wave.pk])).content.decode()


def chosen_wave(**fields) -> Wave:
    """Twelve answers: five managers and six clerks, one "not applicable"; all by road, three by rail too; nobody is an owner."""
    choices = [
        {"key": "role", "kind": "single", "options": ["manager", "clerk", "owner"], "allows_na": True},
        {"key": "modes", "kind": "multiple", "options": ["road", "rail"]},
    ]
    wave = make_wave_of(make_form(choices), **fields)
    for place in range(12):
        role = "manager" if place < 5 else "clerk" if place < 11 else "na"
        answer(wave, role=role, modes=["road", "rail"] if place < 3 else ["road"])
    answer(make_wave_of(wave.version), role="clerk", modes=["road"])
    return count(wave)


@pytest.mark.parametrize(("question", "numbers"), [("role", [5, 6, 0]), ("modes", [12, 3])])
def test_an_option_opens_the_answers_that_chose_it(desk, question, numbers):
    page = page_of(desk, chosen_wave())

    shown = [row[0] for row in cells(page, after=f">Question {question}</h3>")]

    assert [int(text) for _address, text in shown] == numbers
    assert [rows_behind(desk, address) for address, text in shown if text != "0"] == [number for number in numbers if number]


def test_importance_and_performance_open_those_who_rated_them(desk):
    wave = make_wave_of(make_form([*make_pair("rate", allows_na=True), *make_pair("space")]))
    for place in range(4):
        answer(wave, **{"rate-importance": 5 if place else "na", "rate": 2, "space-importance": 3, "space": 4})
    wave = count(wave)

    rows = cells(page_of(desk, wave), after='id="importance">')

    counted = {one.item.key: one.n for one in ItemResult.objects.filter(result__wave=wave).select_related("item")}
    assert counted == {"rate-importance": 3, "rate": 4, "space-importance": 4, "space": 4}
    assert [[text for _address, text in row[:2]] for row in rows] == [["5.00", "2.00"], ["3.00", "4.00"]]
    behind = [[rows_behind(desk, address) for address, _text in row[:2]] for row in rows]
    assert behind == [[counted["rate-importance"], counted["rate"]], [counted["space-importance"], counted["space"]]]


def test_a_gap_opens_those_who_rated_both_halves(desk):
    wave = make_wave_of(make_form(make_pair("t1", **HALVES), make_pair("r1", **HALVES)))
    answer(wave, **{"t1-expectation": 7, "t1-perception": 4, "r1-expectation": 6, "r1-perception": 6})
    answer(wave, **{"t1-expectation": 7, "t1-perception": 6, "r1-expectation": 7})
    wave = count(wave)

    rows = [
        row for row in cells(page_of(desk, wave), after='id="gaps">') if row[0][0]
    ]  # each page of pairs; the pairs below it lead nowhere

    assert list(GapResult.objects.filter(result__wave=wave).values_list("n", flat=True)) == [2, 1]
    assert [(row[0][1], row[2][1]) for row in rows] == [("−2.00", "2"), ("0.00", "1")]
    assert [(rows_behind(desk, row[0][0]), rows_behind(desk, row[2][0])) for row in rows] == [(2, 2), (1, 1)]


def test_the_standings_open_the_answers_each_figure_rests_on(desk):
    wave = make_wave()
    for place in range(6):
        answer(wave, overall=4, **({"recommend": 9} if place < 4 else {}))
    answer(make_wave(opens_at=now() - 10 * DAY), overall=5, recommend=10)
    count(wave)

    page = desk.get(reverse("feedback:overview")).content.decode()

    (row,) = cells(page, after=">Latest wave of each programme<")
    assert [text for _address, text in row[:4]] == ["6", "100%", "4.00", "+100"]
    assert [rows_behind(desk, address) for address, _text in row[:4]] == [6, 6, 6, 4]


def opinions(client, customer) -> str:
    return client.get(reverse("feedback:customer_opinions", args=[customer.pk])).content.decode()


def test_a_customers_means_open_its_own_answers_to_that_question(desk):
    mine = make_customer()
    wave = make_wave()
    answer(wave, customer=mine, overall=3, schedule_reliability=2)
    answer(wave, customer=mine, overall=5, schedule_reliability="na", documents=5)
    answer(wave, overall=1, schedule_reliability=1, documents=1)
    count(wave)

    page = opinions(desk, mine)

    items = cells(page, after=">Mean of each question<")
    assert [[text for _address, text in row] for row in items] == [["2.00 / 5", "1"], ["5.00 / 5", "1"], ["4.00 / 5", "2"]]
    assert [[rows_behind(desk, address) for address, _text in row] for row in items] == [[1, 1], [1, 1], [2, 2]]
    (row,) = cells(page, after=">From wave to wave<")
    assert [text for _address, text in row] == ["2", "4.00", "2.50", "2.00", "5.00"]
    assert [rows_behind(desk, address) for address, _text in row if address] == [2, 2, 1, 1]
    assert row[2] == ("", "2.50")  # of all customers: no answers of this one


def test_a_customers_figures_open_the_answers_that_gave_one(desk):
    mine = make_customer()
    form = make_form([{"key": "overall"}, {"key": "recommend", "kind": "recommend", "minimum": 0, "maximum": 10}])
    wave = make_wave_of(form)
    answer(wave, customer=mine, overall=3, recommend=9)
    answer(wave, customer=mine, overall=5)

    page = opinions(desk, mine)

    for label, rows in (("Answers", 2), ("Satisfaction", 2), ("Recommendation", 1)):
        address = re.search(rf'figure-label">{label}</span>\s*<a class="figure-value" href="([^"]+)"', page).group(1)
        assert (label, rows_behind(desk, escapes.unescape(address))) == (label, rows)


# For whom they open nothing


def test_who_may_not_read_answers_is_shown_numbers_that_lead_nowhere(client):
    wave = over(chosen_wave())
    admin = entered(client, make_user(Role.ADMIN, language="en"))

    page, standings = page_of(admin, wave), admin.get(reverse("feedback:overview")).content.decode()

    assert [row[0] for row in cells(page, after=">Question role</h3>")[:2]] == [("", "5"), ("", "6")]
    assert ("100%" in standings, ANSWERS in page, ANSWERS in standings) == (True, False, False)


def test_small_options_of_a_confidential_wave_stay_hidden_with_their_link(client):
    wave = over(chosen_wave(anonymity=Anonymity.CONFIDENTIAL))

    hidden = cells(page_of(entered(client, make_user(Role.OPERATIONS, language="en")), wave), after=">Question modes</h3>")
    told = cells(page_of(entered(client, make_staff(language="en")), wave), after=">Question modes</h3>")

    assert [(row[0][0], "hidden" in row[0][1]) for row in hidden] == [("", True)] * 2
    assert [rows_behind(client, row[0][0]) for row in told] == [12, 3]


def test_a_customers_confidential_wave_opens_for_the_few_alone(client):
    """Five answers of one customer are shown to others, and no list says which they are."""
    mine = make_customer()
    wave = make_wave(anonymity=Anonymity.CONFIDENTIAL)
    for _number in range(5):
        answer(wave, customer=mine, overall=4, schedule_reliability=3)
        answer(wave, overall=2)
    over(wave)
    named = make_wave()
    answer(named, customer=mine, overall=5)
    count(named)
    assert CustomerResult.objects.filter(customer=mine, result__wave=wave).values_list("answers", flat=True).get() == 5

    colleague = cells(opinions(entered(client, make_user(Role.OPERATIONS, language="en")), mine), after=">From wave to wave<")
    few = cells(opinions(entered(client, make_staff(language="en")), mine), after=">From wave to wave<")

    assert [[bool(address) for address, _text in row] for row in colleague] == [[True, True, False, False], [False] * 4]
    assert [rows_behind(client, address) for address, _text in few[1] if address] == [5, 5, 5]


@pytest.mark.parametrize(("role", "opened"), [(Role.MANAGER, True), (Role.SERVICE, False)])
def test_answers_of_our_own_people_open_for_whoever_is_responsible(client, role, opened):
    version = make_form([{"key": "shift", "kind": "single", "options": ["day", "night"]}, {"key": "training"}])
    version.questionnaire.respondents = Respondents.EMPLOYEES
    version.questionnaire.save(update_fields=("respondents",))
    wave = make_wave_of(version, anonymity=Anonymity.ANONYMOUS)
    items = {item.key: item for item in version.items.all()}
    for _number in range(5):
        row = wave.responses.create(language="", first_submitted_at=now(), submitted_at=now())
        row.answers.create(item=items["shift"], option=items["shift"].options.get(key="day"))
        row.answers.create(item=items["training"], score=4)
    reader = entered(client, make_user(role, language="en"))

    page = page_of(reader, count(wave))
    chart = reader.get(reverse("feedback:wave_items", args=[wave.pk])).json()["table"]

    (address, number), *_others = cells(page, after=">Question shift</h3>")[0]
    assert (number, bool(address), f"{ANSWERS}?" in page) == ("5", opened, opened)
    assert ([row[0] for row in chart["rows"]], len(chart["links"])) == (["Question training"], int(opened))
    assert [rows_behind(reader, one) for one in (address, *chart["links"]) if one] == [5, 5] * opened
