"""One exception handler: a broken rule is a 409 with its sentence and the field it concerns, a refused write a 503."""

import logging

from django.utils.translation import gettext as _
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_exception_handler
from rest_framework.views import set_rollback

from portcrm.errors import RuleBroken
from portcrm.pages.refused import is_refused_write

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
    return drf_exception_handler(exc, context)
