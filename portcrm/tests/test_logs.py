import json
import logging
import sys

import pytest
import structlog
from django.db import DatabaseError, connection, transaction
from django.test import RequestFactory
from django.urls import resolve

from portcrm.logs import RouteForPath, logging_config

WORDS = "等了四个小时 nobody@customer.invalid"
FORMATTER = logging_config(level="INFO", form="json")["formatters"]["own"]


def as_line(record: logging.LogRecord) -> dict:
    formatter = structlog.stdlib.ProcessorFormatter(foreign_pre_chain=FORMATTER["foreign_pre_chain"], processors=FORMATTER["processors"])
    return json.loads(formatter.format(record))


def a_record(message: str, *args, **extra) -> logging.LogRecord:
    return logging.getLogger("test").makeRecord("test", logging.ERROR, __file__, 1, message, args, None, extra=extra)


def test_a_line_is_json_with_time_level_and_the_request_it_belongs_to():
    with structlog.contextvars.bound_contextvars(request_id="r-1", user_id=7):
        line = as_line(a_record("客户 %s", "saved"))

    assert (line["event"], line["level"], line["request_id"], line["user_id"]) == ("客户 saved", "error", "r-1", 7)
    assert line["timestamp"].endswith("Z")


def test_a_failed_request_is_named_by_its_route_and_never_by_its_address():
    request = RequestFactory().get("/audit/history/customers.customer/7/?q=13800138000")
    request.resolver_match = resolve("/healthz/live")
    record = a_record("%s: %s", "Internal Server Error", request.get_full_path(), request=request)

    RouteForPath().filter(record)

    line = json.dumps(as_line(record))
    assert "Internal Server Error: healthz/live" in line
    assert "13800138000" not in line


def test_an_error_is_told_by_its_places_and_never_by_the_values_it_met_there():
    asked = "q=13800138000"

    try:
        raise LookupError(f"{len(asked)} signs")
    except LookupError:
        record = a_record("audit.untold")
        record.exc_info = sys.exc_info()

    line = as_line(record)
    assert [(told["exc_type"], told["exc_value"], len(told["frames"])) for told in line["exception"]] == [("LookupError", "13 signs", 1)]
    assert "13800138000" not in json.dumps(line)


REFUSED = {
    "a row": "INSERT INTO told (id, words) VALUES (1, %s), (-1, %s)",
    "a key": "INSERT INTO told (id, words) VALUES (2, %s), (3, %s)",
    "a number": "SELECT %s::text::integer, %s::text::integer",
    "a day": "SELECT %s::text::date, %s::text::date",
    "a statement": "SELECT nothing('{words}', %s, %s)",
}


def refused(case: str) -> logging.LogRecord:
    """The record of a statement the database refused, with the error that caused it and one that followed."""
    record = a_record("never refused")
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE IF NOT EXISTS told (id integer CHECK (id > 0), words text UNIQUE)")
            cursor.execute(REFUSED[case].replace("{words}", WORDS), [WORDS, WORDS])
    except DatabaseError as error:
        record = a_record("feedback.not_told: %r", error)
        try:
            raise ExceptionGroup("several", [error]) from error
        except ExceptionGroup:
            record.exc_info = sys.exc_info()
    return record


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["json", "lines"])
@pytest.mark.parametrize("case", ["a row", "a key", "a number", "a day", "a statement"])
def test_an_error_of_the_database_is_told_without_the_values_it_refused(case, form):
    formatter = logging_config(level="INFO", form=form)["formatters"]["own"]
    writer = structlog.stdlib.ProcessorFormatter(foreign_pre_chain=formatter["foreign_pre_chain"], processors=formatter["processors"])

    line = writer.format(refused(case))

    assert "ExceptionGroup" in line
    assert [word for word in WORDS.split() if word in line] == []


@pytest.mark.django_db
def test_the_name_of_a_broken_rule_is_told():
    line = json.dumps(as_line(refused("a row")))

    assert "told_id_check" in line
    assert "Failing row" not in line


@pytest.mark.django_db
def test_a_finished_request_leaves_no_address_and_no_search_text(client, caplog):
    caplog.set_level(logging.INFO)

    client.get("/healthz/live?q=somebody-personal", REMOTE_ADDR="203.0.113.5", HTTP_USER_AGENT="a browser of somebody")

    told = " ".join(str(record.msg) for record in caplog.records)
    assert "GET healthz/live" in told
    assert "203.0.113.5" not in told
    assert "somebody-personal" not in told
