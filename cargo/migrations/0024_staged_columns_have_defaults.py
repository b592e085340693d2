"""COPY names only the columns a file fills; the others have the defaults a ledger line has.

The monthly sums leave room on their pages: a bulk load changes the same rows again and again, which then moves no index.
"""

from django.db import migrations

EMPTY_TEXTS = ("origin_text", "destination_text", "vessel", "voyage", "bl_no", "goods", "currency", "document_no", "reason")
DEFAULTS = {name: "''" for name in EMPTY_TEXTS} | {
    "line": "0",
    "trade_kind": "'foreign'",
    "transshipment": "false",
    "precision": "'day'",
    "lots": "1",
    "teu": "0",
}
SET = ", ".join(f"ALTER COLUMN {name} SET DEFAULT {value}" for name, value in DEFAULTS.items())
DROP = ", ".join(f"ALTER COLUMN {name} DROP DEFAULT" for name in DEFAULTS)


class Migration(migrations.Migration):
    dependencies = [("cargo", "0023_stage_roles_and_cost_items")]
    operations = [
        migrations.RunSQL(f"ALTER TABLE cargo_staged_shipment {SET}", f"ALTER TABLE cargo_staged_shipment {DROP}"),
        migrations.RunSQL(
            "ALTER TABLE cargo_monthlyrollup SET (fillfactor = 80)", "ALTER TABLE cargo_monthlyrollup RESET (fillfactor)"
        ),
    ]
