"""Pages of contacts; the profile of persons in charge behind its own right and a log entry."""

import re

import pytest
from django.urls import reverse

from customers.models import Contact, Observation
from customers.tests.factories import make_basis, make_contact, make_customer, make_observation
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent

pytestmark = pytest.mark.django_db


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
    url = reverse("customers:contact_edit", args=[contact.pk])
    form = client.get(url).context["form"]
    shown = {name: form[name].value() for name in form.fields if form[name].value() is not None}

    client.post(url, shown | {"position": "总监"})

    contact.refresh_from_db()
    assert (contact.position, contact.mobile) == ("总监", "1")


def test_a_contact_leaves_and_is_not_written_to_any_more(client, keeper):
    contact = make_contact()

    client.post(reverse("customers:contact_change", args=[contact.pk, "left"]))

    assert list(Contact.objects.reachable()) == []
    assert client.post(reverse("customers:contact_change", args=[contact.pk, "left"])).status_code == 409


def test_agreement_needs_to_say_how_it_was_given(client, keeper):
    contact = make_contact()
    url = reverse("customers:contact_change", args=[contact.pk, "agree"])

    assert client.post(url, {"source": ""}).status_code == 409
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
