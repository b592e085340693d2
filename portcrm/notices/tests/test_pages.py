"""The bell, the page and the setting."""

import pytest
from django.urls import reverse

from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.notices.models import Digest, Notice
from portcrm.notices.services import notify
from portcrm.notices.tests.conftest import PLAIN

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client):
    reader = make_user(Role.MARKETING)
    client.force_login(reader)
    return reader


def tell(user, name="港口", **fields) -> Notice:
    notify(recipients=[user], by=make_user(), **{"kind": PLAIN, "values": {"name": name}} | fields)
    return Notice.objects.first()


def test_no_page_counts_what_is_new_the_bell_asks_by_itself(client, reader, django_assert_num_queries):
    tell(reader)
    client.get(reverse("pages:home"))

    with django_assert_num_queries(2):  # the person, and the shortcuts of the sidebar
        home = client.get(reverse("pages:home")).content.decode()
    bell = client.get(reverse("notices:bell")).content.decode()

    assert (f'hx-get="{reverse("notices:bell")}"' in home, "notice-count" in home) == (True, False)
    assert '<span class="notice-count" aria-hidden="true">1</span>' in bell
    assert 'aria-label="通知，1 条新"' in bell


def test_a_bell_without_news_shows_no_number(client, reader):
    tell(make_user(), "别人的")

    assert "notice-count" not in client.get(reverse("notices:bell")).content.decode()


def test_the_page_shows_ones_own_and_nobody_elses(client, reader):
    tell(reader, "我的")
    tell(make_user(), "别人的")

    page = client.get(reverse("notices:notice_list")).content.decode()

    assert ("我的" in page, "别人的" in page) == (True, False)


def test_opening_one_reads_it_and_leads_where_it_points(client, reader):
    notice = tell(reader, url="/customers/follow-ups/")

    response = client.post(reverse("notices:notice_open", args=[notice.pk]))

    notice.refresh_from_db()
    assert (response.url, notice.read_at is not None) == ("/customers/follow-ups/", True)


def test_a_strangers_notice_is_not_opened(client, reader):
    notice = tell(make_user(), url="/secret/")

    response = client.post(reverse("notices:notice_open", args=[notice.pk]))

    notice.refresh_from_db()
    assert (response.status_code, notice.read_at) == (404, None)


def test_all_on_the_page_are_read_at_once(client, reader):
    tell(reader, "旧的")
    shown = client.get(reverse("notices:notice_list")).context["newest_unread"]
    tell(reader, "新的")

    client.post(reverse("notices:notices_read"), {"up_to": shown})

    new = client.get(reverse("notices:notice_list"), {"show": "new"}).context["found"].notices
    assert [notice.values["name"] for notice in new] == ["新的"]


@pytest.mark.parametrize("sent", ["", "x", "9" * 30, "-1"])
def test_a_nonsense_place_in_the_list_shows_the_newest_and_reads_nothing(client, reader, sent):
    tell(reader, "我的")

    client.post(reverse("notices:notices_read"), {"up_to": sent})

    assert len(client.get(reverse("notices:notice_list"), {"before": sent, "show": "new"}).context["found"].notices) == 1


def test_one_says_when_it_comes_by_mail(client, reader):
    url = reverse("notices:digest")

    refused = client.post(url, {"rhythm": "weekly", "hour": "8", "weekday": "6", "quiet_weekends": "on"})
    client.post(url, {"rhythm": "weekly", "hour": "17", "weekday": "4", "quiet_weekends": "on"})

    assert refused.status_code == 422
    assert list(Digest.objects.values_list("user", "rhythm", "hour", "weekday")) == [(reader.pk, "weekly", 17, 4)]
