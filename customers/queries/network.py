"""The customer network around one firm: who stands near it, through whom, and what had to be left out.

Companies are found by one recursive statement, nearest first; everything else is asked for once over all of them, so a
picture of five hundred costs as many queries as one of five.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from customers import permissions
from customers.enums import LinkKind, RelationKind
from customers.models import Acquaintance, Contact, Customer, Employment, Relation, TeamMember
from customers.network.nearest import Candidate, Chosen, nearest
from portcrm.accounts.models import User
from portcrm.audit.queries import event_model_of
from portcrm.clock import port_today, start_of_day

MOST_NODES = 500
MOST_LINKS = 3_000
REACHED = 5_000  # rows of the walk after which it stops; what lies farther is counted as "more"
PEOPLE_READ = 2_000
ORDER = ("colleague", "contact", "company")  # who comes first among those equally near: people are few and say how
_PARENTS_TODAY = """
            SELECT parent_id FROM customers_customer WHERE customers_customer.id = reach.id AND %(parents)s
            UNION ALL
            SELECT customers_customer.id FROM customers_customer WHERE parent_id = reach.id AND %(parents)s
"""
# The last state of a file before the moment counts; each is found by an index of the history.
_PARENTS_THEN = """
            SELECT parent_id FROM (
                SELECT parent_id FROM customers_customerevent
                WHERE pgh_obj_id = reach.id AND pgh_created_at < %(moment)s AND %(parents)s ORDER BY pgh_id DESC LIMIT 1
            ) AS state
            UNION ALL
            SELECT state.pgh_obj_id FROM customers_customerevent AS state
            WHERE state.parent_id = reach.id AND state.pgh_created_at < %(moment)s AND %(parents)s AND NOT EXISTS (
                SELECT 1 FROM customers_customerevent AS newer
                WHERE newer.pgh_obj_id = state.pgh_obj_id AND newer.pgh_id > state.pgh_id AND newer.pgh_created_at < %(moment)s
            )
"""
_REACH = """
    WITH RECURSIVE reach (id, steps) AS (
        SELECT %(centre)s::bigint, 0
        UNION
        SELECT customer.id, reach.steps + 1
        FROM reach
        CROSS JOIN LATERAL (
            SELECT to_customer_id AS id FROM customers_relation
            WHERE from_customer_id = reach.id AND kind = ANY (%(kinds)s)
              AND (since IS NULL OR since <= %(day)s) AND (until IS NULL OR until > %(day)s)
            UNION ALL
            SELECT from_customer_id FROM customers_relation
            WHERE to_customer_id = reach.id AND kind = ANY (%(kinds)s)
              AND (since IS NULL OR since <= %(day)s) AND (until IS NULL OR until > %(day)s)
            UNION ALL
            {parents}
        ) AS next
        JOIN customers_customer AS customer ON customer.id = next.id AND customer.merged_into_id IS NULL
        WHERE reach.steps < %(depth)s
    )
    SELECT customer.id, min(found.steps), customer.tonnes_12m
    FROM (SELECT id, steps FROM reach LIMIT %(most)s) AS found JOIN customers_customer AS customer ON customer.id = found.id
    GROUP BY customer.id, customer.tonnes_12m
"""
REACH_TODAY, REACH_THEN = _REACH.format(parents=_PARENTS_TODAY), _REACH.format(parents=_PARENTS_THEN)


@dataclass(frozen=True)
class Asked:
    """What the address asks for: how many steps, which kinds of lines, on which day."""

    depth: int
    kinds: frozenset[str]
    day: dt.date


@dataclass(frozen=True)
class Node:
    """A company, a contact or a colleague; `pk` is that of its own table."""

    key: str
    sort: str
    pk: int
    label: str
    note: str
    steps: int
    weight: float = 0.0
    url: str = ""


@dataclass(frozen=True)
class Link:
    """One line. The same thing may be read from both ends; `first` is the one that does it."""

    kind: str
    first: Node
    second: Node
    since: dt.date | None = None
    until: dt.date | None = None
    strength: int | None = None
    share: object = None
    verified_on: dt.date | None = None
    relation: Relation | None = field(default=None, compare=False)

    @property
    def label(self) -> str:
        return LinkKind(self.kind).label

    @property
    def mutual(self) -> bool:
        return self.kind == LinkKind.COMPETES_WITH

    @property
    def steps(self) -> int:
        return min(self.first.steps, self.second.steps)


@dataclass(frozen=True)
class Place:
    """A firm somebody works for."""

    firm: int
    since: dt.date | None = None
    until: dt.date | None = None

    @classmethod
    def told(cls, one: dict) -> "Place":
        since, until = (dt.date.fromisoformat(one[name]) if one[name] else None for name in ("since", "until"))
        return cls(one["firm"], since, until)


def company_key(pk: int) -> str:
    return f"company-{pk}"


def contact_key(pk: int) -> str:
    return f"contact-{pk}"


def colleague_key(pk: int) -> str:
    return f"colleague-{pk}"


class Network:
    """What `user` may see around `centre`. Each part is read once, when it is first asked for."""

    def __init__(self, centre: Customer, asked: Asked, user: User, *, limit: int = MOST_NODES):
        self.centre, self.asked, self.user, self.limit = centre, asked, user, limit

    # --- who is near --------------------------------------------------------------------------------------------------
    @cached_property
    def _reached(self) -> list[tuple[int, int, float]]:
        """(customer, steps, tonnes) of every firm within reach."""
        kinds = sorted(self.asked.kinds & set(RelationKind.values))
        told = {
            "centre": self.centre.pk, "kinds": kinds, "parents": LinkKind.PARENT_OF in self.asked.kinds, "day": self.asked.day,
            "depth": self.asked.depth, "most": REACHED + 1, "moment": self._moment,
        }  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(REACH_THEN if self._is_past else REACH_TODAY, told)
            return [(key, steps, float(tonnes)) for key, steps, tonnes in cursor.fetchall()]

    @cached_property
    def _companies(self) -> dict[int, Customer]:
        """The nearest files, at most as many as the picture holds, with `steps`."""
        found = nearest((Candidate(key, steps, "company", tonnes) for key, steps, tonnes in self._reached), limit=self.limit)
        steps = {one.key: one.steps for one in found.kept}
        rows = Customer.objects.visible_to(self.user).only(
            "code", "name_zh", "name_en", "types", "tonnes_12m", "account_manager_id", "parent_id", "is_key_account"
        ).in_bulk(list(steps))  # fmt: skip
        then = self._states(list(rows)) if self._is_past else {}
        for key, row in rows.items():
            row.steps = steps[key]
            if self._is_past:
                row.parent_id, row.account_manager_id = then.get(key, (None, None))
        return rows

    @property
    def _is_past(self) -> bool:
        return self.asked.day < port_today()

    @property
    def _moment(self) -> dt.datetime:
        """The instant at which the day is over."""
        return start_of_day(self.asked.day + dt.timedelta(days=1))

    def _states(self, keys: list[int]) -> dict[int, tuple[int | None, int | None]]:
        """(parent, account manager) of these files as they stood when the day was over; a file that was not there yet has none."""
        states = event_model_of(Customer).objects.filter(pgh_obj_id__in=keys, pgh_created_at__lt=self._moment)
        latest = states.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")
        return {key: (parent, manager) for key, parent, manager in latest.values_list("pgh_obj_id", "parent_id", "account_manager_id")}

    @property
    def _asked_for_people(self) -> list[int]:
        """Firms whose people are one step on and still within reach."""
        return [key for key, row in self._companies.items() if row.steps < self.asked.depth]

    @cached_property
    def _contacts(self) -> dict[int, Contact]:
        if LinkKind.WORKS_AT not in self.asked.kinds:
            return {}
        firms, day = self._asked_for_people, self.asked.day
        main = Contact.objects.filter(customer__in=firms).on_staff(day)
        beside = Employment.objects.in_force(day)
        people = main.values("pk").union(beside.filter(customer__in=firms).values("contact"))
        read = ("name", "name_en", "erased_on", "position", "position_en", "customer_id", "is_primary", "here_since", "left_on")
        told = JSONObject(firm="customer", since="since", until="until")
        rows = Contact.objects.visible_to(self.user).filter(pk__in=people).only(*read)
        rows = rows.annotate(beside=ArraySubquery(beside.filter(contact=OuterRef("pk")).order_by("pk").values_list(told)))
        return {row.pk: row for row in rows.order_by("-is_primary", "pk")[:PEOPLE_READ]}

    @cached_property
    def _places(self) -> dict[int, list[Place]]:
        """By contact: the firms they work for on the day, the main one first."""
        found = {}
        for row in self._contacts.values():
            main = [Place(row.customer_id)] if row.is_on_staff(self.asked.day) else []
            found[row.pk] = main + [Place.told(one) for one in row.beside if one["firm"] != row.customer_id or not main]
        return found

    def _steps_of(self, contact: int) -> int:
        """One step on from the nearest firm the person works for."""
        firms = (self._companies.get(place.firm) for place in self._places[contact])
        return 1 + min(firm.steps for firm in firms if firm is not None)

    @cached_property
    def _acquaintances(self) -> list[Acquaintance]:
        if LinkKind.KNOWS not in self.asked.kinds or not self._contacts:
            return []
        rows = Acquaintance.objects.visible_to(self.user).filter(contact__in=list(self._contacts)).known_on(self.asked.day)
        return list(rows[:PEOPLE_READ])

    @cached_property
    def _team(self) -> list[TeamMember]:
        if LinkKind.SERVES not in self.asked.kinds:
            return []
        rows = TeamMember.objects.visible_to(self.user).filter(customer__in=self._asked_for_people).on_duty(self.asked.day)
        return list(rows[:PEOPLE_READ])

    @property
    def _managed(self) -> list[tuple[int, int]]:
        """(account manager, customer)."""
        if LinkKind.MANAGES not in self.asked.kinds:
            return []
        pairs = ((self._companies[key].account_manager_id, key) for key in self._asked_for_people)
        return [(manager, key) for manager, key in pairs if manager is not None]

    # --- who has room ------------------------------------------------------------------------------------------------
    @cached_property
    def chosen(self) -> Chosen:
        """Nearest first over firms and people together."""
        candidates = [Candidate(company_key(key), steps, "company", tonnes) for key, steps, tonnes in self._reached]
        candidates += [
            Candidate(contact_key(row.pk), self._steps_of(row.pk), "contact", float(row.is_primary)) for row in self._contacts.values()
        ]
        ties = Counter(user for user, _steps in self._colleague_ties)
        steps: dict[int, int] = {}
        for user, far in self._colleague_ties:
            steps[user] = min(far, steps.get(user, far))
        candidates += [Candidate(colleague_key(user), far, "colleague", float(ties[user])) for user, far in steps.items()]
        return nearest(candidates, limit=self.limit, order=ORDER)

    @cached_property
    def _colleague_ties(self) -> list[tuple[int, int]]:
        """(colleague, steps) by each line that leads to them."""
        by_contact = [(row.user_id, self._steps_of(row.contact_id)) for row in self._acquaintances]
        by_care = [(manager, self._companies[key].steps + 1) for manager, key in self._managed]
        return by_contact + by_care + [(row.user_id, self._companies[row.customer_id].steps + 1) for row in self._team]

    @property
    def is_cut(self) -> bool:
        """The walk itself was stopped: there are more than are counted."""
        return len(self._reached) > REACHED or len(self._contacts) >= PEOPLE_READ

    @cached_property
    def nodes(self) -> dict[str, Node]:
        kept = {one.key: one for one in self.chosen.kept}
        users = User.objects.only("name", "name_en").in_bulk([int(key.partition("-")[2]) for key in kept if key.startswith("colleague-")])
        found = {}
        for key, one in kept.items():
            pk = int(key.partition("-")[2])
            row = {"company": self._companies, "contact": self._contacts, "colleague": users}[one.sort].get(pk)
            if row is not None:
                found[key] = _node(key, one, row)
        return found

    # --- what binds them ----------------------------------------------------------------------------------------------
    @cached_property
    def links(self) -> list[Link]:
        """Every line between two nodes of the picture, those nearest to the centre first."""
        found = [*self._relations(), *self._parents(), *self._people()]
        turn = {kind: number for number, kind in enumerate(LinkKind.values)}
        return sorted(found, key=lambda link: (link.steps, turn[link.kind], link.first.label, link.second.label))

    def _relations(self) -> Iterable[Link]:
        keys = [node.pk for node in self.nodes.values() if node.sort == "company"]
        rows = Relation.objects.visible_to(self.user).filter(from_customer__in=keys, to_customer__in=keys)
        rows = rows.filter(kind__in=self.asked.kinds & set(RelationKind.values)).in_force(self.asked.day).order_by("pk")
        for row in rows[:MOST_LINKS]:
            first, second = self.nodes[company_key(row.from_customer_id)], self.nodes[company_key(row.to_customer_id)]
            yield Link(row.kind, first, second, row.since, row.until, row.strength, row.share, row.verified_on, row)

    def _parents(self) -> Iterable[Link]:
        if LinkKind.PARENT_OF not in self.asked.kinds:
            return
        for row in self._companies.values():
            ends = self._ends(company_key(row.parent_id or 0), company_key(row.pk))
            if ends:
                yield Link(LinkKind.PARENT_OF, *ends)

    def _people(self) -> Iterable[Link]:
        lines = [
            (LinkKind.WORKS_AT, contact_key(pk), company_key(place.firm), {"since": place.since, "until": place.until})
            for pk, places in self._places.items()
            for place in places
        ]
        for row in self._acquaintances:
            told = {"since": row.since, "strength": row.closeness}
            lines.append((LinkKind.KNOWS, colleague_key(row.user_id), contact_key(row.contact_id), told))
        lines += [(LinkKind.MANAGES, colleague_key(manager), company_key(key), {}) for manager, key in self._managed]
        for row in self._team:
            told = {"since": row.since, "until": row.until}
            lines.append((LinkKind.SERVES, colleague_key(row.user_id), company_key(row.customer_id), told))
        for kind, first, second, told in lines:
            ends = self._ends(first, second)
            if ends:
                yield Link(kind, *ends, **told)

    def _ends(self, first: str, second: str) -> tuple[Node, Node] | None:
        nodes = self.nodes
        return (nodes[first], nodes[second]) if first in nodes and second in nodes else None


def _node(key: str, one: Candidate, row) -> Node:
    if one.sort == "company":
        return Node(key, one.sort, row.pk, row.label, row.code, one.steps, one.weight, row.get_absolute_url())
    if one.sort == "contact":
        return Node(key, one.sort, row.pk, row.label, row.position_label, one.steps, one.weight, row.get_absolute_url())
    return Node(key, one.sort, row.pk, row.label, "", one.steps, one.weight)


def kinds_seen_by(user: User) -> list[str]:
    """The kinds of lines this user can have at all: who reads no contacts is offered none."""
    hidden = set() if user.has_perm(permissions.VIEW_CONTACT) else {LinkKind.WORKS_AT, LinkKind.KNOWS}
    return [kind for kind in LinkKind.values if kind not in hidden]
