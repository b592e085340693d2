"""One exception handler: a broken rule is a 409 with its sentence."""

from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_exception_handler

from portcrm.errors import RuleBroken


def exception_handler(exc, context):
    if isinstance(exc, RuleBroken):
        return Response({"detail": str(exc.message), "field": exc.field}, status=409)
    return drf_exception_handler(exc, context)
