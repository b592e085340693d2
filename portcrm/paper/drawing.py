"""A form as the HTML of its pages: what the browser shows and what the PDF is made of."""

import datetime as dt

from django.conf import settings
from django.db.models import Model
from django.template.loader import render_to_string
from django.utils import timezone, translation

from portcrm.bilingual import pick
from portcrm.clock import port_date, port_zone
from portcrm.paper.kinds import PaperKind


def draw(kind: PaperKind, record: Model, *, user, language: str, extras: list[str], at: dt.datetime, in_browser: bool) -> str:
    """The whole document, in the language of the form and on the port's clock, whatever its reader's are."""
    with translation.override(language), timezone.override(port_zone()):
        context = {
            "kind": kind,
            "language": language,
            "port_name": pick(settings.PORT_NAME_ZH, settings.PORT_NAME_EN),
            "other_port_name": pick(settings.PORT_NAME_EN, settings.PORT_NAME_ZH),
            "printed_on": port_date(at),
            "printed_by": user,
            "in_browser": in_browser,
            **kind.facts(record, user, extras),
        }
        return render_to_string(kind.template, context)
