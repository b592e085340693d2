"""Cargo classes, units and ports shipped with the product, as they were when this migration was written."""

import csv
from decimal import Decimal
from pathlib import Path

from django.db import migrations

FOLDER = Path(__file__).resolve().parent / "frozen"


def rows(name):
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def normal(text):
    return "".join(sign for sign in text.upper() if sign not in " _.　\t")


def load_classes(model):
    for row in rows("cargo_classes"):
        model.objects.update_or_create(code=row.pop("code"), defaults=row | {"forms": row["forms"].split("|")})


def load_units(model):
    for position, row in enumerate(rows("units")):
        factors = {name: Decimal(row[name]) if row[name] else None for name in ("tonnes_per_unit", "teu_per_unit")}
        defaults = row | factors | {"aliases": row["aliases"].split("|"), "position": position}
        model.objects.update_or_create(code=defaults.pop("code"), defaults=defaults)


def load_ports(port_model, alias_model):
    wanted = list(rows("ports"))
    port_model.objects.bulk_create(
        [port_model(**{name: row[name] for name in ("unlocode", "name_zh", "name_en", "country")}) for row in wanted],
        update_conflicts=True,
        unique_fields=["unlocode"],
        update_fields=["name_zh", "name_en", "country"],
    )
    ids = dict(port_model.objects.values_list("unlocode", "pk"))
    aliases = {}
    for row in wanted:
        for text in (row["unlocode"], row["name_zh"], row["name_en"], *row["aliases"].split("|")):
            if text:
                aliases.setdefault(normal(text), ids[row["unlocode"]])
    alias_model.objects.bulk_create([alias_model(alias=alias, port_id=port) for alias, port in aliases.items()], ignore_conflicts=True)


def load(apps, schema_editor):
    load_classes(apps.get_model("cargo", "CargoClass"))
    load_units(apps.get_model("cargo", "Unit"))
    load_ports(apps.get_model("cargo", "Port"), apps.get_model("cargo", "PortAlias"))


class Migration(migrations.Migration):
    dependencies = [("cargo", "0002_staging_table")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
