"""How actions, channels and stored values read on a page."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portcrm.audit.actions import named_actions
from portcrm.audit.channel import Channel
from portcrm.bilingual import enumerated
from portcrm.code_field import CodeField

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
    "ask": pgettext_lazy("history", "Requested"),
    "request_check": pgettext_lazy("history", "Check requested"),
    "run_check": pgettext_lazy("history", "Check made"),
    "prove_import": pgettext_lazy("history", "Import checked"),
    "open_files": pgettext_lazy("history", "Files opened"),
    "rebuild_rollups": pgettext_lazy("history", "Totals rebuilt"),
    "store_facts": pgettext_lazy("history", "Figures brought up to date"),
    "store_value": pgettext_lazy("history", "Value brought up to date"),
    "fill_keys": pgettext_lazy("history", "Search keys completed"),
    "consent": pgettext_lazy("history", "Consent recorded"),
    "hand_out": pgettext_lazy("history", "Handed out"),
    "leave": pgettext_lazy("history", "Marked as left"),
    "read_profile": pgettext_lazy("history", "Profile read"),
    "commit": pgettext_lazy("history", "Promise recorded"),
    "renew": pgettext_lazy("history", "Renewed"),
    "roll_over": pgettext_lazy("history", "Renewed automatically"),
    "terminate": pgettext_lazy("history", "Terminated"),
    "hand_over": pgettext_lazy("history", "Handed over"),
    "pick": pgettext_lazy("history", "Picked"),
    "recycle": pgettext_lazy("history", "Taken back automatically"),
    "return": pgettext_lazy("history", "Returned"),
    "team": pgettext_lazy("history", "Team changed"),
    "dismiss": pgettext_lazy("history", "Dismissed"),
    "scan": pgettext_lazy("history", "Searched through"),
    "end": pgettext_lazy("history", "Ended"),
    "choose": pgettext_lazy("history", "Chosen"),
    "map": pgettext_lazy("history", "Columns matched"),
    "upload": pgettext_lazy("history", "Uploaded"),
    "plan": pgettext_lazy("history", "Planned"),
    "lift": pgettext_lazy("history", "Lifted"),
    "place": pgettext_lazy("history", "Put in place"),
    "log": pgettext_lazy("history", "Recorded"),
    "record": pgettext_lazy("history", "Recorded"),
    "save": pgettext_lazy("history", "Saved"),
    "set": pgettext_lazy("history", "Set"),
    "read": pgettext_lazy("history", "Read"),
    "tell": pgettext_lazy("history", "Told"),
    "withdraw": pgettext_lazy("history", "Withdrawn"),
    "solve": pgettext_lazy("history", "Solved"),
    "correct": pgettext_lazy("history", "Corrected"),
    "rename": pgettext_lazy("history", "Renamed"),
    "invite": pgettext_lazy("history", "Invited"),
    "pause": pgettext_lazy("history", "Paused"),
    "resume": pgettext_lazy("history", "Resumed"),
    "send_again": pgettext_lazy("history", "Sent again"),
    "suppress": pgettext_lazy("history", "Sending stopped"),
    "confirm_instance": pgettext_lazy("history", "Instance confirmed"),
    "order": pgettext_lazy("history", "Ordered"),
    "take": pgettext_lazy("history", "Taken up"),
    "store": pgettext_lazy("history", "Stored"),
    "expire": pgettext_lazy("history", "Expired"),
    "forget": pgettext_lazy("history", "Cleared after its time"),
    "erase": pgettext_lazy("history", "Erased"),
    "apply": pgettext_lazy("history", "Applied"),
    "balance": pgettext_lazy("history", "Balances worked out"),
    "stage": pgettext_lazy("history", "Read in"),
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
    if isinstance(field, CodeField):
        return str(field.said(value))
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
