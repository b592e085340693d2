"""What the opinion side adds to the frame."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.services.merge_rules import register_after_merge, register_merge_rule, register_twin_rule
from feedback import demo, permissions, samples
from feedback.filters import ComplaintFilter, InvitationFilter, LoopFilter, OptOutFilter, ResponseFilter, SkipFilter, WaveFilter
from feedback.models import Complaint
from feedback.queries import search, timeline
from feedback.services import complaint_mail, invitations, programme_notices, reminders, telling
from feedback.services.forgetting import erase_opinions, opinions_of
from feedback.services.left_behind import complaints_of
from feedback.services.links import complaint_url, invitation_url, opt_out_url
from feedback.services.merging import MERGE_RULES, TWIN_RULES, renew_opinions
from portcrm.accounts.leaving import register_left_behind
from portcrm.audit.events import Told, labels_of, register_event
from portcrm.audit.personal_data import PersonalData, register_personal_data
from portcrm.exchange.exported import register_export
from portcrm.files.owners import register_file_owner
from portcrm.notices.kinds import register_notice
from portcrm.outbox.enums import MailState
from portcrm.outbox.kinds import register_delivery_check, register_kind, register_link, register_unsubscribe
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

CUSTOMER = "customers.customer"

for record, label, conditions in (
    ("feedback.wave", _("Opinion waves"), WaveFilter), ("feedback.invitation", _("Invitations"), InvitationFilter),
    ("feedback.waveskip", _("Spared"), SkipFilter), ("feedback.response", pgettext_lazy("list", "Answers"), ResponseFilter),
    ("feedback.complaint", _("Complaints"), ComplaintFilter), ("feedback.optout", _("Opted out"), OptOutFilter),
    ("feedback.loopresult", _("Low marks compared"), LoopFilter),
):  # fmt: skip
    register_export(record, label, conditions)
register_event(
    "wave.send_again", _("Mails of a wave sent again"),
    Told(state=(_("State until then"), labels_of(MailState)), sent=_("Sent again"), left_out=_("Left out")),
)  # fmt: skip
for kind in programme_notices.KINDS:
    register_notice(kind)
register_kind(invitations.KIND, _("Opinion form"), needs=permissions.VIEW_RESPONSE)
register_kind(reminders.KIND, _("Opinion form: reminder"), needs=permissions.VIEW_RESPONSE)
register_link(reminders.KIND, invitation_url)
register_delivery_check(reminders.KIND, invitations.reason_to_withhold)
register_kind(complaint_mail.ACKNOWLEDGEMENT, _("Complaint received"), needs=permissions.VIEW_COMPLAINT)
register_kind(complaint_mail.ANSWER, _("Answer to a complaint"), needs=permissions.VIEW_COMPLAINT)
register_link(invitations.KIND, invitation_url)
register_link(complaint_mail.ACKNOWLEDGEMENT, complaint_url)
register_link(complaint_mail.ANSWER, complaint_url)
register_unsubscribe(invitations.KIND, opt_out_url)
register_unsubscribe(reminders.KIND, opt_out_url)
register_event("survey.lift_opt_out", _("Opt-out lifted"))
register_delivery_check(invitations.KIND, invitations.reason_to_withhold)
register_delivery_check(complaint_mail.ANSWER, complaint_mail.reason_to_withhold)

register_nav(NavItem("feedback", "overview", _("Opinions at a glance"), "feedback:overview", "gauge", 5, permissions.VIEW_WAVE))
register_nav(NavItem("feedback", "waves", _("Opinion waves"), "feedback:wave_list", "send", 10, permissions.VIEW_WAVE))
register_nav(
    NavItem("feedback", "responses", pgettext_lazy("list", "Answers"), "feedback:response_list", "message", 20, permissions.VIEW_RESPONSE)
)
register_nav(
    NavItem("feedback", "complaints", _("Complaints"), "feedback:complaint_list", "message-report", 30, permissions.VIEW_COMPLAINT)
)
register_nav(NavItem("feedback", "programmes", _("Programmes"), "feedback:programme_list", "calendar-event", 40, permissions.VIEW_WAVE))
register_nav(NavItem("feedback", "opt_outs", _("Opted out"), "feedback:opt_out_list", "lock", 50, permissions.VIEW_RESPONSE))
register_create(CreateItem("complaint", _("Complaint"), "feedback:complaint_create", "message-report", permissions.ADD_COMPLAINT))
register_create(CreateItem("programme", _("Opinion programme"), "feedback:programme_create", "calendar-event", permissions.SEND_WAVE))
register_tab(Tab(CUSTOMER, "opinions", _("Opinions"), "feedback:customer_opinions", 60, permissions.VIEW_RESPONSE))
register_tab(Tab(CUSTOMER, "complaints", _("Complaints"), "feedback:customer_complaints", 65, permissions.VIEW_COMPLAINT))
register_panel(Panel("opinions", _("Opinions and complaints"), "feedback:panel", 40, permissions.VIEW_WAVE))
register_search(SearchSource("complaints", _("Complaints"), permissions.VIEW_COMPLAINT, search.find_complaints))
register_timeline(TimelineSource(CUSTOMER, "opinions", _("Opinions"), timeline.opinions))
register_timeline(TimelineSource(CUSTOMER, "complaints", _("Complaints"), timeline.complaints))
register_demo_seed(DemoSeed("feedback", 30, demo.seed))
register_sample_step(SampleStep("feedback", 30, samples.ask_and_answer))
register_merge_rule(*MERGE_RULES)
register_twin_rule(*TWIN_RULES)
register_after_merge(renew_opinions)
register_personal_data(PersonalData("feedback", opinions_of, erase_opinions, order=20))
# What belongs to the complaint desk.
for told in telling.KINDS:
    register_notice(told)
register_left_behind("feedback", complaints_of)
register_file_owner("feedback.complaint", Complaint.objects.visible_to, change_permission=permissions.ANSWER_COMPLAINT)
