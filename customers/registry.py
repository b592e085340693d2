"""What customer files add to the frame: pages, tabs, panels, search, timeline, events, imports, seeds."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers import permissions
from customers.demo import seed_customers
from customers.exports.paper import OBSERVATIONS, archive_card, visit_report, visit_reports
from customers.imports.customers import CustomerImporter
from customers.models import Customer, DepartmentView
from customers.queries import timeline
from customers.queries.needs import department_views
from customers.queries.search import find_contacts, find_customers
from customers.samples import SAMPLE_FILES, sample_customers
from customers.services.merge_rules import MergeRule, register_merge_rule
from portcrm.audit.events import register_event
from portcrm.exchange.importing import register_importer
from portcrm.files.owners import register_file_owner
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

register_event("contact.read_profile", _("Read the profile of a person in charge"))

register_nav(NavItem("today", "follow_ups", _("Follow-ups"), "customers:follow_up_list", "clipboard-list", 20, permissions.VIEW_CUSTOMER))
register_nav(NavItem("customers", "customers", _("Customers"), "customers:customer_list", "building", 10, permissions.VIEW_CUSTOMER))
register_nav(NavItem("customers", "pool", _("Customer pool"), "customers:pool", "users-group", 15, permissions.CHANGE_CUSTOMER))
register_nav(NavItem("customers", "duplicates", _("Duplicates"), "customers:duplicate_list", "copy", 18, permissions.MERGE_CUSTOMER))
register_nav(NavItem("settings", "code_lists", _("Code lists"), "customers:reference_home", "list", 40, permissions.MANAGE_REFERENCE))
register_create(CreateItem("customer", _("New customer"), "customers:customer_create", "building", permissions.CHANGE_CUSTOMER))

register_tab(Tab(CUSTOMER, "file", _("Customer file"), "customers:file_tab", 10, permissions.VIEW_CUSTOMER))
register_tab(Tab(CUSTOMER, "contacts", _("Contacts"), "customers:contacts_tab", 20, permissions.VIEW_CONTACT))
register_tab(Tab(CUSTOMER, "care", _("Care"), "customers:care_tab", 30, permissions.VIEW_CUSTOMER))
register_tab(Tab(CUSTOMER, "files", _("Files"), "customers:files_tab", 80, permissions.VIEW_CUSTOMER))
register_tab(Tab(CUSTOMER, "history", _("History"), "customers:history_tab", 90, permissions.VIEW_CUSTOMER))

register_panel(Panel("my_follow_ups", _("My follow-ups due"), "customers:my_follow_ups", 10, permissions.RECORD_INTERACTION))
register_panel(Panel("my_customers", _("My customers"), "customers:my_customers", 20, permissions.VIEW_CUSTOMER))

register_search(SearchSource("customers", _("Customers"), permissions.VIEW_CUSTOMER, find_customers))
register_search(SearchSource("contacts", _("Contacts"), permissions.VIEW_CONTACT, find_contacts))

register_timeline(TimelineSource(CUSTOMER, "interactions", _("Interactions"), timeline.interactions))
register_timeline(TimelineSource(CUSTOMER, "follow_ups", _("Follow-ups"), timeline.follow_ups))
register_timeline(TimelineSource(CUSTOMER, "assessments", _("Assessments"), timeline.assessments))
register_timeline(TimelineSource(CUSTOMER, "problems", _("Problems"), timeline.problems))
register_timeline(TimelineSource(CUSTOMER, "care", _("Care"), timeline.care_changes))
register_timeline(TimelineSource(CUSTOMER, "changes", _("Changes of the file"), timeline.changes))

register_tab(Tab(CUSTOMER, "needs", _("Needs and concerns"), "customers:needs_tab", 25, permissions.VIEW_CUSTOMER))
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

register_file_owner(CUSTOMER, Customer.objects.visible_to, change_permission=permissions.CHANGE_CUSTOMER)
register_importer(CustomerImporter())
register_demo_seed(DemoSeed("customers", 10, seed_customers))
register_sample_step(SampleStep("customers", 10, sample_customers, SAMPLE_FILES))
