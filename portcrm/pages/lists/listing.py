"""One list as a page needs it: rows, count, chips, columns, views, addresses."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from itertools import chain
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from portcrm.pages.lists.columns import Chip, Column, Count, Empty, FilterGroup, Look, Preset, Search
from portcrm.pages.lists.filters import asked_filters, chips_of, ease_choosing, parameters_of
from portcrm.pages.lists.keyset import KeysetPage, Ordering, fetch, ordered, sort_keys
from portcrm.pages.lists.known import fetch_known
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
EXPORT_FORMATS = ("csv", "xlsx")
IN_LIST = "in"  # the parameter by which the page of a record knows the list it was opened from
ALL_ROWS = "all"  # the "view" without filters, for a list that opens with another one
DEFAULT_VIEW = Prepared(lambda user: DefaultView.objects.visible_to(user).filter(record=Place("record"))[:1])


class Listing(Unread):
    """The rows one request asks for. Everything but the data comes from the address, so any state can be shared."""

    fragments = ("list", "rows", "filter-fields", "own-views", "column-boxes", "bulk-exact")
    count_cap = COUNT_CAP
    count_stop = COUNT_STOP

    def __init__(
        self,
        request: HttpRequest,
        *,
        record: str,
        queryset: QuerySet,
        columns: tuple[Column, ...],
        orderings: tuple[Ordering, ...],
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
    ):
        self.request, self.record, self.page_size = request, record, page_size
        self.all_columns, self.orderings, self.presets = tuple(columns), tuple(orderings), tuple(presets)
        self.empty = empty or Empty(_("Nothing here yet"))
        self.export_permission, self._reads = export_permission, reads
        self.filterset_class, self.everything = filterset_class, queryset
        self.filterset = asked_filters(filterset_class, request, queryset) if filterset_class else None
        self.matching = self.filterset.qs if self.filterset else queryset
        self.bulk, self.looks, self.preview, self.keeps_default, self.editable = bulk, looks, preview, keeps_default, editable
        self.walks = walks
        if self.export_format and "all" not in request.GET and (ticked := ticked_rows(request.GET)):
            self.matching = self.matching.filter(pk__in=ticked)

    # --- rows ---------------------------------------------------------------------------------------------------------
    @cached_property
    def _keys(self):
        return sort_keys(self.matching, self.ordering, reverse=self.reversed)

    def _narrow(self, rows: QuerySet) -> QuerySet:
        """With nothing but what the shown columns read, where the list says what every row `reads`: a file has a hundred
        fields with those of its neighbours, a row shows ten, and each is asked for, carried and turned into a value."""
        if not self._reads:
            return self._annotated(rows)
        named = chain.from_iterable(column.reads or (column.key,) for column in self.columns)
        sorted_by = (key.path for key in self._keys if key.attribute == key.path and key.path not in rows.query.annotations)
        paths = {*self._reads, *named, *sorted_by}
        rows = rows.select_related(None).defer(None).only(*paths)
        joins = {path.rpartition("__")[0] for path in paths if "__" in path}
        return self._annotated(rows.select_related(*joins) if joins else rows)

    def _annotated(self, rows: QuerySet) -> QuerySet:
        for column in self.columns:
            rows = column.annotate(rows) if column.annotate else rows
        return rows

    @cached_property
    def _page(self) -> KeysetPage:
        asked = {name: self.request.GET.get(name, "") for name in ("after", "before")}
        return self._page_of_known(**asked) or self.page_of(self._narrow(self.matching), self._keys, size=self.page_size, **asked)

    def _page_of_known(self, **place: str) -> KeysetPage | None:
        """Where a search alone narrows the list, has found the keys of all that match, and the list is in the order it found them."""
        if (known := getattr(self.filterset, "known", None)) is None or len(self.chips) != 1:
            return None
        return fetch_known(self._narrow(self.everything), self._keys, known, size=self.page_size, parts=len(self._parts) or 1, **place)

    def page_of(self, rows: QuerySet, keys: list, *, size: int, **place: str) -> KeysetPage:
        """A page of these matching rows, the way that is quick for what narrows the list."""
        if not (
            self._may_lie_far or self._parts
        ):  # the keys of a few rows are known where a search found few: nothing is walked along for them
            return fetch(rows, keys, size=size, walked=not self.is_narrowed, **place)
        told = getattr(self.filterset, "told", None)
        if told and len(self.chips) > 1:
            told = replace(told, times=OTHERS_TAKE_AWAY)
        way = {"everything": self.everything, "parts": self._parts, "by_index": self._by_index, "told": told, "far": self._may_lie_far}
        return fetch_in_stretches(rows, keys, size=size, **way, **place)

    @property
    def _may_lie_far(self) -> bool:
        """Whether a walk along the list's order may pass very many rows before a page is full; not where a search found few."""
        return self.is_narrowed and not getattr(self.filterset, "few", False)

    @property
    def _by_index(self) -> Q:
        return getattr(self.filterset, "by_index", Q())

    @cached_property
    def _parts(self) -> tuple:
        """What stands first where nobody asked for an order: see the filter set."""
        return () if self.request.GET.get("sort") else getattr(self.filterset, "parts", ())

    @property
    def rows(self) -> list:
        return self._page.rows

    @property
    def filtered(self) -> QuerySet:
        """Every matching row in the order of the screen: what an export writes."""
        rows = ordered(self._narrow(self.matching), self._keys)
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
        by_index = Q() if getattr(self.filterset, "common", False) else self._by_index
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

    # --- addresses ----------------------------------------------------------------------------------------------------
    def url(self, *, keep_page: bool = False, **changes) -> str:
        """This list with some parameters changed; None removes one. Paging starts anew unless asked otherwise."""
        left_out = changes if keep_page else {*PAGE_STATE, *changes}
        query = {name: values for name, values in self.request.GET.lists() if name not in left_out}
        query |= {name: value for name, value in changes.items() if value not in (None, "", [])}
        return f"{self.request.path}?{urlencode(query, doseq=True)}" if query else self.request.path

    @property
    def row_query(self) -> str:
        """What the link of a row carries along, so that its page leads on to the rows before and after."""
        return f"?{urlencode({IN_LIST: self.state})}" if self.walks else ""

    @property
    def next_url(self) -> str:
        return self.url(after=self._page.after) if self._page.after else ""

    @property
    def previous_url(self) -> str:
        return self.url(before=self._page.before) if self._page.before else ""

    @property
    def first_url(self) -> str:
        return self.url() if self.request.GET.keys() & {"after", "before"} else ""

    @property
    def exact_url(self) -> str:
        return self.url(keep_page=True, exact="1")

    @property
    def clear_url(self) -> str:
        """The same look without any filter."""
        kept = {name: self.request.GET[name] for name in ("sort", "columns") if name in self.request.GET}
        return f"{self.request.path}?{urlencode(kept)}" if kept else self.request.path

    @property
    def carried(self) -> list[tuple[str, str]]:
        """Parameters of the look that the filter form carries along."""
        return [(name, value) for name in LOOK_STATE for value in self.request.GET.getlist(name)]

    @property
    def choice(self) -> list[tuple[str, str]]:
        """Parameters that the column form carries along."""
        return [
            (name, value) for name in self.request.GET if name not in (*PAGE_STATE, "columns") for value in self.request.GET.getlist(name)
        ]

    @property
    def export_urls(self) -> list[tuple[str, str]]:
        if not self.export_permission or not self.request.user.has_perm(self.export_permission):
            return []
        return [(name, self.url(export=name)) for name in EXPORT_FORMATS]

    # --- sorting ------------------------------------------------------------------------------------------------------
    def ordering_of(self, column: Column) -> Ordering | None:
        return next((ordering for ordering in self.orderings if ordering.key == column.ordering), None)

    def direction_of(self, ordering: Ordering) -> str:
        """ "ascending" or "descending" where the list is sorted by it, else ""."""
        if ordering.key != self.ordering.key:
            return ""
        return "descending" if ordering.fields[0].startswith("-") != self.reversed else "ascending"

    def sort_url(self, ordering: Ordering) -> str:
        """Sort by it; a second time turns the order round."""
        turn = ordering.key == self.ordering.key and not self.reversed
        return self.url(sort=f"-{ordering.key}" if turn else ordering.key)

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
