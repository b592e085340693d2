"""What is added to a file where it stands: people, days to remember, grounds for keeping data, agreement, open problems."""

import datetime as dt
import json

import pytest
from django.test import Client
from django.urls import reverse

from customers.models import Contact, ContactDate, DataBasis, OpenProblem
from customers.services.contacts import edit_contact
from customers.services.parts import open_problem
from customers.tests.factories import make_assessment, make_basis, make_contact, make_customer, make_observation
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent
from portcrm.clock import port_today

pytestmark = pytest.mark.django_db
BASIS = {"covers": "profile", "basis": "consent", "purpose": "service", "source": "面谈记录 7", "given_on": "2026-11-20"}
BIRTHDAY = {"kind": "birthday", "month": 2, "day": 29, "purpose": "service"}


def into(element: str) -> dict[str, str]:
    """What htmx tells of the element it fills."""
    return {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": element}


def of(response) -> tuple[int, str]:
    return response.status_code, response.templates[0].name


def toast_of(response) -> str:
    return json.loads(response["HX-Trigger"])["toast"]["message"]


def problem(title: str, **fields) -> OpenProblem:
    return open_problem(title=title, by=make_user(Role.MARKETING), **{"customer": make_customer(), "detail": ""} | fields)


@pytest.mark.parametrize(
    ("element", "opened", "fresh"),
    [
        ("new-contact", "customers/_new-contact.html", "customers/contact_added.html"),
        ("people", "customers/_people.html", "customers/_people.html"),
    ],
)
def test_a_contact_is_added_where_the_others_stand(client, keeper, element, opened, fresh):
    customer = make_contact(name="原有的人").customer
    url = reverse("customers:contact_create", args=[customer.pk])

    form = client.get(url, **into(element))
    response = client.post(url, {"name": "新来的人", "language": "en"}, **into(element))

    assert (of(form), f'hx-target="#{element}"' in form.content.decode()) == ((200, opened), True)
    assert (of(response), toast_of(response)) == ((200, fresh), "已添加新来的人。")
    page = response.content.decode()
    assert [name in page for name in ("原有的人", "新来的人", 'name="name"')] == [True, True, False]


@pytest.mark.parametrize("element", ["new-contact", "people"])
def test_a_refused_contact_stays_where_it_was_typed(client, keeper, element):
    taken = make_contact(email="taken@example.invalid")
    given = {"name": "没丢的名字", "email": taken.email, "language": "en"}

    response = client.post(reverse("customers:contact_create", args=[taken.customer_id]), given, **into(element))

    page = response.content.decode()
    assert (of(response), list(response.context["form"].errors)) == ((422, f"customers/_{element}.html"), ["email"])
    assert ["没丢的名字" in page, 'id="contact_email_error"' in page, "data-focus" in page, "<html" in page] == [True, True, True, False]
    assert Contact.objects.get() == taken


@pytest.mark.parametrize(("element", "route"), [("new-contact", "contacts_tab"), ("people", "customer"), ("problems", "customer")])
def test_giving_up_shows_what_stood_there(client, keeper, element, route):
    customer = make_customer()

    response = client.get(reverse(f"customers:{route}", args=[customer.pk]), **into(element))

    page = response.content.decode()
    assert (of(response), f'id="{element}"' in page, "<form" in page) == ((200, f"customers/_{element}.html"), True, False)


def test_without_scripts_adding_somebody_is_a_page_that_leads_back(client, keeper):
    customer = make_customer()
    url = reverse("customers:contact_create", args=[customer.pk])

    form, response = client.get(url), client.post(url, {"name": "甲", "language": "en"})

    assert of(form) == (200, "customers/contact_form.html")
    assert "<html" in form.content.decode()
    assert (response.status_code, response.url) == (302, f"{customer.get_absolute_url()}?tab=contacts")


def test_customer_service_adds_nobody_in_place(client):
    client.force_login(make_user(Role.SERVICE))
    customer = make_customer()
    url = reverse("customers:contact_create", args=[customer.pk])

    response = client.post(url, {"name": "甲", "language": "en"}, **into("people"))

    assert (response.status_code, Contact.objects.count()) == (403, 0)
    for page in (customer.get_absolute_url(), reverse("customers:contacts_tab", args=[customer.pk])):
        assert url not in client.get(page).content.decode()


def test_a_day_to_remember_is_added_in_the_profile_and_that_look_is_written_down(client, keeper):
    contact = make_basis().contact
    url = reverse("customers:date_add", args=[contact.pk])

    form = client.get(url, **into("days"))
    looks = AuditEvent.objects.count()
    response = client.post(url, BIRTHDAY, **into("days"))

    assert (of(form), looks) == ((200, "customers/_days.html"), 0)
    assert (of(response), toast_of(response)) == ((200, "customers/_days.html"), "备注已保存。")
    assert "02-29" in response.content.decode()
    assert list(AuditEvent.objects.values_list("action", "actor_id")) == [("contact.read_profile", keeper.pk)]


def test_a_day_that_does_not_exist_stays_in_the_form_and_no_noted_day_is_shown(client, keeper):
    contact = make_basis().contact
    url = reverse("customers:date_add", args=[contact.pk])
    client.post(url, BIRTHDAY)

    response = client.post(url, {"kind": "other", "name": "没丢的日子", "month": 2, "day": 30, "purpose": "service"}, **into("days"))

    page = response.content.decode()
    assert (of(response), list(response.context["form"].errors)) == ((422, "customers/_days.html"), ["day"])
    assert ["没丢的日子" in page, 'id="day_day_error"' in page, "02-29" in page] == [True, True, False]
    assert ContactDate.objects.get().kind == "birthday"


def test_neither_list_of_the_profile_takes_along_what_is_typed_beside_the_other(client, keeper):
    observation = make_observation(text="喜欢围棋", contact=make_basis().contact)
    client.post(reverse("customers:date_add", args=[observation.contact_id]), BIRTHDAY)
    profile = reverse("customers:profile", args=[observation.contact_id])

    observations, days = (client.get(profile, **into(element)).content.decode() for element in ("observations", "days"))

    assert ("喜欢围棋" in observations, "02-29" in observations) == (True, False)
    assert ("喜欢围棋" in days, "02-29" in days) == (False, True)


def test_a_ground_is_recorded_in_its_card_and_the_profile_is_folded_up_once(client, keeper):
    contact = make_contact()
    url = reverse("customers:basis_record", args=[contact.pk])

    form = client.get(url, **into("bases"))
    first, second = (client.post(url, BASIS, **into("bases")) for _number in range(2))

    assert of(form) == (200, "customers/_bases.html")
    assert (of(first), toast_of(first), json.loads(first["HX-Trigger"])["contact-saved"]) == (
        (200, "customers/basis_saved.html"), "已保存。", True,
    )  # fmt: skip
    assert "面谈记录 7" in first.content.decode()
    assert ['id="profile"' in one.content.decode() for one in (first, second)] == [True, False]
    assert DataBasis.objects.count() == 2


def test_a_refused_ground_stays_in_its_card(client, keeper):
    contact = make_contact()

    response = client.post(
        reverse("customers:basis_record", args=[contact.pk]), BASIS | {"source": "没丢的依据", "given_on": "2999-01-01"}, **into("bases")
    )

    page = response.content.decode()
    assert (of(response), list(response.context["form"].errors)) == ((422, "customers/_bases.html"), ["given_on"])
    assert ["没丢的依据" in page, 'id="basis_given_on_error"' in page] == [True, True]
    assert DataBasis.objects.count() == 0


def test_the_last_ground_is_withdrawn_in_its_card_and_the_profile_goes(client, keeper):
    observation = make_observation(text="喜欢围棋", contact=make_basis().contact)
    basis = observation.contact.bases.get()
    url = reverse("customers:basis_withdraw", args=[basis.pk])

    form = client.get(url, **into("bases"))
    response = client.post(url, {"csrfmiddlewaretoken": "-"}, **into("bases"))

    assert of(form) == (200, "customers/_bases.html")
    assert (of(response), toast_of(response)) == ((200, "customers/basis_saved.html"), "已撤销。")
    page = response.content.decode()
    assert ['id="profile" class="card" hx-swap-oob="true"' in page, "喜欢围棋" in page, url in page] == [True, False, False]
    assert observation.contact.observations.count() == 0


def test_a_ground_recorded_in_the_profile_opens_it_for_notes(client, keeper):
    contact = make_contact()

    response = client.post(reverse("customers:basis_record", args=[contact.pk]), BASIS, **into("profile"))

    told = json.loads(response["HX-Trigger"])
    assert (of(response), told["basis-recorded"], told["contact-saved"]) == ((200, "customers/_profile.html"), True, True)
    assert f'action="{reverse("customers:observation_create", args=[contact.pk])}"' in response.content.decode()
    assert list(AuditEvent.objects.values_list("action", flat=True)) == ["contact.read_profile"]


def test_who_may_not_read_a_profile_is_sent_none_by_recording_a_ground(client):
    contact = make_basis(contact=make_observation(text="喜欢围棋").contact).contact
    client.force_login(make_user(Role.OPERATIONS))
    url, reach = reverse("customers:basis_record", args=[contact.pk]), BASIS | {"covers": "reach"}

    card, profile = client.post(url, reach, **into("bases")), client.post(url, reach, **into("profile"))

    assert (of(card), profile.status_code) == ((200, "customers/basis_saved.html"), 302)
    assert [words in card.content.decode() for words in ("喜欢围棋", 'id="profile"')] == [False, False]
    assert AuditEvent.objects.filter(action="contact.read_profile").count() == 0


def test_agreement_is_given_and_withdrawn_in_its_card(client, keeper):
    contact = make_contact(email="a@example.invalid")
    agree, withdraw = (reverse("customers:contact_change", args=[contact.pk, change]) for change in ("agree", "withdraw"))

    refused = client.post(agree, {"source": " "}, **into("consent"))
    agreed = client.post(agree, {"source": "展会上口头同意"}, **into("consent"))
    withdrawn = client.post(withdraw, **into("consent"))

    assert [of(one) for one in (refused, agreed, withdrawn)] == [(code, "customers/_consent.html") for code in (422, 200, 200)]
    assert 'id="id_source_error"' in refused.content.decode()
    assert ("展会上口头同意" in agreed.content.decode(), withdraw in agreed.content.decode()) == (True, True)
    assert ("不得发送邮件" in withdrawn.content.decode(), withdraw in withdrawn.content.decode()) == (True, False)
    assert [json.loads(one["HX-Trigger"])["contact-saved"] for one in (agreed, withdrawn)] == [True, True]
    contact.refresh_from_db()
    assert contact.consent_withdrawn_at is not None


def test_a_person_is_confirmed_in_the_card_as_it_was_read(client, keeper):
    contact = make_contact(position="单证主管")
    url = reverse("customers:contact_change", args=[contact.pk, "verify"])
    edit_contact(contact=contact, changes={"position": "经理"}, seen={}, by=make_user(Role.MANAGER))

    stale = client.post(url, {"version": contact.version}, **into("contact"))
    contact.refresh_from_db()
    unconfirmed = contact.verified_on
    response = client.post(url, {"version": contact.version}, **into("contact"))

    contact.refresh_from_db()
    assert (stale.status_code, stale["HX-Reswap"], unconfirmed) == (409, "none", None)
    assert (of(response), toast_of(response)) == ((200, "customers/_contact.html"), "已保存。")
    assert (contact.verified_by, contact.verified_on) == (keeper, port_today())


def test_the_newest_assessment_is_confirmed_in_its_card_as_it_was_read(client, keeper):
    customer = make_customer()
    older, newest = (make_assessment(customer=customer, assessed_on=dt.date(2026, month, 1)) for month in (5, 9))
    url = reverse("customers:verify", args=[customer.pk, "business"])

    stale = client.post(url, {"entry": older.pk}, **into("dated-assessment"))
    response = client.post(url, {"entry": newest.pk}, **into("dated-assessment"))

    newest.refresh_from_db()
    assert (stale.status_code, stale["HX-Reswap"]) == (409, "none")
    assert (of(response), toast_of(response)) == ((200, "customers/_dated.html"), "已核实，截至今日。")
    assert (newest.verified_by, newest.verified_on) == (keeper, port_today())
    page = response.content.decode()
    assert ['id="dated-assessment"' in page, page.count(f'hx-post="{url}"'), "<html" in page] == [True, 1, False]


def test_a_problem_is_noted_and_solved_among_the_open_ones(client, keeper):
    customer = problem("原有的问题").customer
    note = reverse("customers:problem_create", args=[customer.pk])

    form = client.get(note, **into("problems"))
    noted = client.post(note, {"title": "空箱不足", "detail": "旺季"}, **into("problems"))
    new = OpenProblem.objects.get(title="空箱不足")
    solve = reverse("customers:problem_solve", args=[new.pk])
    asked = client.get(solve, **into("problems"))
    solved = client.post(solve, {"result": "已调箱"}, **into("problems"))

    assert [of(one) for one in (form, noted, asked, solved)] == [(200, "customers/_problems.html")] * 4
    assert [toast_of(one) for one in (noted, solved)] == ["问题已记录。", "已解决。"]
    shown = [[title in one.content.decode() for title in ("原有的问题", "空箱不足")] for one in (noted, asked, solved)]
    assert shown == [[True, True], [False, True], [True, False]]
    new.refresh_from_db()
    assert (new.opened_by, new.solution, new.solved_by) == (keeper, "已调箱", keeper)


def test_a_refused_problem_stays_among_the_open_ones_with_what_was_typed(client, keeper):
    customer = make_customer()

    response = client.post(
        reverse("customers:problem_create", args=[customer.pk]), {"title": "", "detail": "没丢的说明"}, **into("problems")
    )

    page = response.content.decode()
    assert (of(response), list(response.context["form"].errors)) == ((422, "customers/_problems.html"), ["title"])
    assert ["没丢的说明" in page, 'id="problem_title_error"' in page, "<html" in page] == [True, True, False]
    assert OpenProblem.objects.count() == 0


def test_a_problem_somebody_else_solved_is_told_in_its_form(client, keeper):
    one = problem("空箱不足")
    url = reverse("customers:problem_solve", args=[one.pk])
    other = Client()
    other.force_login(make_user(Role.MARKETING))
    other.post(url, {"result": "别人的结果"})

    response = client.post(url, {"result": "我的结果"}, **into("problems"))

    one.refresh_from_db()
    assert (of(response), response.context["form"].non_field_errors()) == ((422, "customers/_problems.html"), ["此问题已解决。"])
    assert ("我的结果" in response.content.decode(), one.solution) == (True, "别人的结果")


def test_customer_service_notes_and_solves_no_problem_in_place(client):
    one = problem("空箱不足")
    client.force_login(make_user(Role.SERVICE))
    note, solve = reverse("customers:problem_create", args=[one.customer_id]), reverse("customers:problem_solve", args=[one.pk])

    answers = [client.post(note, {"title": "乙"}, **into("problems")), client.post(solve, {"result": "丙"}, **into("problems"))]

    one.refresh_from_db()
    assert [answer.status_code for answer in answers] == [403, 403]
    assert (list(OpenProblem.objects.values_list("title", "solved_on"))) == [("空箱不足", None)]
    page = client.get(one.customer.get_absolute_url()).content.decode()
    assert ("空箱不足" in page, note in page, solve in page) == (True, False, False)
