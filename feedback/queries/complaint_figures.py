"""Stored figures of complaints as their page shows them: each with its count and the filter that lists the cases behind it."""

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from feedback.enums import JUSTIFIED, Cause, ClockKind, ComplaintSpan, QualityDimension, ServiceGroup, ServiceItem, ShareKind
from feedback.models import ClaimResult, ComplaintResult
from portcrm.pages.formats import day, number, percent

MONTHS_SHOWN = 12
SPAN = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?", re.ASCII)
LONGER = {ComplaintSpan.MONTH: 1, ComplaintSpan.QUARTER: 3, ComplaintSpan.YEAR: 12}
WORDS = {ShareKind.CAUSE: Cause, ShareKind.SERVICE_ITEM: ServiceItem, ShareKind.DIMENSION: QualityDimension}


@dataclass(frozen=True)
class Line:
    """One figure: its value in words, of how many cases, and the query of the list that counts them; "" where nothing is behind it."""

    label: str
    value: str
    of: str
    query: str = ""


def read_span(word: str) -> tuple[str, dt.date] | None:
    """ "2026", "2026-Q4" or "2026-11" as a span and its first day; None for anything else."""
    match = SPAN.fullmatch(word)
    if match is None or int(match[1]) == 0:
        return None
    year, quarter, month = int(match[1]), match[2], match[3]
    if quarter:
        return ComplaintSpan.QUARTER.value, dt.date(year, int(quarter) * 3 - 2, 1)
    return (ComplaintSpan.MONTH.value, dt.date(year, int(month), 1)) if month else (ComplaintSpan.YEAR.value, dt.date(year, 1, 1))


def span_word(span: str, start: dt.date) -> str:
    """How a span is written in an address, and on the page."""
    if span == ComplaintSpan.YEAR:
        return f"{start:%Y}"
    return f"{start:%Y}-Q{(start.month + 2) // 3}" if span == ComplaintSpan.QUARTER else f"{start:%Y-%m}"


def last_day(span: str, start: dt.date) -> dt.date:
    months = start.year * 12 + start.month - 1 + LONGER[ComplaintSpan(span)]
    return dt.date(months // 12, months % 12 + 1, 1) - dt.timedelta(days=1)


def spans_with_figures(user) -> list[str]:
    """Words of all spans that have complaints: years, then quarters, then months, each newest first."""
    found = ComplaintResult.objects.visible_to(user).filter(group="").order_by("-starts_on").values_list("span", "starts_on")
    order = (ComplaintSpan.YEAR, ComplaintSpan.QUARTER, ComplaintSpan.MONTH)
    return [span_word(span, start) for wanted in order for span, start in found if span == wanted]


def figures_of(user, span: str, start: dt.date, group: str) -> ComplaintResult | None:
    rows = ComplaintResult.objects.visible_to(user).filter(span=span, starts_on=start, group=group)
    return rows.prefetch_related("shares", "claims").first()


def months_of(user, group: str) -> list[ComplaintResult]:
    """The last twelve months that have complaints, the newest first."""
    rows = ComplaintResult.objects.visible_to(user).filter(span=ComplaintSpan.MONTH, group=group)
    return list(rows.order_by("-starts_on")[:MONTHS_SHOWN])


def cases_query(result: ComplaintResult, **more) -> str:
    """The address of the list with the cases of a result, narrowed further."""
    asked = [("received_after", str(result.starts_on)), ("received_before", str(last_day(result.span, result.starts_on)))]
    asked += [("group", result.group)] if result.group else []
    return urlencode([*asked, *more.items()], doseq=True)


def lines_of(result: ComplaintResult) -> list[Line]:
    """Number and rates, deadlines, times, and what was found."""
    received = Line(pgettext("complaints", "Received"), number(result.received), "", cases_query(result))
    return [received, *_rates(result), *_deadlines(result), *_times(result), *_found(result)]


def _rates(result: ComplaintResult) -> list[Line]:
    tonnes = Decimal(result.tonnes)
    per_tonnes = _rate(result.received * 10_000, tonnes)
    per_rows = _rate(result.received * 1000, result.shipments)
    nothing = _("nothing in the ledger")
    handled = _("%(tonnes)s t in the ledger by customer") % {"tonnes": number(tonnes, 0)}
    rows = _("%(rows)s rows of the ledger") % {"rows": number(result.shipments)}
    return [
        Line(_("Per 10,000 tonnes handled"), per_tonnes or _not_enough(), handled if per_tonnes else nothing, cases_query(result)),
        Line(_("Per 1,000 shipments"), per_rows or _not_enough(), rows if per_rows else nothing, cases_query(result)),
    ]


def _rate(cases: int, base: Decimal | int) -> str:
    """Two decimals; four where two would read as nothing. "" without a base."""
    if base <= 0:
        return ""
    rate = Decimal(cases) / base
    return number(rate, 4 if 0 < rate < Decimal("0.1") else 2)


def _deadlines(result: ComplaintResult) -> list[Line]:
    labels = {
        ClockKind.ACKNOWLEDGE: _("Acknowledged in time"),
        ClockKind.FIRST_ANSWER: _("Answered in time"),
        ClockKind.DECISION: _("Decided in time"),
    }
    return [
        _share(label, getattr(result, f"{kind}_in_time"), getattr(result, f"{kind}_n"), cases_query(result, **{kind.value: "in_time"}))
        for kind, label in labels.items()
    ]


def _times(result: ComplaintResult) -> list[Line]:
    """Of all cases that tell a time; their number stands beside it."""
    answered, decided = _cases(result.answered), _cases(result.decided)
    with_answer, with_decision = cases_query(result, answered="true"), cases_query(result, decided="true")
    return [
        Line(_("Median office time to the first answer"), duration(result.answer_median), answered, with_answer),
        Line(_("Nine of ten answered within"), duration(result.answer_p90), answered, with_answer),
        Line(_("Median office time to the decision"), duration(result.decision_median), decided, with_decision),
        Line(_("Nine of ten decided within"), duration(result.decision_p90), decided, with_decision),
    ]


def _found(result: ComplaintResult) -> list[Line]:
    ours = cases_query(result, liability=[one.value for one in JUSTIFIED])
    return [
        _share(_("Taken up again after the answer"), result.reopened, result.received, cases_query(result, reopened="true")),
        _share(_("Found justified: our liability, whole or shared"), result.justified, result.found, ours),
        _share(_("Corrective actions that all work, by case"), result.effective, result.checked, cases_query(result, checks="passed")),
    ]


def shares_of(result: ComplaintResult) -> list[tuple[str, list[tuple[Line, str]]]]:
    """(title, [(line, cumulated share)]) of causes, services and dimensions, the most frequent first; without those nobody stated."""
    tables = []
    for kind, words in WORDS.items():
        rows = sorted((one for one in result.shares.all() if one.kind == kind), key=lambda one: (-one.number, one.key))
        total, so_far, lines = sum(one.number for one in rows), 0, []
        for one in rows:
            so_far += one.number
            label = words(one.key).label if one.key in words else one.key
            line = Line(str(label), percent(one.number / total, 0), number(one.number), cases_query(result, **{kind.value: one.key}))
            lines.append((line, percent(so_far / total, 0)))
        tables += [(str(kind.label), lines)] if lines else []
    return tables


def claims_of(result: ComplaintResult) -> list[tuple[str, list[Line]]]:
    """(currency, lines) of claims with an amount; sums are of one currency each."""
    return [(claims.currency, _claim_lines(result, claims)) for claims in result.claims.all()]


def _claim_lines(result: ComplaintResult, claims: ClaimResult) -> list[Line]:
    def cases(which: str) -> str:
        return cases_query(result, claim=which, currency=claims.currency)

    days, oldest = claims.days_to_payment, claims.oldest_unpaid_on
    ratio = percent(claims.paid / claims.settled_claimed, 0) if claims.settled_claimed else _not_enough()
    waiting = claims.number - claims.settled
    return [
        Line(_("Amount claimed"), number(claims.claimed, 2), _cases(claims.number), cases("any")),
        Line(_("Amount agreed"), number(claims.agreed, 2), _cases(claims.agreed_n), cases("agreed")),
        Line(_("Amount paid"), number(claims.paid, 2), _cases(claims.paid_n), cases("paid")),
        _share(_("Settled: paid, or agreed at nothing"), claims.settled, claims.number, cases("settled")),
        Line(_("Paid of what was claimed, settled claims"), ratio, _cases(claims.settled), cases("settled")),
        Line(
            _("Median days from receipt to payment"), _not_enough() if days is None else number(days), _cases(claims.paid_n), cases("paid")
        ),
        Line(_("Oldest claim not settled, received on"), day(oldest) if oldest else "–", _cases(waiting), cases("open")),
    ]


def _share(label: str, part: int, whole: int, query: str) -> Line:
    """A share never stands without its numbers; of no case there is none."""
    if not whole:
        return Line(label, _not_enough(), _cases(0))
    of = pgettext("share", "%(part)s of %(whole)s") % {"part": number(part), "whole": number(whole)}
    return Line(label, percent(part / whole, 0), of, query)


def _cases(count: int) -> str:
    return ngettext("%(count)s case", "%(count)s cases", count) % {"count": number(count)}


def _not_enough() -> str:
    return _("not enough cases")


def duration(minutes: float | None) -> str:
    """Hours of office time, with one decimal; words where too few cases tell it."""
    return _not_enough() if minutes is None else _("%(hours)s h") % {"hours": number(minutes / 60, 1)}


def group_label(group: str) -> str:
    return str(ServiceGroup(group).label) if group else _("All services")
