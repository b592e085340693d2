"""Every address, as a stranger, as somebody without a role and as each role.

What a view asks for is read from the refusals themselves: a public route answers strangers, a route of one's own answers
everybody who is logged in, every other one refuses who holds no role. The two lists are short and changed on purpose.
"""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.regex_helper import normalize

from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user

# Reached without a log-in.
PUBLIC = {
    "live": "the process answers",
    "ready": "what is missing, by name only",
    "metrics": "closed to other machines or by a token",
    "account_login": "the door",
    "account_logout": "nothing to leave",
    "account_inactive": "tells that an account is closed",
    "mfa_authenticate": "second step of the door; without the first it goes back there",
    "accounts:password_ask": "who forgot the password cannot log in",
    "accounts:password_choose": "opened by a mailed link",
    "pages:language": "strangers read too",
    "pages:theme": "strangers read too",
    "customers:calendar_feed": "opened by a secret address its owner made",
    "opinion:form": "opened by a personal link",
    "opinion:form_page": "opened by a personal link",
    "opinion:copy": "opened by a personal link",
    "opinion:save": "opened by a personal link",
    "opinion:thanks": "opened by a personal link",
    "opinion:opt_out": "opened by a personal link, and by mail programs",
    "opinion:decline": "opened by a personal link",
    "hooks:mail_events": "mail services show a secret; without one there is no such address",
    "opinion:complaint": "a customer complains without an account",
    "opinion:complaint_status": "opened by a personal link",
    "opinion:complaint_word": "opened by a personal link",
    "opinion:complaint_files": "opened by a personal link",
    "opinion:suggestion": "a customer suggests something without an account",
    "opinion:suggestion_receipt": "opened by a personal link",
}
# Reached by everybody who is logged in, with or without a role: what is one's own, and what filters itself by permission.
OWN = {
    "pages:home": "panels one may see",
    "pages:search": "hits one may see",
    "pages:palette": "hits one may see",
    "pages:choices": "hits one may see",
    "pages:sidebar": "one's own look",
    "pages:views": "one's own views and shared ones",
    "pages:view_change": "one's own views",
    "pages:view_open_with": "one's own lists",
    "pages:view_save": "one's own views",
    "pages:view_delete": "one's own views",
    "pages:toggle_pin": "one's own list; the record is checked",
    "pages:timeline": "the record is checked",
    "pages:unpin": "one's own list",
    "accounts:profile": "one's own settings",
    "accounts:password_change": "one's own password",
    "accounts:second_factor_code": "one's own second factor",
    "account_reauthenticate": "one's own password",
    "mfa_index": "one's own second factor",
    "mfa_reauthenticate": "one's own second factor",
    "mfa_activate_totp": "one's own second factor",
    "mfa_deactivate_totp": "one's own second factor",
    "mfa_view_recovery_codes": "one's own second factor",
    "mfa_generate_recovery_codes": "one's own second factor",
    "mfa_download_recovery_codes": "one's own second factor",
    "audit:history": "the record is checked",
    "files:download": "the record is checked",
    "files:remove": "the record is checked",
    "files:record_files": "the record is checked",
    "notices:notice_list": "what one was told",
    "notices:bell": "what one was told",
    "notices:notice_open": "what one was told",
    "notices:notices_read": "what one was told",
    "notices:digest": "one's own mail",
    "api:schema": "describes the API, holds no data",
    "api:docs": "describes the API, holds no data",
}
SAMPLES = {
    "pk": "1",
    "record": "accounts.user",
    "uidb64": "MQ",
    "token": "abc-def",
    "key": "x",
    "file_format": "csv",
    "status": "lost",
    "state": "uncertain",
    "field": "phone",
    "kind": "rating",
}
REFUSALS = {302, 401, 403, 404, 405}
pytestmark = pytest.mark.django_db


def walk(patterns, prefix: str = "", namespaces: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """(full name, path with sample values) of every route."""
    for one in patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from walk(one.url_patterns, route, (*namespaces, one.namespace) if one.namespace else namespaces)
        elif isinstance(one, URLPattern):
            yield ":".join((*namespaces, one.name or "?")), sample_path(route)


def sample_path(route: str) -> str:
    """An address for a route written as path() or as a regular expression, with values that fit."""
    while "<" in route and ">" in route and "(?P<" not in route:
        before, _open, rest = route.partition("<")
        converter, _close, after = rest.partition(">")
        kind, _colon, name = converter.rpartition(":")
        route = before + SAMPLES.get(name, "1" if kind in {"int", "", "str", "slug"} else "00000000-0000-0000-0000-000000000000") + after
    if "(?P<" in route or route.startswith("^") or "\\" in route or "^" in route:
        pattern, names = normalize(route)[0]
        route = pattern % {name: SAMPLES.get(name, "1") for name in names}
    return "/" + route


ROUTES = sorted(set(walk(get_resolver().url_patterns)))
CLOSED = [(name, path) for name, path in ROUTES if name not in PUBLIC | OWN]


@pytest.fixture(autouse=True)
def no_counts_of_earlier_tests():
    cache.clear()


def ask(client: Client, path: str, method: str = "get"):
    return getattr(client, method)(path, follow=False)


def refused(response) -> bool:
    """Sent to the door, told to show a key, told no, told there is no such thing, or told it takes another method."""
    if response.status_code == 302:
        return response["Location"].startswith("/accounts/login/")
    return response.status_code in REFUSALS


def test_the_lists_name_only_routes_that_exist():
    names = {name for name, _path in ROUTES}

    assert sorted(name for name in PUBLIC if name not in names) == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_reaches_only_what_is_on_the_public_list(method):
    cache.clear()
    client, let_in = Client(), []
    for name, path in ROUTES:
        if name in PUBLIC:
            continue
        response = ask(client, path, method)
        if response.status_code == 429:
            cache.clear()
            response = ask(client, path, method)
        if not refused(response) or response.status_code in {404, 405}:
            let_in.append((name, path, response.status_code))

    assert let_in == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_somebody_without_a_role_reaches_only_what_is_their_own(method):
    client = Client()
    client.force_login(make_user())
    let_in = []
    for name, path in CLOSED:
        response = ask(client, path, method)
        if response.status_code not in {403, 405}:
            let_in.append((name, path, response.status_code))

    assert let_in == []


@pytest.mark.parametrize("role", list(Role))
def test_no_address_breaks_for_any_role(role):
    client = Client(raise_request_exception=False)
    client.force_login(make_user(role))
    broken = []
    for name, path in ROUTES:
        response = ask(client, path)
        if response.status_code >= 500:
            broken.append((name, path, response.status_code))
    cache.clear()

    assert [one for one in broken if one[0] != "ready"] == []


def test_every_route_has_a_name():
    assert [path for name, path in ROUTES if name.endswith("?")] == []
