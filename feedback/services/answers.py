"""Reading what a form sends: raw texts in, values out, and a sentence for everything that cannot be taken."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from feedback.enums import ItemKind
from feedback.models import Item

NOT_APPLICABLE = "na"


@dataclass
class ReadAnswers:
    """`values` by item key (a score, "na" or a text), `cleared` keys emptied on purpose, `problems` a sentence by key."""

    values: dict[str, int | str] = field(default_factory=dict)
    cleared: set[str] = field(default_factory=set)
    problems: dict[str, str] = field(default_factory=dict)

    def over(self, earlier: Mapping) -> dict:
        """Earlier answers with these laid over them."""
        return {key: value for key, value in ({**earlier, **self.values}).items() if key not in self.cleared}


def read_answers(items: Iterable[Item], raw: Mapping[str, str], *, longest: int) -> ReadAnswers:
    """Read the answers to `items`; a key of another form or an impossible value is a problem, never stored."""
    known = {item.key: item for item in items}
    read = ReadAnswers()
    for key, text in raw.items():
        item = known.get(key)
        if item is None:
            read.problems[key[:60]] = _("This question does not belong to this form.")
        elif item.kind == ItemKind.COMMENT:
            _read_comment(read, item, text, longest)
        else:
            _read_score(read, item, text)
    return read


def _read_comment(read: ReadAnswers, item: Item, text: str, longest: int) -> None:
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if len(text) > longest:
        read.problems[item.key] = _("This text has %(length)s characters; at most %(longest)s fit. Nothing was cut off.") % {
            "length": len(text),
            "longest": longest,
        }
    elif text:
        read.values[item.key] = text
    else:
        read.cleared.add(item.key)


def _read_score(read: ReadAnswers, item: Item, text: str) -> None:
    if text == NOT_APPLICABLE and item.allows_na:
        read.values[item.key] = NOT_APPLICABLE
    elif text == "":
        read.cleared.add(item.key)
    elif len(text) <= 3 and text.isascii() and text.isdigit() and int(text) in item.points:
        read.values[item.key] = int(text)
    else:
        read.problems[item.key] = _("Please choose one of the offered answers.")


def missing(items: Iterable[Item], answers: Mapping) -> list[Item]:
    """Required items without an answer."""
    return [item for item in items if item.required and item.key not in answers]
