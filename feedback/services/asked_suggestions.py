"""What a customer writes into the written request for suggestions becomes suggestions: somebody considers and answers each."""

import uuid

from django.utils.translation import gettext_lazy as _

from customers.models import Channel
from feedback.enums import SuggestionState
from feedback.models import Invitation, Response, Suggestion, Wave
from feedback.queries.told_words import words_for_all
from feedback.services.contacts import still_theirs
from feedback.services.shipped.suggestions import FORM
from feedback.services.suggestions import locked_suggestion, record_suggestion
from portcrm.accounts.models import User
from portcrm.audit.actions import action

WISHES = ("improve", "add")  # what is to be kept as it is asks nothing of us
NAMESPACE = uuid.UUID("5f1c8d0e-6f0b-4c8e-9d5e-2f6f0b7a4c11")
CHANNEL = "suggestion_request"
UNSIGNED = "匿名 / Anonymous"  # stands for the company, for readers of both languages
CONFIDENTIAL = "保密 / Confidential"


def asks_for_suggestions(wave: Wave) -> bool:
    """Whether it asks with the one form whose answers are taken as suggestions."""
    return wave.version.questionnaire.key == FORM.key


def take_suggestions(*, invitation: Invitation, response: Response, by: User) -> None:
    """Record each wish of the answer that counts; the same words again are the same suggestion.

    Other words replace those of a suggestion nobody has taken up yet; else they are another one.
    """
    if not asks_for_suggestions(invitation.wave):
        return
    contact = still_theirs(response.contact, invitation.customer)
    latest = response.versions.order_by("-number").first()
    channel = response.channel or Channel.objects.filter(key=CHANNEL).first()
    for key in WISHES:
        if text := latest.answers.get(key, ""):
            form_key, waiting = _place_of(response, key, text)
            if waiting is not None and renew_words(suggestion=waiting, text=text, by=by):
                continue
            record_suggestion(
                text=text, at=response.submitted_at, by=by, response=response, form_key=form_key,
                customer=invitation.customer, contact=contact, channel=channel, language=response.language,
            )  # fmt: skip


def take_unsigned_suggestions(*, wave: Wave, response: Response, by: User) -> None:
    """Record each wish of an anonymous answer, of nobody's and once; whatever names somebody in it stays with the answer."""
    if not asks_for_suggestions(wave):
        return
    answers, channel = response.versions.get().answers, Channel.objects.filter(key=CHANNEL).first()
    for key in WISHES:
        if text := answers.get(key, ""):
            form_key = uuid.uuid5(NAMESPACE, f"{response.pk}:{key}")
            told = {"company_name": UNSIGNED, "channel": channel, "response": response, "form_key": form_key}
            record_suggestion(text=words_for_all(response, text), at=response.submitted_at, by=by, **told)


def _place_of(response: Response, key: str, text: str) -> tuple[uuid.UUID, Suggestion | None]:
    """The key these words of the wish are stored under, and the suggestion whose words they replace, if there is one."""
    turn, name = 0, f"{response.pk}:{key}"
    while before := Suggestion.objects.filter(form_key=uuid.uuid5(NAMESPACE, name)).first():
        if before.text == text.strip() or _waits(before):
            break
        turn += 1
        name = f"{response.pk}:{key}:{turn}"
    waiting = before if before is not None and before.text != text.strip() else None
    return uuid.uuid5(NAMESPACE, name), waiting


@action("suggestion.renew", _("Words of a suggestion renewed by the customer"))
def renew_words(*, suggestion: Suggestion, text: str, by: User) -> bool:
    """Take over what the customer writes now; False where somebody has taken the suggestion up meanwhile."""
    found = locked_suggestion(suggestion)
    if not _waits(found):
        return False
    found.text = text.strip()
    found.save(update_fields=["text"])
    return True


def _waits(suggestion: Suggestion) -> bool:
    return suggestion.state == SuggestionState.RECEIVED and suggestion.owner_id is None
