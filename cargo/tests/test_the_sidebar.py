"""The entries of cargo in the sidebar."""

import re
from collections import Counter

import pytest
from django.urls import reverse

from cargo.tests.factories import make_port
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.pages.registry import registry


def test_no_two_entries_of_cargo_share_a_sign():
    signs = Counter(entry.icon for entry in registry.nav if entry.group == "cargo")

    assert [sign for sign, times in signs.items() if times > 1] == []


@pytest.mark.django_db
def test_the_page_of_a_cargo_flow_stands_under_the_explorer(client):
    client.force_login(make_user(Role.MARKETING))

    text = client.get(reverse("cargo:lane", args=[make_port("CNSHG").pk, make_port("KRPUS").pk])).content.decode()

    assert re.findall(r'class="nav-entry" href="([^"]+)"[^>]*aria-current="page"', text) == [reverse("cargo:explorer")]
