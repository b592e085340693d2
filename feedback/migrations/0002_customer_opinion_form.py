"""Load the shipped customer opinion form."""

from django.db import migrations

from feedback.services.questionnaires import load_shipped_questionnaire
from portcrm.clock import port_today


def load(apps, schema_editor):
    load_shipped_questionnaire(on=port_today(), model=lambda name: apps.get_model("feedback", name))


class Migration(migrations.Migration):
    dependencies = [("feedback", "0001_first")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
