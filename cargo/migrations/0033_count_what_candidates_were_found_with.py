"""What candidates are found with is carried forward from now on: count what stands, once; note the largest consignment of each sighting."""

from django.db import migrations

LARGEST = """
    UPDATE cargo_sighting sighting SET largest_tonnes = largest.tonnes, largest_teu = largest.teu
    FROM (
        SELECT DISTINCT ON (seen.id) seen.id,
               coalesce((told->>'tonnes')::numeric, 0) AS tonnes, coalesce((told->>'teu')::numeric, 0) AS teu
        FROM cargo_sighting seen CROSS JOIN jsonb_array_elements(seen.cargo) AS told
        ORDER BY seen.id, tonnes DESC, teu DESC
    ) largest
    WHERE largest.id = sighting.id
"""
COUNTS = """
    WITH told (candidate_id, name, value) AS (
        SELECT candidate_id, 'roles', unnest(roles) FROM standing
        UNION ALL SELECT candidate_id, 'sources', source FROM standing
        UNION ALL SELECT candidate_id, 'marks', 'forwarder' FROM standing WHERE is_forwarder
        UNION ALL SELECT DISTINCT ON (id, cargo_class) candidate_id, 'classes', cargo_class
        FROM (SELECT id, candidate_id, jsonb_array_elements(cargo)->>'cargo_class' AS cargo_class FROM standing) AS classed
        WHERE cargo_class IS NOT NULL
    ), counted AS (
        SELECT candidate_id, name, value, count(*) AS times FROM told GROUP BY candidate_id, name, value
    ), named AS (
        SELECT candidate_id, name, jsonb_object_agg(value, times) AS times FROM counted GROUP BY candidate_id, name
    )
    UPDATE cargo_candidate candidate SET counts = summed.counts
    FROM (SELECT candidate_id, jsonb_object_agg(name, times) AS counts FROM named GROUP BY candidate_id) summed
    WHERE summed.candidate_id = candidate.id
""".replace("FROM standing", "FROM (SELECT * FROM cargo_sighting WHERE withdrawn_by_id IS NULL AND candidate_id IS NOT NULL) AS standing")
# Two documents in one moment could each open a candidate under a rule; the first stays under it, the others are ignored as before.
ONCE = """
    UPDATE cargo_candidate candidate SET rule_id = NULL
    WHERE rule_id IS NOT NULL AND EXISTS (
        SELECT FROM cargo_candidate first
        WHERE first.name_key = candidate.name_key AND first.rule_id IS NOT NULL AND first.id < candidate.id
    )
"""


class Migration(migrations.Migration):
    dependencies = [("cargo", "0032_what_a_candidate_was_found_with")]
    operations = [migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (LARGEST, COUNTS, ONCE)]
