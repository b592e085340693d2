"""The opinion form as pages: what is asked on which page, and what the browser sent for it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.translation import gettext as _

from feedback.enums import ItemKind
from feedback.models import Item, QuestionnaireVersion, Section

PREFIX = "q-"  # names of our questions in the form: q-schedule_reliability
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


def build_page(version: QuestionnaireVersion, number: int, shown: Mapping, problems: Mapping[str, str], address) -> FormPage:
    """Page `number` (from 1) with the values to show and the problems to name.

    `shown` holds stored values or, after a problem, the texts just typed. `address(number)` gives a page's address.
    """
    sections = list(version.sections.prefetch_related("items"))
    section = sections[number - 1]
    before = sum(len(one.items.all()) for one in sections[: number - 1])
    questions = [
        _question(item, place, shown.get(item.key, ""), problems.get(item.key, ""))
        for place, item in enumerate(section.items.all(), start=before + 1)
    ]
    return FormPage(number, len(sections), section, questions, _summary(sections, number, problems, address))


def _question(item: Item, number: int, value, problem: str) -> Question:
    if item.kind == ItemKind.COMMENT:
        return Question(item, number, [], text=str(value), problem=problem)
    options = [Option(str(point), str(point), _words(item, point), str(value) == str(point)) for point in item.points]
    if item.allows_na:
        options.append(Option("na", _("Not applicable"), "", value == "na"))
    return Question(item, number, options, problem=problem)


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
