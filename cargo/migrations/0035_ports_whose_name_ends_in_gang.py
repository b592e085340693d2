"""Ports of towns whose own name ends in 港 were called 防城港港 and the like; what a port has named itself stays as it is.

The longer names stay aliases: files write them.
"""

from django.db import migrations

NAMES = {"CNLYG": "连云港", "CNZJG": "张家港", "CNFAN": "防城港", "CNGUG": "贵港", "CNGAO": "高港"}


def shorten(apps, schema_editor):
    ports = apps.get_model("cargo", "Port").objects.filter(is_own=False)
    for unlocode, name in NAMES.items():
        ports.filter(unlocode=unlocode, name_zh=f"{name}港").update(name_zh=name)


def lengthen(apps, schema_editor):
    ports = apps.get_model("cargo", "Port").objects.filter(is_own=False)
    for unlocode, name in NAMES.items():
        ports.filter(unlocode=unlocode, name_zh=name).update(name_zh=f"{name}港")


class Migration(migrations.Migration):
    dependencies = [("cargo", "0034_a_rule_keeps_a_company_away_once")]
    operations = [migrations.RunPython(shorten, lengthen)]
