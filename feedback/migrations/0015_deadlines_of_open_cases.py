"""Cases that wait for an answer get the deadline they were recorded with: the end of office hours of the day their answer is due."""

import datetime as dt

from django.conf import settings
from django.db import migrations
from zoneinfo import ZoneInfo

END_OF_HOURS = dt.time(17, 30)


def start(apps, schema_editor):
    clock, zone = apps.get_model("feedback", "ComplaintClock"), ZoneInfo(settings.PORT_TIME_ZONE)
    waiting = apps.get_model("feedback", "Complaint").objects.filter(state__in=("new", "assigned"), clocks=None)
    rows = []
    for case in waiting.iterator():
        due_at = dt.datetime.combine(case.due_on, END_OF_HOURS, tzinfo=zone)
        rows.append(
            clock(complaint=case, kind="decision", amount=settings.COMPLAINT_BUSINESS_DAYS, unit="b",
                  started_at=min(case.recorded_at, due_at), due_at=due_at)
        )  # fmt: skip
    clock.objects.bulk_create(rows, batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("feedback", "0014_deadlines_and_pauses")]

    operations = [migrations.RunPython(start, migrations.RunPython.noop, elidable=True)]
