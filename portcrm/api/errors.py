"""One exception handler: a broken rule is a 409 with its sentence and the field it concerns, a refused write a 503.

A rule the database keeps is told like one a service keeps, where it has a sentence for people.
"""

import logging

from django.db import IntegrityError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_exception_handler
from rest_framework.views import set_rollback

from portcrm.errors import RuleBroken
from portcrm.pages.refused import is_refused_write
from portcrm.rules import broken_constraint, fields_of, sentence_of

logger = logging.getLogger(__name__)


def exception_handler(exc, context) -> Response | None:
    """The answer to an exception in the API; None for one that is a fault of ours."""
    if isinstance(exc, RuleBroken):
        set_rollback()
        return Response({"detail": str(exc.message), "field": exc.field}, status=409)
    if is_refused_write(context["request"], exc):
        set_rollback()
        logger.error("api.refused_write: %s", context["request"].path, exc_info=exc)
        return Response({"detail": _("The database or the disk did not take what you sent. Nothing of it was stored.")}, status=503)
    if isinstance(exc, IntegrityError) and (refusal := _of_the_database(exc)):
        set_rollback()
        return refusal
    if isinstance(exc, Http404):
        exc = NotFound()  # its own words name a model, in English
    return drf_exception_handler(exc, context)


def _of_the_database(error: IntegrityError) -> Response | None:
    """The answer to a broken constraint that has a sentence for people; without one it is a fault of ours."""
    rule = broken_constraint(error)
    if rule is None or (said := sentence_of(rule)) is None:
        return None
    return Response({"detail": str(said), "field": next(iter(fields_of(rule)), "")}, status=409)
