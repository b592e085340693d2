"""What customer files add to the frame: pages, tabs, panels, search, timeline, events, imports, seeds."""

from django.forms import CharField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers import permissions
from customers.columns import CUSTOMER_COLUMNS, CUSTOMER_ORDERINGS
from customers.demo import seed_customers
from customers.exports.paper import archive_card, visit_report, visit_reports
from customers.filters import (
    BalanceFilter,
    ContractFilter,
    CustomerFilter,
    FollowUpFilter,
    InteractionFilter,
    RatingFilter,
    VisitFilter,
)
from customers.forms.many import ClassifyManyForm, EditManyForm, HandOverManyForm, ReturnManyForm, TagManyForm, UntagManyForm
from customers.forms.network import NetworkForm
from customers.imports.customers import CustomerImporter
from customers.imports.receivables import ReceivablesImporter
from customers.models import Contract, Customer, CustomerTag, DepartmentView, Employment, Interaction, PlannedVisit, Relation
from customers.queries import relations, timeline
from customers.queries.care import customers_of
from customers.queries.needs import department_views
from customers.queries.office_days import read_days
from customers.queries.participants import told_participants
from customers.queries.person import contacts_with_files, known_about, told_erasure, told_reading
from customers.queries.search import find_contacts, find_contracts, find_customers
from customers.queries.terms import terms_entries
from customers.samples import SAMPLE_FILES, sample_customers
from customers.services import telling
from customers.services.employments import works_for_both
from customers.services.forgetting import erase_from_files
from customers.services.forgetting_copies import OBSERVATIONS
from customers.services.many import classify_one, edit_one, hand_over_one, return_one, tag_one, untag_one
from customers.services.merge_rules import MergeRule, clash, register_after_merge, register_merge_rule, register_twin_rule
from customers.services.own_merge_rules import OWN_RULES, renew_own_facts
from customers.services.personal import tell_history_read
from customers.services.receivables import renew_after_merge
from customers.services.relations import left_behind
from customers.services.remembering import tell_reminders_read
from customers.services.terms_merge_rules import TERMS_RULES
from customers.services.twins import TWIN_RULES
from portcrm.accounts.leaving import register_left_behind
from portcrm.audit.events import register_event
from portcrm.audit.personal_data import PersonalData, register_personal_data
from portcrm.audit.reading import register_told_reading
from portcrm.bulk.actions import BulkAction, BulkList, register_bulk_action, register_bulk_list
from portcrm.business_days import register_office_days
from portcrm.exchange.exported import register_export
from portcrm.exchange.importing import register_importer
from portcrm.files.owners import register_file_owner
from portcrm.notices.kinds import register_notice
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
from portcrm.paper.kinds import Extra, PaperKind, register_paper

CUSTOMER = "customers.customer"

register_event("contact.read_profile", _("Read the profile of a person in charge"), told_reading)
register_event("contact.hand_out", _("Took out all we hold about a person"))
register_event("contact.erase", _("Erased the data about a person"), told_erasure)
register_event("interaction.participants", _("Corrected who took part"), told_participants)
register_event("visit.contacts", _("Changed whom to meet"), told_participants)
for record in ("customers.observation", "customers.contactdate"):
    register_told_reading(record, tell_history_read)
register_told_reading("customers.followup", lambda row, by: tell_reminders_read(rows=[row], by=by))
register_personal_data(PersonalData("customers", known_about, erase_from_files, order=10))
register_merge_rule(MergeRule(Employment, _("Employments"), tab="contacts", stays=works_for_both))

OF_ONE = {"customer": CharField(label=_("Customer"))}
for record, label, conditions in (
    (CUSTOMER, _("Customers"), CustomerFilter), ("customers.contract", _("Contracts"), ContractFilter),
    ("customers.receivablesbalance", _("Receivables"), BalanceFilter), ("customers.creditrating", _("Credit ratings"), RatingFilter),
    ("customers.interaction", _("Interactions"), InteractionFilter), ("customers.followup", _("Follow-ups"), FollowUpFilter),
    ("customers.plannedvisit", _("Visits"), VisitFilter), ("customers.group", _("Group"), CustomerFilter),
    ("customers.introducer", _("Introducers"), None), ("customers.relation", _("Relations"), OF_ONE | NetworkForm.base_fields),
    ("customers.viewscore", _("Views of departments"), OF_ONE),
):  # fmt: skip
    register_export(record, label, conditions)

register_nav(NavItem("today", "follow_ups", _("Follow-ups"), "customers:follow_up_list", "clipboard-list", 20, permissions.VIEW_CUSTOMER))
register_nav(NavItem("customers", "customers", _("Customers"), "customers:customer_list", "building", 10, permissions.VIEW_CUSTOMER))
register_nav(NavItem("customers", "pool", _("Customer pool"), "customers:pool", "users-group", 15, permissions.CHANGE_CUSTOMER))
register_nav(NavItem("customers", "duplicates", _("Duplicates"), "customers:duplicate_list", "copy", 18, permissions.MERGE_CUSTOMER))
register_nav(NavItem("settings", "code_lists", _("Code lists"), "customers:reference_home", "list", 40, permissions.MANAGE_REFERENCE))
register_nav(
    NavItem("settings", "office_days", _("Office calendar"), "customers:office_days", "calendar-event", 42, permissions.MANAGE_REFERENCE)
)
register_office_days(read_days)
register_nav(NavItem("today", "visits", _("Visits"), "customers:visit_list", "map-pin", 30, permissions.VIEW_CUSTOMER))
register_nav(NavItem("today", "interactions", _("Interactions"), "customers:interaction_list", "message", 40, permissions.VIEW_CUSTOMER))
register_create(CreateItem("customer", _("New customer"), "customers:customer_create", "building", permissions.CHANGE_CUSTOMER))

register_tab(Tab(CUSTOMER, "file", _("Customer file"), "customers:file_tab", 10, permissions.VIEW_CUSTOMER))
register_tab(Tab(CUSTOMER, "contacts", _("Contacts"), "customers:contacts_tab", 20, permissions.VIEW_CONTACT))
register_tab(Tab(CUSTOMER, "care", _("Care"), "customers:care_tab", 30, permissions.VIEW_CUSTOMER))
register_tab(Tab(CUSTOMER, "files", _("Files"), "customers:files_tab", 80, permissions.VIEW_CUSTOMER))
register_tab(Tab(CUSTOMER, "history", _("History"), "customers:history_tab", 90, permissions.VIEW_CUSTOMER))

register_tab(Tab(CUSTOMER, "network", pgettext_lazy("tab", "Network"), "customers:network_tab", 26, permissions.VIEW_CUSTOMER))
register_nav(NavItem("customers", "introducers", _("Introducers"), "customers:introducer_list", "route", 30, permissions.VIEW_CUSTOMER))
register_timeline(TimelineSource(CUSTOMER, "relations", _("Relations"), relations.entries))
register_merge_rule(MergeRule(Relation, _("Relations"), field="from_customer", stays=left_behind("from_customer"), tab="network"))
register_merge_rule(MergeRule(Relation, _("Relations"), field="to_customer", stays=left_behind("to_customer"), tab="network"))

register_panel(Panel("my_follow_ups", _("My follow-ups due"), "customers:my_follow_ups", 10, permissions.RECORD_INTERACTION))
register_panel(Panel("my_visits", _("My next visits"), "customers:my_visits", 15, permissions.RECORD_INTERACTION))
register_panel(Panel("my_customers", _("My customers"), "customers:my_customers", 20, permissions.VIEW_CUSTOMER))

register_search(SearchSource("customers", _("Customers"), permissions.VIEW_CUSTOMER, find_customers))
register_search(SearchSource("contacts", _("Contacts"), permissions.VIEW_CONTACT, find_contacts))

register_timeline(TimelineSource(CUSTOMER, "interactions", _("Interactions"), timeline.interactions, picks=True))
register_timeline(TimelineSource(CUSTOMER, "follow_ups", _("Follow-ups"), timeline.follow_ups, picks=True))
register_timeline(TimelineSource(CUSTOMER, "assessments", _("Assessments"), timeline.assessments))
register_timeline(TimelineSource(CUSTOMER, "problems", _("Problems"), timeline.problems))
register_timeline(TimelineSource(CUSTOMER, "care", _("Care"), timeline.care_changes))
register_timeline(TimelineSource(CUSTOMER, "merges", _("Merges"), timeline.merges))
register_timeline(TimelineSource(CUSTOMER, "changes", _("Changes of the file"), timeline.changes))

register_merge_rule(*OWN_RULES)
register_twin_rule(*TWIN_RULES)
register_after_merge(renew_own_facts)
register_tab(Tab(CUSTOMER, "needs", _("Needs and concerns"), "customers:needs_tab", 24, permissions.VIEW_CUSTOMER))
register_timeline(TimelineSource(CUSTOMER, "department_views", _("Views of departments"), department_views))
register_merge_rule(MergeRule(DepartmentView, _("Views of departments"), tab="needs"))

register_paper(
    PaperKind(
        "file-card", _("Customer file card"), CUSTOMER, permissions.VIEW_CUSTOMER,
        visible=Customer.objects.visible_to, facts=archive_card, template="customers/print/archive_card.html",
        extras=(Extra(OBSERVATIONS, _("Profile of the persons in charge"), permissions.VIEW_PERSONAL),),
    )
)  # fmt: skip
register_paper(
    PaperKind(
        "visit-report", pgettext_lazy("printed form", "Visit report"), "customers.interaction", permissions.VIEW_CUSTOMER,
        visible=visit_reports, facts=visit_report, template="customers/print/visit_report.html",
    )
)  # fmt: skip

register_file_owner("customers.contact", contacts_with_files, change_permission=permissions.CHANGE_CUSTOMER)
register_file_owner(CUSTOMER, Customer.objects.visible_to, change_permission=permissions.CHANGE_CUSTOMER)
register_file_owner("customers.interaction", Interaction.objects.visible_to, change_permission=permissions.RECORD_INTERACTION)
for kind in telling.KINDS:
    register_notice(kind)
register_importer(CustomerImporter())
register_merge_rule(MergeRule(PlannedVisit, _("Planned visits")))
register_demo_seed(DemoSeed("customers", 10, seed_customers))
register_sample_step(SampleStep("customers", 10, sample_customers, SAMPLE_FILES))

register_left_behind("customers", customers_of)
register_bulk_list(
    BulkList(
        CUSTOMER, _("Customers"), "customers:customer_list", Customer.objects.visible_to, CustomerFilter,
        CUSTOMER_COLUMNS, CUSTOMER_ORDERINGS,
    )
)  # fmt: skip
register_bulk_action(
    BulkAction(CUSTOMER, "classify", _("Classify"), "flag", permissions.ASSIGN_CUSTOMER, ClassifyManyForm, classify_one, 10),
    BulkAction(CUSTOMER, "edit", _("Edit"), "edit", permissions.CHANGE_CUSTOMER, EditManyForm, edit_one, 20),
    BulkAction(CUSTOMER, "hand_over", _("Hand over"), "user-check", permissions.CHANGE_CUSTOMER, HandOverManyForm, hand_over_one, 30),
    BulkAction(CUSTOMER, "return", _("Return to the pool"), "users-group", permissions.CHANGE_CUSTOMER, ReturnManyForm, return_one, 40),
    BulkAction(CUSTOMER, "tag", _("Add tags"), "tag", permissions.CHANGE_CUSTOMER, TagManyForm, tag_one, 50),
    BulkAction(CUSTOMER, "untag", _("Remove tags"), "x", permissions.CHANGE_CUSTOMER, UntagManyForm, untag_one, 60),
)
register_nav(NavItem("settings", "tags", _("Tags"), "customers:tag_list", "tag", 36, permissions.CHANGE_CUSTOMER))
register_merge_rule(MergeRule(CustomerTag, _("Tags"), stays=clash(CustomerTag, "tag")))
CONTRACT = "customers.contract"
register_nav(NavItem("customers", "contracts", _("Contracts"), "customers:contract_list", "notes", 40, permissions.VIEW_CUSTOMER))
register_nav(NavItem("customers", "receivables", _("Receivables"), "customers:balance_list", "scale", 45, permissions.VIEW_CUSTOMER))
register_tab(Tab(CUSTOMER, "terms", _("Contracts and credit"), "customers:terms_tab", 28, permissions.VIEW_CUSTOMER))
register_panel(Panel("contracts_ending", _("Contracts to decide on"), "customers:contracts_ending", 30, permissions.CHANGE_CONTRACT))
register_search(SearchSource("contracts", _("Contracts"), permissions.VIEW_CUSTOMER, find_contracts))
register_timeline(TimelineSource(CUSTOMER, "terms", _("Contracts and credit"), terms_entries))
register_file_owner(CONTRACT, Contract.objects.visible_to, change_permission=permissions.CHANGE_CONTRACT)
register_importer(ReceivablesImporter())
register_merge_rule(*TERMS_RULES)
register_after_merge(lambda customers, by: renew_after_merge(customers=customers, by=by))
