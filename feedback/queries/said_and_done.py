""" "You said, we did": what came of suggestions, for everybody to read."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import pgettext

from feedback.enums import Credit
from feedback.models import Suggestion
from feedback.queries.told_words import words_for_strangers
from portcrm.bilingual import tongue
from portcrm.clock import port_date

LATEST = 3


@dataclass(frozen=True)
class SaidAndDone:
    """In the reader's language where there is such a text; `said_in` and `did_in` name the other language where there is none.

    `credit` is "" where the customer is not to stand beside it.
    """

    said: str
    said_in: str
    did: str
    did_in: str
    credit: str
    on: dt.date


def latest_published(limit: int = LATEST) -> list[SaidAndDone]:
    """What is published at this moment, newest first. Read by strangers: nothing else of a suggestion leaves the house, and of what
    was said neither names nor numbers. What we did are our own words, which may name a hotline."""
    published = list(Suggestion.objects.published().select_related("customer")[:limit])
    said = words_for_strangers([(one.customer_id, one.said) for one in published])
    return [_shown(one, words) for one, words in zip(published, said, strict=True)]


def _shown(one: Suggestion, said: str) -> SaidAndDone:
    said_in, did_in = tongue(one.said_zh, one.said_en), tongue(one.did_zh, one.did_en)
    return SaidAndDone(said, said_in, one.did, did_in, credit_of(one), port_date(one.published_at))


def credit_of(one: Suggestion) -> str:
    """Who stands beside it, as others read it; "" where nobody does."""
    if one.credit == Credit.NAMED:
        return one.company
    return pgettext("credit", "a customer") if one.credit == Credit.ANONYMOUS else ""
