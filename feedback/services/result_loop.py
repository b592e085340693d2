"""What single customers said in a wave, and whether what they rated low the time before has become better."""

from django.db import connection

from feedback.enums import JUDGING
from feedback.models import CustomerResult, LoopResult, Wave, WaveResult
from portcrm.accounts.models import User

# Written by the database alone: a wave may have a hundred thousand answers of twenty scores each.
# The row of a confidential answer names no customer; its invitation does.
CUSTOMERS = """
WITH told AS (
    SELECT response.id, coalesce(response.customer_id, invitation.customer_id) AS customer_id, overall, overall_maximum, recommend
    FROM feedback_response response
    LEFT JOIN feedback_invitation invitation ON invitation.id = response.invitation_id AND response.customer_id IS NULL
    WHERE response.wave_id = %(wave)s
)
INSERT INTO feedback_customerresult (result_id, customer_id, answers, overall, recommend, groups)
SELECT %(result)s, said.customer_id, said.answers, said.overall, said.recommend, coalesce(rated.groups, '{}')
FROM (
    SELECT customer_id, count(*) AS answers, avg((overall - 1) * 4.0 / (overall_maximum - 1) + 1) AS overall, avg(recommend) AS recommend
    FROM told WHERE customer_id IS NOT NULL GROUP BY customer_id
) said LEFT JOIN (
    SELECT customer_id, jsonb_object_agg(key, mean) AS groups
    FROM (
        SELECT response.customer_id, section.key, avg(answer.score)::float8 AS mean
        FROM feedback_answer answer
        JOIN told response ON response.id = answer.response_id
        JOIN feedback_item item ON item.id = answer.item_id
        JOIN feedback_section section ON section.id = item.section_id
        WHERE answer.score IS NOT NULL AND item.kind = 'rating'
            AND item.aspect = ANY(%(judging)s)
        GROUP BY response.customer_id, section.key
    ) by_section GROUP BY customer_id
) rated ON rated.customer_id = said.customer_id
"""

LOOP = """
INSERT INTO feedback_loopresult (result_id, before_wave_id, customer_id, item_id, before, after)
SELECT %(result)s, %(earlier)s, earlier.customer_id, earlier.item_id, earlier.mean, later.mean
FROM (
    SELECT response.customer_id, answer.item_id, item.key, avg(answer.score) AS mean
    FROM feedback_answer answer
    JOIN feedback_response response ON response.id = answer.response_id
    JOIN feedback_item item ON item.id = answer.item_id
    WHERE response.wave_id = %(earlier)s AND response.customer_id IS NOT NULL AND answer.score IS NOT NULL
        AND item.aspect = ANY(%(judging)s)
    GROUP BY response.customer_id, answer.item_id, item.key, item.kind, item.minimum, item.maximum
    HAVING CASE item.kind WHEN 'recommend' THEN min(answer.score) <= %(low_recommend)s
        ELSE (min(answer.score) - item.minimum) * 4 <= (%(low_overall)s - 1) * (item.maximum - item.minimum) END
) earlier LEFT JOIN (
    SELECT response.customer_id, item.key, avg(answer.score) AS mean
    FROM feedback_answer answer
    JOIN feedback_response response ON response.id = answer.response_id
    JOIN feedback_item item ON item.id = answer.item_id
    WHERE response.wave_id = %(wave)s AND answer.score IS NOT NULL
    GROUP BY response.customer_id, item.key
) later ON later.customer_id = earlier.customer_id AND later.key = earlier.key
"""


def store_customers(*, result: WaveResult, by: User) -> None:
    """Means of each customer's answers of the wave: overall, recommendation, and of each section by its key."""
    CustomerResult.objects.filter(result=result).delete()
    with connection.cursor() as cursor:
        cursor.execute(CUSTOMERS, {"result": result.pk, "wave": result.wave_id, "judging": list(JUDGING)})


def store_loop(*, result: WaveResult, by: User) -> None:
    """Each item a customer rated low in the wave before, by that wave's rule, beside what it gave the item this time.

    The limit for satisfaction holds for every rating, on a longer scale at the same height; that for the recommendation
    for recommendations. Between named waves alone: of any other it is not told what a single customer gave.
    """
    LoopResult.objects.filter(result=result).delete()
    earlier = wave_before(result.wave)
    if earlier is None or not (earlier.is_named and result.wave.is_named):
        return
    with connection.cursor() as cursor:
        cursor.execute(
            LOOP,
            {
                "result": result.pk,
                "wave": result.wave_id,
                "judging": list(JUDGING),
                "earlier": earlier.pk,
                "low_overall": earlier.low_overall_at_most,
                "low_recommend": earlier.low_recommend_at_most,
            },
        )


def wave_before(wave: Wave) -> Wave | None:
    """The programme's wave before this one; other programmes ask other people. A programme by occasion, or of seminars, does so with
    every wave: nothing it asks was asked of the same people before."""
    if not wave.programme.by_calendar:
        return None
    return Wave.objects.filter(programme=wave.programme_id, opens_at__lt=wave.opens_at).order_by("-opens_at", "-pk").first()
