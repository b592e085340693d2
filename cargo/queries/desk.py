"""The candidates' desk: one company in focus with what was seen of it and whose file it may be, and the queue around it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Q

from cargo.enums import RuleKind
from cargo.goods import GoodsRules
from cargo.models import Candidate, CargoClass, Sighting
from cargo.queries.sightings import names_of
from cargo.queries.suggestions import load_goods_rules, suggest
from cargo.querysets import CandidateQuerySet
from customers.queries.likely import Likely, Typed, at_once, similar
from portcrm.accounts.models import User

ABOVE, BELOW, MOST_COUNTED, SIGHTINGS_SHOWN, CARGO_SHOWN, LIKELY_SHOWN = 3, 14, 1_000, 20, 10, 5
NEWEST_FIRST = (F("withdrawn_by").asc(nulls_first=True), "-pk")  # as an index has them


@dataclass(frozen=True)
class CargoLine:
    goods: str
    hs_code: str
    tonnes: Decimal | None
    teu: Decimal | None
    route: str
    bill_no: str
    segment: int
    cargo_class: CargoClass | None
    reason: object


@dataclass(frozen=True)
class EvidenceLine:
    """One sighting with its cargo; the list of cargo is cut where a page would become too long."""

    sighting: Sighting
    roles: Sequence[str]
    cargo: Sequence[CargoLine]
    more: int


@dataclass(frozen=True)
class Desk:
    """`waiting` is capped at MOST_COUNTED + 1. `last` is the reader's own latest decision, which Z takes back."""

    focus: Candidate | None
    above: Sequence[Candidate]
    below: Sequence[Candidate]
    waiting: int
    evidence: Sequence[EvidenceLine]
    likely: Sequence[Likely]
    last: Candidate | None

    @property
    def queue(self) -> list[Candidate]:
        return [*self.above, *([self.focus] if self.focus else []), *self.below]

    @property
    def previous(self) -> Candidate | None:
        return self.above[-1] if self.above else None

    @property
    def next(self) -> Candidate | None:
        return self.below[0] if self.below else None

    @property
    def more_than_counted(self) -> bool:
        return self.waiting > MOST_COUNTED

    @property
    def more_sightings(self) -> int:
        return self.focus.sighting_count - sum(one.sighting.withdrawn_by_id is None for one in self.evidence) if self.focus else 0

    @property
    def has_quantity(self) -> bool:
        return bool(self.focus and (self.focus.tonnes or self.focus.teu))


def desk_of(rows: CandidateQuerySet, *, at: Candidate | None, user: User) -> Desk:
    """`rows` wait for a decision; `at` is shown whatever its state, without one the first of them."""
    focus = at or rows.order_by("-tonnes", "pk").for_record().first()
    if focus is None:
        return Desk(None, (), (), 0, (), (), last_decision(user))
    above = list(rows.before(focus)[:ABOVE])[::-1]
    below = list(rows.after(focus)[:BELOW])
    waiting = rows.order_by()[: MOST_COUNTED + 1].count()
    likely = likely_of(focus, user) if focus.is_open else ()
    return Desk(focus, above, below, waiting, evidence_of(focus), likely, last_decision(user))


def next_to(rows: CandidateQuerySet, candidate: Candidate) -> Candidate | None:
    """What the eye falls on once this one is decided: the one below, at the end of the queue the one above."""
    return rows.after(candidate).for_record().first() or rows.before(candidate).for_record().first()


def likely_of(candidate: Candidate, user: User) -> list[Likely]:
    """Customer files it may be, with the reason, surest first."""
    typed = Typed(**names_of(candidate.name), credit_code=candidate.credit_code)
    found = at_once(user, typed)
    return [*found, *similar(user, typed, known=found)][:LIKELY_SHOWN]


def evidence_of(candidate: Candidate) -> list[EvidenceLine]:
    """Newest first, what was withdrawn last. Three queries."""
    rows = candidate.sightings.for_desk().order_by(*NEWEST_FIRST)[:SIGHTINGS_SHOWN]
    classes = CargoClass.objects.in_bulk()
    rules = load_goods_rules()
    return [evidence_line(row, classes, rules) for row in rows]


def evidence_line(sighting: Sighting, classes: dict[str, CargoClass], rules: GoodsRules) -> EvidenceLine:
    cargo = [_cargo_line(told, classes, rules) for told in sighting.cargo[:CARGO_SHOWN]]
    return EvidenceLine(sighting, sighting.role_labels, cargo, len(sighting.cargo) - len(cargo))


def _cargo_line(told: dict, classes: dict[str, CargoClass], rules: GoodsRules) -> CargoLine:
    goods, hs_code = told.get("goods", ""), told.get("hs_code", "")
    suggestion = suggest(goods, hs_code, rules=rules)
    ends = [told.get(name, "") for name in ("loading", "discharge")]
    return CargoLine(
        goods=goods, hs_code=hs_code, tonnes=Decimal(told["tonnes"]) if "tonnes" in told else None,
        teu=Decimal(told["teu"]) if "teu" in told else None, route=" – ".join(end or "?" for end in ends) if any(ends) else "",
        bill_no=told.get("bill_no", ""), segment=told.get("segment", 0),
        cargo_class=classes.get(suggestion.cargo_class_code) if suggestion else None, reason=suggestion.reason if suggestion else "",
    )  # fmt: skip


def last_decision(user: User) -> Candidate | None:
    """What this person decided last, one company at a time: a rule for a word, or one that met a later document, is lifted on its page."""
    own = Q(rule=None) | Q(rule__kind=RuleKind.NAME, rule__made_at=F("decided_at"))
    return Candidate.objects.visible_to(user).filter(own, decided_by=user).order_by("-decided_at", "-pk").first()
