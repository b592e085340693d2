"""Two people edit one complaint or one programme: what only one touched is kept, what both touched is shown."""

import pytest
from django.urls import reverse

from customers.tests.factories import make_contact, make_customer
from feedback.services.complaints import edit_complaint
from feedback.services.programmes import edit_programme
from feedback.tests.factories import make_complaint, make_programme, make_staff
from portcrm.clock import port_today
from portcrm.pages.tests.opening import opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    client.force_login(make_staff(language="en"))
    client.cookies["django_language"] = "en"
    return client


def test_a_complaint_two_people_correct_in_other_fields_keeps_both_corrections(desk):
    complaint = make_complaint(company_name="甲公司")
    url = reverse("feedback:complaint_edit", args=[complaint.pk])
    mine = opened(desk, url)
    edit_complaint(complaint=complaint, changes={"severity": "serious", "reporter_name": "李四"}, by=make_staff())

    answer = desk.post(url, mine | {"subject": "我改的事由"})

    complaint.refresh_from_db()
    assert answer.status_code == 302
    assert (complaint.subject, complaint.severity, complaint.reporter_name) == ("我改的事由", "serious", "李四")


def test_a_text_of_a_complaint_both_changed_is_shown_twice_and_saved_by_choice(desk):
    complaint = make_complaint(company_name="甲公司", description="原文")
    url = reverse("feedback:complaint_edit", args=[complaint.pk])
    mine = opened(desk, url) | {"description": "我的文字", "cargo_reference": "我的提单"}
    edit_complaint(complaint=complaint, changes={"description": "他的文字"}, by=make_staff())

    clash = desk.post(url, mine)
    complaint.refresh_from_db()
    stored = (complaint.description, complaint.cargo_reference)
    desk.post(url, mine | {"seen": clash.context["form"]["seen"].value(), "theirs": ["description"]})

    page = clash.content.decode()
    assert clash.status_code == 409
    assert ("Somebody saved other values" in page, "他的文字" in page, "我的文字" in page, "我的提单" in page) == (True,) * 4
    assert stored == ("他的文字", "")
    complaint.refresh_from_db()
    assert (complaint.description, complaint.cargo_reference) == ("他的文字", "我的提单")


def test_a_contact_of_the_customer_before_does_not_hide_what_was_seen(desk):
    old, new = make_customer(), make_customer()
    complaint = make_complaint(customer=old, contact=make_contact(customer=old), subject="原事由")
    url = reverse("feedback:complaint_edit", args=[complaint.pk])
    mine = opened(desk, url) | {"customer": new.pk, "contact": "", "severity": complaint.severity}
    edit_complaint(complaint=complaint, changes={"subject": "他的事由"}, by=make_staff())

    answer = desk.post(url, mine)

    complaint.refresh_from_db()
    assert answer.status_code == 302
    assert (complaint.customer, complaint.contact, complaint.subject) == (new, None, "他的事由")


def test_a_programme_both_changed_is_shown_twice_and_nothing_of_the_first_is_lost(desk):
    programme = make_programme(days_open=14, customer_tiers=[])
    url = reverse("feedback:programme_edit", args=[programme.pk])
    mine = opened(desk, url) | {"days_open": "30", "name_zh": "我的名称"}
    edit_programme(programme=programme, fields={"days_open": 7, "customer_tiers": ["key"]}, seen={}, on=port_today(), by=make_staff())

    clash = desk.post(url, mine)
    programme.refresh_from_db()
    stored = (programme.days_open, programme.name_zh == "我的名称")
    desk.post(url, mine | {"seen": clash.context["form"]["seen"].value()})

    page = clash.content.decode()
    assert (clash.status_code, "Somebody saved other values" in page, 'value="我的名称"' in page) == (409, True, True)
    assert [(one["theirs"], one["yours"]) for one in clash.context["form"].shown_conflicts] == [("7", "30")]
    assert stored == (7, False)
    programme.refresh_from_db()
    assert (programme.days_open, programme.name_zh, programme.customer_tiers) == (30, "我的名称", ["key"])
