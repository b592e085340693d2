"""Cargo forms and kinds of trade shipped with the product, as they were when this migration was written."""

from django.db import migrations

FORMS = [
    ("liquid_bulk", "液体散货", "Liquid bulk", False, ["LIQUID", "液散", "液散货"]),
    ("dry_bulk", "干散货", "Dry bulk", False, ["BULK", "散货", "干散"]),
    ("break_bulk", "件杂货", "Break bulk", False, ["BREAKBULK", "GENERAL", "件杂", "杂货"]),
    ("container", "集装箱", "Container", True, ["CONTAINERS", "箱货"]),
    ("ro_ro", "滚装", "Ro-ro", True, ["RORO", "滚装汽车"]),
]
TRADES = [
    ("foreign", "外贸", "Foreign trade", ["INTERNATIONAL", "外"]),
    ("domestic", "内贸", "Domestic trade", ["COASTAL", "内"]),
]


def load(apps, schema_editor):
    form, trade = (apps.get_model("cargo", name) for name in ("CargoForm", "TradeKind"))
    form.objects.bulk_create(
        form(code=code, name_zh=zh, name_en=en, takes_teu=takes_teu, aliases=aliases, position=position)
        for position, (code, zh, en, takes_teu, aliases) in enumerate(FORMS)
    )
    trade.objects.bulk_create(
        trade(code=code, name_zh=zh, name_en=en, aliases=aliases, position=position)
        for position, (code, zh, en, aliases) in enumerate(TRADES)
    )


class Migration(migrations.Migration):
    dependencies = [("cargo", "0041_cargo_forms_and_trade_kinds_a_port_keeps")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
