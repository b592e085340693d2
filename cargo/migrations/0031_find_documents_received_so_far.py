"""What documents taken in so far are found by: their names, and the numbers, vessels and voyages they tell."""

from django.db import migrations

SQUASHED = "upper(regexp_replace(normalize(%s, NFKC), '[^[:alnum:]]', '', 'g'))"
FILL = f"""
    WITH message AS (
        SELECT document_id, number, voyage, imo, vessel, facts FROM cargo_documentmessage
    ), bill AS (
        SELECT document_id, one FROM message, jsonb_array_elements(facts -> 'consignments') one
    ), box AS (
        SELECT document_id, one FROM message, jsonb_array_elements(facts -> 'boxes') one
        UNION ALL
        SELECT document_id, inside FROM bill, jsonb_array_elements(one -> 'boxes') inside
    ), sailing AS (
        SELECT document_id, one ->> 'vessel' AS vessel, COALESCE(one ->> 'voyage', '') AS voyage, one ->> 'imo' AS imo
        FROM message, jsonb_array_elements(facts -> 'voyages') one
    ), said(document_id, kind, key) AS (
        SELECT id, 'file', file_name FROM cargo_cargodocument
        UNION ALL SELECT document_id, 'number', number FROM message
        UNION ALL SELECT document_id, 'bill', one ->> 'bill_no' FROM bill
        UNION ALL SELECT document_id, 'booking', one ->> 'booking_no' FROM bill
        UNION ALL SELECT document_id, 'bill', one ->> 'bill_no' FROM box
        UNION ALL SELECT document_id, 'booking', one ->> 'booking_no' FROM box
        UNION ALL SELECT document_id, 'box', one ->> 'number' FROM box
        UNION ALL SELECT document_id, 'voyage', voyage FROM sailing
        UNION ALL SELECT document_id, 'vessel', imo FROM sailing
        UNION ALL
        SELECT document_id, 'vessel', substr(vessel, place) || voyage
        FROM sailing, generate_series(1, length(vessel)) place
        WHERE place = 1 OR substr(vessel, place, 1) ~ '[一-鿿]'
           OR (substr(vessel, place, 1) ~ '[[:alnum:]]' AND substr(vessel, place - 1, 1) !~ '[[:alnum:]]')
    )
    INSERT INTO cargo_documentkey (document_id, kind, key)
    SELECT DISTINCT document_id, kind, left({SQUASHED % "key"}, 100) FROM said
    WHERE key IS NOT NULL AND {SQUASHED % "key"} <> ''
    ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("cargo", "0030_documents_read_by_a_worker")]

    operations = [migrations.RunSQL(FILL, "DELETE FROM cargo_documentkey")]
