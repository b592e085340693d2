"""How long a complaint may take: by deadline and severity, as the settings say.

COMPLAINT_LIMITS="acknowledge=240m first_answer=5b urgent.acknowledge=60m": so many minutes of office hours (m), business days (b)
or calendar days (c); with a severity before the dot for that severity alone. What is not said stays as shipped.
"""

from functools import cache

from django.conf import settings

from feedback.enums import ClockKind, LimitUnit, Severity

SHIPPED = (
    "acknowledge=240m first_answer=5b"
    " serious.acknowledge=120m serious.first_answer=3b"
    " urgent.acknowledge=60m urgent.first_answer=1b urgent.decision=5b"
)


def limit_of(kind: str, severity: str) -> tuple[int, str]:
    """(amount, unit); ValueError for settings that cannot be read."""
    limits = {(ClockKind.DECISION.value, ""): (settings.COMPLAINT_BUSINESS_DAYS, LimitUnit.BUSINESS_DAYS.value)}
    limits |= read_limits(SHIPPED) | read_limits(settings.COMPLAINT_LIMITS)
    return limits.get((str(kind), str(severity))) or limits[str(kind), ""]


@cache
def read_limits(text: str) -> dict[tuple[str, str], tuple[int, str]]:
    """Limits by (kind, severity or "")."""
    found = {}
    for part in text.split():
        name, _equals, value = part.partition("=")
        severity, _dot, kind = name.rpartition(".")
        if severity:
            Severity(severity)
        found[ClockKind(kind).value, severity] = (int(value[:-1]), LimitUnit(value[-1]).value)
    return found
