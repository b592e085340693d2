"""The opinion form as pages: what is asked on which page, and what the browser sent for it."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from feedback.enums import CHOICES, Aspect, ItemKind
from feedback.models import Item, QuestionnaireVersion, Section
from feedback.queries.enclosures import files_in
from feedback.queries.questions import rows_of, sections_of
from feedback.services.answers import NOT_APPLICABLE, ReadAnswers, mark_of, points_in_words
from feedback.services.conditions import asked
from feedback.services.enclosures import Enclosed
from portcrm.bilingual import enumerated, reads_chinese

PREFIX = "q-"  # names of our questions in the form: q-schedule_reliability
CHOICE = "o-"  # names of those answered with options, perhaps several
FILES = "f-"  # files to a question
TAKEN_OUT = "taken_out"  # numbers of kept files that are to leave
BASE = "b-"  # beside a text: the mark of what was stored when the page was drawn
PROPOSAL = "p-recommend"  # the answer clicked in the mail: taken where none is stored yet
TRAP = "website"  # a field people do not see; whoever fills it in is a machine


TEMPLATES = {
    ItemKind.RATING: "feedback/public/_scale.html",
    ItemKind.RECOMMEND: "feedback/public/_scale.html",
    ItemKind.COMMENT: "feedback/public/_comment.html",
    ItemKind.SINGLE: "feedback/public/_choice.html",
    ItemKind.MULTIPLE: "feedback/public/_choice.html",
    ItemKind.FILE: "feedback/public/_enclosing.html",
    ItemKind.SPLIT: "feedback/public/_split.html",
}


@dataclass
class Option:
    value: str
    label: str
    words: str  # what the point means, where it has words; of an option the language of its text where it is not translated
    chosen: bool


@dataclass
class Part:
    """One box of a split: a page of the form and the points it was given, as they were typed; `about`: two of its statements."""

    name: str
    section: Section
    about: str
    text: str
    problem: str


@dataclass
class Question:
    item: Item
    number: int
    options: list[Option]
    text: str = ""  # as it was typed
    parts: list[Part] = field(default_factory=list)
    problem: str = ""
    base: str = ""
    files: list[dict] = field(default_factory=list)  # kept already, as the answer names them
    elsewhere: str | None = None  # what somebody else stored meanwhile
    after: Item | None = None  # the question of the same page that decides whether this one is asked

    @property
    def base_name(self) -> str:
        return f"{BASE}{self.item.key}"

    @property
    def name(self) -> str:
        return name_of(self.item)

    @property
    def points(self) -> list[Option]:
        return [option for option in self.options if option.value != NOT_APPLICABLE]

    @property
    def not_applicable(self) -> Option | None:
        return next((option for option in self.options if option.value == NOT_APPLICABLE), None)

    @property
    def after_name(self) -> str:
        return name_of(self.after) if self.after else ""

    @property
    def template(self) -> str:
        return TEMPLATES[self.item.kind]


@dataclass
class Card:
    """One number of the form: a question, or the scales of a pair."""

    number: int
    questions: list[Question]

    @property
    def is_pair(self) -> bool:
        return bool(self.questions[0].item.about)

    @property
    def item(self) -> Item:
        return self.questions[0].item


@dataclass
class FormPage:
    number: int
    count: int
    section: Section
    cards: list[Card]
    problems: list[tuple[str, str]] = field(default_factory=list)  # (address of the field, sentence)
    whole: bool = False  # every question stands there, whatever its condition

    @property
    def is_first(self) -> bool:
        return self.number == 1

    @property
    def shares_points_out(self) -> bool:
        return any(card.item.is_split for card in self.cards)

    @property
    def is_last(self) -> bool:
        return self.number == self.count


def posted_answers(data: QueryDict) -> dict[str, str]:
    """What the form sent for questions, by item key; a name twice counts with its last value, options all count."""
    scores = {name.removeprefix(PREFIX): data[name] for name in data if name.startswith(PREFIX)}
    return scores | {name.removeprefix(CHOICE): ",".join(data.getlist(name)) for name in data if name.startswith(CHOICE)}


def posted_files(request: HttpRequest) -> Enclosed:
    """The files the form sent, by item key, and the kept ones that were ticked to be taken out."""
    files = {name.removeprefix(FILES): request.FILES.getlist(name) for name in request.FILES if name.startswith(FILES)}
    return Enclosed(files, frozenset(int(one) for one in request.POST.getlist(TAKEN_OUT) if one.isascii() and one.isdigit()))


def name_of(item: Item) -> str:
    beginning = FILES if item.kind == ItemKind.FILE else CHOICE if item.kind in CHOICES else PREFIX
    return f"{beginning}{item.key}"


def _field_of(item: Item, key: str) -> str:
    return f"{PREFIX}{key}" if item.is_split else name_of(item)


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
    return _page(sections_of(version), number, stored, address, raw=raw, read=read)


def whole_pages(version: QuestionnaireVersion, *, raw: Mapping, read: ReadAnswers) -> list[FormPage]:
    """Every page, to stand one under the other on paper and where papers are typed in: with each question, whatever its condition."""
    sections = sections_of(version)
    numbers = range(1, len(sections) + 1)
    return [_page(sections, number, {}, lambda _number: "", raw=raw, read=read, whole=True) for number in numbers]


def _page(
    sections: list[Section], number: int, stored: Mapping, address, *, raw: Mapping, read: ReadAnswers, whole: bool = False
) -> FormPage:
    section = sections[number - 1]
    before = sum(len(rows_of(one)) for one in sections[: number - 1])
    typed = {key: text for key, text in raw.items() if key in read.values or key in read.cleared or key in read.problems}
    shown = {**stored, **typed}
    met = asked((item for one in sections for item in one.items.all()), read.over(stored))
    here = _offered(sections if whole else [section], met)
    cards = []
    for place, items in enumerate(rows_of(section), start=before + 1):
        offered = [item for item in items if item.key in here]
        questions = [_question(item, place, shown, read, stored, here.get(item.only_if)) for item in offered]
        if questions:
            cards.append(Card(place, questions))
    return FormPage(number, len(sections), section, cards, _summary(sections, number, read.problems, address), whole)


def page_of(item: Item) -> int:
    """On which page of the form, from 1, an item stands."""
    return 1 + item.version.sections.filter(position__lt=item.section.position).count()


def carried_fields(version: QuestionnaireVersion, page: FormPage, raw: Mapping[str, str]) -> list[tuple[str, str]]:
    """(name, text) of what was told on the other pages, for a form that is kept nowhere else."""
    here = {question.item.key for card in page.cards for question in card.questions}
    items = [item for section in sections_of(version) for item in section.items.all()]
    return [(_field_of(item, key), raw[key]) for item in items if item.key not in here for key in item.answer_keys if key in raw]


def _offered(sections: list[Section], met: list[Item]) -> dict[str, Item]:
    """What stands on these pages by key: what is asked at present, and what an answer given there may lead to."""
    offered: dict[str, Item] = {}
    for item in (one for section in sections for one in section.items.all()):
        if item in met or item.only_if in offered:
            offered[item.key] = item
    return offered


def _question(item: Item, number: int, shown: Mapping, read: ReadAnswers, stored: Mapping, after: Item | None) -> Question:
    problem, value = read.problems.get(item.key, ""), shown.get(item.key, "")
    if item.kind == ItemKind.COMMENT:
        base, elsewhere = base_of(item.key, read, stored), read.elsewhere.get(item.key)
        return Question(item, number, [], text=str(value), problem=problem, base=base, elsewhere=elsewhere, after=after)
    if item.kind == ItemKind.FILE:
        return Question(item, number, [], files=files_in(value), problem=problem, after=after)
    if item.is_split:
        return Question(item, number, [], parts=_parts(item, shown, read), problem=problem, after=after)
    if item.kind in CHOICES:
        chosen = value if isinstance(value, list) else str(value).split(",")
        options = [Option(one.key, one.text, one.tongue, one.key in chosen) for one in item.options.all()]
        return Question(item, number, options + _not_applicable(item, "na" in chosen), problem=problem, after=after)
    options = [Option(str(point), str(point), _words(item, point), str(value) == str(point)) for point in item.points]
    return Question(item, number, options + _not_applicable(item, value == "na"), text=str(value), problem=problem, after=after)


def _parts(item: Item, shown: Mapping, read: ReadAnswers) -> list[Part]:
    return [
        Part(f"{PREFIX}{key}", section, _statements(section), str(shown.get(key, "")), read.problems.get(key, ""))
        for section, key in zip(item.parts, item.answer_keys, strict=True)
    ]


def _statements(section: Section) -> str:
    asked = [one.text for one in section.items.all() if one.aspect == Aspect.EXPECTATION]
    return ("；" if reads_chinese() else "; ").join([*asked[:2], "…"] if len(asked) > 2 else asked)


def _not_applicable(item: Item, chosen: bool) -> list[Option]:
    return [Option("na", _("Not applicable"), "", chosen)] if item.allows_na else []


def base_of(key: str, read: ReadAnswers, stored: Mapping) -> str:
    """The mark a text's page carries next: of what is stored, but of what was seen before where the text just typed is not in there."""
    there = stored.get(key, "")
    unseen = key in read.bases and key not in read.elsewhere and read.values.get(key, "") != there
    return read.bases[key] if unseen else mark_of(there)


def _words(item: Item, point: int) -> str:
    return {item.minimum: item.low, item.maximum: item.high}.get(point, "")


def _summary(sections: list[Section], number: int, problems: Mapping[str, str], address) -> list[tuple[str, str]]:
    asked = [(page, item) for page, section in enumerate(sections, start=1) for item in section.items.all()]
    places = {key: (page, item) for page, item in asked for key in {item.key, *item.answer_keys}}
    summary = []
    for key, sentence in problems.items():
        page, item = places.get(key, (number, None))
        anchor = f"#{name_of(item) if key == item.key else _field_of(item, key)}" if item else ""
        href = anchor if page == number else f"{address(page)}{anchor}"
        summary.append((href, f"{item.named} – {sentence}" if item else sentence))
    return summary


def shown_answers(
    version: QuestionnaireVersion, answers: Mapping, *, reading: Callable[[str], str] = str
) -> list[tuple[Section, list[tuple[str, str]]]]:
    """Answers as they are read back to whoever gave them: (section, [(question, answer)]), unanswered ones left out. `reading`: how
    somebody else reads what was written."""
    shown = []
    for section in sections_of(version):
        lines = [(item.named, words) for item in section.items.all() if (words := _in_words(item, answers, reading))]
        if lines:
            shown.append((section, lines))
    return shown


def _in_words(item: Item, answers: Mapping, reading: Callable[[str], str]) -> str:
    if item.is_split:
        return points_in_words(item, answers)
    value = answers.get(item.key)
    if value is None:
        return ""
    if value == "na":
        return _("Not applicable")
    if item.kind == ItemKind.FILE:
        return "\n".join(one["name"] for one in files_in(value))
    if item.kind in CHOICES:
        chosen = value if isinstance(value, list) else [value]
        return enumerated(option.text for option in item.options.all() if option.key in chosen)
    return reading(str(value)) if item.kind == ItemKind.COMMENT else f"{value} / {item.maximum}"
