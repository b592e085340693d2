"""Questions of a draft: added, edited, put in pairs, moved, removed, taken over from the question bank."""

from collections.abc import Iterable, Mapping

from django.db.models import Max
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from feedback.enums import JUDGING, Aspect, ItemKind
from feedback.models import Item, QuestionnaireVersion, Section
from feedback.queries.questions import sections_of
from feedback.services.draft_answers import add_answers
from feedback.services.draft_order import put_in_order, refuse_needed, rows_in_order
from feedback.services.draft_sections import CHINESE_NEEDED, locked_section
from feedback.services.drafts import copy_of, copy_options, locked_draft
from feedback.services.question_keys import KNOWN_KEYS, new_item_key
from feedback.services.shipped.pieces import UNIMPORTANT_TO_IMPORTANT
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.editing import set_changes
from portcrm.errors import RuleBroken

# What both scales of a pair have in common: one row of the form, asked on equal points under one condition.
SHARED = ("text_zh", "text_en", "minimum", "maximum", "only_if", "only_if_option", "only_if_at_least", "only_if_at_most")
FREE = {"only_if": "", "only_if_option": "", "only_if_at_least": None, "only_if_at_most": None}
BESIDE = (Aspect.IMPORTANCE, Aspect.EXPECTATION)


@action("questionnaire.add_question", gettext_lazy("Question added to a draft"))
def add_question(
    *, section: Section, kind: str, fields: Mapping[str, object], by: User, key: str = "", answers: Iterable = (), beside: str = ""
) -> Item:
    """A new last question of the section. `key`: one our figures know (KNOWN_KEYS), else it gets one of its own.

    `answers`: (Chinese, English) of each to choose from. `beside`: importance or expectation, asked of the same row.
    """
    section = locked_section(section)
    item = Item(version=section.version, section=section, kind=kind, **fields)
    if kind == ItemKind.RECOMMEND:
        item.minimum, item.maximum = 0, 10
    item.position = _last(section.version) + 1
    item.key = _known_key(item, key) if key else new_item_key(item.text_en)
    _refuse_wrong(item)
    _refuse_second_split(item.version, [item])
    item.save()
    add_answers(item=item, answers=answers, by=by)
    _set_beside(item, beside, by)
    put_in_order(rows=rows_in_order(section.version), by=by)
    return item


def _last(draft: QuestionnaireVersion) -> int:
    return draft.items.aggregate(last=Max("position"))["last"] or 0


def _known_key(item: Item, key: str) -> str:
    if key not in KNOWN_KEYS.get(ItemKind(item.kind), {}):
        raise RuleBroken(_("This is asked with another kind of question."), field="key")
    if item.version.items.filter(key=key).exists():
        raise RuleBroken(_("This form asks about it already."), field="key")
    return key


def _refuse_second_split(draft: QuestionnaireVersion, new: Iterable[Item]) -> None:
    splits = sum(item.is_split for item in new)
    if splits and splits + draft.items.filter(kind=ItemKind.SPLIT).count() > 1:
        raise RuleBroken(_("A form shares its 100 points out once; this one does so already."))


@action("questionnaire.edit_question", gettext_lazy("Question of a draft edited"))
def edit_question(*, item: Item, fields: Mapping[str, object], seen: Mapping[str, object], by: User, beside: str | None = None) -> Item:
    """Change words, scale, condition; what a pair shares is changed on both its scales. Kind and key stay.

    `beside`: what is asked of the same row from now on; None leaves it. RuleBroken where a condition could not be met
    any more, EditConflict where somebody else changed a field since it was `seen`: nothing is saved.
    """
    item = locked_question(item)
    changed = set_changes(item, changes=fields, seen=seen)
    _refuse_wrong(item)
    item.save(update_fields=changed)
    _share(item, [name for name in changed if name in SHARED])
    if beside is not None:
        _set_beside(item, beside, by)
    put_in_order(rows=rows_in_order(item.version), by=by)
    return item


def _refuse_wrong(item: Item) -> None:
    if not item.text_zh:
        raise RuleBroken(CHINESE_NEEDED, field="text_zh")
    if item.only_if_option and not item.only_if:
        raise RuleBroken(_("Say after which question it is asked."), field="only_if")
    least, most = item.only_if_at_least, item.only_if_at_most
    if not item.only_if or item.only_if_option:
        if least is not None or most is not None:
            raise RuleBroken(_("Scores go with a question that is answered with a score."), field="only_if")
        return
    if least is None and most is None:
        raise RuleBroken(_("Say from which or up to which score of that question."), field="only_if_at_least")


def _share(item: Item, names: list[str]) -> None:
    partner = partner_of(item)
    if partner is None or not names:
        return
    for name in names:
        setattr(partner, name, getattr(item, name))
    partner.save(update_fields=names)


def partner_of(item: Item) -> Item | None:
    """The other scale of its pair."""
    return Item.objects.filter(version=item.version_id, about=item.about).exclude(pk=item.pk).first() if item.about else None


def beside_of(item: Item) -> str:
    """What else is asked of the row that this question judges: importance, expectation or nothing."""
    partner = partner_of(item)
    return partner.aspect if partner and partner.aspect in BESIDE else ""


def _set_beside(item: Item, beside: str, by: User) -> None:
    if item.aspect not in JUDGING or beside == beside_of(item):
        return
    if item.kind != ItemKind.RATING:
        raise RuleBroken(_("Only a rating can have a second scale beside it."), field="beside")
    if partner := partner_of(item):
        refuse_needed(item.version, {partner.key})
        partner.delete()
    base = item.key.removesuffix(f"-{Aspect.PERCEPTION}")
    item.about = base if beside else ""
    item.aspect = Aspect.PERCEPTION if beside == Aspect.EXPECTATION else Aspect.PERFORMANCE
    item.save(update_fields=["about", "aspect"])
    if beside:
        _write_partner(item, base, beside, by)


def _write_partner(item: Item, base: str, beside: str, by: User) -> None:
    """The second scale, before the one that judges: on the same points; expectation also with the same ends."""
    ends = UNIMPORTANT_TO_IMPORTANT if beside == Aspect.IMPORTANCE else {}
    other = copy_of(item, key=f"{base}-{beside}", aspect=beside, allows_na=False, required=False, **ends)
    if item.version.items.filter(key=other.key).exists():
        raise RuleBroken(_("This form asks about it already."), field="beside")
    other.position = _last(item.version) + 1
    other.save()
    rows = [(section, _wish_first(row)) for section, row in rows_in_order(item.version)]
    put_in_order(rows=rows, by=by)


def _wish_first(row: list[Item]) -> list[Item]:
    return sorted(row, key=lambda one: one.aspect in JUDGING)


@action("questionnaire.move_question", gettext_lazy("Question of a draft moved"))
def move_question(*, item: Item, up: bool, by: User) -> None:
    """One place up or down, a pair as one; from the edge of a page over to the next one.

    RuleBroken where a condition would come before what it rests on.
    """
    item = locked_question(item)
    rows = rows_in_order(item.version)
    sections = sections_of(item.version)
    place = next(number for number, (_section, row) in enumerate(rows) if item in row)
    section, row = rows.pop(place)
    neighbour = place - 1 if up else place
    within = 0 <= neighbour < len(rows) and rows[neighbour][0] == section
    if within:
        rows.insert(place - 1 if up else place + 1, (section, row))
        return put_in_order(rows=rows, by=by)
    page = sections.index(section) + (-1 if up else 1)
    if 0 <= page < len(sections):
        rows.insert(place, (sections[page], row))
        put_in_order(rows=rows, by=by)
    return None


@action("questionnaire.remove_question", gettext_lazy("Question removed from a draft"))
def remove_question(*, item: Item, by: User) -> None:
    """Take a question out, of a pair both scales; RuleBroken where others are asked only after an answer to it."""
    item = locked_question(item)
    row = [item, *filter(None, [partner_of(item)])]
    refuse_needed(item.version, {one.key for one in row})
    for one in row:
        one.delete()
    put_in_order(rows=rows_in_order(item.version), by=by)


@action("questionnaire.take_over", gettext_lazy("Questions taken over from the question bank"))
def take_over(*, section: Section, items: Iterable[Item], by: User) -> list[Item]:
    """Copy questions, of pairs both scales, to the end of the section; their keys go along, so that their trend goes on.

    Conditions do not go along: what they rest on may stand nowhere in this form. RuleBroken where the form has one already.
    """
    section = locked_section(section)
    asked = list(Item.objects.filter(version__in={item.version_id for item in items}).prefetch_related("options"))
    wanted = [one for item in items for one in asked if one.pk == item.pk or _is_pair(one, item)]
    there = set(section.version.items.values_list("key", flat=True))
    if any(one.key in there for one in wanted) or len({one.key for one in wanted}) < len(wanted):
        raise RuleBroken(_("This form asks about it already."))
    _refuse_second_split(section.version, wanted)
    first = _last(section.version) + 1
    copies = [
        copy_of(one, id=None, version=section.version, section=section, position=place, **FREE) for place, one in enumerate(wanted, first)
    ]
    copies = Item.objects.bulk_create(copies)
    copy_options(items=wanted, copies=copies, by=by)
    put_in_order(rows=rows_in_order(section.version), by=by)
    return copies


def _is_pair(one: Item, item: Item) -> bool:
    return bool(item.about) and (one.version_id, one.about) == (item.version_id, item.about)


def locked_question(item: Item) -> Item:
    """The question as it stands now, its draft locked; RuleBroken where either is gone or the version is published."""
    draft = locked_draft(item.version)
    found = draft.items.filter(pk=item.pk).first()
    if found is None:
        raise RuleBroken(_("This question was removed meanwhile."))
    found.version = draft
    return found
