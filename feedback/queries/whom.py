"""The customers of a programme that asks by a saved view, and what stands against asking at all."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from feedback.enums import Anonymity, ItemKind
from feedback.models import Item, Programme
from portcrm.bulk.choosing import rows_of_view
from portcrm.errors import RuleBroken
from portcrm.pages.models import SavedView

CUSTOMERS = "customers.customer"
GONE = _("The person responsible sees no such view of customers (any more). Choose another one, else nobody is asked.")
NOT_UNDERSTOOD = _("A condition of the saved view of customers is not understood any more. Save the view anew, else nobody is asked.")

FILES_TELL = _("This questionnaire asks for files, and files tell who sent them: an anonymous programme cannot use it.")
BY_OCCASION = _("This programme asks by occasion, only customers that have reached it. To ask others, plan a programme of its own.")
OF_SEMINARS = _("This programme asks those who came to a seminar. Its waves are started on the seminar's page.")


def obstacle_of(programme: Programme) -> str:
    """Why no wave of the programme can open, or ""."""
    obstacle = programme.obstacle or _obstacle_of_files(programme, _asking_for_files([programme]))
    if obstacle or not programme.customer_view_id:
        return obstacle
    try:
        customers_of_view(programme)
    except RuleBroken as refusal:
        return refusal.message
    return ""


def _obstacle_of_files(programme: Programme, asking: set[int]) -> str:
    """A photograph or a letter tells who sent it. `asking`: versions with questions for files."""
    return FILES_TELL if _anonymous_version(programme) in asking else ""


def _asking_for_files(programmes: list[Programme]) -> set[int]:
    versions = {_anonymous_version(one) for one in programmes} - {None}
    if not versions:
        return set()
    return set(Item.objects.filter(version__in=versions, kind=ItemKind.FILE).values_list("version", flat=True))


def _anonymous_version(programme: Programme) -> int | None:
    """What an anonymous programme would ask next."""
    if programme.anonymity != Anonymity.ANONYMOUS:
        return None
    published = [one for one in programme.questionnaire.versions.all() if one.published_on]
    return max(published, key=lambda one: one.number).pk if published else None


def obstacles_of(programmes: list[Programme]) -> dict[int, str]:
    """The same of many programmes, by their key; their views are fetched together."""
    views, asking = _views_seen(programmes), _asking_for_files(programmes)
    return {one.pk: one.obstacle or _obstacle_of_files(one, asking) or _obstacle_of_view(one, views.get(one.pk)) for one in programmes}


def _obstacle_of_view(programme: Programme, view: SavedView | None) -> str:
    if not programme.customer_view_id:
        return ""
    if view is None:
        return GONE
    try:
        _rows(programme, view)
    except RuleBroken as refusal:
        return refusal.message
    return ""


def obstacle_to_start(programme: Programme) -> str:
    """Why nobody can start a wave by hand, or ""."""
    if programme.of_seminars:
        return OF_SEMINARS
    return BY_OCCASION if programme.by_event else obstacle_of(programme)


def customers_of_view(programme: Programme) -> QuerySet:
    """What the view finds for the person responsible; RuleBroken where it is gone, not theirs to see, or not understood."""
    return _rows(programme, view_of(programme))


def view_of(programme: Programme) -> SavedView:
    """The view a programme asks by; RuleBroken where it is gone, or not to be seen by the person responsible."""
    views = SavedView.objects.visible_to(programme.owner).of_list(CUSTOMERS)
    view = views.filter(pk=programme.customer_view_id).first()
    if view is None:
        raise RuleBroken(GONE, field="customer_view")
    return view


def _views_seen(programmes: Iterable[Programme]) -> dict[int, SavedView]:
    """By programme, the view it asks by where the person responsible sees it; all in two queries."""
    seen = SavedView.objects.visible_to(OuterRef("owner")).of_list(CUSTOMERS).filter(pk=OuterRef("customer_view"))
    asked = Programme.objects.filter(pk__in=[one.pk for one in programmes if one.customer_view_id]).filter(Exists(seen))
    view_of_programme = dict(asked.values_list("pk", "customer_view"))
    views = SavedView.objects.in_bulk(view_of_programme.values())
    return {programme: views[view] for programme, view in view_of_programme.items() if view in views}


def _rows(programme: Programme, view: SavedView) -> QuerySet:
    try:
        return rows_of_view(CUSTOMERS, view.query, user=programme.owner)
    except RuleBroken as refusal:
        raise RuleBroken(NOT_UNDERSTOOD, field="customer_view") from refusal
