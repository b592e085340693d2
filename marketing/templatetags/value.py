"""Pieces of a rank that several pages show. {% load value %}

{% score_bar row %}   the score as a stacked bar, in words for those who do not see it
{% movement row %}    an arrow and a word: how many ranks up or down
{% value_class row.value_class %}   A, B or C as a mark
"""

from django import template
from django.utils.translation import gettext as _

from marketing.models import RankingRow
from marketing.queries.explaining import segments, spoken_parts
from marketing.queries.reasons import movement_text, reasons_text

register = template.Library()


@register.inclusion_tag("marketing/_score_bar.html")
def score_bar(row: RankingRow) -> dict:
    return {"segments": segments(row), "spoken": spoken_parts(row), "score": row.score}


@register.inclusion_tag("marketing/_movement.html")
def movement(row: RankingRow) -> dict:
    text = movement_text(row)
    if row.movement is None:
        return {"tone": "info", "icon": "plus", "text": text, "word": ""} if row.run.previous_id else {"text": text}
    if row.movement == 0:
        return {"tone": "neutral", "icon": "minus", "text": _("unchanged"), "word": ""}
    if row.movement > 0:
        return {"tone": "success", "icon": "arrow-up", "text": text, "word": _("up")}
    return {"tone": "danger", "icon": "arrow-down", "text": text, "word": _("down")}


@register.inclusion_tag("components/badge.html")
def value_class(key: str) -> dict:
    tone, shape = {"A": ("accent", "filled-star"), "B": ("info", "star"), "C": ("neutral", "minus")}[key]
    return {"word": key, "tone": tone, "shape": shape}


@register.simple_tag
def reasons_line(row: RankingRow) -> str:
    return reasons_text(row)
