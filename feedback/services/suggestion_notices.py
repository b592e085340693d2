"""What colleagues are told about suggestions: the kinds are registered in feedback/registry.py."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from feedback import permissions
from feedback.enums import SuggestionState
from feedback.models import Suggestion
from portcrm.accounts.models import User
from portcrm.bilingual import both
from portcrm.notices.kinds import NoticeKind
from portcrm.notices.services import Told, notify_each

SUGGESTION = "feedback.suggestion"
RECEIVED = NoticeKind(
    "suggestion.received", _("New suggestion"), _("New suggestion %(number)s of %(company)s: “%(text)s”"), "star", SUGGESTION
)
ASSIGNED = NoticeKind(
    "suggestion.assigned",
    _("Suggestion for you"),
    _("%(by)s gave you suggestion %(number)s of %(company)s to consider: “%(text)s”"),
    "user-check",
    SUGGESTION,
)
DECIDED = NoticeKind(
    "suggestion.decided",
    _("Suggestion decided"),
    _("%(by)s decided on suggestion %(number)s of %(company)s: %(state)s, “%(text)s”"),
    "circle-check",
    SUGGESTION,
)
OWNERLESS = NoticeKind(
    "suggestion.ownerless",
    _("Suggestion without an owner"),
    _("%(owner)s no longer works on suggestions: %(number)s of %(company)s needs somebody else, “%(text)s”"),
    "alert-circle",
    SUGGESTION,
)
KINDS = (RECEIVED, ASSIGNED, DECIDED, OWNERLESS)
OF_SUGGESTIONS = tuple(kind.key for kind in KINDS)


def tell_suggestion_received(*, suggestion: Suggestion, by: User) -> None:
    """Tell those who assign suggestions and the customer's account manager."""
    _tell(suggestion, RECEIVED, [*who_assigns(), *_account_manager(suggestion)], by)


def tell_suggestion_assigned(*, suggestion: Suggestion, by: User) -> None:
    """Tell the owner what somebody else gave them."""
    key = f"{suggestion.owner_id}:{suggestion.considered_at.timestamp()}"
    _tell(suggestion, ASSIGNED, [suggestion.owner], by, key=key, by=_name(by))


def tell_suggestion_decided(*, suggestion: Suggestion, by: User) -> None:
    """Tell the account manager, who sees the customer, and who brought the suggestion in."""
    bringer = suggestion.recorded_by
    people = [*_account_manager(suggestion), *([] if bringer.is_system or not bringer.is_active else [bringer])]
    state = both(SuggestionState(suggestion.state).label)
    _tell(suggestion, DECIDED, people, by, key=f"{suggestion.decided_at.timestamp()}", by=_name(by), state=state)


def tell_suggestion_ownerless(*, suggestion: Suggestion, owner: User, by: User) -> None:
    """Tell those who assign suggestions that one has lost its owner."""
    _tell(suggestion, OWNERLESS, who_assigns(), by, key=f"{owner.pk}:{suggestion.pk}", owner=_name(owner))


def who_assigns() -> list[User]:
    return list(User.objects.able(permissions.CHANGE_SUGGESTION))


def _account_manager(suggestion: Suggestion) -> list[User]:
    manager = suggestion.customer.account_manager if suggestion.customer else None
    return [manager] if manager is not None and manager.has_perm(permissions.VIEW_SUGGESTION) else []


def _name(person: User) -> dict[str, str]:
    return {"zh": person.name, "en": person.name_en}


def _tell(suggestion: Suggestion, kind: NoticeKind, people: Iterable[User], actor: User, key: str = "", **values: object) -> None:
    customer = suggestion.customer
    values = {
        "number": suggestion.number,
        "text": suggestion.title,
        "company": {"zh": customer.name_zh, "en": customer.name_en} if customer else suggestion.company_name,
    } | values
    told = [
        Told(
            recipient=person, kind=kind.key, values=values, record_pk=suggestion.pk, url=suggestion.get_absolute_url(),
            dedupe_key=f"{kind.key}:{suggestion.pk}:{key}",
        )
        for person in {person.pk: person for person in people}.values()
    ]  # fmt: skip
    notify_each(told=told, by=actor)
