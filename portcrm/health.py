"""Three addresses for those who watch the system: alive, ready, and figures."""

import hmac
import ipaddress
import logging
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from portcrm.accounts.public import public_route
from portcrm.celery import app as celery

log = logging.getLogger(__name__)
FAULTS = (DatabaseError, RedisError, KombuError, OSError)


def database_answers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def migrations_are_done() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise OSError("migrations wait to be run")


def cache_answers() -> None:
    cache.set("health", "well", 10)
    if cache.get("health") != "well":
        raise OSError("the cache forgets")


def broker_answers() -> None:
    with celery.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, timeout=2, interval_start=0)


CHECKS: dict[str, Callable[[], None]] = {
    "database": database_answers,
    "migrations": migrations_are_done,
    "cache": cache_answers,
    "broker": broker_answers,
}


@public_route
@never_cache
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The process answers; asks nothing of anybody else."""
    return HttpResponse("alive\n", content_type="text/plain")


@public_route
@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Everything a page needs is there: 200, or 503 that names what is missing (the reason is in the log)."""
    states = {name: _state(name, check) for name, check in CHECKS.items()}
    return JsonResponse(states, status=200 if set(states.values()) == {"ok"} else 503)


def _state(name: str, check: Callable[[], None]) -> str:
    try:
        check()
    except FAULTS:
        log.exception("health_check_failed: %s", name)
        return "missing"
    return "ok"


@public_route
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus: with the token, or without one to this machine itself; nobody else learns it exists."""
    if not _may_read_metrics(request):
        raise Http404
    return ExportToDjangoView(request)


def _may_read_metrics(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        return hmac.compare_digest(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}")
    through_a_proxy = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return not through_a_proxy and ipaddress.ip_address(request.META.get("REMOTE_ADDR") or "0.0.0.0").is_loopback  # noqa: S104
