"""What the opinion side adds to the frame."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.services.merge_rules import register_after_merge, register_merge_rule, register_twin_rule
from customers.services.office_days import register_reckoning
from feedback import demo, permissions, samples
from feedback.enums import TypedChannel
from feedback.exports import paper
from feedback.filters import (
    ComplaintFilter,
    HeardFilter,
    InvitationFilter,
    LoopFilter,
    OptOutFilter,
    ResponseFilter,
    SeminarFilter,
    SkipFilter,
    SuggestionFilter,
    WaveFilter,
)
from feedback.models import Complaint, Seminar, Wave
from feedback.queries import search, timeline
from feedback.queries.enclosures import INVITATION, answered_by, scanned
from feedback.queries.seminars import minutes
from feedback.services import (
    complaint_mail,
    invitations,
    last_look,
    programme_notices,
    reminders,
    seminars,
    status_mail,
    suggestion_mail,
    suggestion_notices,
    telling,
    typing_in,
)
from feedback.services.forgetting import FORM_ON_PAPER, FORMS_ON_PAPER, erase_opinions, opinions_of
from feedback.services.forgetting_voices import erase_voices, voices_of
from feedback.services.left_behind import complaints_of
from feedback.services.links import complaint_url, invitation_url, opt_out_url, suggestion_url
from feedback.services.merging import MERGE_RULES, TWIN_RULES, renew_opinions
from feedback.services.reckoning import reckon_clocks
from feedback.services.suggestions_left_behind import suggestions_of
from portcrm.accounts.leaving import register_left_behind
from portcrm.accounts.roles import Role
from portcrm.audit.events import Told, labels_of, register_event
from portcrm.audit.personal_data import PersonalData, register_personal_data
from portcrm.exchange.exported import register_export
from portcrm.files.owners import register_file_owner
from portcrm.notices.kinds import register_notice
from portcrm.outbox.enums import MailState
from portcrm.outbox.kinds import register_common_check, register_delivery_check, register_kind, register_link, register_unsubscribe
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
    register_part,
    register_sample_step,
    register_search,
    register_tab,
    register_timeline,
)
from portcrm.paper.kinds import Extra, PaperKind, register_paper

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
register_common_check(reminders.KIND, last_look.reasons_to_withhold)
register_kind(complaint_mail.ACKNOWLEDGEMENT, _("Complaint received"), needs=permissions.VIEW_COMPLAINT)
register_kind(complaint_mail.ANSWER, _("Answer to a complaint"), needs=permissions.VIEW_COMPLAINT)
register_link(invitations.KIND, invitation_url)
register_link(complaint_mail.ACKNOWLEDGEMENT, complaint_url)
register_link(complaint_mail.ANSWER, complaint_url)
register_kind(complaint_mail.STATUS, _("Where a complaint stands"), needs=permissions.VIEW_COMPLAINT)
register_link(complaint_mail.STATUS, complaint_url)
register_delivery_check(complaint_mail.STATUS, status_mail.reason_to_withhold)
register_unsubscribe(invitations.KIND, opt_out_url)
register_unsubscribe(reminders.KIND, opt_out_url)
register_event("survey.lift_opt_out", _("Opt-out lifted"))
register_common_check(invitations.KIND, last_look.reasons_to_withhold)
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
register_nav(NavItem("settings", "survey_rules", _("Survey rules"), "feedback:survey_rules", "scale", 45, permissions.CHANGE_SURVEY_RULES))
register_nav(NavItem("feedback", "low_marks", _("Low scores in confidence"), "feedback:low_mark_list", "lock", 22, permissions.VIEW_SENDER))
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
register_panel(
    Panel("complaints", _("Complaint desk"), "feedback:complaint_panel", 35, permissions.CHANGE_COMPLAINT, frozenset({Role.SERVICE}))
)
register_part(Tab("cargo.shipment", "complaints", _("Complaints"), "feedback:shipment_complaints", 50, permissions.VIEW_COMPLAINT))
register_reckoning(reckon_clocks)
for told in telling.KINDS:
    register_notice(told)
register_left_behind("feedback", complaints_of)
register_file_owner("feedback.complaint", Complaint.objects.visible_to, change_permission=permissions.ANSWER_COMPLAINT)

# Paper: the printed form, what is typed in from it, and its scan.
SECRET = _(
    "Each form carries a personal link: whoever has the paper can answer in that person's name, as with the mail."
    " Hand it to nobody else, and destroy what is left over."
)
OWN_LANGUAGE = Extra(paper.OWN_LANGUAGE, _("Each form in the language of its contact"), permissions.VIEW_RESPONSE)
register_paper(
    PaperKind(
        FORM_ON_PAPER, _("Opinion form on paper"), "feedback.invitation", permissions.VIEW_RESPONSE,
        visible=paper.printable, facts=paper.opinion_form, template="feedback/print/opinion_form.html", warning=SECRET,
    )
)  # fmt: skip
register_paper(
    PaperKind(
        FORMS_ON_PAPER, _("Opinion forms of a wave on paper"), "feedback.wave", permissions.VIEW_RESPONSE,
        visible=Wave.objects.visible_to, facts=paper.opinion_forms, template="feedback/print/opinion_form.html", warning=SECRET,
        extras=(OWN_LANGUAGE, Extra(paper.WITH_MAIL, _("Those who were written to by mail too"), permissions.VIEW_RESPONSE)),
        portions=paper.portions,
    )
)  # fmt: skip
register_file_owner("feedback.response", scanned, change_permission=permissions.ADD_RESPONSE)
register_file_owner(INVITATION, answered_by, sealed=True)  # what customers put into the form
register_event(
    typing_in.EVENT, _("Answers typed in"), Told(channel=(_("Given by"), labels_of(TypedChannel))),
)  # fmt: skip
register_nav(NavItem("feedback", "type_in", _("Type in answers"), "feedback:type_in_code", "edit", 25, permissions.ADD_RESPONSE))
# Voices: suggestions, what came of them, and opinions heard.
register_export("feedback.suggestion", pgettext_lazy("customer", "Suggestions"), SuggestionFilter)
for kind in suggestion_notices.KINDS:
    register_notice(kind)
register_kind(suggestion_mail.THANKS, _("Suggestion adopted"), needs=permissions.VIEW_SUGGESTION)
register_link(suggestion_mail.THANKS, suggestion_url)
register_nav(
    NavItem(
        "feedback", "suggestions", pgettext_lazy("customer", "Suggestions"), "feedback:suggestion_list", "star", 35,
        permissions.VIEW_SUGGESTION,
    )
)  # fmt: skip
register_create(
    CreateItem("suggestion", pgettext_lazy("customer", "Suggestion"), "feedback:suggestion_create", "star", permissions.ADD_SUGGESTION)
)
register_search(SearchSource("suggestions", pgettext_lazy("customer", "Suggestions"), permissions.VIEW_SUGGESTION, search.find_suggestions))
register_timeline(TimelineSource(CUSTOMER, "suggestions", pgettext_lazy("customer", "Suggestions"), timeline.suggestions))
register_left_behind("suggestions", suggestions_of)
register_personal_data(PersonalData("voices", voices_of, erase_voices, order=21))
register_export("feedback.heardopinion", _("Opinions heard"), HeardFilter)
register_nav(NavItem("feedback", "heard", _("Opinions heard"), "feedback:heard_list", "notes", 25, permissions.VIEW_SUGGESTION))
register_create(CreateItem("heard", pgettext_lazy("create", "Opinion heard"), "feedback:heard_create", "notes", permissions.ADD_SUGGESTION))
register_timeline(TimelineSource(CUSTOMER, "heard", _("Opinions heard"), timeline.heard))
# Seminars.
register_export("feedback.seminar", _("Seminars"), SeminarFilter)
for kind in seminars.KINDS:
    register_notice(kind)
register_kind(seminars.INVITATION, _("Invitation to a seminar"), needs=permissions.VIEW_SEMINAR)
register_nav(NavItem("feedback", "seminars", _("Seminars"), "feedback:seminar_list", "users-group", 45, permissions.VIEW_SEMINAR))
register_create(
    CreateItem("seminar", pgettext_lazy("meeting", "Seminar"), "feedback:seminar_create", "users-group", permissions.HOLD_SEMINAR)
)
for key, label, template in (
    (seminars.GUEST_LIST, _("Guest list of a seminar"), "feedback/print/seminar_guests.html"),
    (seminars.MINUTES, _("Minutes of a seminar"), "feedback/print/seminar_minutes.html"),
):
    register_paper(
        PaperKind(
            key, label, "feedback.seminar", permissions.VIEW_SEMINAR, visible=Seminar.objects.visible_to, facts=minutes, template=template
        )
    )
