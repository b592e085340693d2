"""The frame around every page: sidebar, language, theme, pins, error pages."""

import json
from urllib.parse import urlencode

import pytest
from django.test import Client, override_settings
from django.urls import include, path, reverse

from portcrm.accounts.models import User
from portcrm.accounts.public import public_route
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.errors import RuleBroken
from portcrm.pages.render import page

pytestmark = pytest.mark.django_db


def client_of(user: User, **options) -> Client:
    client = Client(**options)
    client.force_login(user)
    return client


def test_the_home_page_greets_in_the_readers_language():
    reader = client_of(make_user(name="王静", name_en="Wang Jing", language="en"))

    assert "Hello Wang Jing." in reader.get("/").text
    assert '<html lang="en"' in reader.get("/").text


def test_choosing_a_language_holds_in_this_browser_and_returns_to_the_page():
    reader = client_of(make_user(language="zh-hans"))

    answer = reader.post(reverse("pages:language"), {"language": "en", "next": "/search/?q=a"})

    assert answer.headers["Location"] == "/search/?q=a"
    assert '<html lang="en"' in reader.get("/").text


@pytest.mark.parametrize(("form", "cookie"), [({"language": "xx"}, "django_language"), ({"theme": "pink"}, "theme")])
def test_unknown_choices_change_nothing(form, cookie):
    name = next(iter(form))

    answer = client_of(make_user()).post(reverse(f"pages:{name}"), form | {"next": "https://elsewhere.invalid/"})

    assert answer.headers["Location"] == "/"
    assert cookie not in answer.cookies


def test_the_chosen_theme_is_rendered_by_the_server():
    reader = client_of(make_user(theme="light"))
    assert 'data-theme="light" data-bs-theme="light"' in reader.get("/").text

    reader.post(reverse("pages:theme"), {"theme": "dark"})

    assert 'data-theme="dark" data-bs-theme="dark"' in reader.get("/").text


def test_the_sidebar_remembers_that_it_was_collapsed():
    reader = client_of(make_user())
    assert 'data-sidebar="open"' in reader.get("/").text

    reader.post(reverse("pages:sidebar"), {"next": "/"})
    assert 'data-sidebar="collapsed"' in reader.get("/").text

    reader.post(reverse("pages:sidebar"), {"next": "/"})
    assert 'data-sidebar="open"' in reader.get("/").text


def broken(request):
    raise RuleBroken("This wave is closed.")


def wrong(request):
    raise ZeroDivisionError("secret detail")


@public_route
def sheet(request):
    return page(request, "pages/search.html", {"text": "x"}, fragments=("palette-hits",))


urlpatterns = [
    path("", include("portcrm.urls")),
    path("test/broken/", broken),
    path("test/wrong/", wrong),
    path("test/sheet/", sheet),
]
handler404 = "portcrm.pages.views.errors.not_found"
handler500 = "portcrm.pages.views.errors.server_error"


@override_settings(ROOT_URLCONF=__name__)
def test_a_broken_rule_is_a_page_that_says_what_was_kept():
    answer = client_of(make_user(language="en")).get("/test/broken/")

    assert answer.status_code == 409
    assert "This wave is closed." in answer.text
    assert "Everything stays as it was before." in answer.text


@override_settings(ROOT_URLCONF=__name__)
def test_a_broken_rule_is_a_toast_for_htmx_and_leaves_the_page_alone():
    answer = client_of(make_user()).get("/test/broken/", headers={"HX-Request": "true"})

    assert (answer.status_code, answer.text) == (409, "")
    assert answer.headers["HX-Reswap"] == "none"
    assert answer.headers["HX-Trigger"] == '{"toast": {"message": "This wave is closed.", "level": "danger"}}'


@override_settings(ROOT_URLCONF=__name__)
def test_an_error_of_the_server_tells_no_detail():
    answer = client_of(make_user(language="en"), raise_request_exception=False).get("/test/wrong/")

    assert answer.status_code == 500
    assert "the error has been recorded" in answer.text
    assert "secret detail" not in answer.text


@pytest.mark.parametrize(
    ("language", "told"), [("zh-hans", "您提交的内容超过了表单允许的大小"), ("en", "What you sent is larger than a form may be")]
)
def test_a_form_that_is_too_big_is_told_so_on_a_page_and_in_place(settings, language, told):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    person = make_user(name="旧名", language=language)
    client, typed = client_of(person), urlencode({"name": "新名" + "长" * 400, "language": language, "theme": "light"})
    how = {"content_type": "application/x-www-form-urlencoded"}

    answer = client.post("/people/me/", typed, **how)
    in_place = client.post("/people/me/", typed, headers={"HX-Request": "true"}, **how)

    person.refresh_from_db()
    assert (answer.status_code, told in answer.text, person.name) == (413, True, "旧名")
    assert (in_place.status_code, in_place["HX-Reswap"], in_place.text) == (413, "none", "")
    assert json.loads(in_place["HX-Trigger"])["toast"]["message"].startswith(told)


def test_an_unknown_address_is_explained():
    answer = client_of(make_user(language="en")).get("/no/such/page/")

    assert answer.status_code == 404
    assert "Check the address, or search for the record" in answer.text


@pytest.mark.parametrize(("language", "told"), [("zh-hans", "此地址没有页面"), ("en", "Nothing to see at this address")])
def test_an_address_that_only_takes_forms_says_so_when_it_is_opened_by_hand(language, told):
    answer = client_of(make_user(language=language)).get(reverse("pages:toggle_pin", args=["customers.customer", 1]))

    assert (answer.status_code, answer["Allow"], told in answer.text) == (405, "POST", True)


def test_a_form_without_its_mark_is_refused_with_advice():
    reader = client_of(make_user(language="en"), enforce_csrf_checks=True)

    answer = reader.post(reverse("pages:theme"), {"theme": "dark"})

    assert answer.status_code == 403
    assert "The form had become too old" in answer.text


@override_settings(ROOT_URLCONF=__name__)
def test_a_fragment_is_served_to_htmx_and_the_whole_page_to_everyone_else():
    reader = client_of(make_user())
    fragment = {"HX-Request": "true", "HX-Target": "palette-hits"}

    assert reader.get("/test/sheet/", headers=fragment).text.startswith('<div id="palette-hits"')
    assert "<html" in reader.get("/test/sheet/").text
    assert "<html" in reader.get("/test/sheet/", headers=fragment | {"HX-History-Restore-Request": "true"}).text
    assert "<html" in reader.get("/test/sheet/", headers=fragment | {"HX-Target": "main"}).text


def test_a_page_of_the_frame_reads_session_person_and_sidebar_only(django_assert_num_queries):
    reader = client_of(make_user(Role.MANAGER))
    reader.get("/")

    with django_assert_num_queries(2):  # the person, pins and recents; the session lies in the cache
        reader.get("/")
