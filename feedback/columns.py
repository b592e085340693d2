"""Columns and orders of the lists."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portcrm.pages.lists import Column, Ordering

WAVE_COLUMNS = (
    Column("name", _("Wave"), attribute="label", link=True, ordering="opened"),
    Column("state", _("State"), template="feedback/_cell_wave_state.html", value=lambda wave: wave.get_state_display()),
    Column("opens_at", _("Opened at"), format="date", ordering="opened"),
    Column("closes_at", _("Closes at"), format="date"),
    Column("invited", _("Invited"), numeric=True, format="number"),
    Column("responses", pgettext_lazy("count", "Answers"), attribute="result.responses", numeric=True, format="number"),
    Column("overall_mean", _("Satisfaction"), template="feedback/_cell_mean.html", attribute="result.overall_mean", numeric=True),
    Column("recommend", _("Recommendation"), template="feedback/_cell_recommend.html", attribute="result.recommend", numeric=True),
)
FIGURES_OF_A_WAVE = ("overall_mean", "recommend")
# A list of running waves shows what each new answer moves: without the right to read answers, no figures in it.
WAVE_COLUMNS_WITHOUT_FIGURES = tuple(column for column in WAVE_COLUMNS if column.key not in FIGURES_OF_A_WAVE)
WAVE_ORDERINGS = (Ordering("opened", _("Newest first"), ("-opens_at", "-pk")),)

INVITATION_COLUMNS = (
    Column("customer", _("Customer"), template="feedback/_cell_customer.html", value=lambda row: row.customer.label),
    Column("name", _("Contact")),
    Column("address", _("E-mail")),
    Column("mail", _("Mail"), template="feedback/_cell_mail.html", value=lambda row: row.mail.get_state_display() if row.mail else ""),
    Column("progress", _("Form"), template="feedback/_cell_progress.html"),
    Column("reminded", _("Times reminded"), numeric=True, format="number", default=False),
    Column("opened_at", _("Form opened at"), format="datetime", default=False),
    Column("answered_at", _("Answered at"), format="datetime"),
)
INVITATION_ORDERINGS = (Ordering("row", _("As invited"), ("pk",)),)

SKIP_COLUMNS = (
    Column("customer", _("Customer"), template="feedback/_cell_customer.html", value=lambda row: row.customer.label),
    Column("contact", _("Contact"), attribute="contact.label"),
    Column("reason", _("Reason"), attribute="get_reason_display"),
    Column("last_asked_on", _("Last asked on"), format="date"),
)
SKIP_ORDERINGS = (Ordering("row", _("As considered"), ("pk",)),)

OPT_OUT_COLUMNS = (
    Column("address", _("E-mail"), link=True),
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
        "customer", _("Customer"), template="feedback/_cell_response.html", value=lambda row: row.customer.label if row.customer else ""
    ),
    Column("wave", _("Wave"), attribute="wave.label"),
    Column("overall", _("Satisfaction"), numeric=True, format="number"),
    Column("recommend", _("Recommendation"), numeric=True, format="number"),
    Column("comment", _("Comment"), template="feedback/_cell_comment.html"),
    Column("submitted_at", _("Answered at"), format="datetime", ordering="newest"),
)
RESPONSE_ORDERINGS = (Ordering("newest", _("Newest first"), ("-submitted_at", "-pk")),)

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
