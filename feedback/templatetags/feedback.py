"""Words and figures of the opinion side in templates."""

from urllib.parse import urlencode

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from feedback.analysis.disclosure import is_indicative
from feedback.analysis.importance import Quadrant
from feedback.analysis.intervals import on_scale
from feedback.enums import WaveState
from feedback.forms.opinion import Question
from feedback.queries.complaints import files_sent
from feedback.queries.rules import survey_rules
from portcrm.outbox.enums import MailState
from portcrm.pages.templatetags.frame import badge

register = template.Library()
SATISFACTION_SCALE = (1, 5)  # whatever scale the question has

MAIL_TONES = {
    MailState.WAITING: ("neutral", "clock"),
    MailState.SENDING: ("info", "send"),
    MailState.SENT: ("success", "mail"),
    MailState.FAILED: ("danger", "alert-circle"),
    MailState.UNCERTAIN: ("warning", "help"),
    MailState.EXPIRED: ("neutral", "history"),
    MailState.WITHHELD: ("neutral", "lock"),
    MailState.BOUNCED: ("danger", "arrow-left"),
}


@register.filter
def hundredths(score: float | None) -> str:
    """A score of -1..1 as -100..+100 without decimals."""
    return "–" if score is None else f"{round(score * 100):+d}".replace("-", "−").replace("+0", "0")


@register.filter
def quadrant(where: Quadrant) -> str:
    """What to do about a row that lies there."""
    words = {
        Quadrant.CONCENTRATE: pgettext("quadrant", "Act here first"),
        Quadrant.KEEP_UP: pgettext("quadrant", "Keep it up"),
        Quadrant.LOW_PRIORITY: pgettext("quadrant", "Low priority"),
        Quadrant.OVERKILL: pgettext("quadrant", "More than is asked for"),
    }
    return words[where]


@register.filter
def narrowed(address: str, query: str) -> str:
    """An address with a query; nothing where there is no address because the reader may not go there."""
    return f"{address}?{query}" if address else ""


@register.filter
def further(address: str, query: str) -> str:
    """An address that has a query, narrowed further; nothing where there is no address."""
    return f"{address}&{query}" if address else ""


@register.filter
def allowed(address: str, may: bool) -> str:
    """An address this reader may go to; nothing where not."""
    return address if may else ""


@register.simple_tag
def opens(value: str, address: str, **query: str | int) -> str:
    """A value that leads to the rows behind it; without an address, because the reader may not go there, the value alone."""
    if not address or value == "–":
        return value
    joint = "" if not query else "&" if "?" in address else "?"
    return format_html('<a href="{}{}{}">{}</a>', address, joint, urlencode(query), value)


@register.filter
def joined(first: str, second: str) -> str:
    """Two notes beside one figure, where both say something."""
    return " · ".join(part for part in (first, second) if part)


@register.simple_tag
def mean_interval(low: float | None, high: float | None) -> str:
    """The ends of a 95 % interval of means of satisfaction, as far as its scale goes."""
    low, high = on_scale(low, high, SATISFACTION_SCALE)
    if low is None or high is None:
        return ""
    return _("95 %% interval %(low)s to %(high)s") % {"low": f"{low:.2f}", "high": f"{high:.2f}"}


@register.simple_tag
def mean_of(mean: float | None, highest: int) -> str:
    """A mean beside the highest mark of its scale, "5.60 / 7": one table holds items of several scales."""
    return "–" if mean is None else f"{mean:.2f} / {highest}"


@register.simple_tag
def mean_ends(low: float | None, high: float | None, lowest: float = SATISFACTION_SCALE[0], highest: float = SATISFACTION_SCALE[1]) -> str:
    """The same in a table, on any scale: "3.20 – 5.00", or a dash."""
    low, high = on_scale(low, high, (lowest, highest))
    return "–" if low is None or high is None else f"{low:.2f} – {high:.2f}"


@register.simple_tag(takes_context=True)
def indicative(context, n: int | None) -> str:
    """The word beside a figure of too few answers; nothing where the page has said it of all its figures."""
    below = survey_rules().indicative_below
    if context.get("indicative") or n is None or not is_indicative(n, below):
        return ""
    why = _("Fewer than %(below)s answers: a direction, not a fact.") % {"below": below}
    return format_html(' <small class="muted" title="{}">{}</small>', why, _("indicative"))


@register.simple_tag(takes_context=True)
def indicative_note(context, n: int | None) -> str:
    """The same as a note beside a figure on a card."""
    below = survey_rules().indicative_below
    few = not context.get("indicative") and n is not None and is_indicative(n, below)
    return _("indicative: fewer than %(below)s answers") % {"below": below} if few else ""


@register.simple_tag
def interval(low: float | None, high: float | None, unit: str) -> str:
    """The ends of a 95 % interval of shares or scores, in hundredths."""
    if low is None or high is None:
        return ""
    words = {"low": f"{round(low * 100)}", "high": f"{round(high * 100)}{unit}"}
    return (_("95 %% interval %(low)s to %(high)s") % words).replace("-", "−")


@register.simple_tag
def mail_badge(invitation):
    """State of an invitation's mail by colour, word and shape; one not written yet is waiting until its wave closes."""
    if invitation.is_on_paper:
        return badge(_("On paper"), "neutral", "printer")
    if invitation.mail is None and invitation.wave.state == WaveState.CLOSED:
        return badge(_("Wave closed before it was written"), *MAIL_TONES[MailState.WITHHELD])
    state = MailState(invitation.mail.state) if invitation.mail else MailState.WAITING
    tone, shape = MAIL_TONES[state]
    return badge(state.label, tone, shape)


@register.simple_tag
def files_of_customer(complaint) -> list[str]:
    """Names of the files the customer sent along with a complaint."""
    return files_sent(complaint)


@register.simple_tag
def points(question: Question) -> SafeString:
    """The points of a scale. A page has more than a hundred: as template code they took half of its time."""
    hidden = {option.value: format_html('<span class="hidden"> {}</span>', option.words) for option in question.points if option.words}
    shown = '<label class="point"><input type="radio" name="{}" value="{}"{}><span class="face">{}{}</span></label>\n'
    rows = (
        (question.name, option.value, mark_safe(" checked") if option.chosen else "", option.label, hidden.get(option.value, ""))
        for option in question.points
    )
    return format_html_join("", shown, rows)
