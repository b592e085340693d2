"""What was found of a candidate: roles, sources, classes, sums, when it was seen last.

It is carried forward by the sightings that come and go, whose candidates are locked (turns.py): a name seen a hundred thousand times
costs what one seen ten times does. `counts` say how many standing sightings have each role, source and class.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import OuterRef, Subquery

from cargo.enums import CandidateState
from cargo.models import Candidate, Sighting
from cargo.models.candidate import FOUND_FIELDS
from customers.identifiers import check_credit_code, normal_identifier
from portcrm.accounts.models import User
from portcrm.audit.actions import action

PORTION = 500
WRITTEN = (*FOUND_FIELDS, "state", "country", "address", "code", "credit_code")
FORWARDER = "forwarder"


@action("candidate.renew")
def carry_forward(*, candidates: Collection[Candidate], come: Iterable[Sighting], gone: Iterable[Sighting], by: User) -> None:
    """Add the sightings that are new to these candidates and take off those withdrawn, and store the candidates.

    One that no document names any more leaves the desk, and comes back with the next that does.
    """
    by_key = {candidate.pk: candidate for candidate in candidates}
    fewer = set()
    for sighting in come:
        _count(by_key[sighting.candidate_id], sighting, 1)
        _learn(by_key[sighting.candidate_id], sighting)
    for sighting in gone:
        _count(by_key[sighting.candidate_id], sighting, -1)
        fewer.add(sighting.candidate_id)
    latest = _latest_of(fewer)
    for key, candidate in by_key.items():
        if key in fewer:
            candidate.last_seen_at = latest[key]
        settle_state(candidate)
    # An upsert of rows that are all there: bulk_update builds a CASE per row and field, 40 s for two thousand firms.
    rows = [by_key[key] for key in sorted(by_key)]
    Candidate.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=WRITTEN, batch_size=PORTION)


def settle_state(candidate: Candidate) -> None:
    """Of one that waits: whether anything names it still."""
    if candidate.state in (CandidateState.OPEN, CandidateState.GONE):
        candidate.state = CandidateState.OPEN if candidate.sighting_count else CandidateState.GONE


def _count(candidate: Candidate, sighting: Sighting, step: int) -> None:
    candidate.sighting_count += step
    candidate.tonnes += step * sighting.tonnes
    candidate.teu += step * sighting.teu
    candidate.roles = _counted(candidate, "roles", candidate.roles, sighting.roles, step)
    candidate.sources = _counted(candidate, "sources", candidate.sources, [sighting.source], step)
    candidate.classes = _counted(candidate, "classes", candidate.classes, sighting.class_codes, step)
    marks = _counted(candidate, "marks", [FORWARDER] * candidate.is_forwarder, [FORWARDER] * sighting.is_forwarder, step)
    candidate.is_forwarder = bool(marks)


def _counted(candidate: Candidate, name: str, shown: Collection[str], values: Iterable[str], step: int) -> list[str]:
    """The values that at least one sighting has, in the order in which they were seen first."""
    counts: dict[str, int] = defaultdict(int, candidate.counts.get(name, {}))
    for value in _each(values):
        counts[value] += step
    candidate.counts[name] = {value: count for value, count in counts.items() if count > 0}
    return [value for value in _each([*shown, *counts]) if counts[value] > 0]


def _learn(candidate: Candidate, sighting: Sighting) -> None:
    """The first document may have known less."""
    candidate.last_seen_at = max(candidate.last_seen_at or sighting.seen_at, sighting.seen_at)
    for name in ("country", "address", "code"):
        setattr(candidate, name, getattr(candidate, name) or getattr(sighting, name))
    code = normal_identifier(sighting.code)
    if code and not candidate.credit_code and check_credit_code(code).valid:
        candidate.credit_code = code


def _latest_of(keys: Collection[int]) -> dict[int, object]:
    """When each was seen last; an index leads to the one row that says so."""
    if not keys:
        return {}
    newest = Sighting.objects.standing().filter(candidate=OuterRef("pk")).order_by("-seen_at").values("seen_at")[:1]
    return dict(Candidate.objects.filter(pk__in=keys).values_list("pk", Subquery(newest)))


def _each(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))
