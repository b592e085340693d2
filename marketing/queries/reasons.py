"""Stored reasons as sentences in the reader's language."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketing.enums import CriterionKey
from marketing.models import RankingRow
from portcrm.pages import formats


def figure_text(criterion: str, raw: str | int | Decimal | None) -> str:
    """A raw figure with its unit: "12,345 t", "¥ 1,200.00", "12.0 %", "40 days", "4.2 of 5"."""
    if raw is None:
        return _("no data")
    figure = Decimal(str(raw))
    if criterion == CriterionKey.TONNES:
        return formats.tonnes(figure)
    if criterion in (CriterionKey.REVENUE, CriterionKey.CONTRIBUTION):
        return formats.money(figure)
    if criterion == CriterionKey.GROWTH:
        return signed_percent(figure)
    if criterion == CriterionKey.RECENCY:
        return ngettext("%(count)s day", "%(count)s days", int(figure)) % {"count": int(figure)}
    return _("%(mark)s of 5") % {"mark": f"{figure:.2f}"}


def signed_percent(figure: Decimal | int, digits: int = 0) -> str:
    """+12 % or −40 %, with a real minus."""
    sign = "−" if figure < 0 else "+"
    return f"{sign}{abs(figure):,.{digits}f}%"


def reason_text(reason: dict) -> str:
    code = reason["code"]
    if code in CriterionKey.values:
        return _criterion_text(code, reason)
    if code == "complaints":
        return ngettext("%(count)s open complaint", "%(count)s open complaints", reason["count"]) % {"count": reason["count"]}
    return {
        "entered": _("not ranked last time"),
        "rules": _("weights or criteria have changed"),
        "others": _("own figures hardly changed, others moved"),
    }[code]


def _criterion_text(code: str, reason: dict) -> str:
    label = str(CriterionKey(code).label)
    if reason.get("by_others"):
        text = _("%(criterion)s unchanged, others fell back") if reason["points"] > 0 else _("%(criterion)s unchanged, others moved ahead")
        return text % {"criterion": label}
    if "change_percent" in reason:
        return f"{label} {signed_percent(reason['change_percent'])}"
    return _("%(criterion)s %(now)s (was %(before)s)") % {
        "criterion": label,
        "now": figure_text(code, reason["now"]),
        "before": figure_text(code, reason["before"]),
    }


def movement_text(row: RankingRow) -> str:
    """ "−12", "+3", "0" or "new"."""
    if row.movement is None:
        return _("new") if row.run.previous_id else formats.DASH
    return "0" if row.movement == 0 else f"{'−' if row.movement < 0 else '+'}{abs(row.movement)}"


def reasons_text(row: RankingRow) -> str:
    """The reasons of a row in one line: "Tonnes −40%; 2 open complaints". What holds for the whole run the run says."""
    return _("; ").join(reason_text(reason) for reason in row.reasons if reason["code"] != "rules")
