"""The order of a draft: numbers without gaps, pairs together, conditions behind what they rest on."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from feedback.models import Item, QuestionnaireVersion, Section
from feedback.queries.drafts import condition_faults, dependents, questions_of
from feedback.queries.questions import rows_of, sections_of
from portcrm.accounts.models import User
from portcrm.bilingual import enumerated
from portcrm.errors import RuleBroken

Rows = list[tuple[Section, list[Item]]]  # each row of the form, a question or a pair, with the section it stands in


def rows_in_order(draft: QuestionnaireVersion) -> Rows:
    """The rows of the form as they stand."""
    return [(section, row) for section in sections_of(draft) for row in rows_of(section)]


def put_in_order(*, rows: Iterable[tuple[Section, list[Item]]], by: User) -> None:
    """Number the questions from 1 in this order, each in its section; RuleBroken where one would stand before what it depends on."""
    moved, placed = [], []
    for section, row in rows:
        for item in row:
            placed.append(item)
            if (item.section_id, item.position) != (section.pk, len(placed)):
                item.section, item.position = section, len(placed)
                moved.append(item)
    refuse_unmet(placed)
    Item.objects.bulk_update(moved, ("section", "position"))


def number_anew(*, rows: list, by: User) -> None:
    """Sections or options from 1 in this order."""
    moved = [(number, row) for number, row in enumerate(rows, start=1) if row.position != number]
    for number, row in moved:
        row.position = number
    if moved:
        type(rows[0]).objects.bulk_update([row for _number, row in moved], ("position",))


def change_places(rows: list, place: int, *, up: bool) -> bool:
    """Swap the row at `place` (from 0) with its neighbour; False where there is none."""
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rows):
        return False
    rows[place], rows[other] = rows[other], rows[place]
    return True


def refuse_unmet(items: Iterable[Item]) -> None:
    """RuleBroken with the first condition that no answer to an earlier question can meet."""
    if faults := condition_faults(items):
        raise RuleBroken(faults[0].message)


def refuse_needed(draft: QuestionnaireVersion, keys: set[str], option: str = "") -> None:
    """RuleBroken where other questions are asked only after an answer to what is about to go; names them."""
    if leaning := dependents(questions_of(sections_of(draft)), keys, option):
        named = enumerated(f"“{item.text}”" for item in leaning)
        raise RuleBroken(_("It stays: %(questions)s would lose their condition. Change that first.") % {"questions": named})
