"""What a merge of two customer files does to rankings: runs are frozen, the kept file bears the better place until the next one."""

from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from customers.services.merge_rules import MergeRule
from customers.services.value import StoredValue, renew_values
from marketing.models import RankingQuantity, RankingRow, RankingRun
from portcrm.accounts.models import User

MERGE_RULES = (
    MergeRule(RankingRow, _("Places in value rankings"), moves=False, tab="value"),
    MergeRule(RankingQuantity, _("Quantities in value rankings"), moves=False, quiet=True),
)


def renew_standing(*, customers: list[Customer], by: User) -> None:
    """Class and rank from the newest run that is stored: the best place among a file and those merged into it."""
    run = RankingRun.objects.complete().exclude(stored_at=None).newest_first().first()
    values = []
    for customer in customers if run else ():
        files = Customer.every.filter(pk=customer.pk) | Customer.every.filter(merged_into=customer.pk)
        row = RankingRow.objects.filter(run=run, customer__in=files.values("pk")).order_by("rank", "pk").first()
        if row:
            values.append(StoredValue(customer.pk, row.value_class, row.rank, row.previous_rank, row.score))
    renew_values(customers=[customer.pk for customer in customers], values=values, as_of=run.as_of if run else None, by=by)
