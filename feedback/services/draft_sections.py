"""Sections of a draft: each is a page of the form."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from feedback.models import QuestionnaireVersion, Section
from feedback.queries.questions import rows_of, sections_of
from feedback.services.draft_order import change_places, number_anew, put_in_order, refuse_needed, rows_in_order
from feedback.services.drafts import locked_draft
from feedback.services.question_keys import new_section_key
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.editing import set_changes
from portcrm.errors import RuleBroken

FIELDS = ("title_zh", "title_en", "lead_zh", "lead_en")
CHINESE_NEEDED = _("Chinese is needed; English is needed to publish.")


@action("questionnaire.add_section", gettext_lazy("Section added to a draft"))
def add_section(*, draft: QuestionnaireVersion, fields: Mapping[str, object], by: User) -> Section:
    """A new last page."""
    draft = locked_draft(draft)
    section = Section(version=draft, position=draft.sections.count() + 1, **fields)
    _refuse_untitled(section)
    section.key = new_section_key(section.title_en)
    section.save()
    return section


@action("questionnaire.edit_section", gettext_lazy("Section of a draft edited"))
def edit_section(*, section: Section, fields: Mapping[str, object], seen: Mapping[str, object], by: User) -> Section:
    """Change title or opening words; a field somebody else changed since it was `seen` raises EditConflict and saves nothing."""
    section = locked_section(section)
    changed = set_changes(section, changes=fields, seen=seen)
    _refuse_untitled(section)
    section.save(update_fields=changed)
    return section


@action("questionnaire.move_section", gettext_lazy("Section of a draft moved"))
def move_section(*, section: Section, up: bool, by: User) -> None:
    """One place up or down with all its questions; RuleBroken where a condition would come before what it rests on."""
    section = locked_section(section)
    sections = sections_of(section.version)
    if change_places(sections, sections.index(section), up=up):
        number_anew(rows=sections, by=by)
        put_in_order(rows=[(one, row) for one in sections for row in rows_of(one)], by=by)


@action("questionnaire.remove_section", gettext_lazy("Section removed from a draft"))
def remove_section(*, section: Section, by: User) -> None:
    """Take the page out with its questions; RuleBroken where questions of other pages depend on them."""
    section = locked_section(section)
    draft = section.version
    refuse_needed(draft, set(section.items.values_list("key", flat=True)))
    section.delete()
    number_anew(rows=sections_of(draft), by=by)
    put_in_order(rows=rows_in_order(draft), by=by)


def locked_section(section: Section) -> Section:
    """The section as it stands now, its draft locked; RuleBroken where either is gone or the version is published."""
    draft = locked_draft(section.version)
    found = draft.sections.filter(pk=section.pk).first()
    if found is None:
        raise RuleBroken(_("This section was removed meanwhile."))
    found.version = draft
    return found


def _refuse_untitled(section: Section) -> None:
    if not section.title_zh:
        raise RuleBroken(CHINESE_NEEDED, field="title_zh")
