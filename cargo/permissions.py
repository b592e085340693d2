"""Who may do what with handled cargo and cargo leads."""

from django.utils.translation import gettext_lazy as _

from portcrm.accounts.roles import Permission, Role

VIEW_SHIPMENT = "cargo.view_shipment"
IMPORT_SHIPMENTS = "cargo.import_shipments"
CORRECT_SHIPMENT = "cargo.correct_shipment"
EXPORT_SHIPMENTS = "cargo.export_shipments"
VIEW_LEAD = "cargo.view_lead"
EDIT_LEAD = "cargo.edit_lead"
EXPORT_LEADS = "cargo.export_leads"
VIEW_DOCUMENT = "cargo.view_document"
TAKE_IN_DOCUMENT = "cargo.take_in_document"
EDIT_REFERENCE = "cargo.edit_reference"
VIEW_STATISTIC = "cargo.view_statistic"
IMPORT_STATISTICS = "cargo.import_statistics"
EXPORT_STATISTICS = "cargo.export_statistics"
VIEW_TARGET = "cargo.view_target"
EDIT_TARGET = "cargo.edit_target"
HOLD_MEETING = "cargo.hold_meeting"
VIEW_CANDIDATE = "cargo.view_candidate"
DECIDE_CANDIDATE = "cargo.decide_candidate"

KEEPERS = frozenset({Role.MARKETING, Role.OPERATIONS, Role.MANAGER})
READERS = KEEPERS | {Role.SERVICE, Role.AUDITOR}

PERMISSIONS: tuple[Permission, ...] = (
    Permission(VIEW_SHIPMENT, _("See handled cargo with revenue and cost"), READERS),
    Permission(IMPORT_SHIPMENTS, _("Import handled cargo"), KEEPERS),
    Permission(CORRECT_SHIPMENT, _("Correct a line of handled cargo"), frozenset({Role.OPERATIONS, Role.MANAGER})),
    Permission(EXPORT_SHIPMENTS, _("Export handled cargo"), KEEPERS | {Role.AUDITOR}),
    Permission(VIEW_LEAD, _("See cargo leads"), READERS),
    Permission(EDIT_LEAD, _("Record, edit and move cargo leads"), KEEPERS | {Role.SERVICE}),
    Permission(EXPORT_LEADS, _("Export cargo leads"), KEEPERS | {Role.AUDITOR}),
    Permission(VIEW_DOCUMENT, _("See manifests, stowage plans and bookings"), READERS),
    Permission(TAKE_IN_DOCUMENT, _("Take in manifests, stowage plans and bookings"), KEEPERS),
    Permission(EDIT_REFERENCE, _("Keep cargo classes, goods rules, units and ports"), frozenset({Role.ADMIN})),
    Permission(VIEW_STATISTIC, _("See trade statistics"), READERS),
    Permission(IMPORT_STATISTICS, _("Import trade statistics"), KEEPERS),
    Permission(EXPORT_STATISTICS, _("Export trade statistics"), KEEPERS | {Role.AUDITOR}),
    Permission(VIEW_TARGET, _("See the annual task, its completion and the cargo-source meeting"), READERS),
    Permission(EDIT_TARGET, _("Set and import the annual task"), frozenset({Role.MANAGER})),
    Permission(HOLD_MEETING, _("Write down what the cargo-source meeting decides"), frozenset({Role.MARKETING, Role.MANAGER})),
    Permission(VIEW_CANDIDATE, _("See candidates: companies found in documents"), READERS),
    Permission(DECIDE_CANDIDATE, _("Decide on candidates: accept, merge, ignore"), KEEPERS),
)
