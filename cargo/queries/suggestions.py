"""Which cargo class goods belong to, by the chapter of their HS code."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

# Chapters that lie in one class of the port statistics as a whole, or nearly so
CHAPTERS = {
    "10": "11", "26": "03", "31": "09", "44": "07", "48": "15", "72": "04", "73": "04", "74": "14", "76": "14", "84": "12", "85": "12",
}  # fmt: skip


@dataclass(frozen=True)
class Suggestion:
    """`reason`: a lazily translated sentence."""

    cargo_class_code: str
    reason: object


def suggest(description: str, hs_code: str) -> Suggestion | None:
    """None where the goods do not say."""
    code = CHAPTERS.get(hs_code[:2])
    return Suggestion(code, _("By the chapter of the HS code")) if code else None
