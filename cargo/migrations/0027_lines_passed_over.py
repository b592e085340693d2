"""Lines of documents that an import did not take in: they keep their place, so that the lines after them do not move up."""

from django.db import migrations

CREATE = """
CREATE TABLE cargo_passed_line (
    batch varchar(60) NOT NULL,
    line integer NOT NULL,
    identity_base varchar(80) NOT NULL,
    PRIMARY KEY (batch, line)
);
"""


class Migration(migrations.Migration):
    dependencies = [("cargo", "0026_flow_lists_and_media_notes")]
    operations = [migrations.RunSQL(CREATE, "DROP TABLE cargo_passed_line")]
