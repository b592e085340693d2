"""Columns and orders of the lists."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portcrm.pages.lists import Column, Ordering


def mail_word(row) -> str:
    """State of the mail in an export; nobody mails a printed form."""
    return str(_("On paper")) if row.is_on_paper else row.mail.get_state_display() if row.mail else ""


WAVE_COLUMNS = (
    Column("name", _("Wave"), attribute="label", link=True, ordering="opened"),
    Column("state", _("State"), template="feedback/_cell_wave_state.html", value=lambda wave: wave.get_state_display()),
    Column("opens_at", _("Opened at"), format="date", ordering="opened"),
    Column("closes_at", _("Closes at"), format="date"),
    Column("invited", _("Invited"), numeric=True, format="number"),
    Column("responses", pgettext_lazy("count", "Answers"), attribute="result.responses", numeric=True, format="number"),
    Column("overall_mean", _("Satisfaction"), template="feedback/_cell_mean.html", attribute="listed_result.overall_mean", numeric=True),
    Column("recommend", _("Recommendation"), template="feedback/_cell_recommend.html", attribute="listed_result.recommend", numeric=True),
)
FIGURES_OF_A_WAVE = ("overall_mean", "recommend")
# A list of running waves shows what each new answer moves: without the right to read answers, no figures in it.
WAVE_COLUMNS_WITHOUT_FIGURES = tuple(column for column in WAVE_COLUMNS if column.key not in FIGURES_OF_A_WAVE)
WAVE_ORDERINGS = (Ordering("opened", _("Newest first"), ("-opens_at", "-pk")),)

INVITATION_COLUMNS = (
    Column("customer", _("Customer"), template="feedback/_cell_customer.html", value=lambda row: row.house),
    Column("name", _("Contact")),
    Column("address", _("E-mail")),
    Column("code", _("Code"), template="feedback/_cell_code.html", value=lambda row: row.printed_code, shape="nowrap"),
    Column("mail", _("Mail"), template="feedback/_cell_mail.html", value=mail_word),
    Column("progress", _("Form"), template="feedback/_cell_progress.html"),
    Column("reminded", _("Times reminded"), numeric=True, format="number", default=False),
    Column("opened_at", _("Form opened at"), format="datetime", default=False),
    Column("answered_at", _("Answered at"), format="datetime"),
)
# Of a confidential wave, for readers who may not know who gave which answer: neither who has answered, nor when.
INVITATION_COLUMNS_WITHOUT_FORMS = tuple(
    column for column in INVITATION_COLUMNS if column.key not in ("progress", "reminded", "opened_at", "answered_at")
)
# Of our own people nobody sees who has answered.
INVITATION_COLUMNS_OF_OUR_OWN = (
    Column("department", _("Department"), attribute="house"),
    *(column for column in INVITATION_COLUMNS_WITHOUT_FORMS if column.key not in ("customer", "code")),
)
INVITATION_ORDERINGS = (Ordering("row", _("As invited"), ("pk",)),)

SKIP_COLUMNS = (
    Column("customer", _("Customer"), template="feedback/_cell_customer.html", value=lambda row: row.house),
    Column("contact", _("Contact"), attribute="person"),
    Column("reason", _("Reason"), attribute="get_reason_display"),
    Column("last_asked_on", _("Last asked on"), format="date"),
)
SKIP_ORDERINGS = (Ordering("row", _("As considered"), ("pk",)),)

OPT_OUT_COLUMNS = (
    Column("address", _("E-mail"), attribute="mailbox", link=True),
    Column("contact", _("Contact"), attribute="contact.label"),
    Column("scope", pgettext_lazy("opt-out", "Out of"), attribute="scope_label"),
    Column("state", _("State"), template="feedback/_cell_opt_out.html", value=lambda row: str(row.state_look[0])),
    Column("source", _("How it was said"), attribute="get_source_display"),
    Column("said_at", _("Said at"), format="datetime", ordering="newest"),
    Column("lifted_by", _("Lifted by"), attribute="lifted_by.label", default=False),
    Column("lifted_reason", _("Reason"), default=False),
)
OPT_OUT_ORDERINGS = (Ordering("newest", _("Newest first"), ("-said_at", "-pk")),)

RESPONSE_COLUMNS = (
    Column(
        "customer",
        _("Customer"),
        template="feedback/_cell_response.html",
        value=lambda row: row.sender_label,
    ),
    Column("wave", _("Wave"), attribute="wave.label"),
    Column("overall", _("Satisfaction"), attribute="satisfaction", numeric=True, format="number"),
    Column("recommend", _("Recommendation"), numeric=True, format="number"),
    Column("comment", _("Comment"), attribute="told_comment", template="feedback/_cell_comment.html"),
    Column("channel", _("Given by"), attribute="channel.label"),
    Column("taken_on", _("Given on"), format="date", default=False),
    Column("entered_by", _("Typed in by"), attribute="entered_by.label", default=False),
    Column("submitted_at", _("Answered at"), attribute="told_at", format="datetime", ordering="newest"),
)
RESPONSE_ORDERINGS = (Ordering("newest", _("Newest first"), ("-submitted_at", "-pk")),)

LOW_MARK_COLUMNS = (
    Column("customer", _("Customer"), attribute="response.invitation.customer.label", link=True),
    Column("wave", _("Wave"), attribute="response.wave.label"),
    Column("overall", _("Satisfaction"), attribute="response.satisfaction", numeric=True, format="number"),
    Column("recommend", _("Recommendation"), attribute="response.recommend", numeric=True, format="number"),
    Column("owner", _("Owner"), attribute="owner.label"),
    Column("due_on", _("To be done by"), template="feedback/_cell_low_due.html", ordering="due"),
    Column("done_on", _("Done on"), format="date"),
    Column("said", pgettext_lazy("low score", "What was said and done"), template="feedback/_cell_comment.html"),
)
LOW_MARK_ORDERINGS = (Ordering("due", _("Most urgent first"), ("due_on", "pk")),)

LOOP_COLUMNS = (
    Column("customer", _("Customer"), template="feedback/_cell_customer.html", value=lambda row: row.customer.label),
    Column("item", _("Question"), attribute="item.text"),
    Column("before", _("Then"), numeric=True, format="score"),
    Column("after", _("Now"), numeric=True, format="score"),
    Column("before_wave", _("Wave before"), attribute="before_wave.label", default=False),
)
LOOP_ORDERINGS = (Ordering("row", _("As counted"), ("pk",)),)

COMPLAINT_COLUMNS = (
    Column("number", _("Number"), link=True, ordering="newest", shape="nowrap"),
    Column("subject", pgettext_lazy("complaint", "Subject")),
    Column("company", _("Customer"), template="feedback/_cell_company.html"),
    Column("state", _("State"), template="feedback/_cell_complaint_state.html", value=lambda row: row.get_state_display()),
    Column("severity", _("Severity"), attribute="get_severity_display"),
    Column("group", _("Service concerned"), attribute="get_group_display", default=False),
    Column("owner", _("Owner"), attribute="owner.label"),
    Column("due_on", _("Answer due on"), template="feedback/_cell_due.html", ordering="due"),
    Column("received_on", _("Received on"), format="date", default=False),
)
COMPLAINT_ORDERINGS = (
    Ordering("newest", _("Newest first"), ("-recorded_at", "-pk")),
    Ordering("due", _("Most urgent first"), ("due_on", "pk")),
)

SUGGESTION_COLUMNS = (
    Column("number", _("Number"), link=True, ordering="newest", shape="nowrap"),
    Column("text", pgettext_lazy("suggestion", "Suggestion"), attribute="told_text", template="feedback/_cell_suggestion.html"),
    Column("company", _("Customer"), template="feedback/_cell_voice_company.html"),
    Column("state", _("State"), template="feedback/_cell_suggestion_state.html", value=lambda row: row.get_state_display()),
    Column("owner", _("Owner"), attribute="owner.label"),
    Column("group", _("Service concerned"), attribute="get_group_display", default=False),
    Column("received_on", _("Received on"), format="date"),
    Column("published_at", pgettext_lazy("suggestion", "Published at"), format="date", default=False),
    Column("reason", _("Why it is declined"), default=False),
    Column("did", _("What we did"), default=False),
)
SUGGESTION_ORDERINGS = (Ordering("newest", _("Newest first"), ("-recorded_at", "-pk")),)

HEARD_COLUMNS = (
    Column(
        "text", pgettext_lazy("opinion", "What was said"), attribute="told_text", template="feedback/_cell_suggestion.html",
        ordering="newest",
    ),
    Column("customer", _("Customer"), template="feedback/_cell_customer.html", value=lambda row: row.customer.label),
    Column("about", pgettext_lazy("opinion", "About")),
    Column(
        "tone", pgettext_lazy("opinion", "Praise, wish or criticism"), template="feedback/_cell_tone.html",
        value=lambda row: row.get_tone_display(),
    ),
    Column("heard_on", pgettext_lazy("opinion", "Heard on"), format="date"),
    Column("channel", _("Received through"), attribute="channel.label", default=False),
    Column("recorded_by", _("Recorded by"), attribute="recorded_by.label", default=False),
)  # fmt: skip
HEARD_ORDERINGS = (Ordering("newest", _("Newest first"), ("-heard_on", "-pk")),)

SEMINAR_COLUMNS = (
    Column("name", _("Name"), attribute="label", link=True),
    Column("held_on", pgettext_lazy("seminar", "Day"), format="date", ordering="newest"),
    Column("place", _("Place")),
    Column("host", pgettext_lazy("seminar", "Host"), attribute="host.label"),
    Column("state", _("State"), attribute="get_state_display"),
    Column("guest_count", _("Guests"), numeric=True, format="number"),
    Column("invited", pgettext_lazy("seminar", "Invited by mail"), numeric=True, format="number"),
    Column("came", pgettext_lazy("seminar", "Came"), numeric=True, format="number"),
)
SEMINAR_ORDERINGS = (Ordering("newest", _("Newest first"), ("-held_on", "-pk")),)
