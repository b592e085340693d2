"""Pages of contacts; the profile of persons in charge behind its own right and a log entry."""

import json
import re

import pytest
from django.urls import reverse

from customers.models import Contact, ContactDate, Observation
from customers.services.contacts import edit_contact
from customers.services.personal import add_date
from customers.tests.factories import make_basis, make_contact, make_customer, make_observation
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent

pytestmark = pytest.mark.django_db
CARD = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "contact"}
PROFILE = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "profile"}
DAYS = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "days"}
OBSERVATIONS = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "observations"}


def typed(client, contact, **changes) -> dict:
    """What the browser would send: the form of the contact as it is shown, with some fields changed."""
    form = client.get(reverse("customers:contact_edit", args=[contact.pk])).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in (shown | changes).items() if value is not None}


@pytest.mark.parametrize("many", [1, 3])
def test_the_contacts_of_a_customer_in_few_queries(client, keeper, django_assert_max_num_queries, many):
    customer = make_customer()
    for _ in range(many):
        make_contact(customer=customer)

    with django_assert_max_num_queries(6):
        response = client.get(reverse("customers:contacts_tab", args=[customer.pk]))

    assert len(response.context["contacts"]) == many


def test_a_contact_is_added(client, keeper):
    customer = make_customer()

    client.post(
        reverse("customers:contact_create", args=[customer.pk]),
        {"name": "演示联系人 01", "roles": ["in_charge"], "email": "a@example.invalid", "language": "en"},
    )

    contact = Contact.objects.get()
    assert (contact.customer, contact.name, contact.roles, contact.is_primary) == (customer, "演示联系人 01", ["in_charge"], True)


def test_a_taken_address_comes_back_beside_its_field(client, keeper):
    contact = make_contact(email="a@example.invalid")

    response = client.post(
        reverse("customers:contact_create", args=[contact.customer_id]), {"name": "乙", "email": "A@example.invalid", "language": "en"}
    )

    assert (response.status_code, list(response.context["form"].errors), Contact.objects.count()) == (422, ["email"], 1)


def test_editing_a_contact_keeps_what_was_not_touched(client, keeper):
    contact = make_contact(position="经理", mobile="1")

    response = client.post(reverse("customers:contact_edit", args=[contact.pk]), typed(client, contact, position="总监"))

    contact.refresh_from_db()
    assert (response.status_code, response.url) == (302, contact.get_absolute_url())
    assert (contact.position, contact.mobile) == ("总监", "1")


def test_a_contact_is_edited_in_place_and_all_that_names_it_follows(client, keeper):
    contact = make_contact(name="旧名", position="经理", email="")
    url = reverse("customers:contact_edit", args=[contact.pk])
    opened = client.get(url, **CARD)

    response = client.post(url, typed(client, contact, name="新名", position="总监", email="new@example.invalid"), **CARD)

    assert opened.templates[0].name == "customers/_contact-form.html"
    assert (response.status_code, response.templates[0].name) == (200, "customers/contact_saved.html")
    told, page = json.loads(response["HX-Trigger"]), response.content.decode()
    assert (told["toast"]["level"], told["contact-saved"]) == ("success", True)
    assert page.count("hx-swap-oob") == 4
    assert [page.count(words) for words in ("旧名", "经理", "new@example.invalid", "总监")] == [0, 0, 1, 3]


def test_a_refused_contact_comes_back_into_its_card_with_what_was_typed(client, keeper):
    contact = make_contact(position="经理")
    taken = make_contact(customer=contact.customer, email="taken@example.invalid")
    url = reverse("customers:contact_edit", args=[contact.pk])

    response = client.post(url, typed(client, contact, email=taken.email, position="没丢的职务"), **CARD)

    contact.refresh_from_db()
    assert (response.status_code, response.templates[0].name) == (422, "customers/_contact-form.html")
    assert (list(response.context["form"].errors), contact.position) == (["email"], "经理")
    assert "没丢的职务" in response.content.decode()


def test_two_editors_of_a_contact_see_both_texts_in_its_card(client, keeper):
    contact = make_contact(position="经理", mobile="1")
    url = reverse("customers:contact_edit", args=[contact.pk])
    mine = typed(client, contact, position="我的", mobile="2")
    edit_contact(contact=contact, changes={"position": "别人的"}, seen={"position": "经理"}, by=make_user(Role.MARKETING))

    clash = client.post(url, mine, **CARD)

    contact.refresh_from_db()
    assert (clash.status_code, clash.templates[0].name) == (409, "customers/_contact-form.html")
    assert (contact.position, contact.mobile) == ("别人的", "1")
    form = clash.context["form"]
    assert [one["theirs"] + "/" + one["yours"] for one in form.shown_conflicts] == ["别人的/我的"]
    client.post(url, mine | {"seen": form["seen"].value()}, **CARD)
    contact.refresh_from_db()
    assert (contact.position, contact.mobile) == ("我的", "2")


def test_giving_an_edit_up_shows_the_card_alone(client, keeper):
    contact = make_contact(position="经理")

    response = client.get(contact.get_absolute_url(), **CARD)

    assert response.templates[0].name == "customers/_contact.html"
    assert "经理" in response.content.decode()


def test_customer_service_is_offered_no_editing_and_edits_no_contact_in_place(client):
    contact = make_contact(position="经理")
    client.force_login(make_user(Role.SERVICE))
    url = reverse("customers:contact_edit", args=[contact.pk])

    response = client.post(url, {"name": contact.name, "position": "总监", "language": "en"}, **CARD)

    contact.refresh_from_db()
    assert (response.status_code, contact.position) == (403, "经理")
    assert url not in client.get(contact.get_absolute_url()).content.decode()


def test_a_contact_leaves_and_is_not_written_to_any_more(client, keeper):
    contact = make_contact()

    client.post(reverse("customers:contact_change", args=[contact.pk, "left"]))

    assert list(Contact.objects.reachable()) == []
    assert client.post(reverse("customers:contact_change", args=[contact.pk, "left"])).status_code == 409


def test_agreement_needs_to_say_how_it_was_given(client, keeper):
    contact = make_contact()
    url = reverse("customers:contact_change", args=[contact.pk, "agree"])

    refused = client.post(url, {"source": " "})
    contact.refresh_from_db()
    assert (refused.status_code, refused.context["consent_form"].errors) == (422, {"source": ["请写明同意的方式。"]})
    assert contact.consent_given_at is None
    client.post(url, {"source": "展会上口头同意"})

    contact.refresh_from_db()
    assert contact.consent_source == "展会上口头同意"


def test_the_page_of_a_contact_shows_nothing_of_the_profile(client, keeper):
    observation = make_observation(text="喜欢围棋")

    page = client.get(observation.contact.get_absolute_url()).content.decode()

    assert "喜欢围棋" not in page
    assert reverse("customers:profile", args=[observation.contact_id]) in page
    assert AuditEvent.objects.count() == 0


def test_looking_at_a_profile_is_written_down_each_time(client, keeper):
    observation = make_observation(text="喜欢围棋")
    url = reverse("customers:profile", args=[observation.contact_id])

    pages = [client.get(url).content.decode() for _ in range(2)]

    assert all("喜欢围棋" in page for page in pages)
    assert list(AuditEvent.objects.values_list("action", "actor_id")) == [("contact.read_profile", keeper.pk)] * 2


@pytest.mark.parametrize("role", [Role.OPERATIONS, Role.SERVICE, Role.AUDITOR])
def test_other_roles_reach_no_profile(client, role):
    observation = make_observation(text="喜欢围棋")
    client.force_login(make_user(role))

    response = client.get(reverse("customers:profile", args=[observation.contact_id]))
    page = client.get(observation.contact.get_absolute_url())

    assert (response.status_code, page.status_code) == (403, 200)
    assert "喜欢围棋" not in response.content.decode() + page.content.decode()
    assert reverse("customers:profile", args=[observation.contact_id]) not in page.content.decode()


def test_an_observation_is_noted_with_author_and_withdrawn(client, keeper):
    contact = make_basis().contact

    client.post(
        reverse("customers:observation_create", args=[contact.pk]),
        {"aspect": "interests", "text": "喜欢围棋", "observed_on": "2026-11-01", "purpose": "visit"},
    )
    observation = Observation.objects.get()
    client.post(reverse("customers:observation_withdraw", args=[observation.pk]))

    observation.refresh_from_db()
    assert (observation.author, observation.text, observation.withdrawn_by) == (keeper, "喜欢围棋", keeper)


def test_an_observation_is_noted_in_place_and_that_look_is_written_down(client, keeper):
    contact = make_basis().contact
    noted = {"aspect": "interests", "text": "喜欢围棋", "observed_on": "2026-11-01", "purpose": "visit"}

    response = client.post(reverse("customers:observation_create", args=[contact.pk]), noted, **PROFILE)

    assert (response.status_code, response.templates[0].name) == (200, "customers/_profile.html")
    assert "喜欢围棋" in response.content.decode()
    assert list(AuditEvent.objects.values_list("action", "actor_id", "detail")) == [
        ("contact.read_profile", keeper.pk, {"observations": 1})
    ]


def test_a_refused_observation_comes_back_in_place_with_what_was_typed(client, keeper):
    contact = make_basis().contact
    future = {"aspect": "interests", "text": "没丢的观察", "observed_on": "2999-01-01", "purpose": "visit"}

    response = client.post(reverse("customers:observation_create", args=[contact.pk]), future, **PROFILE)

    assert (response.status_code, response.templates[0].name) == (422, "customers/_profile.html")
    assert "没丢的观察" in response.content.decode()
    assert Observation.objects.count() == 0


def test_withdrawing_in_place_leaves_what_is_being_typed_below(client, keeper):
    observation = make_observation(text="喜欢围棋", contact=make_basis().contact)
    kept = make_observation(text="说话直接", contact=observation.contact)

    response = client.post(reverse("customers:observation_withdraw", args=[observation.pk]), **OBSERVATIONS)

    page = response.content.decode()
    assert (response.status_code, response.templates[0].name) == (200, "customers/_observations.html")
    assert ("喜欢围棋" in page, kept.text in page, 'name="text"' in page) == (False, True, False)
    assert AuditEvent.objects.get().detail == {"observations": 1}


def test_history_of_an_observation_hides_its_text_from_other_roles(client):
    observation = make_observation(text="喜欢围棋")
    client.force_login(make_user(Role.AUDITOR))

    response = client.get(reverse("audit:history", args=["customers.observation", observation.pk]))

    assert response.status_code == 404
    assert "喜欢围棋" not in response.content.decode()


def test_the_page_of_a_contact_fetches_what_changed_and_who_changed_it(client, keeper):
    contact = make_contact(phone="1")
    edit = reverse("customers:contact_edit", args=[contact.pk])
    form = client.get(edit).context["form"]
    client.post(edit, {name: form[name].value() for name in form.fields if form[name].value() is not None} | {"phone": "2"})

    page = client.get(reverse("customers:contact", args=[contact.pk])).content.decode()
    url = reverse("audit:history", args=["customers.contact", contact.pk])
    history = client.get(url, HTTP_HX_REQUEST="true").content.decode()

    assert f'hx-get="{url}"' in page
    (changed,) = [line for line in re.findall(r"<li>.*?</li>", history, re.DOTALL) if "<del>1</del> → <ins>2</ins>" in line]
    assert [part.strip() for part in re.sub(r"<[^>]+>", "", changed).split("·")[1:]] == [keeper.label, "修改", "页面"]


def test_a_day_to_remember_is_removed_in_place(client, keeper):
    contact = make_basis().contact
    day = add_date(contact=contact, kind="other", name="乔迁之日", month=5, day=4, purpose="visit", by=keeper)
    assert "乔迁之日" in client.get(reverse("customers:profile", args=[contact.pk]), **PROFILE).content.decode()

    response = client.post(reverse("customers:date_remove", args=[day.pk]), **DAYS)

    assert (response.status_code, response.templates[0].name) == (200, "customers/_days.html")
    assert "乔迁之日" not in response.content.decode()
    assert list(ContactDate.objects.values_list("pk", flat=True)) == []


@pytest.mark.parametrize("record", ["observation", "contactdate"])
def test_opening_the_history_of_what_a_profile_holds_is_written_down_like_the_profile(client, keeper, record):
    day = {"kind": "other", "month": 1, "day": 2, "name": "开业纪念日", "purpose": "visit"}
    row = make_observation(text="喜欢围棋") if record == "observation" else add_date(contact=make_basis().contact, **day, by=keeper)
    type(row).objects.filter(pk=row.pk).update(**{"text" if record == "observation" else "name": "另一句话"})
    url = reverse("audit:history", args=[f"customers.{record}", row.pk])

    shown = [client.get(url), client.get(url, headers={"HX-Request": "true"})]

    assert [response.status_code for response in shown] == [200, 200]
    assert all(("喜欢围棋" if record == "observation" else "开业纪念日") in response.content.decode() for response in shown)
    assert (
        list(AuditEvent.objects.values_list("action", "actor_id", "record_pk", "detail"))
        == [("contact.read_profile", keeper.pk, str(row.contact_id), {"history": f"customers.{record}"})] * 2
    )


def test_a_history_nobody_may_see_and_one_without_a_person_write_nothing_down(client, keeper):
    observation = make_observation(text="喜欢围棋")

    client.get(reverse("audit:history", args=["customers.customer", observation.contact.customer_id]))
    client.force_login(make_user(Role.AUDITOR))
    client.get(reverse("audit:history", args=["customers.observation", observation.pk]))

    assert AuditEvent.objects.count() == 0
