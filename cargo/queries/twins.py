"""Leads that may be the same cargo heard of twice: same company, class and direction, and neither route nor time says otherwise."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from cargo.models import Lead
from customers.naming import search_keys
from customers.naming.keys import CHINESE
from portcrm.accounts.models import User

DAYS_APART = 31  # ready days further apart are two shipments
MOST_PAIRS = 50
MOST_LEADS = 5000  # the newest open ones are looked through


@dataclass(frozen=True)
class TwinPair:
    older: Lead
    newer: Lead


def folded(name: str) -> str:
    """A company's name without legal form, as customer files are recognised by."""
    chinese = bool(CHINESE.search(name))
    keys = search_keys(name_zh=name if chinese else "", name_en="" if chinese else name)
    return keys.match_key


def _names(lead: Lead) -> set[str]:
    """What the lead's company is known by: its file, its folded names."""
    if not lead.customer_id:
        return {folded(lead.party_name)} - {""}
    return {f"#{lead.customer_id}", lead.customer.match_key, lead.customer.match_key_en} - {""}


def may_be_one(one: Lead, other: Lead) -> bool:
    """Whether neither the ready days nor a port that both name keep them apart."""
    if one.ready_on and other.ready_on and abs(one.ready_on - other.ready_on) > dt.timedelta(days=DAYS_APART):
        return False
    ports = ((one.origin_id, other.origin_id), (one.destination_id, other.destination_id))
    return all(mine is None or theirs is None or mine == theirs for mine, theirs in ports)


def similar_leads(user: User, typed: Lead) -> list[Lead]:
    """Open leads this person sees that may be what is being recorded, newest first; either direction where none is said yet."""
    if typed.customer_id is None and not typed.party_name.strip():
        return []
    rows = Lead.objects.visible_to(user).open().for_list().filter(cargo_class=typed.cargo_class_id)
    rows = rows.filter(direction=typed.direction) if typed.direction else rows
    wanted = _names(typed)
    return [lead for lead in rows.exclude(pk=typed.pk)[:MOST_LEADS] if wanted & _names(lead) and may_be_one(typed, lead)][:MOST_PAIRS]


def twin_pairs(user: User) -> list[TwinPair]:
    """Pairs of open leads that may be one, the newest first; each pair once."""
    by_name: dict[tuple, list[Lead]] = defaultdict(list)
    for lead in Lead.objects.visible_to(user).open().for_list()[:MOST_LEADS]:
        for name in _names(lead):
            by_name[name, lead.cargo_class_id, lead.direction].append(lead)
    found = {(newer.pk, older.pk): TwinPair(older, newer) for group in by_name.values() for newer, older in _pairs(group)}
    return [found[keys] for keys in sorted(found, reverse=True)[:MOST_PAIRS]]


def _pairs(group: list[Lead]) -> Iterable[tuple[Lead, Lead]]:
    for place, newer in enumerate(group):
        for older in group[place + 1 : place + 1 + MOST_PAIRS]:
            if may_be_one(newer, older):
                yield newer, older


def lead_typed(values: dict) -> Lead:
    """A lead as far as a form says, not stored."""
    named = {name: values.get(name) for name in ("customer", "cargo_class", "origin", "destination", "ready_on")}
    return Lead(**named, party_name=values.get("party_name") or "", direction=values.get("direction") or "")
