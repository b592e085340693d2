"""Which rows somebody means: the boxes ticked on a page, or every row of the list as its address describes it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, QueryDict
from django.urls import reverse

from portcrm.accounts.models import User
from portcrm.bulk.actions import BulkAction, BulkList, registry
from portcrm.bulk.services.runs import kept_query
from portcrm.errors import RuleBroken
from portcrm.pages.lists.filters import asked_filters
from portcrm.pages.lists.partly import hold_right
from portcrm.pages.lists.ticked import ticked_rows
from portcrm.pages.lists.unread import LOOK_STATE, PAGE_STATE, UNREADABLE, conditions_unread
from portcrm.pages.lists.worded import Names, names_asked, parsed

OWN = (*PAGE_STATE, "csrfmiddlewaretoken")


def rows_of_view(record: str, query: str, *, user: User) -> QuerySet:
    """The rows a saved state of a list finds for this user, for whatever works through them without a page.

    A condition that is not understood raises RuleBroken: read as none it would mean all rows.
    """
    of_list, request = registry.lists[record], HttpRequest()
    request.user = user
    return _all_rows(of_list, query, of_list.rows(user), request)


@dataclass(frozen=True)
class Choice:
    of_list: BulkList
    action: BulkAction
    query: str
    everything: bool
    ticked: tuple[int, ...]
    rows: QuerySet

    @property
    def list_url(self) -> str:
        address = reverse(self.of_list.url_name)
        return f"{address}?{self.query}" if self.query else address

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What the form carries along."""
        kept = [("action", self.action.key), ("list", self.query)]
        return [*kept, ("all", "1")] if self.everything else [*kept, *(("row", str(pk)) for pk in self.ticked)]


def choice_of(request: HttpRequest, record: str) -> Choice:
    """Read the choice from the address or the form."""
    data = request.POST if request.method == "POST" else request.GET
    query = data["list"] if "list" in data else _list_state(data)
    return chosen(request, record, data.get("action", ""), query=query, everything=data.get("all") == "1", ticked=ticked_rows(data))


def chosen(request: HttpRequest, record: str, key: str, *, query: str, everything: bool, ticked: Iterable[int]) -> Choice:
    """The rows meant, for pages and programs: all that the list's address `query` finds if `everything`, else the `ticked` ones.
    Whoever may not do it is refused, a filter that is no filter as well."""
    of_list, action = registry.lists.get(record), registry.actions.get((record, key))
    if of_list is None or action is None:
        raise Http404
    if not request.user.has_perm(action.permission):
        raise PermissionDenied
    ticked = tuple(dict.fromkeys(ticked))
    rows = of_list.rows(request.user)
    rows = _all_rows(of_list, query, rows, request) if everything else rows.filter(pk__in=ticked)
    return Choice(of_list, action, query, everything, ticked, rows)


def told_with(choice: Choice, request: HttpRequest) -> dict[str, Any]:
    """What a run keeps of the choice beside its rows, for whoever reads of it later."""
    return {"query": choice.query, "names": _names(choice, request), "ticked": not choice.everything}


def _names(choice: Choice, request: HttpRequest) -> Names:
    """What is called how in the list's address, of as much of it as is kept."""
    asked = parsed(kept_query(choice.query))
    if not asked:
        return {}
    filterset = asked_filters(choice.of_list.filterset, asked, request, lambda: choice.rows, always=False)
    hold_right(filterset, asked)
    return names_asked(filterset, asked, choice.of_list.columns, choice.of_list.orderings)


def _list_state(data: QueryDict) -> str:
    """The bar of a list sends the list's whole state beside its own words."""
    state = data.copy()
    for name in OWN:
        state.pop(name, None)
    return state.urlencode()


def _all_rows(of_list: BulkList, query: str, rows: QuerySet, request: HttpRequest) -> QuerySet:
    """The rows of the list by its own filters. A filter that cannot be read, or that the list does not have, narrows nothing on
    the screen; here it would mean all rows, so it is refused."""
    asked = QueryDict(query)
    filterset = of_list.filterset(asked, queryset=rows, request=request)
    if any(conditions_unread(filterset, asked, frame={*LOOK_STATE, *OWN})):
        raise RuleBroken(UNREADABLE)
    return filterset.qs
