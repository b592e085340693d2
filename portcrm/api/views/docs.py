"""The API describes itself: an OpenAPI document and a page to read and try it."""

from django.contrib.auth.decorators import login_required
from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import IsAuthenticated

from portcrm.api.authentication import KeyAuthentication


class SchemaView(SpectacularAPIView):
    """The OpenAPI document, for whoever is logged in or shows a key."""

    permission_classes = (IsAuthenticated,)
    authentication_classes = (KeyAuthentication, SessionAuthentication)


@method_decorator(login_required, name="dispatch")
class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI from our own server; page and script are two requests, so that no inline script is needed."""

    url_name = "api:schema"
    template_name = "api/docs.html"
    permission_classes = (IsAuthenticated,)
    authentication_classes = (SessionAuthentication,)
