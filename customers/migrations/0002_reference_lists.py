"""Load the code lists every installation starts with; an administrator changes them afterwards."""

import csv
from pathlib import Path

from django.db import migrations

FOLDER = Path(__file__).resolve().parent.parent / "reference"


def rows(name):
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def load(apps, schema_editor):
    channel, region, kind, scheme, grade = (
        apps.get_model("customers", name) for name in ("Channel", "Region", "RegistrationType", "CreditScheme", "CreditGrade")
    )
    channel.objects.bulk_create(channel(position=place * 10, **row) for place, row in enumerate(rows("channels.csv"), 1))
    kind.objects.bulk_create(kind(position=place * 10, **row) for place, row in enumerate(rows("registration_types.csv"), 1))
    regions = {}
    for place, row in enumerate(rows("regions.csv"), 1):
        row["parent"] = regions.get(row["parent"])
        regions[row["code"]] = region.objects.create(position=place * 10, **row)
    schemes = {}
    for place, row in enumerate(rows("credit_grades.csv"), 1):
        key, zh, en = row.pop("scheme"), row.pop("scheme_zh"), row.pop("scheme_en")
        if key not in schemes:
            schemes[key] = scheme.objects.create(key=key, name_zh=zh, name_en=en, position=(len(schemes) + 1) * 10)
        grade.objects.create(scheme=schemes[key], position=place * 10, **row)


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_first")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
