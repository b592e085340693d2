"""What cargo tells on the timelines of a customer and of a lead."""

import datetime as dt

from django.db.models import F, Sum, Window
from django.db.models.functions import Lag
from django.urls import reverse
from django.utils.translation import gettext as _

from cargo.enums import LeadStage
from cargo.models import Lead, MonthlyRollup
from cargo.queries.ledger import month_end
from customers.models import Customer
from portcrm.audit.queries import event_model_of, field_changes
from portcrm.clock import first_day_from, start_of_day
from portcrm.pages import formats
from portcrm.pages.registry import Entry

ICONS = {LeadStage.WON: "trophy", LeadStage.LOST: "circle-x"}


def lead_moves(user, customer: Customer, before: dt.datetime | None, limit: int) -> list[Entry]:
    """Leads of a customer as they were recorded, won and lost, newest first."""
    leads = Lead.objects.visible_to(user).filter(customer=customer).for_list()
    recorded = leads.filter(recorded_at__lt=before) if before else leads
    entries = [_recorded(lead) for lead in recorded.order_by("-recorded_at")[:limit]]
    by_pk = {lead.pk: lead for lead in leads}
    states = event_model_of(Lead).objects.filter(pgh_obj_id__in=by_pk).select_related("pgh_context")
    states = states.annotate(earlier=Window(Lag("stage"), partition_by="pgh_obj_id", order_by="pgh_id"))
    moves = states.filter(earlier__isnull=False).exclude(stage=F("earlier"))
    if before:
        moves = moves.filter(pgh_created_at__lt=before)
    entries += [_moved(by_pk[state.pgh_obj_id], state) for state in moves.order_by("-pgh_id")[:limit]]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:limit]


def _recorded(lead: Lead) -> Entry:
    parts = [lead.cargo_class.short, f"{formats.number(lead.quantity)} {lead.unit.sign}" if lead.quantity is not None else "", lead.route]
    return Entry(
        at=lead.recorded_at,
        kind="leads",
        icon="package",
        title=_("Cargo lead %(number)s recorded") % {"number": lead.number},
        body=" · ".join(part for part in parts if part),
        url=lead.get_absolute_url(),
        by=lead.channel.label,
        who=(lead.recorded_by_id,),
    )


def _moved(lead: Lead, state) -> Entry:
    return Entry(
        at=state.pgh_created_at,
        kind="leads",
        icon=ICONS.get(state.stage, "arrow-right"),
        title=_("Cargo lead %(number)s: %(stage)s") % {"number": lead.number, "stage": LeadStage(state.stage).label},
        body=state.lost_note,
        url=lead.get_absolute_url(),
        who=((state.pgh_context.metadata if state.pgh_context else {}).get("actor"),),
    )


def handled_months(user, customer: Customer, before: dt.datetime | None, limit: int) -> list[Entry]:
    """What was handled month by month; an entry stands at the beginning of its month."""
    months = MonthlyRollup.objects.visible_to(user).filter(customer=customer).order_by().values("month")
    sums = months.annotate(sum_tonnes=Sum("tonnes"), sum_teu=Sum("teu"), sum_lots=Sum("lots")).order_by("-month")
    if before:
        sums = sums.filter(month__lt=first_day_from(before))
    return [_month(customer, row) for row in sums[:limit]]


def _month(customer: Customer, row: dict) -> Entry:
    last = month_end(row["month"])
    figures = [formats.tonnes(row["sum_tonnes"])]
    if row["sum_teu"]:
        figures.append(f"{formats.number(row['sum_teu'])} TEU")
    figures.append(_("%(lots)s lots") % {"lots": formats.number(row["sum_lots"])})
    rows = f"?customer={customer.pk}&handled_on_after={row['month']}&handled_on_before={last}"
    return Entry(
        at=start_of_day(row["month"]),
        kind="cargo",
        icon="ship",
        title=_("Handled in %(month)s") % {"month": f"{row['month']:%Y-%m}"},
        body=" · ".join(figures),
        url=reverse("cargo:shipment_list") + rows,
        precision="month",
    )


def lead_changes(user, lead: Lead, before: dt.datetime | None, limit: int) -> list[Entry]:
    """The tracked history of one lead, field by field."""
    return [
        Entry(
            at=change.at,
            kind="changes",
            icon="plus" if change.kind == "insert" else "edit",
            title=change.label if change.kind != "update" else f"{change.label}: {change.before or '–'} → {change.after or '–'}",
            body="",
            by=change.actor,
            who=(change.actor_pk,),
        )
        for change in field_changes(lead, before=before, limit=limit, hidden=("version", "tonnes", "teu"))
    ]
