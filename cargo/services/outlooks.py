"""What closed leads say of open ones, stored: counted every night, renewed for one lead whenever it changes."""

import datetime as dt

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cargo.enums import CLOSED_STAGES
from cargo.models import Lead, LeadOutlook, StageOdds
from cargo.models.odds import smoothed
from cargo.queries.odds import by_key, counted_odds, odds_of
from portcrm.accounts.models import User
from portcrm.audit.actions import action

PORTION = 1000
FIGURES = ("stage", "scope", "won", "closed", "probability", "tonnes", "teu", "expected_tonnes", "expected_teu", "counted_on")


def _outlook(lead: Lead, groups, today: dt.date) -> LeadOutlook:
    scope, odds = odds_of(groups, lead.stage, lead.channel_id, lead.cargo_class_id, least=settings.LEAD_ODDS_LEAST)
    share = smoothed(odds.won, odds.closed) if odds else None
    tonnes, teu = (None if amount is None else amount * lead.in_a_year for amount in (lead.tonnes, lead.teu))
    return LeadOutlook(
        lead=lead,
        stage=lead.stage,
        scope=scope or "",
        won=odds.won if odds else 0,
        closed=odds.closed if odds else 0,
        probability=share,
        tonnes=tonnes,
        teu=teu,
        expected_tonnes=None if tonnes is None or share is None else tonnes * share,
        expected_teu=None if teu is None or share is None else teu * share,
        counted_on=odds.counted_on if odds else today,
    )


def _store(outlooks: list[LeadOutlook]) -> None:
    LeadOutlook.objects.bulk_create(outlooks, update_conflicts=True, unique_fields=["lead"], update_fields=FIGURES)


def renew_outlook(*, lead: Lead, today: dt.date, by: User) -> None:
    """Give one lead the share that was counted last for where it stands now; a closed lead has none."""
    if not lead.is_open:
        LeadOutlook.objects.filter(lead=lead).delete()
        return
    of_lead = Q(channel=lead.channel_id) | Q(channel=None), Q(cargo_class=lead.cargo_class_id) | Q(cargo_class=None)
    _store([_outlook(lead, by_key(StageOdds.objects.filter(*of_lead, stage=lead.stage)), today)])


@action("lead.estimate", _("Probabilities counted"))
def estimate_leads(*, today: dt.date, by: User) -> int:
    """Count the shares of won leads anew and tell them of every open lead; returns how many. Twice in a night does it once."""
    rows = counted_odds()
    for row in rows:
        row.counted_on = today
    StageOdds.objects.all().delete()
    StageOdds.objects.bulk_create(rows, batch_size=PORTION)
    LeadOutlook.objects.filter(lead__stage__in=CLOSED_STAGES).delete()
    groups, number = by_key(rows), 0
    portion: list[LeadOutlook] = []
    for lead in Lead.objects.open().order_by("pk").iterator(PORTION):
        portion.append(_outlook(lead, groups, today))
        number += 1
        if len(portion) == PORTION:
            _store(portion)
            portion = []
    _store(portion)
    return number
