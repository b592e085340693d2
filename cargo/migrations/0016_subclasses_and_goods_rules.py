"""Sub-classes and goods rules shipped with the product, as they were when this migration was written."""

import csv
from pathlib import Path

from django.db import migrations

FOLDER = Path(__file__).resolve().parent / "frozen" / "0013"


def rows(name):
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def load(apps, schema_editor):
    subclass, rule = (apps.get_model("cargo", name) for name in ("CargoSubclass", "GoodsRule"))
    subclass.objects.bulk_create(subclass(cargo_class_id=row["code"][:2], **row) for row in rows("cargo_subclasses"))
    rule.objects.bulk_create(
        rule(
            pattern=pattern,
            cargo_class_id=row["target"][:2],
            subclass_id=row["target"] if len(row["target"]) > 2 else None,
            is_general=row["general"] == "1",
        )
        for row in rows("goods_rules")
        for pattern in row["patterns"].split("|")
    )


class Migration(migrations.Migration):
    dependencies = [("cargo", "0015_reference_data_a_port_keeps")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
