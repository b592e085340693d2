"""What cargo adds to the frame: events, pages, tabs, timelines, search, imports, seeds."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cargo import permissions
from cargo.columns.candidates import CANDIDATE_COLUMNS, CANDIDATE_ORDERINGS
from cargo.demo import seed_cargo
from cargo.exports.paper import meeting_sheet
from cargo.filters.candidates import CandidateFilter
from cargo.filters.leads import LeadFilter
from cargo.filters.shipments import ShipmentFilter
from cargo.filters.statistics import StatisticFilter, StatisticValueFilter
from cargo.forms.candidates import IgnoreManyForm
from cargo.forms.explorer import ExplorerForm
from cargo.imports.flows import FlowImporter
from cargo.imports.shipments import ShipmentImporter
from cargo.imports.statistics import StatisticImporter
from cargo.imports.targets import TargetImporter
from cargo.intake import BULLETIN_INTAKE, DOCUMENT_INTAKE
from cargo.models import Candidate, CargoMeeting
from cargo.queries import search, timeline
from cargo.queries.kept import kept_entry
from cargo.queries.references import read_classes
from cargo.samples import SAMPLE_FILES, sample_ledger
from cargo.services.deciding import ignore_one
from cargo.services.forgetting import documents_about, erase_from_documents
from cargo.services.forgetting_candidates import candidates_about, erase_from_candidates
from cargo.services.forgetting_leads import erase_from_leads, leads_about
from cargo.services.merging import MERGE_RULES, renew_cargo
from customers.models.cargo_class import register_cargo_classes
from customers.services.merge_rules import register_after_merge, register_merge_rule
from portcrm.audit.events import Told, register_event
from portcrm.audit.personal_data import PersonalData, register_personal_data
from portcrm.bulk.actions import BulkAction, BulkList, register_bulk_action, register_bulk_list
from portcrm.exchange.exported import register_export
from portcrm.exchange.importing import register_importer
from portcrm.exchange.intake import register_intake
from portcrm.pages.registry import (
    CreateItem,
    DemoSeed,
    NavItem,
    Panel,
    SampleStep,
    SearchSource,
    Tab,
    TimelineSource,
    register_create,
    register_demo_seed,
    register_nav,
    register_panel,
    register_sample_step,
    register_search,
    register_tab,
    register_timeline,
)
from portcrm.paper.kinds import PaperKind, register_paper

CUSTOMER, LEAD, CANDIDATE = "customers.customer", "cargo.lead", "cargo.candidate"

register_event("cargo.rebuild_rollups", _("Monthly cargo sums rebuilt"), Told(rows=_("Rows")))
register_export("cargo.shipment", _("Handled cargo"), ShipmentFilter)
register_export("cargo.explorer", _("Ledger explorer"), ExplorerForm.base_fields)
register_export(LEAD, _("Cargo leads"), LeadFilter)
register_event("cargo.keep_reference", _("Reference data changed"), kept_entry)
register_event("cargo.load_ports", _("Ports added from a list"), Told(ports=_("Ports")))
register_event("document.take_in", _("Document taken in"), Told(messages=_("Messages"), remarks=pgettext_lazy("document", "Remarks")))
register_event("document.read_again", _("Document read again"))
register_event("shipment.correct", _("Line of handled cargo corrected"), Told(reason=_("Reason")))

register_nav(NavItem("cargo", "cargo_overview", _("Cargo overview"), "cargo:overview", "chart-bar", 10, permissions.VIEW_SHIPMENT))
register_nav(NavItem("cargo", "shipment_list", _("Handled cargo"), "cargo:shipment_list", "ship", 20, permissions.VIEW_SHIPMENT))
register_nav(NavItem("cargo", "explorer", _("Ledger explorer"), "cargo:explorer", "table", 15, permissions.VIEW_SHIPMENT))
register_nav(
    NavItem("cargo", "document_list", _("Documents received"), "cargo:document_list", "clipboard-list", 25, permissions.VIEW_DOCUMENT)
)
register_nav(NavItem("cargo", "candidate_desk", _("Candidates"), "cargo:candidate_desk", "user-plus", 27, permissions.VIEW_CANDIDATE))
register_nav(NavItem("cargo", "flow_list", _("Flow lists"), "cargo:flow_list", "file-spreadsheet", 28, permissions.VIEW_CANDIDATE))
register_nav(NavItem("cargo", "lead_board", _("Cargo leads"), "cargo:lead_board", "layout-kanban", 30, permissions.VIEW_LEAD))
register_nav(NavItem("cargo", "reconciliation", _("Reconciliation"), "cargo:reconciliation", "scale", 40, permissions.VIEW_SHIPMENT))
register_nav(
    NavItem("settings", "cargo_reference", _("Reference data of cargo"), "cargo:reference_home", "package", 45, permissions.EDIT_REFERENCE)
)
register_create(CreateItem("lead", _("New cargo lead"), "cargo:lead_create", "package", permissions.EDIT_LEAD))
register_create(CreateItem("media_note", _("Note from the media"), "cargo:media_note_create", "notes", permissions.DECIDE_CANDIDATE))
register_tab(Tab(CUSTOMER, "cargo", _("Cargo"), "cargo:customer_cargo", 30, permissions.VIEW_SHIPMENT))
register_tab(Tab(CUSTOMER, "leads", _("Leads"), "cargo:customer_leads", 40, permissions.VIEW_LEAD))
register_panel(Panel("leads", _("Leads to act on"), "cargo:panel_leads", 30, permissions.VIEW_LEAD))
register_search(SearchSource("leads", _("Cargo leads"), permissions.VIEW_LEAD, search.find_leads))
register_search(SearchSource("documents", _("Documents received"), permissions.VIEW_DOCUMENT, search.find_documents))
register_search(SearchSource("ports", _("Ports"), permissions.VIEW_SHIPMENT, search.find_ports))
register_timeline(TimelineSource(CUSTOMER, "leads", _("Leads"), timeline.lead_moves))
register_timeline(TimelineSource(CUSTOMER, "cargo", _("Cargo"), timeline.handled_months))
register_timeline(TimelineSource(LEAD, "changes", _("Changes"), timeline.lead_changes))

register_bulk_list(
    BulkList(
        CANDIDATE, _("Candidates"), "cargo:candidate_list", Candidate.objects.visible_to, CandidateFilter, CANDIDATE_COLUMNS,
        CANDIDATE_ORDERINGS,
    )
)  # fmt: skip
register_bulk_action(
    BulkAction(CANDIDATE, "ignore", pgettext_lazy("candidate", "Ignore"), "x", permissions.DECIDE_CANDIDATE, IgnoreManyForm, ignore_one)
)

register_merge_rule(*MERGE_RULES)
register_cargo_classes(read_classes)
register_after_merge(renew_cargo)
register_importer(ShipmentImporter())
register_importer(StatisticImporter())
register_importer(FlowImporter())
register_intake(DOCUMENT_INTAKE)
register_personal_data(PersonalData("documents", documents_about, erase_from_documents, 55))
register_personal_data(PersonalData("candidates", candidates_about, erase_from_candidates, 56))
register_personal_data(PersonalData("leads", leads_about, erase_from_leads, 57))
register_demo_seed(DemoSeed("cargo", 20, seed_cargo))
register_sample_step(SampleStep("cargo", 20, sample_ledger, SAMPLE_FILES))

register_event(
    "statistic.take_in_bulletin", _("Bulletin of statistics taken in"), Told(source=_("Publisher"), figures=_("Published figures"))
)
register_export("cargo.statisticseries", _("Trade statistics"), StatisticFilter)
register_export("cargo.statisticvalue", _("Published figures"), StatisticValueFilter)
register_nav(
    NavItem("cargo", "statistic_list", _("Trade statistics"), "cargo:statistic_list", "chart-line", 35, permissions.VIEW_STATISTIC)
)
register_nav(NavItem("cargo", "channel_report", _("Channel report"), "cargo:channel_report", "link", 37, permissions.VIEW_SHIPMENT))
register_search(SearchSource("statistics", _("Trade statistics"), permissions.VIEW_STATISTIC, search.find_statistics))
register_intake(BULLETIN_INTAKE)
register_nav(NavItem("cargo", "target_board", _("Annual task"), "cargo:target_board", "target", 12, permissions.VIEW_TARGET))
register_nav(
    NavItem("cargo", "newest_meeting", _("Cargo-source meeting"), "cargo:newest_meeting", "calendar-event", 14, permissions.VIEW_TARGET)
)
register_importer(TargetImporter())
register_paper(
    PaperKind(
        "cargo-meeting", _("Monthly cargo-source meeting"), "cargo.cargomeeting", permissions.VIEW_TARGET,
        visible=CargoMeeting.objects.visible_to, facts=meeting_sheet, template="cargo/print/meeting.html",
    )
)  # fmt: skip
