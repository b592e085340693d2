"""The answers a question of a draft offers to choose from."""

from collections.abc import Iterable, Mapping

from django.utils.text import slugify
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from feedback.models import Item, ItemOption
from feedback.services.answers import NOT_APPLICABLE
from feedback.services.draft_order import change_places, number_anew, refuse_needed
from feedback.services.drafts import locked_draft
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.editing import set_changes
from portcrm.errors import RuleBroken

FIELDS = ("text_zh", "text_en")
Words = tuple[str, str]  # Chinese, English


@action("questionnaire.add_answers", gettext_lazy("Answers to choose from added to a draft"))
def add_answers(*, item: Item, answers: Iterable[Words], by: User) -> list[ItemOption]:
    """Offer further answers, after those that are there; their English words become their keys."""
    locked_draft(item.version)
    taken = set(item.options.values_list("key", flat=True)) | {NOT_APPLICABLE}
    position, made = item.options.count(), []
    for zh, en in answers:
        if not item.is_choice or not zh:
            raise RuleBroken(_("Each answer needs Chinese words, and a question to choose in."), field="answers")
        position += 1
        key = base = slugify(en)[:40].strip("-_") or str(position)
        number = 1
        while key in taken:
            number += 1
            key = f"{base}-{number}"
        taken.add(key)
        made.append(ItemOption(item=item, key=key, position=position, text_zh=zh, text_en=en))
    return ItemOption.objects.bulk_create(made)


@action("questionnaire.edit_answer", gettext_lazy("Answer to choose from edited"))
def edit_answer(*, option: ItemOption, fields: Mapping[str, object], seen: Mapping[str, object], by: User) -> ItemOption:
    """Change the words; the key stays. A field somebody else changed since it was `seen` raises EditConflict."""
    option = _locked(option)
    changed = set_changes(option, changes=fields, seen=seen)
    if not option.text_zh:
        raise RuleBroken(_("Chinese is needed; English is needed to publish."), field="text_zh")
    option.save(update_fields=changed)
    return option


@action("questionnaire.move_answer", gettext_lazy("Answer to choose from moved"))
def move_answer(*, option: ItemOption, up: bool, by: User) -> None:
    """One place up or down."""
    option = _locked(option)
    options = list(option.item.options.all())
    if change_places(options, options.index(option), up=up):
        number_anew(rows=options, by=by)


@action("questionnaire.remove_answer", gettext_lazy("Answer to choose from removed"))
def remove_answer(*, option: ItemOption, by: User) -> None:
    """Offer it no longer; RuleBroken where a question is asked only with it."""
    option = _locked(option)
    item = option.item
    refuse_needed(item.version, {item.key}, option.key)
    option.delete()
    number_anew(rows=list(item.options.all()), by=by)


def _locked(option: ItemOption) -> ItemOption:
    draft = locked_draft(option.item.version)
    found = ItemOption.objects.filter(pk=option.pk, item__version=draft).first()
    if found is None:
        raise RuleBroken(_("This answer was removed meanwhile."))
    return found
