"""Suggestions of colleagues who left: nobody's suggestion is dropped."""

import datetime as dt

from django.utils.translation import gettext_lazy, ngettext

from feedback.enums import SuggestionState
from feedback.models import Suggestion
from feedback.services.suggestion_notices import tell_suggestion_ownerless
from portcrm.accounts.models import User
from portcrm.audit.actions import action


def suggestions_of(person: User) -> str:
    """What becomes of the suggestions a colleague considers whose account is closed, for who closes it."""
    number = Suggestion.objects.undecided().filter(owner=person).count()
    said = ngettext(
        "%(number)s suggestion is being considered by this person. The night after the account is closed it goes back to those who"
        " assign suggestions.",
        "%(number)s suggestions are being considered by this person. The night after the account is closed they go back to those who"
        " assign suggestions.",
        number,
    )
    return said % {"number": number} if number else ""


def return_suggestions(*, today: dt.date, by: User) -> int:
    """Take suggestions under consideration from owners who cannot decide any more; returns how many. Run twice, each is taken once."""
    keys = list(Suggestion.objects.left_behind().order_by("pk").values_list("pk", flat=True))
    return sum(return_suggestion(suggestion_id=pk, by=by) for pk in keys)


@action("suggestion.return", gettext_lazy("Suggestion taken from an owner who left"))
def return_suggestion(*, suggestion_id: int, by: User) -> bool:
    """Whether it was taken: not where somebody else has it by now."""
    found = Suggestion.objects.left_behind().select_for_update(skip_locked=True, of=("self",)).filter(pk=suggestion_id).first()
    if found is None:
        return False
    owner = found.owner
    found.state, found.owner, found.considered_at = SuggestionState.RECEIVED, None, None
    found.save(update_fields=("state", "owner", "considered_at"))
    tell_suggestion_ownerless(suggestion=found, owner=owner, by=by)
    return True
