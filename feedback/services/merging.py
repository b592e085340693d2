"""What a merge of two customer files does to opinions and complaints: all of them follow, the facts are read anew."""

from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import Customer
from customers.services.facts import OpinionFacts, renew_opinion_facts
from customers.services.merge_rules import MergeRule, clash
from feedback.models import (
    Complaint,
    CustomerResult,
    HeardOpinion,
    Invitation,
    LoopResult,
    OccasionMark,
    OptOut,
    Response,
    SeminarDecision,
    SeminarGuest,
    Suggestion,
    WaveDraw,
    WaveResult,
    WaveSkip,
)
from feedback.services.customer_facts import store_open_count
from feedback.services.jobs import COUNT_AGAIN, enqueue
from portcrm.accounts.models import User

MERGE_RULES = (
    MergeRule(Response, _("Answers of customers"), tab="opinions"),
    MergeRule(Invitation, _("Invitations to opinion waves"), tab="opinions"),
    MergeRule(Complaint, _("Complaints"), tab="complaints"),
    MergeRule(Suggestion, pgettext_lazy("customer", "Suggestions"), tab="opinions"),
    MergeRule(HeardOpinion, _("Opinions heard"), tab="opinions"),
    MergeRule(SeminarGuest, _("Guests of seminars"), quiet=True),
    MergeRule(SeminarDecision, _("Decisions of seminars"), quiet=True),
    MergeRule(WaveSkip, _("Skipped in opinion waves"), quiet=True),
    # counted with those of the kept file where they are read (feedback/queries/occasions.py), each as of its own file
    MergeRule(OccasionMark, _("Occasions they were asked on"), moves=False, quiet=True),
    # how a sample was drawn is told as it was
    MergeRule(WaveDraw, _("Draws of samples"), moves=False, quiet=True),
    # Computed: the waves are counted again after a merge, so nothing needs to move.
    MergeRule(CustomerResult, _("Figures of one customer in a wave"), moves=False, quiet=True),
    MergeRule(LoopResult, _("Low marks compared with the next wave"), moves=False, quiet=True),
)

OF_THE_FILE = {"field": "contact", "with_file": "customer", "quiet": True, "watched": False}
TWIN_RULES = (
    MergeRule(Response, _("Answers of customers"), **OF_THE_FILE),
    MergeRule(Invitation, _("Invitations to opinion waves"), stays=clash(Invitation, "wave", field="contact"), **OF_THE_FILE),
    MergeRule(Complaint, _("Complaints"), **OF_THE_FILE),
    MergeRule(Suggestion, pgettext_lazy("customer", "Suggestions"), **OF_THE_FILE),
    MergeRule(HeardOpinion, _("Opinions heard"), **OF_THE_FILE),
    MergeRule(SeminarGuest, _("Guests of seminars"), stays=clash(SeminarGuest, "seminar", field="contact"), **OF_THE_FILE),
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
    latest = scored.with_said().order_by("customer_id", "-said", "-submitted_at", "-pk").distinct("customer_id")
    facts = [OpinionFacts(one.customer_id, one.said_on, Decimal(str(one.satisfaction))) for one in latest]
    renew_opinion_facts(customers=keys, facts=facts, by=by)
    store_open_count(customer_ids=set(keys), by=by)
    answered = Response.objects.filter(Q(customer__in=keys) | Q(invitation__customer__in=keys)).order_by().values("wave")
    for wave_id in WaveResult.objects.filter(wave__in=answered).values_list("wave", flat=True):
        enqueue(COUNT_AGAIN, wave_id)
