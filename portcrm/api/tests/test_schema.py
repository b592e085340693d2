import pytest
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user


def test_the_document_is_valid_and_made_without_a_warning(capsys):
    GENERATOR_STATS.reset()

    schema = SchemaGenerator().get_schema(request=None, public=True)

    validate_schema(schema)
    assert capsys.readouterr().err == ""
    assert "/api/v1/departments/" in schema["paths"]


@pytest.mark.django_db
def test_the_page_to_read_it_loads_nothing_from_elsewhere_and_needs_no_exception_from_the_policy():
    client = Client()
    client.force_login(make_user(Role.MARKETING))

    page = client.get("/api/docs/")

    policy = page["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "img-src 'self' data:" in policy
    assert "://" not in page.content.decode()


@pytest.mark.django_db
def test_a_stranger_reads_neither_page_nor_document():
    assert Client().get("/api/docs/").status_code == 302
    assert Client().get("/api/schema/").status_code == 401
