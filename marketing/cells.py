"""Pieces of a rank that lists and pages show. Python and not templates: a page has hundreds of them."""

from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from marketing.models import RankingRow
from marketing.queries.explaining import segments, spoken_parts
from marketing.queries.reasons import movement_text, reasons_text
from portcrm.addresses import record_url
from portcrm.pages import formats
from portcrm.pages.templatetags.frame import badge, icon

CLASS_BADGES = {"A": ("accent", "filled-star"), "B": ("info", "star"), "C": ("neutral", "minus")}


def rank_cell(row: RankingRow):
    said = _("Rank %(rank)s: why %(customer)s stands there") % {"rank": row.rank, "customer": row.customer.label}
    url = record_url("marketing:why", row.run_id, row.customer_id)
    return format_html('<a class="row-link" href="{}" aria-label="{}">{}</a>', url, said, formats.number(row.rank))


def movement_cell(row: RankingRow):
    """An arrow and a word: how many ranks up or down."""
    if row.movement is None:
        return _moved("info", "plus", movement_text(row)) if row.run.previous_id else movement_text(row)
    if row.movement == 0:
        return _moved("neutral", "minus", _("unchanged"))
    if row.movement > 0:
        return _moved("success", "arrow-up", movement_text(row), _("up"))
    return _moved("danger", "arrow-down", movement_text(row), _("down"))


def _moved(tone: str, shape: str, text: str, word: str = ""):
    spoken = format_html('<span class="visually-hidden"> {}</span>', word) if word else ""
    return format_html('<span class="movement" data-tone="{}">{}{}{}</span>', tone, icon(shape), text, spoken)


def customer_cell(row: RankingRow):
    star = format_html(" {}", icon("filled-star", _("Key account"), "key-star")) if row.customer.is_key_account else ""
    return format_html(
        '<span class="cell-roomy"><a class="row-link" href="{}?tab=value">{}</a>{}</span>',
        row.customer.get_absolute_url(), row.customer.label, star,
    )  # fmt: skip


def class_badge(key: str):
    """A, B or C as a mark."""
    return badge(key, *CLASS_BADGES[key])


def class_cell(row: RankingRow):
    if not row.previous_class or row.previous_class == row.value_class:
        return class_badge(row.value_class)
    before = _("was %(before)s") % {"before": row.previous_class}
    return format_html('{} <small class="muted">{}</small>', class_badge(row.value_class), before)


def score_cell(row: RankingRow):
    """The score as a stacked bar, in words for those who do not see it."""
    pieces = segments(row)
    bars = "".join(f'<rect class="part-{piece.number}" x="{piece.x}" width="{piece.width}"/>' for piece in pieces)
    return format_html(
        '<span class="score"><svg class="score-bar" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>'
        '<span class="score-number">{}</span></span>',
        spoken_parts(row, pieces), mark_safe(bars), row.score,
    )  # fmt: skip


def reason_cell(row: RankingRow):
    return format_html('<span class="cell-roomy">{}</span>', reasons_text(row))
