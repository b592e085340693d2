"""One order of locks for all who write candidates, so that two of them never wait for each other in a circle:

the turn of flow lists, the numbers of messages, customer files by key, the document, the ignore rules, names, candidates by key, and
last sightings and leads. A document that is stored or forgotten is held before all of them by whoever stores or forgets it.
"""

import zlib
from collections.abc import Iterable

from django.db import connection
from django.utils.translation import gettext_lazy as _

from cargo.models import Candidate, Lead
from customers.models import Customer
from customers.services.locking import hold_files
from portcrm.errors import RuleBroken

FLOWS, RULES, NAMES, NUMBERS = "cargo.flow_lists", "cargo.ignore_rules", "cargo.candidate_names", "cargo.message_numbers"
TURNS = 128  # a manifest with thousands of names takes so many locks at most
HELD_SHARED = "SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))"
HELD_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
TURNS_HELD = "SELECT pg_advisory_xact_lock(hashtext(%s), turn) FROM unnest(%s::int[]) AS turn"


def hold_flow_lists() -> None:
    """One flow list is taken in at a time: the same line comes in many of them."""
    with connection.cursor() as cursor:
        cursor.execute(HELD_ALONE, [FLOWS])


def keep_rules() -> None:
    """No ignore rule is made or lifted until the transaction ends; others who only apply the rules go on beside."""
    with connection.cursor() as cursor:
        cursor.execute(HELD_SHARED, [RULES])


def change_rules() -> None:
    """Whoever applies the rules has ended or waits: what a rule is to keep away, or to give back, is all there to be seen."""
    with connection.cursor() as cursor:
        cursor.execute(HELD_ALONE, [RULES])


def hold_names(keys: Iterable[str]) -> None:
    """Nobody else opens candidates of these names (Candidate.name_key), or puts them back on the desk, until the transaction ends."""
    _hold(NAMES, keys)


def hold_numbers(numbers: Iterable[str]) -> None:
    """Nobody else stores messages of these numbers: of an original and what cancels it one sees the other."""
    _hold(NUMBERS, numbers)


def _hold(what: str, texts: Iterable[str]) -> None:
    turns = sorted({zlib.crc32(text.encode()) % TURNS for text in texts})
    with connection.cursor() as cursor:
        cursor.execute(TURNS_HELD, [what, turns])


def locked_candidates(keys: Iterable[int]) -> list[Candidate]:
    """The stored rows, locked one after the other by their keys."""
    return list(Candidate.objects.select_for_update().filter(pk__in=set(keys)).order_by("pk"))


def held_lead(lead: Lead, *customers: Customer | None) -> Lead:
    """The stored row, locked after the file of its customer, and those of other `customers` that it is about to be given.

    RuleBroken where it came to another file just now: a merge holds both files and waits for their leads.
    """
    file = Lead.objects.values_list("customer", flat=True).get(pk=lead.pk)
    hold_files({file, *(one.pk for one in customers if one is not None)} - {None})
    row = Lead.objects.select_for_update().get(pk=lead.pk)
    if row.customer_id != file:
        raise RuleBroken(_("Somebody has changed this lead since you read it. Read it again."))
    return row


def hold_file_to_be_removed(customer_id: int) -> None:
    """As removing it will: whoever notes something at the file has ended or waits."""
    list(Customer.every.select_for_update().filter(pk=customer_id).values_list("pk"))
