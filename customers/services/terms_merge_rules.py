"""What becomes of contracts, prices and receivables when two files are merged: they move where the kept file has no other."""

import datetime as dt

from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from customers.models import Contract, Customer, PriceTerm, Receivable, ReceivableLine, ReceivablesBalance
from customers.models.contract import PRICE_ITEM
from customers.services.merge_rules import MergeRule

END_OF_TIME = Value(dt.date.max)


def _same_number(kept: Customer, other: Customer) -> Q:
    return Q(number__in=Contract.objects.filter(customer=kept.pk).values("number"))


def _overlapping(kept: Customer, other: Customer) -> Q:
    """Prices of the other file for days on which the kept one has a price for the same thing."""
    item = {name: OuterRef(name) for name in PRICE_ITEM}
    end = Coalesce(OuterRef("valid_until"), END_OF_TIME)
    meeting = PriceTerm.objects.standing().filter(customer=kept.pk, valid_from__lte=end, **item)
    meeting = meeting.filter(Q(valid_until=None) | Q(valid_until__gte=OuterRef("valid_from")))
    clashing = PriceTerm.objects.standing().filter(Exists(meeting), customer=other.pk)
    return Q(pk__in=list(clashing.values_list("pk", flat=True)))


def _same_invoice(kept: Customer, other: Customer) -> Q:
    return Q(identity__in=Receivable.objects.filter(customer=kept.pk).values("identity"))


TERMS_RULES = (
    MergeRule(Contract, _("Contracts"), stays=_same_number, tab="terms"),
    MergeRule(PriceTerm, _("Prices"), stays=_overlapping, tab="terms"),
    MergeRule(Receivable, _("Receivables"), stays=_same_invoice, tab="terms"),
    MergeRule(ReceivableLine, _("Rows of a file being taken in"), moves=False),  # the file leads them on when it takes effect
    MergeRule(ReceivablesBalance, _("What is owed by age"), moves=False, tab="terms"),  # counted anew from the invoices
)
