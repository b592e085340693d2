"""River ports, ports of real manifests, and units of rare container lengths, as they were when this migration was written.

Two aliases were wrong: CNQZH is Qinzhou, not Quanzhou, and CNGZH is Ganzhou, not Guangzhou. They go to the ports they name.
"""

import csv
from decimal import Decimal
from pathlib import Path

from django.db import migrations

FOLDER = Path(__file__).resolve().parent / "frozen" / "0014"
MENDED = {"CNQZH": "CNQZJ", "CNGZH": "CNCAN"}  # alias -> the port it stood at


def rows(name):
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def normal(text):
    return "".join(sign for sign in text.upper() if sign not in " _.　\t")


def load_units(model):
    known = set(model.objects.values_list("code", flat=True))
    for position, row in enumerate(rows("units")):
        if row["code"] not in known:
            factors = {name: Decimal(row[name]) if row[name] else None for name in ("tonnes_per_unit", "teu_per_unit")}
            model.objects.create(**row | factors | {"aliases": [], "position": position})


def load_ports(port_model, alias_model):
    for alias, port in MENDED.items():
        alias_model.objects.filter(alias=alias, port__unlocode=port).delete()
    known = set(port_model.objects.values_list("unlocode", flat=True))
    wanted = list(rows("ports"))
    names = ("unlocode", "name_zh", "name_en", "country")
    port_model.objects.bulk_create(
        port_model(**{name: row[name] for name in names}) for row in wanted if row["unlocode"] not in known
    )
    ids = dict(port_model.objects.values_list("unlocode", "pk"))
    standing = set(alias_model.objects.values_list("alias", flat=True))
    aliases = {}
    for row in wanted:
        for text in (row["unlocode"], row["name_zh"], row["name_en"], *row["aliases"].split("|")):
            if text and normal(text) not in standing:
                aliases.setdefault(normal(text), ids[row["unlocode"]])
    alias_model.objects.bulk_create(alias_model(alias=alias, port_id=port) for alias, port in aliases.items())


def load(apps, schema_editor):
    load_units(apps.get_model("cargo", "Unit"))
    load_ports(apps.get_model("cargo", "Port"), apps.get_model("cargo", "PortAlias"))


class Migration(migrations.Migration):
    dependencies = [("cargo", "0016_subclasses_and_goods_rules")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
