"""Leads that were begun with a document say so in the words of their source only: find the sighting those words mean, once."""

from django.db import migrations
from django.db.models import F, Q, Value

LONGEST_NOTE = 300
HEAVY = ("message__facts", "message__remarks")


def find_where_leads_were_seen(apps, schema_editor):
    lead_model, evidence = apps.get_model("cargo", "Lead"), apps.get_model("cargo", "LeadEvidence")
    told = lead_model.objects.filter(customer__isnull=False, evidence=None).exclude(source_note="")
    for lead in told.only("customer_id", "source_note", "recorded_at").iterator():
        if (sighting := _seen(apps, lead)) is not None:
            evidence.objects.create(lead=lead, sighting=sighting)


def _seen(apps, lead):
    """Of several that read alike the newest that was there when the lead was recorded."""
    rows = apps.get_model("cargo", "Sighting").objects.filter(
        Q(customer=lead.customer_id) | Q(candidate__customer=lead.customer_id), message__isnull=False, seen_at__lte=lead.recorded_at
    )
    alike = rows.annotate(told=Value(lead.source_note)).filter(told__startswith=F("message__document__file_name"))
    newest = alike.select_related("message__document").defer(*HEAVY).order_by("-pk")
    return next((one for one in newest.iterator() if _reference(one)[:LONGEST_NOTE] == lead.source_note), None)


def _reference(sighting) -> str:
    """As a sighting was written down as the source of a lead: the file, the message in it, the bills of lading."""
    message = sighting.message
    said = " ".join(part for part in (message.type, message.number) if part)
    bills = [one["bill_no"] for one in sighting.cargo if "bill_no" in one]
    return " · ".join(dict.fromkeys([message.document.file_name, said, *bills]))


class Migration(migrations.Migration):
    dependencies = [("cargo", "0044_where_leads_were_seen")]

    operations = [migrations.RunPython(find_where_leads_were_seen, migrations.RunPython.noop, elidable=True)]
