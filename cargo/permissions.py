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
    Permission(VIEW_CANDIDATE, _("See candidates: companies found in documents"), READERS),
    Permission(DECIDE_CANDIDATE, _("Decide on candidates: accept, merge, ignore"), KEEPERS),
)
