"""The home page of those who answer for complaints."""

import re

import pytest
from django.urls import reverse

from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db


def panels(client, *roles) -> list[str]:
    client.force_login(make_user(*roles))
    return re.findall(r'id="panel-(\w+)"', client.get(reverse("pages:home")).content.decode())


def test_the_complaint_desk_stands_first_for_customer_service(client):
    assert panels(client, Role.SERVICE)[:2] == ["complaints", "my_follow_ups"]
    assert panels(client, Role.MANAGER, Role.SERVICE)[0] == "complaints"


def test_for_others_it_keeps_its_place(client):
    shown = panels(client, Role.MANAGER)

    assert (shown[0], shown.index("complaints") > shown.index("leads")) == ("my_follow_ups", True)
    assert "complaints" not in panels(client, Role.MARKETING)
