"""The unlogged table that imports are copied into. Nothing but the writers of the ledger reads it."""

from django.db import migrations

CREATE = """
CREATE UNLOGGED TABLE cargo_staged_shipment (
    batch varchar(60) NOT NULL,
    chunk integer NOT NULL,
    identity varchar(100) NOT NULL,
    line integer NOT NULL,
    identity_base varchar(80) NOT NULL,
    customer_id bigint NOT NULL,
    cargo_class_id varchar(2) NOT NULL,
    form varchar(12) NOT NULL,
    direction varchar(8) NOT NULL,
    trade_kind varchar(8) NOT NULL,
    transshipment boolean NOT NULL,
    handled_on date NOT NULL,
    precision varchar(5) NOT NULL,
    origin_id bigint,
    origin_text varchar(60) NOT NULL,
    destination_id bigint,
    destination_text varchar(60) NOT NULL,
    vessel varchar(60) NOT NULL,
    voyage varchar(30) NOT NULL,
    bl_no varchar(40) NOT NULL,
    goods varchar(200) NOT NULL,
    quantity numeric(18, 3) NOT NULL,
    unit_id varchar(8) NOT NULL,
    lots integer NOT NULL,
    tonnes numeric(18, 3) NOT NULL,
    tonnes_factor numeric(14, 6),
    teu numeric(14, 3) NOT NULL,
    revenue numeric(18, 2),
    cost numeric(18, 2),
    currency varchar(3) NOT NULL,
    rate numeric(18, 8),
    revenue_in_currency numeric(18, 2),
    cost_in_currency numeric(18, 2),
    document_no varchar(60) NOT NULL,
    corrects_id bigint,
    reason varchar(200) NOT NULL
);
CREATE INDEX cargo_staged_shipment_batch ON cargo_staged_shipment (batch, chunk);
"""


class Migration(migrations.Migration):
    dependencies = [("cargo", "0001_first")]
    operations = [migrations.RunSQL(CREATE, "DROP TABLE cargo_staged_shipment")]
