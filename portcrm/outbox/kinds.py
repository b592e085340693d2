"""What each kind of mail needs at delivery: its personal link, and a last look whether it should still go.

Apps register here from their registry.py; a kind without an entry has no link and is never held back.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portcrm.outbox.models import OutgoingEmail

LINK_PLACEHOLDER = "[[personal-link]]"
STOP_PLACEHOLDER = "[[stop-link]]"


class NotYet(Exception):
    """Raised by a delivery check: the mail is to go, but not now (its wave is paused). `reason` is a lazy sentence.

    `until` says when to ask again; without it that is soon.
    """

    def __init__(self, reason, *, until: dt.datetime | None = None):
        super().__init__(reason)
        self.reason = reason
        self.until = until


_links: dict[str, Callable[[str], str]] = {}
_stops: dict[str, Callable[[str], str]] = {}
_checks: "dict[str, Callable[[OutgoingEmail], object]]" = {}
_common_checks: "dict[str, Callable[[Sequence[OutgoingEmail]], Sequence[object]]]" = {}
_labels: dict[str, object] = {}
_private: set[str] = set()
_needs: dict[str, str] = {}


def register_link(kind: str, resolve: Callable[[str], str]) -> None:
    """`resolve(link_ref)` gives the recipient's absolute URL; it is asked at delivery only."""
    _links[kind] = resolve


def register_unsubscribe(kind: str, resolve: Callable[[str], str]) -> None:
    """`resolve(link_ref)` gives the absolute URL where the recipient opts out (RFC 8058); asked at delivery only."""
    _stops[kind] = resolve


def register_delivery_check(kind: str, check: "Callable[[OutgoingEmail], object]") -> None:
    """`check(mail)` gives a lazily translated reason to hold the mail back, or "" to let it go; NotYet asks to wait."""
    _checks[kind] = check


def register_common_check(kind: str, check: "Callable[[Sequence[OutgoingEmail]], Sequence[object]]") -> None:
    """For a kind that goes to many: `check(mails)` gives a reason, "" or a NotYet for each, in their order."""
    _common_checks[kind] = check


def register_kind(kind: str, label, *, private: bool = False, needs: str = "") -> None:
    """Name a kind of mail for the people who read the outbox; a `private` kind is shown to its recipients only.

    `needs` is the permission to see what the mail is about: without it a reader of the outbox learns what became of the
    mail, but not what it says nor to whom it went.
    """
    _labels[kind] = label
    if needs:
        _needs[kind] = needs
    if private:
        _private.add(kind)


def private_kinds() -> frozenset[str]:
    return frozenset(_private)


def closed_kinds(user) -> frozenset[str]:
    """Kinds whose texts and recipients are not for this reader."""
    return frozenset(kind for kind, permission in _needs.items() if not user.has_perm(permission))


def kind_label(kind: str):
    return _labels.get(kind, kind)


def kind_choices() -> list[tuple[str, object]]:
    return sorted(_labels.items(), key=lambda item: item[0])


def personal_link(mail: "OutgoingEmail") -> str:
    """The recipient's own URL, or "" for a mail without one."""
    resolve = _links.get(mail.kind)
    return resolve(mail.link_ref) if resolve and mail.link_ref else ""


def stop_link(mail: "OutgoingEmail") -> str:
    """Where the recipient opts out, or "" for a mail nobody opts out of: service mail answers what was asked of us."""
    resolve = None if mail.service_mail else _stops.get(mail.kind)
    return resolve(mail.link_ref) if resolve and mail.link_ref else ""


def objections(mails: "Sequence[OutgoingEmail]") -> dict[int, object]:
    """What stands against mails about to go, by key: a lazy sentence (answered, opted out …), a NotYet, or what a check raised."""
    found: dict[int, object] = {}
    for kind in {mail.kind for mail in mails}:
        own = [mail for mail in mails if mail.kind == kind]
        found |= {mail.pk: one for mail, one in zip(own, _looked_at(kind, own), strict=True) if one}
    return found


def _looked_at(kind: str, mails: "Sequence[OutgoingEmail]") -> "Sequence[object]":
    if kind not in _common_checks:
        return [_tried(_checks[kind], mail) for mail in mails] if kind in _checks else [""] * len(mails)
    found = _tried(_common_checks[kind], mails)
    return [found] * len(mails) if isinstance(found, Exception) else found


def _tried(check: Callable, asked):
    try:
        return check(asked)
    except Exception as error:  # a fault of one app's check concerns its own mails only
        return error
