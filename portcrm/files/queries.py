"""What the files of a record's page show."""

import datetime as dt
from dataclasses import dataclass

from portcrm.accounts.models import User
from portcrm.audit.queries import event_model_of
from portcrm.files.models import Attachment

EVENTS_SHOWN = 20


@dataclass(frozen=True)
class FileEvent:
    at: dt.datetime
    actor: str
    added: bool
    name: str


def file_history(record: str, object_pk: int | str) -> list[FileEvent]:
    """Which files were added to and removed from a record, newest first."""
    states = event_model_of(Attachment).objects.filter(record=record, object_pk=str(object_pk), pgh_label__in=("insert", "delete"))
    latest = list(states.select_related("pgh_context").order_by("-pgh_id")[:EVENTS_SHOWN])
    actors = User.objects.in_bulk([state.pgh_context.metadata.get("actor") for state in latest if state.pgh_context])
    return [FileEvent(state.pgh_created_at, _actor(state, actors), state.pgh_label == "insert", state.name) for state in latest]


def _actor(state, actors: dict[int, User]) -> str:
    user = actors.get(state.pgh_context.metadata.get("actor")) if state.pgh_context else None
    return user.label if user else ""
