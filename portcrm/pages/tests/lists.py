"""A list over the people of the product, for tests of what every list does."""

import django_filters
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.test import RequestFactory

from portcrm.accounts.models import User
from portcrm.pages.lists import Column, Listing, Ordering


class PeopleFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label="Search")
    language = django_filters.MultipleChoiceFilter(choices=[("zh-hans", "Chinese"), ("en", "English")], label="Language")
    is_active = django_filters.BooleanFilter(label="Active")
    joined = django_filters.DateFromToRangeFilter(field_name="date_joined", label="Joined")

    class Meta:
        model = User
        fields = ()

    def search(self, queryset, _name, text):
        return queryset.filter(Q(name__contains=text) | Q(email__contains=text))


COLUMNS = (
    Column("name", "Name", ordering="name"),
    Column("email", "E-mail"),
    Column("joined", "Joined", attribute="date_joined", format="date", ordering="joined"),
    Column("language", "Language", attribute="get_language_display", default=False),
)
ORDERINGS = (
    Ordering("name", "Name", ("name",)),
    Ordering("joined", "Joined", ("-date_joined",)),
    Ordering("login", "Last log-in", ("last_login",)),
    Ordering("mixed", "Language, then name backwards", ("language", "-name")),
    Ordering("department", "Department", ("department__code", "-pk")),
)


def make_request(path: str = "/", user=None, **headers):
    request = RequestFactory().get(path, headers=headers)
    request.user = user or AnonymousUser()
    return request


def make_listing(path: str = "/", user=None, **options) -> Listing:
    defaults = {
        "record": "accounts.user",
        "queryset": User.objects.all(),
        "filterset_class": PeopleFilter,
        "columns": COLUMNS,
        "orderings": ORDERINGS,
    }
    return Listing(make_request(path, user), **defaults | options)
