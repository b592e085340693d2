"""Finding files of one firm in the whole archive, in the database, and what people decide about the pairs.

Files that share a folded name, a code, an address or an account make groups; every two of a group are a pair. Each reason
has a weight w, the likeness of a pair is 1 − Π(1 − w): independent hints add up and never exceed 1. Two different credit
codes mean two legal entities, so they leave a pair OTHER_CODE_LEAVES of its likeness.
"""

import datetime as dt
from collections.abc import Sequence

from django.db import connection
from django.utils.translation import gettext_lazy as _

from customers.enums import DuplicateReason, DuplicateState
from customers.models import Customer, DuplicateCandidate
from customers.models.customer import KEY_FIELDS
from customers.naming import search_keys
from customers.services.bulk import update_rows
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.celery import nudge
from portcrm.clock import now
from portcrm.errors import RuleBroken

WEIGHTS = {
    DuplicateReason.NAME: 0.8,
    DuplicateReason.ORGANISATION: 0.8,
    DuplicateReason.ACCOUNT: 0.5,
    DuplicateReason.EMAIL: 0.5,
    DuplicateReason.ENGLISH: 0.6,
    DuplicateReason.PHONE: 0.4,
}
OTHER_CODE_LEAVES = 0.6
LEAST = 0.5  # a likeness below is not worth a look
LARGEST_GROUP = 20  # what more files share is a common word or a switchboard
PORTION = 5_000

_DIGITS = "regexp_replace({}, '[^0-9]', '', 'g')"

# A file whose only name is English has one key twice: it counts as an English name.
PAIRS = f"""
    WITH files AS MATERIALIZED (
        SELECT id, match_key, match_key_en, organisation_code, lower(email) AS email, {_DIGITS.format("phone")} AS phone,
               {_DIGITS.format("bank_account")} AS account
        FROM customers_customer WHERE merged_into_id IS NULL
    ), hints AS (
        SELECT 'name' AS reason, match_key AS value, id FROM files WHERE match_key <> '' AND match_key <> match_key_en
        UNION ALL SELECT 'english', match_key_en, id FROM files WHERE match_key_en <> ''
        UNION ALL SELECT 'organisation', organisation_code, id FROM files WHERE organisation_code <> ''
        UNION ALL SELECT 'email', email, id FROM files WHERE email <> ''
        UNION ALL SELECT 'phone', phone, id FROM files WHERE length(phone) >= 7
        UNION ALL SELECT 'account', account, id FROM files WHERE length(account) >= 9
    ), groups AS (
        SELECT reason, value, array_agg(id) AS ids FROM hints GROUP BY reason, value HAVING count(*) BETWEEN 2 AND %(largest)s
    ), pairs AS (
        SELECT DISTINCT a.id AS first, b.id AS second, reason
        FROM groups CROSS JOIN LATERAL unnest(ids) AS a (id) CROSS JOIN LATERAL unnest(ids) AS b (id) WHERE a.id < b.id
    ), weighed AS (
        SELECT first, second, array_agg(reason ORDER BY weight.value DESC, reason) AS reasons,
               1 - exp(sum(ln(1 - weight.value))) AS score
        FROM pairs JOIN unnest(%(reasons)s::text[], %(weights)s::float8[]) AS weight (reason, value) USING (reason)
        GROUP BY first, second
    )
    SELECT first, second,
           CASE WHEN apart THEN array_append(reasons, 'other_code') ELSE reasons END AS reasons,
           round((CASE WHEN apart THEN score * %(apart)s ELSE score END)::numeric, 3) AS score
    FROM weighed
    JOIN customers_customer AS one ON one.id = first JOIN customers_customer AS two ON two.id = second
    CROSS JOIN LATERAL (
        SELECT one.credit_code <> '' AND two.credit_code <> '' AND one.credit_code <> two.credit_code AS apart
    ) AS codes
    WHERE CASE WHEN apart THEN score * %(apart)s ELSE score END >= %(least)s
    ORDER BY first, second
"""  # noqa: S608  only constants

# What was decided on holds while nothing more speaks for the pair: a fact that is gone, or a code that now differs, asks nobody again
SETTLED = """
    (known.state <> 'open' AND known.reasons @> array_remove(excluded.reasons, 'other_code')
     AND ('other_code' = ANY (excluded.reasons) OR 'other_code' <> ALL (known.reasons)))
"""


@action("duplicate.scan")
def scan_for_duplicates(*, at: dt.datetime, by: User) -> int:
    """Look through all files; returns how many pairs wait for a decision. Run again, it finds the same and forgets what no longer holds."""
    fill_match_keys(by=by)
    given = {
        "largest": LARGEST_GROUP, "least": LEAST, "apart": OTHER_CODE_LEAVES, "reasons": [reason.value for reason in WEIGHTS],
        "weights": list(WEIGHTS.values()), "at": at,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO customers_duplicatecandidate AS known (first_id, second_id, reasons, score, state, found_at)
            SELECT first, second, reasons, score, 'open', %(at)s FROM ({PAIRS}) AS found
            ON CONFLICT (first_id, second_id) DO UPDATE SET
                reasons = CASE WHEN {SETTLED} THEN known.reasons ELSE excluded.reasons END,
                score = CASE WHEN {SETTLED} THEN known.score ELSE excluded.score END,
                found_at = excluded.found_at,
                state = CASE WHEN {SETTLED} THEN known.state ELSE 'open' END,
                decided_by_id = CASE WHEN {SETTLED} THEN known.decided_by_id END,
                decided_at = CASE WHEN {SETTLED} THEN known.decided_at END
            """,  # noqa: S608 - all values are parameters
            given,
        )
    DuplicateCandidate.objects.filter(state=DuplicateState.OPEN, found_at__lt=at).delete()
    return DuplicateCandidate.objects.filter(state=DuplicateState.OPEN).count()


@action("customer.fill_keys")
def fill_match_keys(*, by: User) -> int:
    """Compute the keys of files that were stored before there were match keys; returns how many."""
    waiting = Customer.objects.filter(match_key="", match_key_en="").order_by("pk")
    names, filled, last = ("pk", "name_zh", "name_en", "short_name", "former_names"), 0, 0
    while rows := list(waiting.filter(pk__gt=last).values(*names)[:PORTION]):
        update_rows(Customer, [_keys(row) for row in rows], KEY_FIELDS)
        filled, last = filled + len(rows), rows[-1]["pk"]
    return filled


def _keys(row: dict) -> dict[str, object]:
    keys = search_keys(**{name: value for name, value in row.items() if name != "pk"})
    return {"id": row["pk"]} | {name: getattr(keys, name) for name in KEY_FIELDS}


def ask_for_scan(*, by: User) -> None:
    """Have a worker look through the archive now."""
    nudge("customers.scan_for_duplicates", by.pk)


@action("duplicate.dismiss")
def dismiss_duplicates(*, candidates: Sequence[DuplicateCandidate], by: User) -> int:
    """These pairs are two firms each; they do not come back unless other facts speak for them."""
    keys = [candidate.pk for candidate in candidates]
    rows = DuplicateCandidate.objects.filter(pk__in=keys, state=DuplicateState.OPEN)
    decided = rows.update(state=DuplicateState.DISMISSED, decided_by=by, decided_at=now())
    if not decided:
        raise RuleBroken(_("Somebody has decided on this pair already."))
    return decided
