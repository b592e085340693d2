"""Which row of the ledger stands for a line of a file today: the row it became, or the last one that corrected it."""

# Over `known` (original id): the end of the chain of corrections, and whether that was taken back altogether. Rows that nobody has
# corrected are not in it.
STANDING = """
    chain AS (
        SELECT known.id AS original, known.id AS id FROM known
        WHERE EXISTS (SELECT 1 FROM cargo_shipment later WHERE later.corrects_id = known.id)
        UNION ALL
        SELECT chain.original, later.id FROM chain JOIN cargo_shipment later ON later.corrects_id = chain.id AND NOT later.is_reversal
    ),
    standing AS (
        SELECT original, max(id) AS id, (
            SELECT true FROM cargo_shipment back WHERE back.corrects_id = max(chain.id) AND back.is_reversal
        ) IS TRUE AS taken_back
        FROM chain GROUP BY original
    )
"""
