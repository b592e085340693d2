"""Sums by lane of the rows the ledger holds already."""

from django.db import migrations

FILL = """
    INSERT INTO cargo_lanesum
        (month, cargo_class_id, form, direction, trade_kind, transshipment, origin_id, destination_id,
         tonnes, teu, lots, revenue, cost, rows, rows_without_revenue, rows_without_cost)
    SELECT date_trunc('month', handled_on::timestamp)::date, cargo_class_id, form, direction, trade_kind, transshipment,
           origin_id, destination_id, sum(tonnes), sum(teu), sum(lots), sum(revenue), sum(cost),
           sum(CASE WHEN is_reversal THEN -1 ELSE 1 END),
           COALESCE(sum(CASE WHEN is_reversal THEN -1 ELSE 1 END) FILTER (WHERE revenue IS NULL), 0),
           COALESCE(sum(CASE WHEN is_reversal THEN -1 ELSE 1 END) FILTER (WHERE cost IS NULL), 0)
    FROM cargo_shipment
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
"""


class Migration(migrations.Migration):
    dependencies = [("cargo", "0012_sums_by_lane")]

    operations = [migrations.RunSQL(FILL, "DELETE FROM cargo_lanesum")]
