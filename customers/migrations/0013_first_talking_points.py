"""Load the talking points every installation starts with; an administrator changes them afterwards."""

import csv
from pathlib import Path

from django.db import migrations

FILE = Path(__file__).resolve().parent.parent / "reference" / "talking_points.csv"


def load(apps, schema_editor):
    point = apps.get_model("customers", "TalkingPoint")
    with FILE.open(encoding="utf-8", newline="") as file:
        point.objects.bulk_create(point(position=place * 10, **row) for place, row in enumerate(csv.DictReader(file), 1))


class Migration(migrations.Migration):
    dependencies = [("customers", "0012_views_of_departments")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
