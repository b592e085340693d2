from django.conf import settings
from django.db import migrations


def keep_the_rules_they_began_with(apps, schema_editor):
    """Waves older than their own rules went by those of the environment: a change on screen must not reach them now."""
    older = apps.get_model("feedback", "Wave").objects.filter(grace_hours=None)
    older.update(grace_hours=settings.SURVEY_GRACE_HOURS, hide_below=max(settings.HIDE_GROUPS_BELOW, 5))


class Migration(migrations.Migration):
    dependencies = [("feedback", "0037_view_a_wave_asked_by")]

    operations = [migrations.RunPython(keep_the_rules_they_began_with, migrations.RunPython.noop, elidable=False)]
