"""Series of freight rates bore the English word in their Chinese name; places and items keep what their source wrote."""

from django.db import migrations

ENGLISH, CHINESE, BETWEEN = "Freight rate", "运价", " · "


def name_in_chinese(apps, schema_editor):
    found = apps.get_model("cargo", "StatisticSeries").objects.filter(subject="freight_rate", name_zh__contains=ENGLISH)
    for series in found.only("name_zh").iterator():
        parts = series.name_zh.split(BETWEEN)
        if ENGLISH in parts:
            parts[parts.index(ENGLISH)] = CHINESE  # the first: an item that is called so stands behind it
            series.name_zh = BETWEEN.join(parts)
            series.save(update_fields=["name_zh"])


class Migration(migrations.Migration):
    dependencies = [("cargo", "0039_find_messages_by_ports")]
    operations = [migrations.RunPython(name_in_chinese, migrations.RunPython.noop)]
