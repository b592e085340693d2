"""Questionnaires built on screen: a new one, a draft of its next version, publishing and discarding it."""

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db.models import Max
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from feedback.models import Item, ItemOption, OptOut, Programme, Questionnaire, QuestionnaireVersion, Section
from feedback.queries.drafts import Fault, faults_of
from feedback.queries.questions import sections_of
from feedback.services.question_keys import free_key
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.editing import set_changes
from portcrm.errors import RuleBroken

FIELDS = ("name_zh", "name_en", "respondents")
VERSION_FIELDS = ("purpose_zh", "purpose_en", "minutes")


class NotPublishable(RuleBroken):
    """The draft stays a draft; `faults` are all there is to put right."""

    def __init__(self, faults: list[Fault]):
        super().__init__(_("This draft cannot be published yet. Everything that is missing is listed."))
        self.faults = faults


@action("questionnaire.create", gettext_lazy("Questionnaire begun"))
def create_questionnaire(*, fields: Mapping[str, object], by: User) -> QuestionnaireVersion:
    """Begin a questionnaire; returns its empty draft. Nobody is asked with it before it is published."""
    questionnaire = Questionnaire(**fields)
    _refuse_nameless(questionnaire)
    questionnaire.key = free_key(questionnaire.name_en, "form", Questionnaire.objects.all())
    questionnaire.save()
    return QuestionnaireVersion.objects.create(questionnaire=questionnaire, number=1)


@action("questionnaire.edit", gettext_lazy("Questionnaire edited"))
def edit_questionnaire(
    *, questionnaire: Questionnaire, fields: Mapping[str, object], seen: Mapping[str, object], by: User
) -> Questionnaire:
    """Change the names; whom it asks only before it was first published. What somebody else changed raises EditConflict."""
    questionnaire = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    changed = set_changes(questionnaire, changes=fields, seen=seen)
    _refuse_nameless(questionnaire)
    if "respondents" in changed and questionnaire.is_published:
        raise RuleBroken(_("It has been published: whom it asks stays as it is."), field="respondents")
    questionnaire.save(update_fields=changed)
    return questionnaire


def _refuse_nameless(questionnaire: Questionnaire) -> None:
    if not questionnaire.name_zh:
        raise RuleBroken(_("Give the questionnaire a name in Chinese; English is needed to publish it."), field="name_zh")


@action("questionnaire.begin_draft", gettext_lazy("Draft of a questionnaire begun"))
def begin_draft(*, questionnaire: Questionnaire, by: User) -> QuestionnaireVersion:
    """A draft of the next version, copied from the latest; where there is one already, that one."""
    questionnaire = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    if draft := questionnaire.versions.drafts().first():
        return draft
    latest, number = questionnaire.current_version(), questionnaire.versions.aggregate(last=Max("number"))["last"] or 0
    kept = {name: getattr(latest, name) for name in VERSION_FIELDS} if latest else {}
    draft = QuestionnaireVersion.objects.create(questionnaire=questionnaire, number=number + 1, **kept)
    if latest:
        _copy(sections_of(latest), draft, by)
    return draft


def _copy(sections: Iterable[Section], draft: QuestionnaireVersion, by: User) -> None:
    sections = list(sections)
    made = Section.objects.bulk_create(copy_of(section, version=draft) for section in sections)
    pairs = [(item, own) for section, own in zip(sections, made, strict=True) for item in section.items.all()]
    items = Item.objects.bulk_create(copy_of(item, version=draft, section=own) for item, own in pairs)
    copy_options(items=[item for item, _own in pairs], copies=items, by=by)


def copy_options(*, items: Iterable[Item], copies: Iterable[Item], by: User) -> None:
    """Give each copy the options of its question."""
    each = zip(items, copies, strict=True)
    ItemOption.objects.bulk_create(copy_of(one, item=own) for item, own in each if item.is_choice for one in item.options.all())


def copy_of(row, **other):
    """The same row once more, not stored yet; `other` is what differs."""
    fields = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key}
    copied = type(row)(**fields)
    for name, value in other.items():
        setattr(copied, name, value)
    return copied


@action("questionnaire.edit_draft", gettext_lazy("Draft of a questionnaire edited"))
def edit_draft(*, draft: QuestionnaireVersion, fields: Mapping[str, object], seen: Mapping[str, object], by: User) -> QuestionnaireVersion:
    """Change purpose and minutes; a field somebody else changed since it was `seen` raises EditConflict and saves nothing."""
    draft = locked_draft(draft)
    changed = set_changes(draft, changes=fields, seen=seen)
    draft.save(update_fields=changed)
    return draft


@action("questionnaire.publish", gettext_lazy("Questionnaire published"))
def publish_draft(*, draft: QuestionnaireVersion, on: dt.date, by: User) -> QuestionnaireVersion:
    """Make it the version that programmes ask with from their next wave on; running waves keep theirs.

    NotPublishable names all faults at once. From now on nothing in it changes.
    """
    draft = locked_draft(draft)
    if faults := faults_of(draft):
        raise NotPublishable(faults)
    draft.published_on = on
    draft.save(update_fields=["published_on"])
    return draft


@action("questionnaire.discard", gettext_lazy("Draft of a questionnaire discarded"))
def discard_draft(*, draft: QuestionnaireVersion, by: User) -> None:
    """Give the draft up; a questionnaire that has no other version and that nothing names goes with it."""
    draft = locked_draft(draft)
    questionnaire = draft.questionnaire
    ItemOption.objects.filter(item__version=draft).delete()
    draft.delete()
    named = any(model.objects.filter(questionnaire=questionnaire).exists() for model in (QuestionnaireVersion, Programme, OptOut))
    if not named:
        questionnaire.delete()


def locked_draft(draft: QuestionnaireVersion) -> QuestionnaireVersion:
    """The draft as it stands now, for one writer at a time; RuleBroken where it is published or gone."""
    found = QuestionnaireVersion.objects.select_for_update().filter(pk=draft.pk).first()
    if found is None:
        raise RuleBroken(_("This draft was discarded meanwhile."))
    if found.published_on:
        raise RuleBroken(_("This version is published and does not change any more. Begin a new draft."))
    return found
