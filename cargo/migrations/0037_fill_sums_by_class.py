"""Sums by class of the rows the ledger holds already, from its sums by lane."""

from django.db import migrations

FILL = """
    INSERT INTO cargo_classsum
        (month, cargo_class_id, form, direction, trade_kind, tonnes, teu, lots, revenue, cost, rows, rows_without_revenue, rows_without_cost)
    SELECT month, cargo_class_id, form, direction, trade_kind, sum(tonnes), sum(teu), sum(lots), sum(revenue), sum(cost),
           sum(rows), sum(rows_without_revenue), sum(rows_without_cost)
    FROM cargo_lanesum
    GROUP BY month, cargo_class_id, form, direction, trade_kind
"""


class Migration(migrations.Migration):
    dependencies = [("cargo", "0036_sums_by_class")]

    operations = [migrations.RunSQL(FILL, "DELETE FROM cargo_classsum")]
