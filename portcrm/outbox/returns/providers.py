"""Events of mail services in our words: one small reader for each format, pure, found by the name in the address.

`generic` is ours, for whoever writes a few lines between a service and us:
    {"events": [{"id": "…", "message_id": "<…>", "event": "delivered|hard|soft|policy|complained", "words": "550 5.1.1 …"}]}
`sendgrid` reads what Twilio SendGrid's event webhook posts: a list of events, each with `sg_event_id`, the Message-ID we
gave as `smtp-id`, `event`, and for refusals `type`, `status` and `reason` (its Event Webhook Reference).
"""

import hashlib
import json
import math
from collections.abc import Callable
from dataclasses import dataclass

from portcrm.outbox.returns.fates import COMPLAINED, DELIVERED, HARD, POLICY, SOFT, fate_of_refusal


class NotAnEvent(ValueError):
    """What was posted is not what this service posts."""


@dataclass(frozen=True)
class Event:
    """`fate` is a word of `fates`, or "" for what concerns us not (opened, clicked, put off)."""

    message_id: str
    fate: str
    words: str


@dataclass(frozen=True)
class Provider:
    split: Callable[[object], list[dict]]  # what was posted -> single events
    key: str  # the field with the event's id
    read: Callable[[dict], Event]


def events_of(provider: Provider, posted: bytes) -> list[tuple[str, dict]]:
    """(key, event) of everything in a request; an event without an id of its own is known by a digest. Raises NotAnEvent."""
    try:
        events = [_single(event) for event in provider.split(json.loads(posted))]
        return [(_key(provider, event), _storable(event)) for event in events]
    except (ValueError, RecursionError) as error:
        raise NotAnEvent(str(error)) from error


def _single(event: object) -> dict:
    if not isinstance(event, dict):
        raise NotAnEvent("an event is an object")
    return event


def _key(provider: Provider, event: dict) -> str:
    given = event.get(provider.key)
    if isinstance(given, str) and 0 < len(given) <= 190 and given.isprintable():
        return given
    return "sha256:" + hashlib.sha256(json.dumps(event, sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()


def _storable(value):
    """PostgreSQL keeps neither the character zero nor half a surrogate pair nor an infinite number."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_storable(name): _storable(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_storable(inner) for inner in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _list_of(posted: object) -> list[dict]:
    if not isinstance(posted, list):
        raise NotAnEvent("a list of events is expected")
    return posted


def _under_events(posted: object) -> list[dict]:
    return _list_of(posted.get("events") if isinstance(posted, dict) else None)


def _generic(event: dict) -> Event:
    fate = str(event.get("event", ""))
    known = fate in (HARD, SOFT, POLICY, DELIVERED, COMPLAINED)
    return Event(_bracketed(event.get("message_id")), fate if known else "", str(event.get("words", "")))


def _sendgrid(event: dict) -> Event:
    words = " ".join(str(event[name]) for name in ("status", "reason", "response") if event.get(name))
    fates = {"delivered": DELIVERED, "spamreport": COMPLAINED, "bounce": _sendgrid_bounce(event, words)}
    return Event(_bracketed(event.get("smtp-id")), fates.get(str(event.get("event", "")), ""), words)


def _sendgrid_bounce(event: dict, words: str) -> str:
    """A "blocked" one was refused for the moment or because of the sender, whatever its words: the address is not dead."""
    fate = fate_of_refusal(words, str(event.get("status", "")))
    return SOFT if event.get("type") == "blocked" and fate == HARD else fate


def _bracketed(message_id: object) -> str:
    text = str(message_id or "").strip()
    return text if not text or text.startswith("<") else f"<{text}>"


PROVIDERS = {
    "generic": Provider(_under_events, "id", _generic),
    "sendgrid": Provider(_list_of, "sg_event_id", _sendgrid),
}
