"""How actions, channels and stored values read on a page."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portcrm.audit.actions import named_actions
from portcrm.audit.channel import Channel
from portcrm.bilingual import enumerated

VERBS = {
    "create": gettext_lazy("Created"),
    "add": gettext_lazy("Added"),
    "edit": gettext_lazy("Edited"),
    "change": gettext_lazy("Changed"),
    "update": gettext_lazy("Changed"),
    "delete": gettext_lazy("Deleted"),
    "remove": gettext_lazy("Removed"),
    "import": gettext_lazy("Imported"),
    "assign": gettext_lazy("Assigned"),
    "answer": gettext_lazy("Answered"),
    "open": gettext_lazy("Opened"),
    "close": gettext_lazy("Closed"),
    "reopen": gettext_lazy("Reopened"),
    "verify": gettext_lazy("Verified"),
    "move": gettext_lazy("Moved"),
    "send": gettext_lazy("Sent"),
    "start": gettext_lazy("Started"),
    "finish": gettext_lazy("Finished"),
    "cancel": gettext_lazy("Cancelled"),
}


def action_label(name: str) -> str:
    """The label an action was given, else its translated verb, else its name."""
    return str(named_actions().get(name) or VERBS.get(name.rpartition(".")[2], name))


def channel_label(name: str) -> str:
    return str(Channel(name).label) if name in Channel.values else name


def shown_value(field: models.Field, value: Any, related: Mapping[tuple[type[models.Model], Any], str]) -> str:
    """A stored value as a reader sees it: labels for choices, names for keys, their own clock for instants."""
    if value is None or value == "" or value == []:
        return ""
    if field.is_relation:
        return related.get((field.related_model, value), _("no longer there"))
    if isinstance(value, (list, tuple)):
        return enumerated(_one_value(getattr(field, "base_field", field), item) for item in value)
    return _one_value(field, value)


def _one_value(field: models.Field, value: Any) -> str:
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, (int, float)) or hasattr(value, "as_tuple"):
        return formats.number_format(value, use_l10n=True, force_grouping=True)
    return str(value)
