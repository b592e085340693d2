"""The timeline of a customer narrowed by words, by one of us and by days, in its address and in that of the page it stands on."""

import datetime as dt
from html import unescape
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from customers.services.credit_holds import place_hold
from customers.services.customers import edit_customer
from customers.services.followups import close_follow_up, open_follow_up
from customers.tests.factories import make_assessment, make_contact, make_customer, make_interaction
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_today

pytestmark = pytest.mark.django_db
MARCH = dt.datetime(2026, 3, 10, 2, tzinfo=dt.UTC)


@pytest.fixture
def reader(client):
    reader = make_user(Role.MANAGER, language="en", name="王 经办", name_en="Wang Reader")
    client.force_login(reader)
    return reader


@pytest.fixture
def customer():
    return make_customer(name_zh="东港煤炭")


def address(customer) -> str:
    return reverse("pages:timeline", args=["customers.customer", customer.pk])


def titles(client, customer, **asked) -> list[str]:
    return [entry.title for entry in client.get(address(customer), asked).context["timeline"].entries]


@pytest.mark.parametrize(
    ("field", "text"),
    [("subject", "了解煤炭货量"), ("summary", "下月煤炭到港两船"), ("next_step", "送煤炭报价"), ("other_participants", "煤炭协会 李工")],
)
def test_words_are_found_in_whatever_was_said_of_a_talk(client, reader, customer, field, text):
    make_interaction(customer=customer, subject="别的事")
    hit = make_interaction(customer=customer, **{"subject": "电话"} | {field: text})
    make_interaction(subject="煤炭", summary="另一家的煤炭")

    assert titles(client, customer, words="煤炭", kind="interactions") == [f"Call · {hit.subject}"]


def test_words_find_talks_by_who_took_part(client, reader, customer):
    with_contact, with_colleague = make_interaction(customer=customer, subject="甲"), make_interaction(customer=customer, subject="乙")
    make_interaction(customer=customer, subject="丙")
    with_contact.contacts.add(make_contact(customer=customer, name="赵 演示", name_en="Zhao Demo"))
    with_colleague.colleagues.add(make_user(Role.MARKETING, name="赵 同事", name_en="Zhao Colleague"))

    assert sorted(titles(client, customer, words="赵")) == ["Call · 乙", "Call · 甲"]
    assert titles(client, customer, words="zhao demo") == ["Call · 甲"]


def test_words_are_found_in_every_other_kind_of_entry_as_it_reads(client, reader, customer):
    task = open_follow_up(customer=customer, title="回访", owner=reader, due_on=port_today(), by=reader)
    close_follow_up(follow_up=task, result="已送煤炭报价", by=reader)
    place_hold(customer=customer, reason="煤炭货款逾期", by=reader)
    edit_customer(customer=customer, changes={"business_scope": "煤炭批发"}, seen={}, by=reader)
    make_interaction(customer=customer)

    assert sorted(titles(client, customer, words="煤炭")) == ["Done · 回访", "File edited", "Put on credit hold"]


def test_of_one_of_us_is_what_they_recorded_owned_or_took_part_in(client, reader, customer):
    colleague, other = make_user(Role.MARKETING), make_user(Role.MARKETING)
    make_interaction(customer=customer, subject="记录", recorded_by=colleague)
    make_interaction(customer=customer, subject="同去", recorded_by=other).colleagues.add(colleague)
    make_interaction(customer=customer, subject="无关", recorded_by=other)
    task = open_follow_up(customer=customer, title="回访", owner=colleague, due_on=port_today(), by=reader)
    close_follow_up(follow_up=task, by=reader)
    make_assessment(customer=customer, recorded_by=colleague)
    edit_customer(customer=customer, changes={"phone": "0411"}, seen={}, by=colleague)

    assert sorted(titles(client, customer, person=colleague.pk)) == [
        "Business status assessed", "Call · 同去", "Call · 记录", "Done · 回访", "File edited",
    ]  # fmt: skip


def test_a_period_is_narrowed_by_and_kept_when_the_kind_is_changed(client, reader, customer):
    for number in range(3):
        make_interaction(customer=customer, subject=f"第{number}次", happened_at=MARCH + dt.timedelta(days=number))
    asked = {"first": "2026-03-11", "last": "2026-03-11"}

    page = client.get(address(customer), asked)

    assert [entry.title for entry in page.context["timeline"].entries] == ["Call · 第1次"]
    assert f"{address(customer)}?{urlencode({'kind': 'interactions', **asked})}" in unescape(page.content.decode())


def test_what_lies_far_back_is_come_to_by_going_on_and_each_page_costs_the_same(client, reader, customer, monkeypatch):
    monkeypatch.setattr("portcrm.pages.queries.timeline.STRETCH", 10)
    for number in range(25):
        edit_customer(customer=customer, changes={"phone": f"0411-{number}"}, seen={}, by=reader)

    found, further, pages = [], f"{address(customer)}?words=0411-2+%E2%86%92", 0
    while further:
        response = client.get(further, HTTP_HX_REQUEST="true", HTTP_HX_TARGET="timeline-more")
        page, pages = response.context["timeline"], pages + 1
        found += [entry.body for entry in page.entries]
        if not page.entries and page.before:
            assert "fits what you asked for" in response.content.decode()
        further = response.context["further_url"] if page.before else ""

    assert (found, pages) == (["Telephone: 0411-2 → 0411-3"], 3)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_search_costs_the_same_number_of_questions_however_many_rows_there_are(
    client, reader, customer, rows, django_assert_num_queries
):
    for number in range(rows):
        talk = make_interaction(customer=customer, subject=f"煤炭{number}", recorded_by=reader)
        talk.contacts.add(make_contact(customer=customer))
        edit_customer(customer=customer, changes={"business_scope": f"煤炭{number}"}, seen={}, by=reader)
    asked = {"words": "煤炭", "person": reader.pk}
    client.get(address(customer), asked)

    with django_assert_num_queries(31):
        assert len(titles(client, customer, **asked)) == 2 * rows


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"first": "2026.13.45"}, "Enter a valid date."),
        ({"first": "2026-03-02", "last": "2026-03-01"}, "The period ends before it begins."),
        ({"last": "9999-12-31"}, "The year lies between 1900 and 2200."),
        ({"first": "0001-01-01"}, "The year lies between 1900 and 2200."),
        ({"person": "nobody"}, "Select a valid choice."),
        ({"words": "x" * 101}, "Ensure this value has at most 100 characters"),
    ],
)
def test_what_cannot_be_asked_for_is_said_beside_its_field_and_the_timeline_stays(client, reader, customer, asked, said):
    make_interaction(customer=customer, happened_at=MARCH)

    response = client.get(address(customer), asked, HTTP_HX_REQUEST="true", HTTP_HX_TARGET="timeline")

    assert response.status_code == 422
    assert said in unescape(response.content.decode())


@pytest.mark.parametrize("moment", ["2026-01-01T00:00:00", "2026-13-01T00:00:00+00:00"])
def test_a_moment_the_page_never_names_is_not_found(client, reader, customer, moment):
    asked = {"before": moment, "last": "2026-03-01"}

    assert client.get(address(customer), asked, HTTP_HX_REQUEST="true", HTTP_HX_TARGET="timeline").status_code == 404


def test_the_page_the_timeline_stands_on_keeps_what_was_asked_for_in_its_address(client, reader, customer):
    page = f"http://testserver{customer.get_absolute_url()}"
    headers = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "timeline"}

    asked = client.get(address(customer), {"words": "煤炭", "first": ""}, HTTP_HX_CURRENT_URL=f"{page}?day=1&timeline_kind=x", **headers)
    reloaded = client.get(asked["HX-Replace-Url"])
    cleared = client.get(address(customer), HTTP_HX_CURRENT_URL=f"{page}?timeline_words=x", **headers)

    assert asked["HX-Replace-Url"] == f"{customer.get_absolute_url()}?{urlencode({'day': '1', 'timeline_words': '煤炭'})}"
    assert f"{address(customer)}?{urlencode({'words': '煤炭'})}" in unescape(reloaded.content.decode())
    assert cleared["HX-Replace-Url"] == customer.get_absolute_url()


def test_nobody_finds_by_words_what_they_may_not_see(client, customer):
    keeper = make_user(Role.MARKETING)
    task = open_follow_up(customer=customer, title="生日祝福", owner=keeper, due_on=port_today(), by=keeper, dedupe_key="remember:1")
    close_follow_up(follow_up=task, by=keeper)
    client.force_login(make_user(Role.OPERATIONS, language="en"))
    hidden = titles(client, customer, words="生日")
    client.force_login(keeper)

    assert (hidden, titles(client, customer, words="生日")) == ([], ["已办 · 生日祝福"])
