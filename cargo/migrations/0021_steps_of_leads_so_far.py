"""The steps leads have taken so far, read from their history, so that shares of won leads have something to stand on."""

from django.conf import settings
from django.db import migrations

# The first state of each lead and every later one whose stage differs from the one before; who is known by the context of the change.
STEPS = """
    INSERT INTO cargo_leadmove (lead_id, from_stage, to_stage, moved_on, moved_by_id)
    SELECT seen.id, COALESCE(seen.earlier, ''), seen.stage, seen.stage_changed_on, known.id
    FROM (
        SELECT event.id, event.pgh_id, event.stage, event.stage_changed_on,
               lag(event.stage) OVER (PARTITION BY event.pgh_obj_id ORDER BY event.pgh_id) AS earlier,
               context.metadata->>'actor' AS actor
        FROM cargo_leadevent event LEFT JOIN pghistory_context context ON context.id = event.pgh_context_id
        WHERE event.pgh_label <> 'delete'
    ) seen
    JOIN cargo_lead lead ON lead.id = seen.id
    LEFT JOIN accounts_user known ON known.id::text = seen.actor
    WHERE seen.earlier IS DISTINCT FROM seen.stage
    ORDER BY seen.pgh_id
"""
# A lead without history stands where it stands.
OTHERS = """
    INSERT INTO cargo_leadmove (lead_id, from_stage, to_stage, moved_on, moved_by_id)
    SELECT lead.id, '', lead.stage, lead.stage_changed_on, lead.recorded_by_id
    FROM cargo_lead lead
    WHERE NOT EXISTS (SELECT FROM cargo_leadmove move WHERE move.lead_id = lead.id)
    ORDER BY lead.id
"""
# Somebody worked on a lead when its last state was written, in the port's day.
LAST_WORK = """
    UPDATE cargo_lead lead SET active_on = GREATEST(lead.stage_changed_on, (worked.at AT TIME ZONE %s)::date)
    FROM (SELECT pgh_obj_id, max(pgh_created_at) AS at FROM cargo_leadevent GROUP BY pgh_obj_id) worked
    WHERE worked.pgh_obj_id = lead.id
"""
NO_HISTORY = "UPDATE cargo_lead SET active_on = stage_changed_on WHERE active_on = '2000-01-01'"


def tell_steps(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(STEPS)
        cursor.execute(OTHERS)
        cursor.execute(LAST_WORK, [settings.PORT_TIME_ZONE])
        cursor.execute(NO_HISTORY)


class Migration(migrations.Migration):
    dependencies = [("cargo", "0020_more_of_a_lead"), ("accounts", "__first__"), ("pghistory", "__first__")]

    operations = [migrations.RunPython(tell_steps, migrations.RunPython.noop)]
