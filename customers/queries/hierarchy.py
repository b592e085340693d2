"""Parent companies and what hangs below them. The parent of a file is stored in one place only, `Customer.parent`."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import cached_property

from django.db import connection
from django.db.models import Aggregate, Count, F, Q, Sum

from customers.models import Customer
from portcrm.accounts.models import User

MOST_LEVELS = 30  # deeper is a mistake of the data, and a circle made before there was a check must not spin
MOST_FIRMS = 5_000
ABOVE = f"""
    WITH RECURSIVE above (id, parent_id, level) AS (
        SELECT id, parent_id, 0 FROM customers_customer WHERE id = %s
        UNION ALL
        SELECT customer.id, customer.parent_id, above.level + 1
        FROM above JOIN customers_customer AS customer ON customer.id = above.parent_id
        WHERE above.level < {MOST_LEVELS} AND customer.merged_into_id IS NULL
    ) CYCLE id SET again USING path
    SELECT id FROM above WHERE NOT again ORDER BY level
"""  # noqa: S608  only constants
ABOVE_SEVERAL = f"""
    WITH RECURSIVE above (id, parent_id, level) AS (
        SELECT id, parent_id, 0 FROM customers_customer WHERE id = ANY(%s)
        UNION
        SELECT customer.id, customer.parent_id, above.level + 1
        FROM above JOIN customers_customer AS customer ON customer.id = above.parent_id
        WHERE above.level < {MOST_LEVELS} AND customer.merged_into_id IS NULL
    )
    SELECT DISTINCT id, parent_id FROM above WHERE parent_id IS NOT NULL
"""  # noqa: S608  only constants
BELOW = f"""
    WITH RECURSIVE below (id, level) AS (
        SELECT id, 0 FROM customers_customer WHERE id = %s
        UNION ALL
        SELECT customer.id, below.level + 1
        FROM below JOIN customers_customer AS customer ON customer.parent_id = below.id
        WHERE below.level < {MOST_LEVELS} AND customer.merged_into_id IS NULL
    ) CYCLE id SET again USING path
    SELECT DISTINCT ON (id) id, level FROM (SELECT id, level FROM below WHERE NOT again LIMIT {MOST_FIRMS}) AS found ORDER BY id, level
"""  # noqa: S608  only constants

BELOW_THEN = f"""
    WITH RECURSIVE below (id, level) AS (
        SELECT %(key)s::bigint, 0
        UNION ALL
        SELECT state.pgh_obj_id, below.level + 1
        FROM below JOIN customers_customerevent AS state ON state.parent_id = below.id
        WHERE below.level < {MOST_LEVELS} AND state.merged_into_id IS NULL AND state.pgh_label <> 'delete'
          AND state.pgh_created_at <= %(moment)s AND NOT EXISTS (
            SELECT FROM customers_customerevent AS newer
            WHERE newer.pgh_obj_id = state.pgh_obj_id AND newer.pgh_id > state.pgh_id AND newer.pgh_created_at <= %(moment)s
          )
    ) CYCLE id SET again USING path
    SELECT DISTINCT ON (id) id, level FROM (SELECT id, level FROM below WHERE NOT again LIMIT {MOST_FIRMS}) AS found ORDER BY id, level
"""  # noqa: S608  only constants


def keys_above(key: int) -> list[int]:
    """The firm itself, its parent, that one's parent and so on; a circle ends where it closes."""
    with connection.cursor() as cursor:
        cursor.execute(ABOVE, [key])
        return [row[0] for row in cursor.fetchall()]


def parents_above(keys: Collection[int]) -> dict[int, int]:
    """Of these firms and of all above them: who their parent is."""
    with connection.cursor() as cursor:
        cursor.execute(ABOVE_SEVERAL, [list(keys)])
        return dict(cursor.fetchall())


def levels_below(key: int) -> dict[int, int]:
    """The firm and everything below it, each with how many levels down it stands; at most MOST_FIRMS."""
    with connection.cursor() as cursor:
        cursor.execute(BELOW, [key])
        return dict(cursor.fetchall())


def levels_below_then(key: int, moment: dt.datetime) -> dict[int, int]:
    """`levels_below` as it was at a moment, from the history of the files."""
    with connection.cursor() as cursor:
        cursor.execute(BELOW_THEN, {"key": key, "moment": moment})
        return dict(cursor.fetchall())


@dataclass(frozen=True)
class Figures:
    """What a firm, or a group, does with us. `revenue` and the amounts are None where nothing is recorded."""

    firms: int
    tonnes: Decimal
    teu: Decimal
    revenue: Decimal | None
    complaints: int
    exposure: Decimal | None
    overdue: Decimal | None


def sums(prefix: str = "", only: Q | None = None) -> dict[str, Aggregate]:
    """The aggregates behind Figures, of all rows or of those that fulfil `only`."""
    return {
        f"{prefix}firms": Count("pk", filter=only),
        f"{prefix}tonnes": Sum("tonnes_12m", default=Decimal(0), filter=only),
        f"{prefix}teu": Sum("teu_12m", default=Decimal(0), filter=only),
        f"{prefix}revenue": Sum("revenue_12m", filter=only),
        f"{prefix}complaints": Sum("open_complaints", default=0, filter=only),
        f"{prefix}exposure": Sum("transactions__credit_exposure", filter=only),
        f"{prefix}overdue": Sum("transactions__overdue_amount", filter=only),
    }


@dataclass(frozen=True)
class Group:
    """The firms one customer belongs together with, from the topmost parent down, as `user` may see them."""

    customer: Customer
    user: User

    @cached_property
    def top_key(self) -> int:
        return keys_above(self.customer.pk)[-1]

    @cached_property
    def levels(self) -> dict[int, int]:
        return levels_below(self.top_key)

    @property
    def exists(self) -> bool:
        """A firm alone is no group; the answer costs no walk where there is neither parent nor subsidiary."""
        if self.customer.parent_id is None and not Customer.objects.filter(parent=self.customer).exists():
            return False
        return len(self.levels) > 1

    @property
    def firms(self):
        """The files of the group, for a list."""
        return Customer.objects.visible_to(self.user).filter(pk__in=self.levels)

    @cached_property
    def top(self) -> Customer:
        return self.customer if self.top_key == self.customer.pk else Customer.objects.visible_to(self.user).get(pk=self.top_key)

    @cached_property
    def figures(self) -> dict[str, Figures]:
        """ "own" and "group", in one query."""
        found = self.firms.aggregate(**sums(), **sums("own_", Q(pk=self.customer.pk)))
        names = [field.name for field in fields(Figures)]
        return {scope: Figures(**{name: found[f"{prefix}{name}"] for name in names}) for scope, prefix in (("own", "own_"), ("group", ""))}

    @cached_property
    def largest(self) -> list[Customer]:
        """The heaviest firms of the group with their level in it; enough for a glance."""
        rows = list(self.firms.order_by(F("tonnes_12m").desc(), "pk")[:12])
        for row in rows:
            row.level = self.levels[row.pk]
        return rows
