"""Answers are found by an option, a wish or a gap, on the page and by programs, and nobody learns whose they are by asking so."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils.translation import override

from customers.tests.factories import make_contact, make_customer
from feedback.enums import Anonymity, WaveState
from feedback.filters import ResponseFilter
from feedback.models import Response, Wave
from feedback.tests.factories import make_form, make_invitation, make_pair, make_response, make_staff, make_wave_of
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
CHOICES = [
    {"key": "role", "kind": "single", "options": ["manager", "clerk"], "allows_na": True},
    {"key": "modes", "kind": "multiple", "options": ["road", "rail"]},
]
HALVES = {"wished": "expectation", "judged": "perception", "maximum": 7, "allows_na": True}


def found(client, user, query: str) -> tuple[int, int]:
    """How many answers the page lists and the API returns."""
    client.force_login(user)
    client.cookies["django_language"] = "en"
    html = client.get(f"{reverse('feedback:response_list')}?{query}").content.decode()
    rows = client.get(f"{reverse('feedback-response-list')}?{query}").json()["results"]
    return int(re.search(r"(\d+) results?\b", html).group(1)), len(rows)


def asked(wave, *answers: dict, **customer) -> list[Response]:
    made = []
    for one in answers:
        contact = make_contact(customer=make_customer(**customer))
        made.append(make_response(invitation=make_invitation(wave=wave, contact=contact), **one))
    return made


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("chosen=role.manager", 2),
        ("chosen=role.clerk", 1),
        ("chosen=modes.road", 3),
        ("chosen=modes.rail", 1),
        ("chosen=modes.rail&tier=key", 0),
        ("chosen=modes.road&tier=major", 3),
        ("item=rate", 4),
        ("item=rate&score_max=2", 1),
        ("item=rate-importance", 3),
        ("item=rate-importance&score_min=5", 2),
        ("score_min=5", 1),  # without a question only what judges us
    ],
)
def test_answers_are_found_by_an_option_and_by_what_is_wished_for(client, query, rows):
    wave = make_wave_of(make_form([*CHOICES, *make_pair("rate", allows_na=True)]))
    told = [
        {"role": "manager", "modes": ["road", "rail"], "rate": 2, "rate-importance": 5},
        {"role": "manager", "modes": ["road"], "rate": 3, "rate-importance": 5},
        {"role": "clerk", "modes": ["road"], "rate": 4, "rate-importance": 1},
        {"role": "na", "rate": 5, "rate-importance": "na"},
    ]
    asked(wave, *told, tier="major")

    assert found(client, make_staff(language="en"), f"wave={wave.pk}&{query}") == (rows, rows)


def test_an_option_is_found_over_all_versions_and_says_its_question(client):
    old = make_form(CHOICES, key="kept")
    new = make_form(CHOICES, key="kept", number=2)
    for version in (old, new):
        asked(make_wave_of(version), {"role": "clerk"})

    field = ResponseFilter(data={}, queryset=Response.objects.all()).form.fields["chosen"]
    with override("en"):
        offered = [(str(value), label) for value, label in field.choices if "role" in str(value)]

    assert offered == [("role.clerk", "Question role: Option clerk"), ("role.manager", "Question role: Option manager")]
    assert found(client, make_staff(language="en"), "chosen=role.clerk") == (2, 2)


def test_options_of_a_draft_are_not_offered():
    make_form([{"key": "secret", "kind": "single", "options": ["yes"]}], published_on=None)

    field = ResponseFilter(data={"chosen": "secret.yes"}, queryset=Response.objects.all()).form

    assert "chosen" in field.errors


def test_a_gap_leads_to_those_who_rated_both_halves_of_one_row(client):
    wave = make_wave_of(make_form([*make_pair("t1", **HALVES), *make_pair("t2", **HALVES)], make_pair("r1", **HALVES)))
    asked(
        wave,
        {"t1-expectation": 7, "t1-perception": 4, "r1-expectation": 7, "r1-perception": 6},
        {"t1-expectation": 7, "t2-perception": 4},  # halves of different rows
        {"t2-expectation": 6, "t2-perception": 6},
        {"t1-expectation": "na", "t1-perception": 5, "r1-perception": 5},
    )
    staff = make_staff(language="en")

    assert found(client, staff, f"wave={wave.pk}&gap=part-1") == (2, 2)
    assert found(client, staff, f"wave={wave.pk}&gap=part-2") == (1, 1)


def confidential_wave() -> Wave:
    """Six answers of customers of the tier "major", five clerks and one manager."""
    wave = make_wave_of(make_form([*CHOICES, *make_pair("rate")]), anonymity=Anonymity.CONFIDENTIAL)
    told = [{"role": "manager" if not place else "clerk", "rate-importance": 5, "rate": 3} for place in range(6)]
    asked(wave, *told, tier="major")
    return wave


QUERIES = ("chosen=role.manager", "chosen=role.clerk", "item=rate-importance")


@pytest.mark.parametrize("query", QUERIES)
def test_no_option_finds_a_confidential_answer_while_answers_come_but_for_the_few(client, query):
    wave = confidential_wave()
    rows = 1 if query.endswith("manager") else 5 if query.endswith("clerk") else 6

    assert found(client, make_user(Role.OPERATIONS, language="en"), query) == (0, 0)
    assert found(client, make_staff(language="en"), query) == (rows, rows)
    assert wave.responses.count() == 6


@pytest.mark.parametrize("query", QUERIES)
def test_no_option_together_with_the_customer_tells_whose_a_confidential_answer_is(client, query):
    wave = confidential_wave()
    long_ago = now() - 200 * DAY
    Wave.objects.filter(pk=wave.pk).update(state=WaveState.CLOSED, closed_at=long_ago, opens_at=long_ago - DAY, closes_at=long_ago)
    colleague, service = make_user(Role.OPERATIONS, language="en"), make_staff(language="en")
    customer = wave.invitations.get(response__answers__option__key="manager").customer_id

    assert found(client, colleague, query)[0] > 0  # read without names, as the answers themselves are
    assert found(client, colleague, f"{query}&tier=major") == (0, 0)
    assert found(client, colleague, f"{query}&customer={customer}") == (0, 0)
    assert found(client, service, f"{query}&tier=major")[0] == found(client, service, query)[0]


def test_an_option_finds_no_answer_of_an_anonymous_wave_too_small_to_show(client):
    wave = make_wave_of(make_form(CHOICES), anonymity=Anonymity.ANONYMOUS)
    for _number in range(4):
        row = Response.objects.create(wave=wave, language="", first_submitted_at=now(), submitted_at=now())
        item = wave.version.items.get(key="role")
        row.answers.create(item=item, option=item.options.get(key="clerk"))
    manager = make_user(Role.MANAGER, language="en")

    few = found(client, manager, "chosen=role.clerk")
    Response.objects.create(wave=wave, language="", first_submitted_at=now(), submitted_at=now())

    assert (few, found(client, manager, "chosen=role.clerk")) == ((0, 0), (4, 4))
