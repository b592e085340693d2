"""Every page of a record, with a record behind it, as each role: it is drawn or refused, and the auditor changes nothing."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client

from cargo.services.checks import open_check
from cargo.services.ignoring import make_rule
from cargo.tests.factories import make_candidate, make_document, make_flow, make_lead, make_series, make_shipment, make_targets
from customers.models import ContactDate, Customer, Employment, OpenProblem, Tag
from customers.services.care import join_team
from customers.services.contracts import add_commitment
from customers.services.credit_holds import place_hold
from customers.services.merging import merge_customers
from customers.tests.factories import (
    DAY,
    make_acquaintance,
    make_assessment,
    make_balance,
    make_basis,
    make_contact,
    make_contract,
    make_customer,
    make_follow_up,
    make_interaction,
    make_observation,
    make_office_day,
    make_price,
    make_rating,
    make_relation,
    make_view,
    make_visit,
)
from feedback.models import Questionnaire
from feedback.services.complaint_figures import compute_complaint_figures
from feedback.services.drafts import begin_draft
from feedback.tests.factories import (
    make_action,
    make_complaint,
    make_decision,
    make_guest,
    make_heard,
    make_inbound,
    make_invitation,
    make_opt_out,
    make_question,
    make_quiet_period,
    make_response,
    make_suggestion,
    make_wave,
)
from marketing.tests.factories import make_business, make_run, make_value_model
from portcrm.accounts.roles import Role, permissions_of
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_department, make_user
from portcrm.bulk.actions import registry
from portcrm.bulk.services.runs import start_run
from portcrm.clock import now
from portcrm.outbox.tests.factories import make_block, make_mail, make_returned
from tests.architecture.test_urls import CLOSED, no_counts_of_earlier_tests

__all__ = ["no_counts_of_earlier_tests"]
pytestmark = pytest.mark.django_db
KEYS = {  # route -> the word its address takes, where "x" means nothing there
    "customers:section": "identity",
    "customers:section_edit": "identity",
    "customers:verify": "identity",
    "customers:needs_chart": "concerns",
    "customers:dated": "rating",
    "customers:dated_add": "rating",
    "customers:reference": "channels",
    "customers:reference_create": "channels",
    "customers:reference_edit": "channels",
    "cargo:reference": "classes",
    "cargo:reference_create": "classes",
    "cargo-class-detail": "01",
    "cargo-form-detail": "container",
    "trade-kind-detail": "foreign",
    "movement-detail": "inbound",
    "unit-detail": "t",
    "port-detail": "CNSHG",
    "cargo:target_class": "01",
    "cargo:target_months": "01",
    "cargo:meeting": "2026-10",
    "paper:paper_order": "file-card",
    "paper:paper_page": "file-card",
    "exchange:import_upload": "customers",
    **dict.fromkeys(("feedback:section_edit", "feedback:section_move", "feedback:section_remove", "feedback:question_bank"), "transport"),
    **dict.fromkeys(("feedback:question_edit", "feedback:question_move", "feedback:question_remove", "feedback:answers_add"), "gate"),
    **dict.fromkeys(("feedback:answer_edit", "feedback:answer_move", "feedback:answer_remove"), "gate"),
    "feedback:question_create": "transport",
    "exchange:import_template": "customers",
}
# No record of these kinds can be made in a few lines; their own tests open them.
WITHOUT_RECORD = {
    *("exchange:import_again", "exchange:import_cancel", "exchange:import_columns", "exchange:import_problems", "exchange:import_progress"),
    *("exchange:import_rows", "exchange:row_choose", "exchange:rows_choose", "exchange:row_mend", "exchange:row_leave_out"),
    *("exchange:import_revert", "exchange:revert_progress", "exchange:revert_keep", "exchange:change_decide"),
    *("exchange:import_run", "exchange:import_start", "keys:key_revoke"),
    "cargo:reference_edit",  # one address for entries of several kinds, most of them known by a code
    *("bulk:choose", "customers:contact_change", "marketing:dashboard_chart", "marketing:dashboard_follow_up"),
    *("paper:printout", "paper:printout_progress", "paper:printout_file"),  # for whoever asked, nobody else
    "feedback-response-enclosed",  # a file that came with a form: sent and fetched in test_enclosures_by_api.py
    "customers:customer_step",  # leads on to the page of another record
    "customers:interaction_edit",  # opened by its author alone, whatever their role
    # Steps of a record in the API, which refuses GET as 403.
    *("feedback-complaint-assess", "feedback-complaint-answer", "feedback-complaint-assign", "feedback-complaint-close"),
    *("feedback-complaint-finding", "feedback-complaint-claim", "feedback-complaint-plan"),
    *("feedback-corrective-action-finish", "feedback-corrective-action-check"),
    *("feedback-suggestion-consider", "feedback-suggestion-adopt", "feedback-suggestion-decline"),
    *("feedback-suggestion-publish", "feedback-suggestion-withdraw"),
    *("follow-up-close", "visit-report", "visit-call-off", "visit-plan-period", "assessment-verify", "price-verify", "price-withdraw"),
    *("contract-renew", "contract-terminate", "contract-verify", "contract-promised", "contract-take-out"),
    *("bulk-api:run-cancel", "bulk-api:run-count"),
}


@pytest.fixture
def records():
    """One record of each kind with the key 1, which the sample addresses name."""
    _count_from_one()
    make_department()
    customer = make_customer(account_manager=make_user(Role.MARKETING))
    join_team(customer=customer, user=make_user(Role.OPERATIONS), function="operations", by=make_user(Role.MANAGER))
    place_hold(customer=customer, reason="欠款逾期", by=make_user(Role.MANAGER))
    add_commitment(contract=make_contract(customer=customer), tonnes=1000, by=make_user(Role.MANAGER))
    make_price(customer=customer)
    make_balance(customer=customer)
    make_rating(customer=customer)
    make_assessment(customer=customer)
    make_view({"freight_rate": 5}, customer=customer)
    contact = make_contact(customer=customer)
    make_interaction(customer=customer)
    make_follow_up(customer=customer)
    make_visit(customer=customer)
    make_observation(contact=contact)
    make_basis(contact=contact)
    keeper = make_user(Role.MARKETING)
    Employment.objects.create(contact=contact, customer=make_customer(), recorded_by=keeper, recorded_on=DAY)
    ContactDate.objects.create(contact=contact, month=2, day=29, recorded_by=keeper, recorded_on=DAY)
    make_acquaintance(contact=contact)
    make_relation(from_customer=customer)
    shipment = make_shipment(customer=customer)
    make_business(customer, 500, dt.date(2026, 10, 1))
    make_lead(customer=customer)
    make_document()
    make_series()
    make_candidate()
    make_flow()
    make_targets({("01", None): 1200})
    make_rule(kind="word", text="保险", reason="", by=make_user(Role.MANAGER))
    make_quiet_period()
    make_office_day()
    wave = make_wave()
    make_response(invitation=make_invitation(wave=wave, contact=contact))
    make_opt_out(invitation=make_invitation(wave=wave))
    make_action(complaint=make_complaint(customer=customer, shipments=[shipment]))
    compute_complaint_figures(at=now(), by=system_user())
    make_decision(seminar=make_guest().seminar)
    make_suggestion(customer=customer, heard=make_heard(customer=customer))
    draft = begin_draft(questionnaire=Questionnaire.objects.get(pk=1), by=make_user(Role.MANAGER))
    make_question(section=draft.sections.first(), kind="single", text_en="Gate", answers=[("一", "1"), ("二", "2")])
    make_value_model()
    make_run()
    make_block(mail=make_mail(html="<p>您好</p>"))
    make_returned()
    make_inbound()
    OpenProblem.objects.create(customer=customer, title="单证延误", opened_on=dt.date(2026, 11, 1), opened_by=make_user(Role.MANAGER))
    open_check(by=make_user(Role.MANAGER))
    merge_customers(kept=make_customer(), other=make_customer(), take=(), by=make_user(Role.MANAGER))
    Tag.objects.create(name="冷链")
    start_run(
        chosen=registry.actions["customers.customer", "tag"],
        rows=Customer.objects.all(),
        values={"new": ["冷链"]},
        query="",
        by=make_user(Role.MANAGER),
    )


def _count_from_one() -> None:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute("SELECT pg_get_serial_sequence(%s, 'id') WHERE EXISTS (SELECT FROM information_schema.columns"
                           " WHERE table_name = %s AND column_name = 'id')", [table, table])  # fmt: skip
            sequence = (cursor.fetchone() or [None])[0]
            cursor.execute(f"SELECT EXISTS (SELECT FROM {connection.ops.quote_name(table)})")
            if sequence and not cursor.fetchone()[0]:
                cursor.execute("SELECT setval(%s, 1, false)", [sequence])


def addresses():
    for name, path in CLOSED:
        yield name, path.replace("/x/", f"/{KEYS[name]}/") if name in KEYS else path


def answers_to(role: Role, method: str) -> dict[str, int]:
    client = Client(raise_request_exception=False)
    client.force_login(make_user(role))
    found = {}
    for name, path in addresses():
        response = getattr(client, method)(path)
        if response.streaming:
            b"".join(response.streaming_content)  # an export left unread would stay open
        found[name] = response.status_code
    return found


def outranked(answers: dict[Role, dict[str, int]]) -> list[tuple[str, str, list[str]]]:
    """Roles that are refused what a role with fewer permissions reaches."""
    reached = {role: {name for name, status in answers[role].items() if status not in {403, 404}} for role in Role}
    may = {role: permissions_of(frozenset({role})) for role in Role}
    pairs = [(less, more) for less in Role for more in Role if may[less] <= may[more]]
    return [(less.value, more.value, sorted(reached[less] - reached[more])) for less, more in pairs if not reached[less] <= reached[more]]


def test_every_page_of_a_record_is_drawn_for_somebody_and_breaks_for_nobody(records):
    answers = {role: answers_to(role, "get") for role in Role}

    broken = [(role.value, name, status) for role in Role for name, status in answers[role].items() if status >= 500]
    nowhere = [name for name, _path in addresses() if all(answers[role][name] in {403, 404} for role in Role)]
    assert broken == []
    assert sorted(set(nowhere) - WITHOUT_RECORD) == []
    assert outranked(answers) == []


def test_the_auditor_reads_and_changes_nothing(records):
    let_in = {name for name, status in answers_to(Role.AUDITOR, "post").items() if status not in {401, 403, 404, 405}}

    assert let_in == {"keys:keys"}  # keys to the API of one's own
