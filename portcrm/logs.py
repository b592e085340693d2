"""Logs as data: one line per event with request id, user id and route; no address, no path and no personal data.

A path may hold a personal link and a query string what somebody searched for, so requests are named by their route.
"""

import logging
import logging.config
import re
from typing import Any

import psycopg2.errors
import structlog
from django.db import DataError
from django_structlog.middlewares import RequestMiddleware
from structlog.tracebacks import ExceptionDictTransformer

# A database tells behind its sentence which values it refused: a whole row, a key, a piece of the statement.
VALUES = re.compile(r"(\n|\\n)(DETAIL|CONTEXT|HINT|LINE \d+|QUERY|STATEMENT):")
QUOTED = re.compile(r'((?:invalid|malformed|out of range)[^:\n"]*): \\?".*', re.DOTALL)
# Errors that quote the value within their sentence.
QUOTING = {DataError.__name__} | {
    one.__name__ for one in vars(psycopg2.errors).values() if isinstance(one, type) and issubclass(one, psycopg2.DataError)
}
as_data = ExceptionDictTransformer(show_locals=False)  # locals hold what people sent

SHARED = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


class RequestLog(RequestMiddleware):
    """Bind request id and user id to every line that is logged while a request runs; one line when it ends."""

    @staticmethod
    def format_request(request) -> str:
        return f"{request.method} {route_of(request)}"

    def prepare(self, request) -> None:
        structlog.contextvars.clear_contextvars()
        super().prepare(request)


class RouteForPath(logging.Filter):
    """Django's own lines about failed requests name the path; this puts the route in its place."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if request is not None and isinstance(record.args, tuple) and len(record.args) == 2:
            record.args = (record.args[0], route_of(request))
        return True


def route_of(request) -> str:
    """The pattern of the address, such as o/<token>/, or that there is none."""
    match = getattr(request, "resolver_match", None)
    return match.route if match else "(no route)"


def without_agent(_logger, _name: str, event: dict[str, Any]) -> dict[str, Any]:
    """Leave out what a browser tells of itself and the request object Django hands along."""
    event.pop("user_agent", None)
    if not isinstance(event.get("request"), str):
        event.pop("request", None)
    return event


def told_exceptions(exc_info) -> list[dict[str, Any]]:
    """An error with its causes as data: types, places and sentences, and nothing of the values met there."""
    return [_without_values(one) for one in as_data(exc_info)]


def _without_values(told: dict[str, Any]) -> dict[str, Any]:
    sentence = before_values(told["exc_value"])
    if told["exc_type"].rpartition(".")[2] in QUOTING:
        sentence = sentence.partition(': "')[0]
    groups = [[_without_values(one) for one in group] for group in told.get("exceptions") or []]
    return told | {"exc_value": sentence, "exc_notes": [before_values(note) for note in told.get("exc_notes") or []], "exceptions": groups}


def before_values(text: str) -> str:
    """What a database says before it names values."""
    return QUOTED.sub(r"\1", VALUES.split(text, maxsplit=1)[0])


def without_values(_logger, _name: str, event: dict[str, Any]) -> dict[str, Any]:
    """Messages that quote an error, as those of failed jobs do."""
    if isinstance(event.get("event"), str):
        event["event"] = before_values(event["event"])
    return event


def as_lines(exc_info) -> str:
    """The same error for a person at a terminal: the cause first, each with its places."""
    return "\n".join(line for told in reversed(told_exceptions(exc_info)) for line in _lines(told))


def _lines(told: dict[str, Any], indent: str = "") -> list[str]:
    frames = [f'{indent}  File "{frame["filename"]}", line {frame["lineno"]}, in {frame["name"]}' for frame in told["frames"]]
    inner = [line for group in told["exceptions"] for one in reversed(group) for line in _lines(one, indent + "  | ")]
    return [*frames, f"{indent}{told['exc_type']}: {told['exc_value']}", *(f"{indent}{note}" for note in told["exc_notes"]), *inner]


def logging_config(*, level: str, form: str) -> dict[str, Any]:
    """The logging settings: JSON for machines, or lines for a person at a terminal."""
    last = structlog.dev.ConsoleRenderer(colors=False) if form == "lines" else structlog.processors.JSONRenderer(ensure_ascii=False)
    told = structlog.processors.ExceptionRenderer(as_lines if form == "lines" else told_exceptions)
    tail = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, without_agent, without_values, told]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"route_for_path": {"()": RouteForPath}},
        "formatters": {
            "own": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [*SHARED, structlog.stdlib.ExtraAdder(allow=())],
                "processors": [*tail, last],
            }
        },
        "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "own", "filters": ["route_for_path"]}},
        "root": {"handlers": ["out"], "level": level.upper()},
        "loggers": {
            "django.request": {"level": "ERROR"},
            "django.server": {"level": "WARNING", "propagate": True},
            "django_structlog.middlewares.request": {"level": level.upper()},
            "weasyprint": {"level": "ERROR"},  # a line a step of every printed form
            "fontTools": {"level": "ERROR"},
        },
    }


def configure(config: dict[str, Any]) -> None:
    """Set up logging and structlog together; Django calls this with the LOGGING setting."""
    logging.config.dictConfig(config)
    structlog.configure(
        processors=[
            *SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
