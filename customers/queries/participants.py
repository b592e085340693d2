"""Who took part in an interaction, as it was put right: before and after, from the events of its corrections."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from customers.models import Contact, Interaction
from portcrm.accounts.models import User
from portcrm.audit.models import AuditEvent
from portcrm.bilingual import enumerated

PARTICIPANTS = ("contacts", "colleagues")
CHANGED = "interaction.participants"


@dataclass(frozen=True)
class ParticipantChange:
    """One list of people that changed; `before` and `after` are their names."""

    at: dt.datetime
    actor: str
    label: str
    before: str
    after: str


def participant_changes(user: User, interaction: Interaction) -> list[ParticipantChange]:
    """Newest first. The other side's people are named only to those who see contacts."""
    events = list(AuditEvent.objects.about(interaction._meta.label_lower, interaction.pk).filter(action=CHANGED))
    if not events:
        return []
    names = {
        "contacts": _names(Contact.objects.visible_to(user), _keys(events, "contacts")),
        "colleagues": _names(User.objects.all(), _keys(events, "colleagues")),
    }
    return [
        ParticipantChange(event.at, event.actor_name, str(interaction._meta.get_field(name).verbose_name), *_told(names[name], pair))
        for event in events
        for name, pair in event.detail.items()
        if names[name]
    ]


def told_participants(detail: Mapping[str, list[list[int]]]) -> str:
    """How many there were and are: the log names nobody of another company."""
    return _("Participants: %(before)s → %(after)s") % {
        "before": sum(len(before) for before, _after in detail.values()),
        "after": sum(len(after) for _before, after in detail.values()),
    }


def _keys(events: Iterable[AuditEvent], name: str) -> set[int]:
    return {key for event in events for keys in event.detail.get(name, ()) for key in keys}


def _names(rows, keys: set[int]) -> dict[int, str]:
    return {row.pk: row.label for row in rows.filter(pk__in=keys)} if keys else {}


def _told(names: Mapping[int, str], pair: Iterable[Iterable[int]]) -> list[str]:
    return [enumerated(names[key] for key in keys if key in names) for keys in pair]
