"""The questions of a version as a form asks them."""

from functools import lru_cache

from django.db.models import Count, Prefetch, QuerySet, prefetch_related_objects

from feedback.enums import CHOICES, RECOMMEND, SCALES, Aspect, ItemKind
from feedback.models import Item, Questionnaire, QuestionnaireVersion, Section

KEPT = 64  # published versions a process holds, of some hundred kilobytes at most


def items_of(version: QuestionnaireVersion) -> list[Item]:
    """All questions in their order, with their options and parts; these cost a query only where there are some, and what `read_pages`
    has read costs none."""
    if _has_pages(version):
        return sorted((item for section in sections_of(version) for item in section.items.all()), key=lambda item: item.position)
    return _with_options(list(version.items.all()))


def asked_in_mail(version: QuestionnaireVersion) -> Item | None:
    """The scale a mail can begin with: that of 0 to 10, else the only one of a form."""
    items = items_of(version) if _has_pages(version) else version.items.all()  # of many mails at once these are read together
    scales = [item for item in items if item.kind in SCALES]
    recommend = [item for item in scales if item.kind == ItemKind.RECOMMEND and item.key == RECOMMEND]
    return next(iter(recommend or (scales if len(scales) == 1 else ())), None)


def sections_of(version: QuestionnaireVersion) -> list[Section]:
    """The pages in their order, each with its `items`, these with their options and parts."""
    sections = list(version.sections.all())
    if not _has_pages(version):
        prefetch_related_objects(sections, "items")
        _with_options([item for section in sections for item in section.items.all()])
    _with_parts(sections)
    return sections


def _with_parts(sections: list[Section]) -> None:
    """Give each split the pages it shares its points out among, without asking for them once more."""
    items = [item for section in sections for item in section.items.all()]
    for split in (item for item in items if item.is_split):
        split.parts = [section for section in sections if any(item.aspect == Aspect.EXPECTATION for item in section.items.all())]


def read_pages(version: QuestionnaireVersion) -> None:
    """Keep the pages with the version for as long as it is in hand: they are counted, shown and gone through.

    What is published does not change any more (services/drafts.py): a process reads it once. The sections and items are those of
    every request, only to be read.
    """
    if version.published_on:
        vars(version).setdefault("_prefetched_objects_cache", {})["sections"] = _published_pages(version.pk)
    else:
        prefetch_related_objects([version], "sections__items__options")


def forget_pages() -> None:
    """Read published versions anew, where another database has taken the place of the one they were read from."""
    _published_pages.cache_clear()


@lru_cache(maxsize=KEPT)
def _published_pages(version: int) -> QuerySet[Section]:
    pages = Section.objects.filter(version=version).prefetch_related("items__options")
    len(pages)  # read here and not by the first of several threads that go through it
    return pages


def _has_pages(version: QuestionnaireVersion) -> bool:
    return "sections" in getattr(version, "_prefetched_objects_cache", {})


def whole(versions: QuerySet[QuestionnaireVersion]) -> QuerySet[QuestionnaireVersion]:
    """Versions with all they ask, in as many queries however many there are."""
    return versions.select_related("questionnaire").prefetch_related("sections__items__options")


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
