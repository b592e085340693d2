"""Findings, claims and corrective actions by program: the steps, rules and permissions of the pages."""

import datetime as dt

import pytest
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from feedback.models import Claim, CorrectiveAction, Finding
from feedback.tests.factories import make_action, make_complaint, make_staff
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_today

pytestmark = pytest.mark.django_db
BASE = "/api/v1/feedback"


def client_of(user) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def post(user, address: str, **sent):
    return client_of(user).post(f"{BASE}/{address}/", sent, format="json")


def test_a_case_is_investigated_claimed_for_and_acted_on():
    staff, complaint, today = make_staff(), make_complaint(), str(port_today())
    case = f"complaints/{complaint.pk}"

    post(staff, f"{case}/finding", cause="process", liability="ours", decision="free storage waived")
    post(staff, f"{case}/claim", currency="USD", claimed="1200.00")
    post(staff, f"{case}/claim", agreed="800.00", agreed_on=today)
    planned = post(staff, f"{case}/plan", what="open gate 2", owner=staff.pk, due_on=today, check_on=today).json()
    action = f"corrective-actions/{planned['corrective_actions'][0]['id']}"
    done = post(staff, f"{action}/finish", result="opened").json()
    checked = post(staff, f"{action}/check", effective="yes", note="queue of 20 minutes").json()

    told = client_of(staff).get(f"{BASE}/{case}/").json()
    assert (told["finding"]["liability"], told["finding"]["decided_by"]) == ("ours", staff.pk)
    claim = told["claim"]
    assert (claim["currency"], claim["claimed"], claim["agreed"], claim["agreed_on"]) == ("USD", "1200.00", "800.00", today)
    assert (done["complaint"], done["done_on"], checked["effective"], checked["checked_on"]) == (complaint.pk, today, "yes", today)


def test_only_what_is_sent_is_changed():
    staff, complaint = make_staff(), make_complaint()
    post(staff, f"complaints/{complaint.pk}/finding", cause="weather", decision="fog of three days")

    post(staff, f"complaints/{complaint.pk}/finding", liability="nobody")

    assert Finding.objects.values_list("cause", "liability", "decision").get() == ("weather", "nobody", "fog of three days")


@pytest.mark.parametrize(
    ("step", "sent", "status", "named"),
    [
        ("finding", {"cause": "ghosts"}, 400, "cause"),
        ("finding", {"liable": "ours"}, 400, "liable"),
        ("claim", {"agreed": "10.00", "agreed_on": "2026-11-27"}, 409, "claimed"),
        ("claim", {"claimed": "1.00", "paid": "1.00", "paid_on": "2026-11-27"}, 409, None),
        ("plan", {"what": "x", "owner": 999999, "due_on": "2026-11-27", "check_on": "2026-11-28"}, 400, "owner"),
        ("plan", {"what": "x", "due_on": "2026-11-27", "check_on": "2026-11-28"}, 400, "owner"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(step, sent, status, named):
    complaint = make_complaint()

    answer = post(make_staff(), f"complaints/{complaint.pk}/{step}", **sent)

    told = answer.json()
    assert answer.status_code == status
    assert named in (*told, told.get("field"), None)
    assert (Finding.objects.count(), Claim.objects.count(), CorrectiveAction.objects.count()) == (0, 0, 0)


def test_an_action_is_not_done_before_its_day_and_not_checked_before_it_is_done():
    staff, row = make_staff(), make_action()

    tomorrow = post(staff, f"corrective-actions/{row.pk}/finish", result="x", on=str(port_today() + dt.timedelta(days=1)))
    early = post(staff, f"corrective-actions/{row.pk}/check", effective="yes")

    assert (tomorrow.status_code, list(tomorrow.json()), early.status_code) == (400, ["on"], 409)
    assert CorrectiveAction.objects.values_list("done_on", "effective").get() == (None, "")


@pytest.mark.parametrize(
    ("role", "codes"),
    [
        (Role.MANAGER, [200, 200, 200, 200, 200]),
        (Role.OPERATIONS, [200, 403, 200, 200, 200]),
        (Role.AUDITOR, [403, 403, 403, 403, 200]),
        (Role.ADMIN, [403, 403, 403, 403, 403]),
    ],
)
def test_each_step_asks_for_the_permission_of_its_page(role, codes):
    user, complaint, row, today = make_user(role), make_complaint(), make_action(), str(port_today())
    plan = {"what": "x", "owner": make_staff().pk, "due_on": today, "check_on": today}

    answers = [
        post(user, f"complaints/{complaint.pk}/finding", cause="people"),
        post(user, f"complaints/{complaint.pk}/claim", claimed="1.00"),
        post(user, f"complaints/{complaint.pk}/plan", **plan),
        post(user, f"corrective-actions/{row.pk}/finish", result="done"),
        client_of(user).get(f"{BASE}/corrective-actions/{row.pk}/"),
    ]

    assert [answer.status_code for answer in answers] == codes


def test_actions_are_found_by_owner_state_and_complaint():
    mine, other = make_action(), make_action()
    client = client_of(make_staff())
    post(mine.owner, f"corrective-actions/{mine.pk}/finish", result="done")

    def found(query: str) -> list[int]:
        return [row["id"] for row in client.get(f"{BASE}/corrective-actions/?{query}").json()["results"]]

    assert found(f"owner={mine.owner_id}") == [mine.pk]
    assert found(f"complaint={other.complaint_id}") == [other.pk]
    assert (found("state=to_do"), found("state=to_check"), found("state=checked")) == ([other.pk], [mine.pk], [])


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_actions_needs_as_many_queries_however_many_there_are(django_assert_max_num_queries, rows):
    for _number in range(rows):
        make_action()
    client = client_of(make_staff())

    with django_assert_max_num_queries(4):
        assert len(client.get(f"{BASE}/corrective-actions/").json()["results"]) == rows


def test_the_description_of_the_api_names_the_body_of_each_step():
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    steps = (
        "complaints/{id}/finding",
        "complaints/{id}/claim",
        "complaints/{id}/plan",
        "corrective-actions/{id}/finish",
        "corrective-actions/{id}/check",
    )

    contents = [paths[f"{BASE}/{step}/"]["post"]["requestBody"]["content"]["application/json"]["schema"] for step in steps]

    names = ["FindingChange", "ClaimChange", "PlanAction", "FinishAction", "CheckAction"]
    assert [content["$ref"].rsplit("/", 1)[1] for content in contents] == names
