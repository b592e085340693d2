"""Mails from templates, in the recipient's language.

A mail `invitation` of app `feedback` is three files: `feedback/email/invitation.subject.txt`, `.txt` and `.html`
(the last may be missing). `{{ link }}` is the recipient's personal link, `{{ stop_link }}` where they opt out.
"""

from dataclasses import dataclass

from django.conf import settings
from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template
from django.utils import translation

from portcrm.bilingual import pick
from portcrm.outbox.kinds import LINK_PLACEHOLDER, STOP_PLACEHOLDER


@dataclass(frozen=True)
class Rendered:
    subject: str
    text: str
    html: str


def render_mail(name: str, context: dict | None = None, *, language: str) -> Rendered:
    """Render the mail `name` ("feedback/email/invitation") for a reader of `language`."""
    with translation.override(language):
        values = {
            "link": LINK_PLACEHOLDER,
            "stop_link": STOP_PLACEHOLDER,
            "language": language,
            "port_name": pick(settings.PORT_NAME_ZH, settings.PORT_NAME_EN),
            "port_email": settings.PORT_SERVICE_EMAIL,
            "port_phone": settings.PORT_SERVICE_PHONE,
            "site_url": settings.PORTCRM_SITE_URL,
        } | (context or {})
        return Rendered(
            subject=" ".join(_plain(f"{name}.subject.txt", values).split()),
            text=_plain(f"{name}.txt", values).strip() + "\n",
            html=_html(f"{name}.html", values),
        )


def _plain(template: str, values: dict) -> str:
    """Plain text is no HTML: a name with & or < reaches the reader as it is."""
    return get_template(template).template.render(Context(values, autoescape=False))


def _html(template: str, values: dict) -> str:
    try:
        found = get_template(template)
    except TemplateDoesNotExist:
        return ""
    return found.template.render(Context(values))
