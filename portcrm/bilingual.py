"""Data in two languages: the reader's language picks, the other is the fallback."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _


def reads_chinese() -> bool:
    return (get_language() or "zh-hans").startswith("zh")


def pick(zh: str, en: str) -> str:
    """Return the text in the reader's language, or the other one where that is empty."""
    return (zh or en) if reads_chinese() else (en or zh)


def tongue(zh: str, en: str) -> str:
    """The language `pick` had to fall back to, as pages name it; "" where the text is in the reader's own."""
    if reads_chinese():
        return "" if zh or not en else "en"
    return "" if en or not zh else "zh-Hans"


def enumerated(items: Iterable) -> str:
    """Words after one another as each language sets them apart: 货主、贸易商 or Cargo owner, Trader."""
    return ("、" if reads_chinese() else ", ").join(str(item) for item in items)


def both(message) -> dict[str, str]:
    """A lazily translated sentence in both languages, for a reader who is not known yet; "" gives {}."""
    if not message:
        return {}
    said = {}
    for key, language in (("zh", "zh-hans"), ("en", "en")):
        with override(language):
            said[key] = str(message)
    return said


def said(sentences: dict[str, str]) -> str:
    """What `both` kept, in the reader's language."""
    return pick(sentences.get("zh", ""), sentences.get("en", ""))


class BilingualName(models.Model):
    """`name_zh` and `name_en`, shown as `label` in the reader's language."""

    name_zh = models.CharField(_("Name in Chinese"), max_length=200, blank=True)
    name_en = models.CharField(_("Name in English"), max_length=200, blank=True)

    class Meta:
        abstract = True

    @property
    def label(self) -> str:
        return pick(self.name_zh, self.name_en)

    def __str__(self) -> str:
        return self.label
