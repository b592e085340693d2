"""Reading what a form sends: raw texts in, values out, and a sentence for everything that cannot be taken."""

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from feedback.enums import CHOICES, WHOLE, ItemKind
from feedback.models import Item
from feedback.models.questionnaire import part_key
from feedback.services.conditions import asked
from portcrm.bilingual import enumerated

NOT_APPLICABLE = "na"


def mark_of(text: str) -> str:
    """Eight letters that stand for a stored text: a page carries them back and so says which text it was drawn with."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def bare_number(text: str) -> str:
    """As it was meant: input methods for Chinese write digits in full width."""
    return unicodedata.normalize("NFKC", text).strip()


@dataclass
class ReadAnswers:
    """`values` by item key (a score, "na", a text, an option or a list of options; of a split the points of each part by the key
    of the part), `cleared` keys emptied on purpose, `problems` a sentence by key.

    `bases` holds for each text the mark of what its page was drawn with; without one a text is laid over whatever is
    there. `elsewhere` holds, after `meet`, what somebody else had stored meanwhile. `proposed` values, clicked in a mail,
    only fill what is empty. `enclosed` files by item key come to those kept before, `taken_out` numbers leave (enclosures.py).
    """

    values: dict[str, int | str | list[str]] = field(default_factory=dict)
    cleared: set[str] = field(default_factory=set)
    problems: dict[str, str] = field(default_factory=dict)
    bases: dict[str, str] = field(default_factory=dict)
    elsewhere: dict[str, str] = field(default_factory=dict)
    proposed: dict[str, int | str] = field(default_factory=dict)
    enclosed: dict[str, list[dict]] = field(default_factory=dict)
    taken_out: frozenset[int] = frozenset()

    def over(self, earlier: Mapping) -> dict:
        """Earlier answers with these laid over them; files come to those that are there, less what was taken out."""
        answers = {key: value for key, value in ({**self.proposed, **earlier, **self.values}).items() if key not in self.cleared}
        for key, added in self.enclosed.items():
            kept = [one for one in answers.pop(key, ()) if one["file"] not in self.taken_out]
            if files := kept + [one for one in added if one not in kept]:
                answers[key] = files
        return answers

    def meet(self, stored: Mapping, *, own: Mapping | None = None) -> None:
        """Hold back every text that would overwrite one its writer has never seen; `own` is what this same form sent before."""
        for key, base in self.bases.items():
            there, mine = stored.get(key, ""), self.values.get(key, "")
            seen = {base, mark_of(mine)} | ({mark_of(own.get(key, ""))} if own is not None else set())
            if key in self.problems or mark_of(there) in seen:
                continue
            self.values.pop(key, None)
            self.cleared.discard(key)
            self.elsewhere[key] = there
            self.problems[key] = _("This text was changed meanwhile, perhaps in another window or on another device.")


def read_answers(items: Iterable[Item], raw: Mapping[str, str], *, longest: int, bases: Mapping[str, str] | None = None) -> ReadAnswers:
    """Read the answers to `items`; a key of another form or an impossible value is a problem, never stored.

    With `bases` (marks by item key; a missing one stands for an empty text) a text nobody touched is left out.
    """
    known = {key: item for item in items for key in item.answer_keys}
    read = ReadAnswers()
    for key, text in raw.items():
        item = known.get(key)
        if item is None:
            read.problems[key[:60]] = _("This question does not belong to this form.")
        elif item.kind == ItemKind.COMMENT:
            _read_comment(read, item, text, longest, bases)
        elif item.kind in CHOICES:
            _read_options(read, item, text)
        elif item.kind == ItemKind.FILE:  # they come as files, never as words
            read.problems[key] = _("Please choose a file.")
        elif item.is_split:
            _read_points(read, key, text)
        else:
            _read_score(read, item, text)
    return read


def _read_comment(read: ReadAnswers, item: Item, text: str, longest: int, bases: Mapping[str, str] | None) -> None:
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if bases is not None:
        base = bases.get(item.key, mark_of(""))
        if base == mark_of(text):
            return
        read.bases[item.key] = base
    if len(text) > longest:
        read.problems[item.key] = _("This text has %(length)s characters; at most %(longest)s fit. Nothing was cut off.") % {
            "length": len(text),
            "longest": longest,
        }
    elif text:
        read.values[item.key] = text
    else:
        read.cleared.add(item.key)


def _read_options(read: ReadAnswers, item: Item, text: str) -> None:
    """`text` holds keys of options, with commas between them."""
    chosen = {key for key in text.split(",") if key}
    offered = [option.key for option in item.options.all() if option.key in chosen]
    if not chosen:
        read.cleared.add(item.key)
    elif item.allows_na and chosen == {NOT_APPLICABLE}:
        read.values[item.key] = NOT_APPLICABLE
    elif len(offered) < len(chosen) or (item.kind == ItemKind.SINGLE and len(offered) > 1):
        read.problems[item.key] = _("Please choose one of the offered answers.")
    else:
        read.values[item.key] = offered if item.kind == ItemKind.MULTIPLE else offered[0]


def _read_points(read: ReadAnswers, key: str, text: str) -> None:
    """Points of one part; whether all of them make a hundred is seen where the split is whole (`uneven`)."""
    text = bare_number(text)
    if text == "":
        read.cleared.add(key)
    elif len(text) <= 3 and text.isascii() and text.isdigit() and int(text) <= WHOLE:
        read.values[key] = int(text)
    else:
        read.problems[key] = _("Please give whole points from 0 to 100.")


def _read_score(read: ReadAnswers, item: Item, text: str) -> None:
    if text == NOT_APPLICABLE and item.allows_na:
        read.values[item.key] = NOT_APPLICABLE
    elif text == "":
        read.cleared.add(item.key)
    elif len(text) <= 3 and text.isascii() and text.isdigit() and int(text) in item.points:
        read.values[item.key] = int(text)
    else:
        read.problems[item.key] = _("Please choose one of the offered answers.")


def is_point(item: Item | None, text: str) -> bool:
    """Whether a value clicked in the mail is one of the question's."""
    return item is not None and text.isascii() and text.isdigit() and len(text) <= 2 and int(text) in item.points


def propose(read: ReadAnswers, item: Item | None, text: str) -> None:
    """Take a value clicked in the mail as a proposal, if the form has such a question and that point."""
    if item is not None and is_point(item, text):
        read.proposed[item.key] = int(text)


def missing(items: Iterable[Item], answers: Mapping) -> list[Item]:
    """Required items that are asked and have no answer."""
    return [item for item in asked(items, answers) if item.required and not any(key in answers for key in item.answer_keys)]


def points_of(item: Item, answers: Mapping) -> dict[str, int]:
    """What a split gave each part, by the key of the part; empty boxes are left out."""
    within = part_key(item.key, "")
    return {key.removeprefix(within): points for key, points in answers.items() if key.startswith(within)}


def points_in_words(item: Item, answers: Mapping) -> str:
    """As it is read back: each part with what it was given; nothing where the split was left out."""
    given = points_of(item, answers)
    return enumerated(f"{part.title} {given[part.key]}" for part in item.parts if part.key in given)


def uneven(items: Iterable[Item], answers: Mapping) -> list[Item]:
    """Splits that were begun and do not share out exactly a hundred points."""
    begun = ((item, points_of(item, answers)) for item in items if item.is_split)
    return [item for item, given in begun if given and sum(given.values()) != WHOLE]


def why_open(item: Item, answers: Mapping, *, unanswered: object = "") -> object:
    """What is said of a question in the way: of a split how far its points are from a hundred; else `unanswered`, or the usual."""
    if total := sum(points_of(item, answers).values()):
        apart = {"total": total, "apart": abs(WHOLE - total)}
        if total > WHOLE:
            return _("These are %(total)s points, %(apart)s too many.") % apart
        return _("These are %(total)s points, %(apart)s are still to be given.") % apart
    return unanswered or (_("Please share out 100 points.") if item.is_split else _("Please choose an answer."))


def refuse_uneven(read: ReadAnswers, items: Iterable[Item], raw: Mapping[str, str], answers: Mapping) -> None:
    """Name splits of the page that was sent (`raw`) whose points do not make a hundred; one with another problem has it named already."""
    for item in uneven(items, answers):
        if any(key in raw for key in item.answer_keys) and not any(key in read.problems for key in item.answer_keys):
            read.problems[item.key] = why_open(item, answers)
