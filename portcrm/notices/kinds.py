"""What may be told to people; apps add their kinds from registry.py and call services.notify.

    register_notice(NoticeKind("followup.assigned", _("Follow-up for me"), _("%(by)s gave you “%(title)s”"), "clipboard-list",
                               record="customers.followup"))

A notice stores the kind and its values, never a sentence: each reader reads it in the language they speak then. It names
the record it is about, and whoever may no longer see that record (its model's visible_to) is told nothing any more.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class NoticeKind:
    """`sentence` is lazily translated, with a named place for each value; `record` names the model it is about, if one."""

    key: str
    label: str
    sentence: str
    icon: str = "bell"
    record: str = ""


_kinds: dict[str, NoticeKind] = {}


def register_notice(kind: NoticeKind) -> None:
    _kinds[kind.key] = kind


def notice_kind(key: str) -> NoticeKind:
    """KeyError for a kind nobody registered."""
    return _kinds[key]


def notice_kinds() -> dict[str, NoticeKind]:
    return dict(_kinds)
