"""Every tracked model has its triggers in the database; every untracked one has a reason; every intent has its event."""

import ast
import re

import pytest
from django.apps import apps
from django.db import connection
from django.utils.translation import override
from pghistory.models import Event

from portcrm.audit.actions import named_actions
from portcrm.audit.events import registered_events
from portcrm.audit.history import tracked_models
from portcrm.audit.labels import action_label
from portcrm.audit.queries import event_model_of, stored_fields
from tests.architecture.source import APPS, called_name, product

ABBREVIATIONS = {"TEU", "UN/LOCODE"}  # the same in both languages
# Models whose rows keep no history of fields, each with its reason.
WITHOUT_HISTORY = {
    "audit.AuditEvent": "is itself the record, and cannot be changed",
    "pages.SavedView": "one's own convenience",
    "pages.Shortcut": "one's own convenience",
    "notices.Notice": "points at what is recorded elsewhere",
    "pages.DefaultView": "one's own convenience",
    "bulk.BulkRun": "a run tells its own story; its end is an event",
    "bulk.BulkChunk": "part of a run",
    "bulk.BulkRefusal": "part of a run",
    "feedback.LowMark": "its history would tell an auditor when a confidential answer came; the row says what was done, when and by whom",
    "feedback.InboundMail": "kept as it came; what it became is the case",
    "outbox.OutgoingEmail": "states and attempts stand in the row; millions of them",
    "outbox.OutboxControl": "one row that says whether mail goes out; switching writes an event",
    "outbox.JournalEntry": "a line of the send journal; says itself when it was taken over",
    "outbox.SendingRate": "a bucket of tokens that fills and empties",
    "outbox.SuppressedAddress": "a digest and its day; lifted by the agreement that is recorded at the contact",
    "outbox.MailReport": "one word about a mail; written once",
    "outbox.AddressBlock": "each row says why and by whom it was blocked, and who lifted it when and why",
    "outbox.ReturnedMail": "kept as it came; the row says who settled it and when",
    "outbox.DomainCheck": "what the DNS said at one moment; written once",
    "outbox.MailEvent": "kept as it was told",
    "exchange.ImportRun": "a run tells its own story",
    "exchange.ImportProblem": "part of a run",
    "exchange.Forecast": "part of a dry run, with what was decided on it",
    "exchange.ImportChange": "itself tells what an import has changed, and who decided on it",
    "exchange.ImportStatement": "part of a run",
    "exchange.ImportRevert": "a run tells its own story",
    "exchange.RememberedMapping": "remembers the last choice",
    "files.StoredFile": "content never changes",
    "paper.Printout": "a job tells its own story; its file expires",
    "customers.Receivable": "what a file of invoices says; each row tells when it was first and last seen and settled",
    "customers.ReceivableLine": "a row laid aside until its file takes effect",
    "customers.ReceivablesStatement": "the sums of a file that took effect; written once",
    "customers.CareChange": "itself a record of a change; written once",
    "customers.DuplicateCandidate": "found by a job; says itself who decided and when",
    "customers.Merge": "itself the record of a change",
    "customers.MergedRow": "part of a merge",
    "cargo.CargoDocument": "a file as it was received; written once",
    "cargo.DocumentMessage": "part of a file",
    "cargo.DocumentKey": "what a file is found by; follows from what it tells",
    "cargo.Sighting": "read from a message of a document, with what has withdrawn it",
    "cargo.LeadEvidence": "written with the lead it belongs to and never changed",
    "cargo.Shipment": "the ledger: corrections are rows",
    "cargo.ShipmentParty": "written with the row of the ledger it belongs to and never changed",
    "cargo.ImportProof": "what an import was compared with; written once",
    "cargo.LeadMove": "itself a record of a change; written once",
    "cargo.LeadOutlook": "computed from closed leads",
    "cargo.StageOdds": "computed from closed leads",
    "cargo.LedgerCheck": "a comparison; written once",
    "cargo.MonthlyRollup": "computed from the ledger",
    "cargo.LaneSum": "computed from the ledger",
    "cargo.ClassSum": "computed from the ledger",
    "cargo.HeaviestCustomer": "computed from the ledger",
    "cargo.StatisticSeries": "opened by an import and never changed",
    "cargo.StatisticValue": "published figures: revisions are rows",
    "cargo.Projection": "part of a run",
    "cargo.ProjectionRun": "a computation; written once",
    "feedback.Invitation": "states and times stand in the row",
    "feedback.Reminder": "the mail it names tells the rest",
    "feedback.Response": "the customer's own words, with their versions",
    "feedback.ResponseVersion": "is itself the history of a response",
    "feedback.Answer": "part of a response",
    "feedback.OptOut": "each row says who spoke when, and who lifted it when and why",
    "feedback.Draft": "what a customer has typed so far",
    "feedback.WaveSkip": "a line of a wave's own report",
    "feedback.OccasionMark": "written once with its wave, never changed",
    "feedback.WaveDraw": "written once with its wave, never changed",
    "feedback.WaveResult": "computed from the answers",
    "feedback.ItemResult": "computed from the answers",
    "feedback.GroupResult": "computed from the answers",
    "feedback.CustomerResult": "computed from the answers",
    "feedback.LoopResult": "computed from the answers",
    "feedback.GapResult": "computed from the answers",
    "feedback.OptionResult": "computed from the answers",
    "feedback.SealedAnswers": "kept so that nothing tells when it came",
    "feedback.ComplaintResult": "computed from the complaints",
    "feedback.ComplaintShare": "computed from the complaints",
    "feedback.ClaimResult": "computed from the complaints",
    "feedback.ComplaintSeries": "a counter",
    "feedback.SuggestionSeries": "a counter",
    "marketing.RankingRun": "frozen",
    "marketing.RankingRow": "frozen",
    "marketing.RankingQuantity": "frozen",
    "marketing.Reconciliation": "a check is kept as it came out; another one is another row",
    "marketing.DashboardSnapshot": "computed with a run",
}
OUR_LABELS = {config.label for config in apps.get_app_configs() if config.name.split(".")[0] in APPS}


def our_models() -> list:
    return [
        model
        for model in apps.get_models()
        if model._meta.app_label in OUR_LABELS and not issubclass(model, Event) and model._meta.managed and not model._meta.proxy
    ]


def test_a_model_is_tracked_or_has_a_reason_not_to_be():
    tracked = {model._meta.label for model in tracked_models()}

    assert sorted(model._meta.label for model in our_models() if model._meta.label not in tracked | set(WITHOUT_HISTORY)) == []
    assert sorted(tracked & set(WITHOUT_HISTORY)) == []


@pytest.mark.django_db
@pytest.mark.database
def test_every_tracked_model_has_its_three_triggers_switched_on_in_the_database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'")
        found = {(table.strip('"'), name) for table, name in cursor.fetchall()}
    missing = [
        (model._meta.label, kind)
        for model in tracked_models()
        for kind in ("insert", "update", "delete")
        if not any(table == model._meta.db_table and name.startswith(f"pgtrigger_{kind}_{kind}") for table, name in found)
    ]
    unprotected = [
        event_model_of(model)._meta.label
        for model in tracked_models()
        if not any(table == event_model_of(model)._meta.db_table and "append_only" in name for table, name in found)
    ]

    assert missing == []
    assert unprotected == []


def test_what_is_left_out_of_history_is_a_field_that_exists():
    wrong = [
        (model._meta.label, name)
        for model, tracking in tracked_models().items()
        for name in tracking.exclude | frozenset().union(*tracking.restricted.values())
        if name not in {field.name for field in model._meta.get_fields()}
    ]

    assert wrong == []


def recorded_actions() -> list[tuple[str, str]]:
    """(where, action) of every record(action="…") in the product."""
    return [
        (f"{module}:{call.lineno}", keyword.value.value)
        for module in product()
        for call in ast.walk(module.tree)
        if isinstance(call, ast.Call) and called_name(call) in {"record", "record_each"}
        for keyword in call.keywords
        if keyword.arg == "action" and isinstance(keyword.value, ast.Constant)
    ]


def test_every_recorded_intent_is_on_the_closed_list():
    assert [one for one in recorded_actions() if one[1] not in registered_events()] == []


def words_of_the_product() -> set[str]:
    return {
        node.value
        for module in product()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_event_on_the_list_is_recorded_somewhere():
    words = words_of_the_product()
    registering = [
        call.args[0].value
        for module in product()
        for call in ast.walk(module.tree)
        if isinstance(call, ast.Call) and called_name(call) == "register_event" and call.args and isinstance(call.args[0], ast.Constant)
    ]
    counted = [
        node.value
        for module in product()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]

    assert words
    assert sorted(name for name in registering if counted.count(name) < 2) == []


def test_actions_are_named_as_subject_and_verb():
    assert (
        sorted(
            name
            for name in named_actions()
            if len(name.split(".")) not in {2, 3} or not all(part.isidentifier() for part in name.split("."))
        )
        == []
    )


def test_no_action_reads_as_the_name_it_has_in_code():
    """Of the product: tests name actions of their own."""
    named = named_actions().keys() & words_of_the_product()

    assert "customer.edit" in named
    assert sorted(name for name in named if action_label(name) == name) == []


def test_every_field_whose_history_is_kept_has_a_name_in_chinese():
    """A history names each field that changed; without a name of its own a field is read out as it is called in code."""
    with override("zh-hans"):
        nameless = [
            f"{model._meta.label}.{field.name}"
            for model in tracked_models()
            for field in stored_fields(model)
            if not field.primary_key and not re.search("[\u4e00-\u9fff]", label := str(field.verbose_name)) and label not in ABBREVIATIONS
        ]

    assert nameless == []
