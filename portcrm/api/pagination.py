"""Pages by key, so that the last page costs what the first costs."""

from django.core.exceptions import ValidationError
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination


class KeysetPagination(CursorPagination):
    page_size = 50
    max_page_size = 500
    page_size_query_param = "page_size"
    ordering = "-pk"

    def paginate_queryset(self, queryset, request, view=None):
        """One page in the view's `ordering` (one column that is unique or nearly so; the newest first otherwise)."""
        self.ordering = getattr(view, "ordering", self.ordering)
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValueError, ValidationError) as refused:  # a cursor somebody wrote by hand
            raise NotFound(self.invalid_cursor_message) from refused
