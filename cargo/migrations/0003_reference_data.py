"""Cargo classes, units and ports shipped with the product."""

from django.db import migrations

from cargo import reference


class Migration(migrations.Migration):
    dependencies = [("cargo", "0002_staging_table")]
    operations = [migrations.RunPython(lambda apps, _editor: reference.load(apps.get_model), migrations.RunPython.noop)]
