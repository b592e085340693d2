import pytest
from django.urls import NoReverseMatch, reverse, set_script_prefix

from portcrm.addresses import record_url


def test_a_record_has_the_address_that_its_route_gives_it():
    assert record_url("customers:customer", 7) == reverse("customers:customer", args=[7])
    assert record_url("marketing:why", 3, 44) == reverse("marketing:why", args=[3, 44])


def test_another_place_of_the_site_is_not_mistaken_for_the_first():
    first = record_url("customers:customer", 7)
    set_script_prefix("/crm/")
    try:
        assert record_url("customers:customer", 7) == f"/crm{first}"
    finally:
        set_script_prefix("/")


def test_an_unknown_route_is_refused():
    with pytest.raises(NoReverseMatch):
        record_url("customers:nowhere", 1)
