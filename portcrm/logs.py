"""Logs as data: one line per event with request id, user id and route; no address, no path and no personal data.

A path may hold a personal link and a query string what somebody searched for, so requests are named by their route.
"""

import logging
import logging.config
from typing import Any

import structlog
from django_structlog.middlewares import RequestMiddleware
from structlog.tracebacks import ExceptionDictTransformer

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


def logging_config(*, level: str, form: str) -> dict[str, Any]:
    """The logging settings: JSON for machines, or lines for a person at a terminal."""
    last = structlog.dev.ConsoleRenderer(colors=False) if form == "lines" else structlog.processors.JSONRenderer(ensure_ascii=False)
    tail = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, without_agent]
    if form == "json":
        tail.append(structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)))  # they hold what people sent
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
