"""What a merge of two customer files does to opinions and complaints: all of them follow, the facts are read anew."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from customers.services.facts import OpinionFacts, renew_opinion_facts
from customers.services.merge_rules import MergeRule, clash
from feedback.models import Complaint, CustomerResult, Invitation, LoopResult, OptOut, Response, WaveResult, WaveSkip
from feedback.services.customer_facts import store_open_count
from feedback.services.jobs import COUNT_AGAIN, enqueue
from portcrm.accounts.models import User
from portcrm.clock import port_date

MERGE_RULES = (
    MergeRule(Response, _("Answers of customers"), tab="opinions"),
    MergeRule(Invitation, _("Invitations to opinion waves"), tab="opinions"),
    MergeRule(Complaint, _("Complaints"), tab="complaints"),
    MergeRule(WaveSkip, _("Skipped in opinion waves"), quiet=True),
    # Computed: the waves are counted again after a merge, so nothing needs to move.
    MergeRule(CustomerResult, _("Figures of one customer in a wave"), moves=False, quiet=True),
    MergeRule(LoopResult, _("Low marks compared with the next wave"), moves=False, quiet=True),
)

OF_THE_FILE = {"field": "contact", "with_file": "customer", "quiet": True, "watched": False}
TWIN_RULES = (
    MergeRule(Response, _("Answers of customers"), **OF_THE_FILE),
    MergeRule(Invitation, _("Invitations to opinion waves"), stays=clash(Invitation, "wave", field="contact"), **OF_THE_FILE),
    MergeRule(Complaint, _("Complaints"), **OF_THE_FILE),
    MergeRule(WaveSkip, _("Skipped in opinion waves"), stays=clash(WaveSkip, "wave", field="contact"), **OF_THE_FILE),
    MergeRule(
        OptOut,
        _("Opted out"),
        field="contact",
        quiet=True,
        watched=False,
        stays=clash(OptOut, "address", "questionnaire", field="contact", lifted_at=None),
    ),
)


def renew_opinions(*, customers: list[Customer], by: User) -> None:
    """The latest overall score and the number of open complaints of these customers from the rows they have now."""
    keys = [customer.pk for customer in customers]
    scored = Response.objects.filter(customer__in=keys, overall__isnull=False)
    latest = scored.order_by("customer_id", "-submitted_at", "-pk").distinct("customer_id")
    facts = [OpinionFacts(one.customer_id, port_date(one.submitted_at), Decimal(one.overall)) for one in latest]
    renew_opinion_facts(customers=keys, facts=facts, by=by)
    store_open_count(customer_ids=set(keys), by=by)
    for wave_id in WaveResult.objects.filter(wave__responses__customer__in=keys).values_list("wave", flat=True).distinct():
        enqueue(COUNT_AGAIN, wave_id)
