"""The question bank: what was ever asked, to be asked again under its key."""

from django.db.models import Q, QuerySet

from feedback.enums import JUDGING
from feedback.models import Item, QuestionnaireVersion
from portcrm.accounts.models import User

SHOWN = 100  # of more, the words narrow them down


def bank_of(user: User, *, draft: QuestionnaireVersion) -> QuerySet[Item]:
    """Questions of published forms the draft does not ask yet, each in its latest wording of each form.

    A pair stands there once, with the scale that judges.
    """
    latest = Item.objects.visible_to(user).published().filter(aspect__in=JUDGING)
    latest = latest.order_by("version__questionnaire_id", "key", "-version__number").distinct("version__questionnaire_id", "key")
    return Item.objects.filter(pk__in=latest.values("pk")).exclude(key__in=draft.items.values("key"))


def bank(user: User, *, draft: QuestionnaireVersion, words: str = "", kind: str = "") -> list[Item]:
    """Of these, SHOWN + 1 at most, with every one of the `words` in texts or key and of that kind."""
    found = bank_of(user, draft=draft)
    for word in words.split():
        found = found.filter(Q(text_zh__icontains=word) | Q(text_en__icontains=word) | Q(key__icontains=word))
    if kind:
        found = found.filter(kind=kind)
    rows = found.select_related("version__questionnaire", "section").order_by("version__questionnaire_id", "position")
    return list(rows[: SHOWN + 1])
