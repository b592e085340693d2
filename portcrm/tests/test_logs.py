import json
import logging
import sys

import pytest
import structlog
from django.test import RequestFactory
from django.urls import resolve

from portcrm.logs import RouteForPath, logging_config

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


@pytest.mark.django_db
def test_a_finished_request_leaves_no_address_and_no_search_text(client, caplog):
    caplog.set_level(logging.INFO)

    client.get("/healthz/live?q=somebody-personal", REMOTE_ADDR="203.0.113.5", HTTP_USER_AGENT="a browser of somebody")

    told = " ".join(str(record.msg) for record in caplog.records)
    assert "GET healthz/live" in told
    assert "203.0.113.5" not in told
    assert "somebody-personal" not in told
