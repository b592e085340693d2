import pytest
from django.db import OperationalError
from django.test import Client

from portcrm import health

HERE = {"REMOTE_ADDR": "127.0.0.1"}


def test_alive_asks_nothing_of_anybody(client):
    assert client.get("/healthz/live").content == b"alive\n"


@pytest.mark.django_db
def test_ready_when_everything_answers(client):
    answer = client.get("/healthz/ready")

    assert (answer.status_code, answer.json()) == (200, {"database": "ok", "migrations": "ok", "cache": "ok", "broker": "ok"})


@pytest.mark.django_db
def test_not_ready_names_what_is_missing_and_not_why(client, monkeypatch):
    def fail():
        raise OperationalError("password of host db.internal refused")

    monkeypatch.setitem(health.CHECKS, "database", fail)

    answer = client.get("/healthz/ready")

    assert answer.status_code == 503
    assert answer.json()["database"] == "missing"
    assert "db.internal" not in answer.content.decode()


@pytest.mark.django_db
def test_migrations_that_wait_make_it_not_ready(client, monkeypatch):
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda self, targets: ["one"])

    assert client.get("/healthz/ready").json()["migrations"] == "missing"


def test_figures_are_for_this_machine_where_no_token_is_set(client):
    assert b"django_http_requests_before_middlewares_total" in client.get("/metrics", **HERE).content
    assert client.get("/metrics", REMOTE_ADDR="10.0.0.9").status_code == 404
    assert client.get("/metrics", HTTP_X_FORWARDED_FOR="203.0.113.5", **HERE).status_code == 404


def test_with_a_token_the_figures_are_for_who_shows_it(settings):
    settings.METRICS_TOKEN = "figures-please"

    assert Client().get("/metrics", **HERE).status_code == 404
    assert Client().get("/metrics", HTTP_AUTHORIZATION="Bearer wrong", **HERE).status_code == 404
    assert b"python_info" in Client().get("/metrics", HTTP_AUTHORIZATION="Bearer figures-please", REMOTE_ADDR="10.0.0.9").content
