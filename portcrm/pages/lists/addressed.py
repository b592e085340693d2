"""The addresses of a list: the same rows sorted, paged, narrowed or written otherwise."""

from urllib.parse import urlencode

from django.http import HttpRequest

from portcrm.pages.lists.columns import Column
from portcrm.pages.lists.keyset import KeysetPage, Ordering
from portcrm.pages.lists.unread import LOOK_STATE, PAGE_STATE

IN_LIST = "in"  # the parameter by which the page of a record knows the list it was opened from
EXPORT_FORMATS = ("csv", "xlsx")


class Addressed:
    """What a Listing leads to."""

    request: HttpRequest
    walks: bool
    state: str
    export_permission: str
    orderings: tuple[Ordering, ...]
    ordering: Ordering
    reversed: bool
    _page: KeysetPage

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
