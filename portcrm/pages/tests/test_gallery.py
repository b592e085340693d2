"""Lists, records, forms and charts as pages, served."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.pages.models import SavedView, Shortcut

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("gallery")]


def sign_in(*roles: str, **fields):
    user = make_user(*roles or (Role.MANAGER,), **{"language": "en", "name": "演示用户 01", "name_en": "Demo User 01"} | fields)
    client = Client()
    client.force_login(user)
    return user, client


def test_a_list_shows_rows_with_links_count_and_its_own_chip():
    user, client = sign_in()
    make_user(name="示范航运", name_en="Example Shipping")

    text = client.get("/gallery/people/?q=示范").text

    assert '<a href="/gallery/people/' in text
    assert re.findall(r'class="row-link">([^<]+)<', text) == ["Example Shipping"]
    assert re.findall(r'list-count">\s*([^<]+?)\s*</p>', text) == ["1 result"]
    assert "Remove filter Search 示范" in text


def test_htmx_gets_the_rows_or_the_whole_list_alone():
    _user, client = sign_in()

    rows, whole = (client.get("/gallery/people/", headers={"HX-Request": "true", "HX-Target": name}) for name in ("rows", "list"))

    assert rows.text.startswith('<div id="rows"')
    assert whole.text.startswith('<section id="list"')
    assert "HX-Target" in rows.headers["Vary"]


def test_a_list_of_25_with_its_frame_stays_below_60_kb_and_its_files_below_200():
    _user, client = sign_in()
    for number in range(30):
        make_user(name=f"示范国际货运代理有限公司 {number:03}")

    html = client.get("/gallery/people/").text
    names = set(re.findall(r'(?:href|src)="/static/([^"#]+)', html))
    sizes = {name: len(gzip.compress(Path(finders.find(name)).read_bytes())) for name in names}

    assert html.count("<tr>") == 26
    assert len(html.encode()) <= 60_000
    assert sum(sizes.values()) <= 200_000
    assert not [name for name in names if "echarts" in name]


def test_an_empty_list_offers_the_next_action_and_a_list_without_hits_the_way_back(settings):
    _user, client = sign_in()

    none = client.get("/gallery/people/?q=nobody-at-all&sort=name").text

    assert "Nothing matches these filters" in none
    assert '<a class="btn btn-primary" href="/gallery/people/?sort=name">Clear all filters</a>' in none


def seal_on(page) -> str:
    return re.findall(r'name="seal" value="([^"]*)"', page.text)[0]


def test_a_condition_that_is_not_understood_is_told_and_no_view_is_saved_with_it():
    _user, client = sign_in(language="zh-hans")
    address = "/gallery/people/?language=klingon&q=%E7%A4%BA%E8%8C%83"
    form = {"record": "accounts.user", "name": "Mine", "query": "language=klingon&q=%E7%A4%BA%E8%8C%83", "path": "/gallery/people/"}

    page = client.get(address)
    answers = [client.post("/views/save/", form | {"seal": seal}) for seal in (seal_on(page), "", seal_on(client.get("/gallery/people/")))]

    assert re.findall(r"</svg> (未能识别[^<]*) <strong>([^<]*)</strong>", page.text) == [("未能识别、未起筛选作用：", "Language = klingon")]
    assert '<a href="/gallery/people/?q=%E7%A4%BA%E8%8C%83" hx-get' in page.text
    assert [answer.status_code for answer in answers] == [409, 409, 409]
    assert "清单中有一个筛选条件无法识别，请重新设置。" in answers[0].text
    assert not SavedView.objects.exists()


def test_a_view_is_saved_with_the_state_of_the_list_and_opened_again():
    user, client = sign_in()
    form = {
        "record": "accounts.user",
        "name": " Active ones ",
        "query": "is_active=true&sort=-name",
        "seal": seal_on(client.get("/gallery/people/?is_active=true&sort=-name")),
        "path": "/gallery/people/",
        "shared": "on",
    }

    answer = client.post("/views/save/", form)

    view = SavedView.objects.get()
    assert (view.name, view.owner, view.shared, view.query) == ("Active ones", user, True, "is_active=true&sort=-name")
    assert answer.headers["Location"] == f"/gallery/people/?is_active=true&sort=-name&view={view.pk}"
    assert "View “Active ones” is saved." in client.get(answer.headers["Location"]).text


def test_a_view_leads_to_no_other_site():
    _user, client = sign_in()

    answer = client.post("/views/save/", {"record": "x", "name": "x", "path": "https://elsewhere.invalid/"})

    assert answer.headers["Location"].startswith("/?view=")


def test_an_auditor_keeps_views_but_shares_none():
    _auditor, client = sign_in(Role.AUDITOR)
    form = {"record": "accounts.user", "name": "Mine", "query": "", "path": "/gallery/people/"}

    assert client.post("/views/save/", form | {"shared": "on"}).status_code == 409
    client.post("/views/save/", form)

    assert list(SavedView.objects.values_list("name", "shared")) == [("Mine", False)]


def test_a_private_view_of_somebody_else_cannot_be_deleted_or_found():
    owner, owners = sign_in()
    owners.post("/views/save/", {"record": "accounts.user", "name": "Private", "path": "/"})
    view = SavedView.objects.get()
    _colleague, client = sign_in()

    assert client.post(f"/views/{view.pk}/delete/").status_code == 404
    assert owners.post(f"/views/{view.pk}/delete/", {"path": "/gallery/people/"}).headers["Location"] == "/gallery/people/"
    assert SavedView.objects.count() == 0


def test_an_opened_record_is_the_first_of_the_recents_in_the_readers_language():
    user, client = sign_in()
    first, second = make_user(name="甲公司", name_en="Firm A"), make_user(name="乙公司", name_en="")

    for each in (first, second, first):
        client.get(f"/gallery/people/{each.pk}/")
    text = client.get("/").text

    recents = text[text.index('id="nav-recent"') :]
    assert re.findall(r"<span>([^<]+)</span></a></li>", recents)[:2] == ["Firm A", "乙公司"]
    assert Shortcut.objects.filter(owner=user).count() == 2


def test_only_the_latest_eight_recents_are_kept_and_pins_besides():
    user, client = sign_in()
    people = [make_user() for _ in range(10)]
    client.post(f"/pins/accounts.user/{people[0].pk}/")

    for each in people[1:]:
        client.get(f"/gallery/people/{each.pk}/")

    assert Shortcut.objects.filter(owner=user, pinned_at=None).count() == 8
    assert Shortcut.objects.filter(owner=user).exclude(pinned_at=None).get().target_pk == str(people[0].pk)


def test_opening_what_is_pinned_forgets_none_of_the_recents():
    user, client = sign_in()
    people = [make_user() for _ in range(9)]
    client.post(f"/pins/accounts.user/{people[0].pk}/")
    for each in people[1:]:
        client.get(f"/gallery/people/{each.pk}/")

    client.get(f"/gallery/people/{people[0].pk}/")

    assert Shortcut.objects.filter(owner=user, pinned_at=None).count() == 8


def test_pinning_turns_on_and_off_and_stops_at_twelve():
    user, client = sign_in()
    people = [make_user() for _ in range(13)]

    answers = [client.post(f"/pins/accounts.user/{each.pk}/").status_code for each in people]
    off = client.post(f"/pins/accounts.user/{people[0].pk}/", headers={"HX-Request": "true"})

    assert answers == [302] * 12 + [409]
    assert 'aria-pressed="false"' in off.text
    assert Shortcut.objects.filter(owner=user).exclude(pinned_at=None).count() == 11


def test_nobody_pins_what_they_may_not_see():
    stranger = make_user(name="机密")
    user, client = sign_in(Role.MARKETING)

    assert client.post(f"/pins/accounts.user/{stranger.pk}/").status_code == 404
    assert client.post("/pins/sessions.session/1/").status_code == 404
    assert Shortcut.objects.count() == 0


def test_the_sidebar_hides_what_its_reader_may_no_longer_open():
    user, client = sign_in()
    shown = make_user(name_en="Visible Then")
    client.get(f"/gallery/people/{shown.pk}/")
    user.roles = [Role.MARKETING]
    user.save(update_fields=["roles"])

    assert "Visible Then" not in client.get("/gallery/form/").text


def test_navigation_tabs_panels_and_commands_respect_permissions():
    user, client = sign_in()

    home, record = client.get("/").text, client.get(f"/gallery/people/{user.pk}/").text

    assert "机密" not in home
    assert "仅管理员" not in home
    assert re.findall(r'id="panel-(\w+)"', home) == ["calls", "open"]
    assert re.findall(r'role="tab" id="tab-(\w+)"', record) == ["overview", "cargo"]
    assert "仅管理员" not in client.get("/search/palette/").text


def test_one_entry_of_the_navigation_is_current():
    user, client = sign_in()

    text = client.get(f"/gallery/people/{user.pk}/").text

    assert re.findall(r'class="nav-entry" href="([^"]+)"[^>]*aria-current="page"', text) == ["/gallery/people/"]


def test_the_open_tab_is_named_by_the_address_and_fetched_after_the_page():
    user, client = sign_in()

    text = client.get(f"/gallery/people/{user.pk}/?tab=cargo").text
    fragment = client.get(f"/gallery/people/{user.pk}/tab/", headers={"HX-Request": "true"}).text

    assert f'<div hx-get="/gallery/people/{user.pk}/tab/" hx-trigger="load"' in text
    assert "近 12 月" not in text
    assert '<p id="tab-words">' in fragment
    assert "<html" not in fragment


def test_the_search_page_groups_records_and_finds_commands_in_either_language():
    _user, client = sign_in()
    make_user(name="示范航运")

    text = client.get("/search/?q=示范").text
    commands = client.get("/search/?q=客户").text

    assert re.findall(r'id="found-(\w+)"', text) == ["people"]
    assert '<span class="hit-title">示范航运</span>' in text
    assert re.findall(r'<span class="hit-title">([^<]+)</span>', commands) == ["客户"]
    assert "Nothing found for “&lt;b&gt;”" in client.get("/search/", {"q": "<b>"}).text


def test_choices_come_from_a_source_the_reader_may_search():
    _user, client = sign_in()
    found = make_user(name="示范航运")

    answer = client.get("/search/choices/people/?q=示范").json()

    assert answer == [{"value": found.pk, "text": "示范航运", "note": found.email}]
    assert client.get("/search/choices/secrets/?q=示范").status_code == 404


def test_a_form_with_errors_sums_them_up_and_keeps_what_was_typed():
    chosen = make_user(name="示范航运", name_en="")
    _user, client = sign_in()

    answer = client.post("/gallery/form/", {"kind": "shipper", "note": "班期 <b>", "colleague": chosen.pk})

    assert answer.status_code == 422
    assert "Not saved: one thing needs your attention." in answer.text
    assert '<li><a href="#id_name">公司名称</a>: This field is required.</li>' in answer.text
    assert "班期 &lt;b&gt;</textarea>" in answer.text
    assert f'<option value="{chosen.pk}" selected>示范航运</option>' in answer.text
    assert answer.text.count("<option") == 4  # two kinds, the chosen colleague and none: not everyone


def test_the_timeline_is_read_by_kind_and_from_a_moment_back():
    user, client = sign_in()
    address = f"/timeline/accounts.user/{user.pk}/"

    first = client.get(address, headers={"HX-Request": "true"}).text
    further = re.search(r'hx-get="([^"]+before[^"]+)"', first).group(1).replace("&amp;", "&")
    second = client.get(further, headers={"HX-Request": "true", "HX-Target": "timeline-more"}).text

    assert first.count("timeline-entry") == 20
    assert "电话 18" in first
    assert "电话 19" not in first
    assert second.lstrip().startswith('<li class="timeline-entry">')
    assert "电话 19" in second
    assert client.get(f"{address}?kind=changes").text.count('class="timeline-entry"') == 1
    assert client.get("/timeline/sessions.session/1/").status_code == 404


def test_a_chart_gives_its_figures_as_data_with_finding_and_number_of_observations():
    _user, client = sign_in()

    data = client.get("/gallery/chart/").json()

    assert (data["title"], data["n"], data["unit"]) == ("集装箱带动了近 12 个月的增长", 2344, "万吨")
    assert data["table"]["rows"][0] == ["2026-01", 120, 100]
    assert len(data["table"]["links"]) == 12


def test_filters_are_fetched_when_opened_and_what_they_hold_is_not_lost_before():
    _user, client = sign_in()
    address = "/gallery/people/?q=示范&is_active=true&sort=name"

    closed = client.get(address).text
    fetched = client.get(f"{address}&filters=open", headers={"HX-Request": "true", "HX-Target": "filter-fields"}).text
    without_scripts = client.get(f"{address}&filters=open").text

    assert '<select name="is_active"' not in closed
    assert '<input type="hidden" name="is_active" value="true">' in closed
    assert fetched.startswith('<div id="filter-fields"')
    assert '<option value="true" selected>' in fetched
    assert '<details class="menu menu-filters" open>' in without_scripts
    assert '<option value="true" selected>' in without_scripts
    assert "filters=open" not in re.findall(r'<a class="chip-clear" href="([^"]*)"', without_scripts)[0]


def test_own_views_and_column_boxes_come_when_their_menu_is_opened():
    _user, client = sign_in()
    client.post("/views/save/", {"name": "Mine", "record": "accounts.user", "path": "/gallery/people/"})
    address = "/gallery/people/?q=%E7%A4%BA%E8%8C%83&menus=open"

    closed = client.get("/gallery/people/?q=%E7%A4%BA%E8%8C%83").text
    views, boxes = (client.get(address, headers={"HX-Request": "true", "HX-Target": name}).text for name in ("own-views", "column-boxes"))
    without_scripts = client.get(address).text

    assert (">Mine</a>" in closed, 'name="columns"' in closed) == (False, False)
    assert views.startswith('<div id="own-views"')
    assert ">Mine</a>" in views
    assert boxes.startswith('<div id="column-boxes"')
    assert '<input type="hidden" name="q" value="示范">' in boxes
    assert 'type="checkbox" name="columns" value="name" checked' in boxes
    assert ">Mine</a>" in without_scripts
    assert 'name="columns" value="name" checked' in without_scripts
