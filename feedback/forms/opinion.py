"""The opinion form as pages: what is asked on which page, and what the browser sent for it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.translation import gettext as _

from feedback.enums import ItemKind
from feedback.models import Item, QuestionnaireVersion, Section
from feedback.services.answers import ReadAnswers, mark_of

PREFIX = "q-"  # names of our questions in the form: q-schedule_reliability
BASE = "b-"  # beside a text: the mark of what was stored when the page was drawn
PROPOSAL = "p-recommend"  # the answer clicked in the mail: taken where none is stored yet
TRAP = "website"  # a field people do not see; whoever fills it in is a machine


@dataclass
class Option:
    value: str
    label: str
    words: str  # what the point means, where it has words
    chosen: bool


@dataclass
class Question:
    item: Item
    number: int
    options: list[Option]
    text: str = ""
    problem: str = ""
    base: str = ""
    elsewhere: str | None = None  # what somebody else stored meanwhile

    @property
    def base_name(self) -> str:
        return f"{BASE}{self.item.key}"

    @property
    def name(self) -> str:
        return f"{PREFIX}{self.item.key}"


@dataclass
class FormPage:
    number: int
    count: int
    section: Section
    questions: list[Question]
    problems: list[tuple[str, str]] = field(default_factory=list)  # (address of the field, sentence)

    @property
    def is_first(self) -> bool:
        return self.number == 1

    @property
    def is_last(self) -> bool:
        return self.number == self.count


def posted_answers(data: QueryDict) -> dict[str, str]:
    """What the form sent for questions, by item key; a name twice counts with its last value."""
    return {name.removeprefix(PREFIX): data[name] for name in data if name.startswith(PREFIX)}


def form_key(data: QueryDict) -> uuid.UUID:
    """The key of the form instance; a form without a proper one counts as a new form."""
    try:
        return uuid.UUID(data.get("form_key", ""))
    except ValueError:
        return uuid.uuid4()


def posted_bases(data: QueryDict) -> dict[str, str]:
    """The marks of the texts the page was drawn with, by item key."""
    return {name.removeprefix(BASE): data[name] for name in data if name.startswith(BASE)}


def build_page(version: QuestionnaireVersion, number: int, stored: Mapping, address, *, raw: Mapping, read: ReadAnswers) -> FormPage:
    """Page `number` (from 1) with the values to show and the problems to name.

    Over what is `stored` lie the `raw` texts just typed, as far as they were `read` as touched. `address(number)` gives
    a page's address.
    """
    sections = list(version.sections.prefetch_related("items"))
    section = sections[number - 1]
    before = sum(len(one.items.all()) for one in sections[: number - 1])
    typed = {key: text for key, text in raw.items() if key in read.values or key in read.cleared or key in read.problems}
    questions = [
        _question(item, place, {**stored, **typed}.get(item.key, ""), read, stored)
        for place, item in enumerate(section.items.all(), start=before + 1)
    ]
    return FormPage(number, len(sections), section, questions, _summary(sections, number, read.problems, address))


def _question(item: Item, number: int, value, read: ReadAnswers, stored: Mapping) -> Question:
    problem = read.problems.get(item.key, "")
    if item.kind == ItemKind.COMMENT:
        base, elsewhere = base_of(item.key, read, stored), read.elsewhere.get(item.key)
        return Question(item, number, [], text=str(value), problem=problem, base=base, elsewhere=elsewhere)
    options = [Option(str(point), str(point), _words(item, point), str(value) == str(point)) for point in item.points]
    if item.allows_na:
        options.append(Option("na", _("Not applicable"), "", value == "na"))
    return Question(item, number, options, problem=problem)


def base_of(key: str, read: ReadAnswers, stored: Mapping) -> str:
    """The mark a text's page carries next: of what is stored, but of what was seen before where the text just typed is not in there."""
    there = stored.get(key, "")
    unseen = key in read.bases and key not in read.elsewhere and read.values.get(key, "") != there
    return read.bases[key] if unseen else mark_of(there)


def _words(item: Item, point: int) -> str:
    return {item.minimum: item.low, item.maximum: item.high}.get(point, "")


def _summary(sections: list[Section], number: int, problems: Mapping[str, str], address) -> list[tuple[str, str]]:
    places = {item.key: (page, item) for page, section in enumerate(sections, start=1) for item in section.items.all()}
    summary = []
    for key, sentence in problems.items():
        page, item = places.get(key, (number, None))
        anchor = f"#{PREFIX}{key}" if item else ""
        href = anchor if page == number else f"{address(page)}{anchor}"
        summary.append((href, f"{item.text} – {sentence}" if item else sentence))
    return summary


def shown_answers(version: QuestionnaireVersion, answers: Mapping) -> list[tuple[Section, list[tuple[str, str]]]]:
    """Answers as they are read back to whoever gave them: (section, [(question, answer)]), unanswered ones left out."""
    shown = []
    for section in version.sections.prefetch_related("items"):
        lines = [(item.text, _in_words(item, answers[item.key])) for item in section.items.all() if item.key in answers]
        if lines:
            shown.append((section, lines))
    return shown


def _in_words(item: Item, value) -> str:
    if value == "na":
        return _("Not applicable")
    return str(value) if item.kind == ItemKind.COMMENT else f"{value} / {item.maximum}"
