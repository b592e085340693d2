"""The staging table takes what ledger rows may hold since 0015, and the roles as {role: customer}."""

from django.db import migrations

ADD = """
ALTER TABLE cargo_staged_shipment
    ADD COLUMN teu_laden numeric(14, 3),
    ADD COLUMN teu_empty numeric(14, 3),
    ADD COLUMN cost_handling numeric(18, 2),
    ADD COLUMN cost_storage numeric(18, 2),
    ADD COLUMN cost_haulage numeric(18, 2),
    ADD COLUMN cost_tugs numeric(18, 2),
    ADD COLUMN cost_free_storage numeric(18, 2),
    ADD COLUMN cost_concessions numeric(18, 2),
    ADD COLUMN cost_other numeric(18, 2),
    ADD COLUMN parties jsonb;
"""
DROP = """
ALTER TABLE cargo_staged_shipment
    DROP COLUMN teu_laden, DROP COLUMN teu_empty, DROP COLUMN cost_handling, DROP COLUMN cost_storage, DROP COLUMN cost_haulage,
    DROP COLUMN cost_tugs, DROP COLUMN cost_free_storage, DROP COLUMN cost_concessions, DROP COLUMN cost_other, DROP COLUMN parties;
"""


class Migration(migrations.Migration):
    dependencies = [("cargo", "0022_laden_empty_cost_items_and_roles")]
    operations = [migrations.RunSQL(ADD, DROP)]
