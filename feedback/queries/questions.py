"""The questions of a version as a form asks them."""

from django.db.models import Count, Prefetch, QuerySet, prefetch_related_objects

from feedback.enums import CHOICES, Aspect
from feedback.models import Item, Questionnaire, QuestionnaireVersion, Section


def items_of(version: QuestionnaireVersion) -> list[Item]:
    """All questions in their order, with their options and parts; these cost a query only where there are some, and what `read_pages`
    has read costs none."""
    if "sections" in getattr(version, "_prefetched_objects_cache", {}):
        return sorted((item for section in sections_of(version) for item in section.items.all()), key=lambda item: item.position)
    return _with_options(list(version.items.all()))


def sections_of(version: QuestionnaireVersion) -> list[Section]:
    """The pages in their order, each with its `items`, these with their options and parts."""
    sections = list(version.sections.all())
    prefetch_related_objects(sections, "items")
    items = _with_options([item for section in sections for item in section.items.all()])
    parts = [section for section in sections if any(item.aspect == Aspect.EXPECTATION for item in section.items.all())]
    for split in (item for item in items if item.is_split):
        split.parts = parts
    return sections


def read_pages(version: QuestionnaireVersion) -> None:
    """Keep the pages with the version for as long as it is in hand: they are counted, shown and gone through."""
    prefetch_related_objects([version], "sections__items")


def rows_of(section: Section) -> list[list[Item]]:
    """The items of a page, those of a pair together where the first of them stands."""
    rows: dict[str, list[Item]] = {}
    for item in section.items.all():
        rows.setdefault(f"pair:{item.about}" if item.about else item.key, []).append(item)
    return list(rows.values())


def _with_options(items: list[Item]) -> list[Item]:
    offering = [item for item in items if item.kind in CHOICES]
    if offering:
        prefetch_related_objects(offering, "options")
    return items


def with_versions(questionnaires: QuerySet[Questionnaire]) -> QuerySet[Questionnaire]:
    """Each with its published `versions`, the newest first, these with how many `pages` and `questions` they have; and its `drafts`."""
    counts = {"pages": Count("sections", distinct=True), "questions": Count("items", distinct=True)}
    published = QuestionnaireVersion.objects.published().annotate(**counts).order_by("-number")
    drafts = Prefetch("versions", QuestionnaireVersion.objects.drafts(), to_attr="drafts")
    return questionnaires.prefetch_related(drafts, Prefetch("versions", published))
