"""Import, export and transshipment with what files wrote for them so far."""

from django.db import migrations

MOVEMENTS = [
    ("inbound", "进口", "Inbound", ["IN", "IMPORT", "DISCHARGE", "DISCHARGING", "进港", "卸货", "卸", "到港"]),
    ("outbound", "出口", "Outbound", ["OUT", "EXPORT", "LOADING", "出港", "装货", "装", "离港"]),
    ("transship", "中转", "Transshipment", ["T/S", "TRANSIT", "转口", "转运"]),
]


def load(apps, schema_editor):
    movement = apps.get_model("cargo", "Movement")
    rows = [
        movement(code=code, name_zh=zh, name_en=en, aliases=aliases, position=position)
        for position, (code, zh, en, aliases) in enumerate(MOVEMENTS)
    ]
    movement.objects.bulk_create(rows, ignore_conflicts=True)  # they stay where this is taken back and applied again


class Migration(migrations.Migration):
    dependencies = [("cargo", "0046_movements_and_what_files_write_for_them")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
