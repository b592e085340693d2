"""One exception handler: a broken rule is a 409 with its sentence and the field it concerns."""

from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_exception_handler
from rest_framework.views import set_rollback

from portcrm.errors import RuleBroken


def exception_handler(exc, context) -> Response | None:
    """The answer to an exception in the API; None for one that is a fault of ours."""
    if isinstance(exc, RuleBroken):
        set_rollback()
        return Response({"detail": str(exc.message), "field": exc.field}, status=409)
    return drf_exception_handler(exc, context)
