"""Words and figures of the opinion side in templates."""

from django import template
from django.utils.translation import gettext as _

from feedback.enums import WaveState
from feedback.queries.complaints import files_sent
from portcrm.outbox.enums import MailState
from portcrm.pages.templatetags.frame import badge

register = template.Library()

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
def narrowed(address: str, query: str) -> str:
    """An address with a query; nothing where there is no address because the reader may not go there."""
    return f"{address}?{query}" if address else ""


@register.filter
def further(address: str, query: str) -> str:
    """An address that has a query, narrowed further; nothing where there is no address."""
    return f"{address}&{query}" if address else ""


@register.filter
def joined(first: str, second: str) -> str:
    """Two notes beside one figure, where both say something."""
    return " · ".join(part for part in (first, second) if part)


@register.simple_tag
def mean_interval(low: float | None, high: float | None) -> str:
    """The ends of a 95 % interval of means."""
    if low is None or high is None:
        return ""
    return _("95 %% interval %(low)s to %(high)s") % {"low": f"{low:.2f}", "high": f"{high:.2f}"}


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
    if invitation.mail is None and invitation.wave.state == WaveState.CLOSED:
        return badge(_("Wave closed before it was written"), *MAIL_TONES[MailState.WITHHELD])
    state = MailState(invitation.mail.state) if invitation.mail else MailState.WAITING
    tone, shape = MAIL_TONES[state]
    return badge(state.label, tone, shape)


@register.simple_tag
def files_of_customer(complaint) -> list[str]:
    """Names of the files the customer sent along with a complaint."""
    return files_sent(complaint)
