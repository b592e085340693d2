"""Which ranking pages show."""

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
