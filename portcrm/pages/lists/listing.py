"""One list as a page needs it: rows, count, chips, columns, views, addresses."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from portcrm.pages.lists.addressed import EXPORT_FORMATS, Addressed
from portcrm.pages.lists.columns import Chip, Column, Count, Empty, FilterGroup, Look, Preset, Search
from portcrm.pages.lists.filters import asked_filters, chips_of, ease_choosing, parameters_of
from portcrm.pages.lists.keyset import KeysetPage, Ordering, fetch, ordered, sort_keys
from portcrm.pages.lists.known import Read, fetch_known
from portcrm.pages.lists.partly import hold_right
from portcrm.pages.lists.sources import Compiled, Source, narrow
from portcrm.pages.lists.stopping import within
from portcrm.pages.lists.stretches import fetch_in_stretches, neighbour_key, part_of
from portcrm.pages.lists.ticked import ticked_rows
from portcrm.pages.lists.unread import LOOK_STATE, PAGE_STATE, Unread
from portcrm.pages.models import DefaultView, SavedView
from portcrm.pages.permissions import SHARE_VIEW
from portcrm.prepared import Place, Prepared

COUNT_CAP = 1_000
COUNT_STOP = 1_000  # milliseconds
OTHERS_TAKE_AWAY = 8  # of the rows with a word, other filters leave one in so many, often more
ALL_ROWS = "all"  # the "view" without filters, for a list that opens with another one
DEFAULT_VIEW = Prepared(lambda user: DefaultView.objects.visible_to(user).filter(record=Place("record"))[:1])


class Listing(Addressed, Unread):
    """The rows one request asks for. Everything but the data comes from the address, so any state can be shared."""

    fragments = ("list", "rows", "filter-fields", "own-views", "column-boxes", "bulk-exact")
    count_cap = COUNT_CAP
    count_stop = COUNT_STOP

    def __init__(
        self,
        request: HttpRequest,
        *,
        record: str,
        queryset: QuerySet | None = None,
        columns: tuple[Column, ...] = (),
        orderings: tuple[Ordering, ...] = (),
        source: Source | None = None,
        filterset_class: type | None = None,
        page_size: int = 25,
        empty: Empty | None = None,
        presets: tuple[Preset, ...] = (),
        export_permission: str = "",
        reads: tuple[str, ...] = (),
        bulk=None,
        looks: tuple[Look, ...] = (),
        preview: bool = False,
        keeps_default: bool = False,
        editable: frozenset[str] = frozenset(),
        walks: bool = False,
        prepare: Callable[[list], None] | None = None,
    ):
        self.request, self.record, self.page_size = request, record, page_size
        self.source, self.presets = source, tuple(presets)
        self.all_columns, self.orderings = (source.columns, source.orderings) if source else (tuple(columns), tuple(orderings))
        self.empty = empty or Empty(_("Nothing here yet"))
        self.export_permission, self._reads = export_permission, source.reads if source else reads
        self.filterset_class = filterset_class
        if queryset is not None:
            self.everything = queryset
        self.filterset = (
            asked_filters(filterset_class, request.GET, request, lambda: self.everything, always=not source) if filterset_class else None
        )
        if self.filterset and (self.filterset.filters or not source):
            hold_right(self.filterset, request.GET)
            self.matching = self.filterset.qs  # at once: a search learns by it what is asked of it
        self.bulk, self.looks, self.preview, self.keeps_default, self.editable = bulk, looks, preview, keeps_default, editable
        self.walks = walks
        self.prepare = prepare or (lambda _rows: None)  # of the rows of a page, or of a stretch of a file, before their cells are read
        if self.ticked:
            self.matching = self.matching.filter(pk__in=self.ticked)

    # --- rows ---------------------------------------------------------------------------------------------------------
    @cached_property
    def everything(self) -> QuerySet:
        """The rows of the list without conditions."""
        return self.source.rows(self.request.user)

    @cached_property
    def matching(self) -> QuerySet:
        return self.everything

    @cached_property
    def _compiled(self) -> Compiled | None:
        if self.source is None:
            return None
        return Compiled(self.source, self.request.user, tuple(column.key for column in self.columns), self.ordering.key, self.reversed)

    @cached_property
    def _keys(self):
        return self._compiled.keys if self._compiled else sort_keys(self.matching, self.ordering, reverse=self.reversed)

    @property
    def _narrow(self) -> QuerySet:
        return narrow(self.matching, self.columns, self._reads, self._keys)

    @cached_property
    def _page(self) -> KeysetPage:
        asked = {name: self.request.GET.get(name, "") for name in ("after", "before")}
        read = self._compiled.rows if self._compiled and len(self.chips) == 1 else None
        found = self._compiled_page(**asked) or self.page_of(self._narrow, self._keys, size=self.page_size, read=read, **asked)
        self.prepare(found.rows)
        return found

    def _compiled_page(self, **place: str) -> KeysetPage | None:
        """Of all rows, or of those whose keys a search has found where it alone narrows the list; else None."""
        if self._compiled and self._is_whole:
            return self._compiled.page(size=self.page_size, **place)
        if (known := getattr(self.filterset, "known", None)) is None or len(self.chips) != 1 or self._compiled is None:
            return None
        return fetch_known(self._compiled.rows, self._keys, known, size=self.page_size, parts=len(self._parts) or 1, **place)

    @property
    def _is_whole(self) -> bool:
        """Whether the address names no filter."""
        return "matching" not in self.__dict__ or self.matching is self.everything

    def page_of(self, rows: QuerySet, keys: list, *, size: int, read: Read | None = None, **place: str) -> KeysetPage:
        """A page of these matching rows, the way that is quick for what narrows the list. `read` gives rows of the list by their keys,
        where nothing but its search narrows them."""
        if not (self._may_lie_far or self._parts):
            return fetch(rows, keys, size=size, walked=not self.is_narrowed, **place)
        told, alone = getattr(self.filterset, "told", None), len(self.chips) == 1
        told = told if told is None or alone else replace(told, times=OTHERS_TAKE_AWAY)
        way = {"everything": self.everything, "parts": self._parts, "by_index": self._by_index, "told": told, "read": read}
        return fetch_in_stretches(rows, keys, size=size, far=self._may_lie_far, **way, **place)

    @property
    def _may_lie_far(self) -> bool:
        """Whether a walk along the list's order may pass very many rows before a page is full; not where a search found few."""
        return self.is_narrowed and not getattr(self.filterset, "few", False)

    @property
    def _by_index(self) -> Callable[[], Q]:
        return getattr(self.filterset, "by_index", Q)

    @cached_property
    def _parts(self) -> tuple:
        """What stands first where nobody asked for an order: see the filter set."""
        return () if self.request.GET.get("sort") else getattr(self.filterset, "parts", ())

    @property
    def is_parted(self) -> bool:
        """Whether what begins with the word searched for stands before the rest, so that the order of the heading holds in each part."""
        return bool(self._parts)

    @property
    def rows(self) -> list:
        return self._page.rows

    @property
    def shown(self) -> list:
        """The rows an answer that is written already shows: none where only a menu or the filters were asked for."""
        return self._page.rows if "_page" in self.__dict__ else []

    @property
    def filtered(self) -> QuerySet:
        """Every matching row in the order of the screen: what an export writes."""
        rows = ordered(self._narrow, self._keys)
        if not self._parts:
            return rows
        return rows.order_by(part_of(self._parts), *rows.query.order_by)

    def neighbour(self, pk: int, *, back: bool = False) -> int | None:
        """The key of the row after this one, or before it; None at the end."""
        return neighbour_key(self.everything, self.matching, self._keys, pk, back=back, parts=self._parts, page_of=self.page_of)

    @cached_property
    def count(self) -> Count:
        if not self.request.GET.keys() & {"after", "before"} and not self._page.after:
            return Count(len(self.rows))
        if "exact" in self.request.GET:
            return Count(self.matching.order_by().count())
        if self._compiled and self._is_whole:
            found = self._compiled.count(self.count_cap + 1)
            return Count(min(found, self.count_cap), found > self.count_cap)
        return self._counted_before or self.count_of(self.matching, shown=len(self.rows))

    @property
    def _counted_before(self) -> Count | None:
        """What a search has learnt of the number of its rows, where nothing else narrows the list."""
        if len(self.chips) != 1 or self.filterset is None:
            return None
        if (number := getattr(self.filterset, "exactly", None)) is not None:
            return Count(number)
        return Count(self.count_cap, capped=True) if getattr(self.filterset, "surely", 0) > self.count_cap else None

    def count_of(self, rows: QuerySet, *, shown: int) -> Count:
        """How many of these matching rows there are, up to the cap; as many as are shown, and more, where that takes too long."""
        by_index = Q() if getattr(self.filterset, "common", False) else self._by_index()
        few = rows.filter(by_index).order_by().values("pk")[: self.count_cap + 1]
        found = within(self.count_stop, few.count) if self._may_lie_far else few.count()
        return Count(shown, capped=True) if found is None else Count(min(found, self.count_cap), found > self.count_cap)

    # --- what the address chose ---------------------------------------------------------------------------------------
    @cached_property
    def ordering(self) -> Ordering:
        asked = self.request.GET.get("sort", "").removeprefix("-")
        return next((ordering for ordering in self.orderings if ordering.key == asked), self.orderings[0])

    @cached_property
    def reversed(self) -> bool:
        return self.request.GET.get("sort", "") == f"-{self.ordering.key}"

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        asked = ",".join(self.request.GET.getlist("columns")).split(",")  # the column form sends each, a saved view all at once
        chosen = tuple(column for column in self.all_columns if column.key in asked)
        return chosen or tuple(column for column in self.all_columns if column.default)

    @cached_property
    def look(self) -> str:
        """The way the rows are shown; "" is the table."""
        asked = self.request.GET.get("look", "")
        return asked if any(look.key == asked for look in self.looks) else ""

    @property
    def look_template(self) -> str:
        """<app>/_<look>.html, beside the list's own page."""
        return f"{self.record.partition('.')[0]}/_{self.look}.html"

    @property
    def edits_cells(self) -> bool:
        return any(column.edits in self.editable for column in self.columns)

    @property
    def look_urls(self) -> list[tuple[Look, str]]:
        return [(look, self.url(look=look.key or None)) for look in self.looks]

    @cached_property
    def ticked(self) -> frozenset[int]:
        """The rows a file is asked of; none where it is to hold all the list finds."""
        return frozenset(ticked_rows(self.request.GET)) if self.export_format and "all" not in self.request.GET else frozenset()

    @property
    def export_format(self) -> str:
        asked = self.request.GET.get("export", "")
        return asked if asked in EXPORT_FORMATS else ""

    @cached_property
    def chips(self) -> list[Chip]:
        return chips_of(self.filterset, self.request.GET, self.url)

    @cached_property
    def is_narrowed(self) -> bool:
        return bool(self.chips)

    # --- filter form --------------------------------------------------------------------------------------------------
    @property
    def _filters(self) -> Mapping:
        return self.filterset_class.base_filters if self.filterset_class else {}

    @property
    def search(self) -> Search | None:
        found = self._filters.get("q")
        return Search(self.request.GET.get("q", ""), found.label, found.extra.get("help_text") or found.label) if found else None

    @property
    def has_filters(self) -> bool:
        return any(name != "q" for name in self._filters)

    @property
    def shows_filters(self) -> bool:
        """The choices of all filters cost more than the rows of a page, so they come when somebody opens them."""
        return self.request.GET.get("filters") == "open"

    @property
    def filters_url(self) -> str:
        return self.url(keep_page=True, filters="open")

    @property
    def filter_fields(self) -> list:
        filterset = self.filterset_class(self.request.GET, queryset=self.everything, request=self.request)
        ease_choosing(filterset)
        return [field for field in filterset.form if field.name != "q"]

    @property
    def filter_groups(self) -> list[FilterGroup]:
        """The fields as the filter set groups them; what it does not name comes last. Groups with a filter in use are open, where
        there is none the first is."""
        fields = {field.name: field for field in self.filter_fields}
        groups = [(label, [fields.pop(name) for name in names]) for label, names in getattr(self.filterset_class, "groups", ())]
        if fields:
            groups.append((_("More") if groups else "", list(fields.values())))
        chosen = [sum(self._is_set(field.name) for field in found) for _label, found in groups]
        return [
            FilterGroup(label, found, number, number > 0 or (place == 0 and not any(chosen)))
            for place, ((label, found), number) in enumerate(zip(groups, chosen, strict=True))
        ]

    def _is_set(self, name: str) -> bool:
        return any(self.request.GET.get(parameter) for parameter in parameters_of(name, self.request.GET))

    @property
    def active_filters(self) -> list[tuple[str, str]]:
        """Parameters the closed filter form carries along."""
        names = [name for name in self.request.GET if name not in (*PAGE_STATE, *LOOK_STATE, "q")]
        return [(name, value) for name in names for value in self.request.GET.getlist(name)]

    # --- menus --------------------------------------------------------------------------------------------------------
    @property
    def shows_menus(self) -> bool:
        """What stands in the menus of views and columns comes when somebody opens them, like the filters."""
        return self.request.GET.get("menus") == "open"

    @property
    def menus_url(self) -> str:
        return self.url(keep_page=True, menus="open")

    # --- views --------------------------------------------------------------------------------------------------------
    @cached_property
    def views(self) -> list[SavedView]:
        return list(SavedView.objects.visible_to(self.request.user).of_list(self.record))

    @cached_property
    def current_view(self) -> SavedView | Preset | None:
        asked = self.request.GET.get("view")
        if asked in (None, "", ALL_ROWS):
            return None
        keys = {preset.key: preset for preset in self.presets} | {str(view.pk): view for view in self.views}
        return keys.get(asked)

    @property
    def state(self) -> str:
        """What a saved view keeps: the address without the place in it."""
        query = self.request.GET.copy()
        for name in (*PAGE_STATE, "view"):
            query.pop(name, None)
        return query.urlencode()

    @property
    def carried_all(self) -> list[tuple[str, str]]:
        """Everything a form must send to mean these rows in this look."""
        return [(name, value) for name in self.request.GET if name not in PAGE_STATE for value in self.request.GET.getlist(name)]

    @property
    def default_url(self) -> str:
        """Where somebody who asks for nothing in particular is led: the view chosen for it, "" where there is none."""
        if not self.keeps_default or self.request.GET:
            return ""
        chosen = DEFAULT_VIEW.first(self.request.user, record=self.record)
        key = chosen.key if chosen else ""
        view = next((preset for preset in self.presets if preset.key == key), None)
        if view is None and key.isdecimal():
            view = SavedView.objects.visible_to(self.request.user).filter(record=self.record, pk=key).first()
        return f"{self.request.path}?{view.query}{'&' if view.query else ''}view={key}" if view else ""

    @property
    def all_url(self) -> str:
        """The whole list, also for somebody whose list opens with another view."""
        return f"{self.request.path}?view={ALL_ROWS}" if self.keeps_default else self.request.path

    @property
    def is_changed(self) -> bool:
        return self.current_view is not None and sorted(self.current_view.query.split("&")) != sorted(self.state.split("&"))

    @property
    def may_share(self) -> bool:
        return self.request.user.has_perm(SHARE_VIEW)
