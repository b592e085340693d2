"""The channel a file came through: of its own family on offer, and kept whatever its family is."""

import pytest
from django.urls import reverse

from customers.enums import ChannelFamily
from customers.models import Channel
from customers.tests.factories import make_channel, make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db


def offered(client, customer) -> dict[str, bool]:
    """The channels in the form of the file's addresses, and whether each is chosen."""
    form = client.get(reverse("customers:section_edit", args=[customer.pk, "reach"])).context["form"]
    chosen = str(form["channel"].value() or "")
    return {str(value): str(value) == chosen for value, _label in form.fields["channel"].choices if value}


def test_a_form_offers_the_channels_of_customers_and_the_one_the_file_has(client):
    client.force_login(make_user(Role.MARKETING))
    own, service, cargo = (make_channel(family=family) for family in (ChannelFamily.CUSTOMER, ChannelFamily.SERVICE, ChannelFamily.CARGO))
    closed = make_channel(is_active=False)

    seen = offered(client, make_customer(channel=service))

    assert (seen[str(service.pk)], seen[str(own.pk)]) == (True, False)
    assert seen.keys() & {str(cargo.pk), str(closed.pk)} == set()
    assert offered(client, make_customer(channel=closed))[str(closed.pk)] is True


def test_files_are_found_by_a_channel_of_any_family(client):
    client.force_login(make_user(Role.MANAGER))
    service = make_channel(family=ChannelFamily.SERVICE)
    through = make_customer(channel=service)
    make_customer(channel=make_channel())

    page = client.get(reverse("customers:customer_list"), {"channel": service.pk})

    assert [row.pk for row in page.context["listing"].rows] == [through.pk]


def test_where_nothing_is_chosen_yet_channels_of_customers_alone_are_on_offer():
    for family in ChannelFamily:
        make_channel(family=family)

    assert set(Channel.objects.of_files().values_list("family", flat=True)) == {ChannelFamily.CUSTOMER}
