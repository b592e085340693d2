"""A draft of a questionnaire: what keeps it from being published, and which of its questions lean on which."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from feedback.enums import CHOICES, SCALES
from feedback.models import Item, Questionnaire, QuestionnaireVersion, Section
from feedback.queries.questions import sections_of
from portcrm.accounts.models import User

SCALE_WORDS = (("low_zh", "low_en"), ("high_zh", "high_en"))


@dataclass(frozen=True)
class Fault:
    """What has to be put right; where it can be: at a question, else at a section, else at the form as a whole.

    `code` is what programs know it by and stays, whatever becomes of the words.
    """

    code: str
    message: str
    section: Section | None = None
    item: Item | None = None


def drafts_of(user: User) -> QuerySet[QuestionnaireVersion]:
    """The drafts somebody may read, with their questionnaires."""
    return QuestionnaireVersion.objects.visible_to(user).drafts().select_related("questionnaire")


def questions_of(sections: Iterable[Section]) -> list[Item]:
    """All questions in the order they are asked in."""
    return [item for section in sections for item in section.items.all()]


def dependents(items: Iterable[Item], keys: set[str], option: str = "") -> list[Item]:
    """Questions outside `keys` that are asked only after an answer to one of them, or only with that option of it."""
    leaning = (item for item in items if item.only_if in keys and item.key not in keys)
    return [item for item in leaning if not option or item.only_if_option == option]


def condition_faults(items: Iterable[Item]) -> list[Fault]:
    """Conditions that no answer to an earlier question can meet; `items` in the order of the form, with their options."""
    items = list(items)
    whole = {item.key: item for item in items}
    earlier: dict[str, Item] = {}
    faults = []
    for item in items:
        if item.only_if and (why := _unmet(item, earlier.get(item.only_if), whole.get(item.only_if))):
            faults.append(Fault("condition_unmet", why, item.section, item))
        earlier[item.key] = item
    return faults


def _unmet(item: Item, before: Item | None, anywhere: Item | None) -> str:
    names = {"asked": item.text, "after": anywhere.text if anywhere else ""}
    if anywhere is None:
        return _("“%(asked)s” is asked only after an answer to a question that is not in this form.") % names
    if before is None:
        return _("“%(asked)s” is asked only after an answer to “%(after)s” and has to stand behind it.") % names
    if item.only_if_option:
        offered = before.kind in CHOICES and item.only_if_option in {option.key for option in before.options.all()}
        return "" if offered else _("“%(asked)s” depends on an answer that “%(after)s” does not offer.") % names
    least = before.minimum if item.only_if_at_least is None else item.only_if_at_least
    most = before.maximum if item.only_if_at_most is None else item.only_if_at_most
    reached = before.kind in SCALES and max(least, before.minimum) <= min(most, before.maximum)
    return "" if reached else _("No score of “%(after)s” leads to “%(asked)s”.") % names


def faults_of(draft: QuestionnaireVersion) -> list[Fault]:
    """Everything that keeps the draft from being published. That keys are unique the database itself sees to."""
    sections = sections_of(draft)
    items = questions_of(sections)
    faults = _of_the_form(draft.questionnaire, draft)
    if not items:
        faults.append(Fault("form_empty", _("The form has no question yet.")))
    for section in sections:
        faults += _of_section(section)
    for item in items:
        faults += _of_question(item)
    return faults + condition_faults(items)


def _of_the_form(questionnaire: Questionnaire, draft: QuestionnaireVersion) -> list[Fault]:
    faults = []
    if not (questionnaire.name_zh and questionnaire.name_en):
        faults.append(Fault("name_one_language", _("The questionnaire needs a name in Chinese and in English.")))
    if bool(draft.purpose_zh) != bool(draft.purpose_en):
        faults.append(Fault("purpose_one_language", _("The purpose stands in one language only.")))
    return faults


def _of_section(section: Section) -> list[Fault]:
    faults = []
    if not (section.title_zh and section.title_en):
        faults.append(_in_section("title_one_language", _("The title of section “%(section)s” stands in one language only."), section))
    if bool(section.lead_zh) != bool(section.lead_en):
        faults.append(
            _in_section("lead_one_language", _("The opening words of section “%(section)s” stand in one language only."), section)
        )
    if not section.items.all():
        faults.append(_in_section("section_empty", _("Section “%(section)s” has no question."), section))
    return faults


def _in_section(code: str, words: str, section: Section) -> Fault:
    return Fault(code, words % {"section": section.title}, section)


def _of_question(item: Item) -> list[Fault]:
    found = []
    if not (item.text_zh and item.text_en):
        found.append(("question_one_language", _("Question “%(question)s” stands in one language only.")))
    if item.is_scale and any(bool(getattr(item, zh)) != bool(getattr(item, en)) for zh, en in SCALE_WORDS):
        found.append(("ends_one_language", _("The ends of the scale of “%(question)s” stand in one language only.")))
    if item.is_choice:
        options = list(item.options.all())
        if len(options) < 2:
            found.append(("answers_too_few", _("Question “%(question)s” needs two answers to choose from at least.")))
        if not all(option.text_zh and option.text_en for option in options):
            found.append(("answers_one_language", _("Answers to “%(question)s” stand in one language only.")))
    if item.is_split and len(item.parts) < 2:
        needs_two = _("“%(question)s” shares points out among pages that ask what is expected; this form needs two of them.")
        found.append(("split_too_few_parts", needs_two))
    return [Fault(code, words % {"question": item.named}, item.section, item) for code, words in found]
