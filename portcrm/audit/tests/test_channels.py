import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.api.services import create_token
from portcrm.audit.channel import channel, current_channel
from portcrm.audit.models import AuditEvent
from portcrm.celery import app


def test_outside_everything_it_is_a_command():
    assert current_channel() == "command"


def test_a_channel_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="carrier_pigeon"), channel("carrier_pigeon"):
        pass


def test_an_inner_channel_ends_where_it_began():
    with channel("job"):
        with channel("import"):
            inner = current_channel()
        outer = current_channel()

    assert (inner, outer, current_channel()) == ("import", "job", "command")


def test_what_a_task_does_comes_from_a_job():
    @app.task(name="test.tell_channel")
    def tell_channel():
        return current_channel()

    try:
        assert tell_channel() == "job"
        assert tell_channel.apply().get() == "job"
    finally:
        del app.tasks["test.tell_channel"]
    assert current_channel() == "command"


@pytest.mark.django_db
def test_pages_public_forms_and_the_api_are_told_apart(client):
    cache.clear()
    person = make_user(Role.MARKETING, email="wang@port.invalid", password="quay-crane-seven-41")  # noqa: S106

    client.post("/people/password/ask/", {"email": person.email})
    client.post("/accounts/login/", {"login": person.email, "password": "quay-crane-seven-41"})
    _token, key = create_token(name="sync", by=person)
    APIClient().get("/api/v1/departments/", HTTP_AUTHORIZATION=f"Bearer {key}")

    assert list(AuditEvent.objects.order_by("pk").values_list("action", "channel")) == [
        ("password.ask", "public_form"),
        ("session.start", "page"),
    ]
