"""Which ranking pages show."""

from marketing.enums import ValueClass
from marketing.models import RankingRow, RankingRun


def newest_run(user) -> RankingRun | None:
    """The complete ranking of the latest date; of several for one date, the last one made."""
    return RankingRun.objects.visible_to(user).complete().newest_first().select_related("model", "previous").first()


def newest_row_of(user, customer) -> RankingRow | None:
    """The customer's row in its newest ranking."""
    rows = RankingRow.objects.visible_to(user).filter(customer=customer).select_related("run", "run__model", "customer")
    return rows.order_by("-run__as_of", "-run__finished_at", "-pk").first()


def rows_over_time(user, customer, limit: int = 12) -> list[RankingRow]:
    """The customer's rows in the newest ranking of each date, newest first."""
    rows = RankingRow.objects.visible_to(user).filter(customer=customer).select_related("run", "run__model")
    found: dict = {}
    for row in rows.order_by("-run__as_of", "-run__finished_at", "-pk")[: 3 * limit]:
        found.setdefault(row.run.as_of, row)
    return list(found.values())[:limit]


def most_moved(user, run: RankingRun, *, fallen: int = 5, risen: int = 3) -> tuple[list[RankingRow], list[RankingRow]]:
    """Who of class A and B fell most in a run, and who rose most of all."""
    moved = RankingRow.objects.visible_to(user).filter(run=run).select_related("customer", "run")
    down = moved.filter(movement__lt=0, value_class__in=(ValueClass.A, ValueClass.B)).order_by("movement", "position")
    up = moved.filter(movement__gt=0).order_by("-movement", "position")
    return list(down[:fallen]), list(up[:risen])
