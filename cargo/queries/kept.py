"""How a change of the port's code lists reads in the audit log."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from cargo.models import CargoClass, CargoSubclass, GoodsRule, Port, Unit
from portcrm.audit.events import as_text
from portcrm.bilingual import enumerated, reads_chinese

KEPT = (CargoClass, CargoSubclass, GoodsRule, Unit, Port)


def kept_entry(detail: Mapping[str, Any]) -> str:
    """Added; or each field that changed with what it was and what it is now."""
    if detail.get("change") == "added":
        return _("Added")
    return enumerated(_field(name, old, new) for name, (old, new) in detail.get("fields", {}).items())


def _field(name: str, old: Any, new: Any) -> str:
    labels = {field.name: field.verbose_name for model in KEPT for field in model._meta.concrete_fields}
    words = labels.get(name) or _("Also written as")
    return f"{words}{'：' if reads_chinese() else ': '}{_read(old)} → {_read(new)}"


def _read(value: Any) -> str:
    return "–" if value in (None, "") else as_text(value)
