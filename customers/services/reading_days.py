"""Lists of office days as people paste them: a line is a date or two, what holds, and the occasion."""

import datetime as dt
import re
from dataclasses import dataclass, field

from customers.enums import OfficeDayKind
from portcrm.service_hours import read_hours, written_hours

MOST_DAYS = 400  # a year and something
CLOSED_WORDS = {"closed", "off", "holiday", "rest", "休", "休息", "放假", "假", "停办", "不办公"}
USUAL_WORDS = {"open", "work", "worked", "working", "usual", "班", "上班", "补班", "调休上班", "办公", "正常"}
DATE = r"(\d{4})\s*(?:[-/.]|年)\s*(\d{1,2})\s*(?:[-/.]|月)\s*(\d{1,2})\s*日?"
LINE = re.compile(rf"^{DATE}(?:\s*(?:~|～|至|to|–|—)\s*{DATE})?[\s,，;；:：]*(?P<rest>.*)$", re.IGNORECASE)
SPAN = re.compile(r"(\d{1,2})[:：](\d{2})\s*[-–—~～至]\s*(\d{1,2})[:：](\d{2})")
GAPS = " \t,，;；、"


@dataclass
class ReadDays:
    """`days` as the service takes them, the last word on a date standing; `faults` are lines nobody can read, with their numbers."""

    days: dict[dt.date, dict[str, object]] = field(default_factory=dict)
    faults: list[tuple[int, str]] = field(default_factory=list)

    @property
    def too_many(self) -> bool:
        return len(self.days) > MOST_DAYS


def read_days_of(text: str) -> ReadDays:
    """Lines like "2027-02-06~2027-02-12 closed 春节", "2027年2月14日 上班" or "2027/2/5 08:30-12:00 除夕前"."""
    found = ReadDays()
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or found.too_many:
            continue
        try:
            found.days |= {fields["day"]: fields for fields in _days_of(line.strip())}
        except ValueError:
            found.faults.append((number, line.strip()[:80]))
    return found


def _days_of(line: str) -> list[dict[str, object]]:
    parts = LINE.match(line)
    if parts is None:
        raise ValueError(line)
    first = dt.date(*map(int, parts.group(1, 2, 3)))
    last = dt.date(*map(int, parts.group(4, 5, 6))) if parts.group(4) else first
    if not 0 <= (last - first).days < MOST_DAYS:
        raise ValueError(line)
    said = _said(parts["rest"])
    return [{"day": first + dt.timedelta(days=number)} | said for number in range((last - first).days + 1)]


def _said(rest: str) -> dict[str, object]:
    if spans := SPAN.findall(rest):
        hours = read_hours(" ".join(f"{int(a):02d}:{b}-{int(c):02d}:{d}" for a, b, c, d in spans))
        return {"kind": OfficeDayKind.HOURS.value, "hours": written_hours(hours), "reason": _reason(SPAN.sub(" ", rest))}
    word, _gap, reason = rest.replace(",", " ").replace("，", " ").partition(" ")
    for kind, words in ((OfficeDayKind.CLOSED, CLOSED_WORDS), (OfficeDayKind.USUAL, USUAL_WORDS)):
        if word.lower() in words:
            return {"kind": kind.value, "hours": "", "reason": _reason(reason)}
    raise ValueError(rest)


def _reason(text: str) -> str:
    return " ".join(text.split()).strip(GAPS)[:100]
