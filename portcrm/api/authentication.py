"""Programs show a key: `Authorization: Bearer portcrm_…`."""

from django.utils import translation
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed

from portcrm.api.models import ApiToken
from portcrm.api.permissions import USE_API
from portcrm.api.services.tokens import digest_of, note_use
from portcrm.clock import now


class KeyAuthentication(BaseAuthentication):
    """The owner of a valid key acts; a wrong, revoked or expired key is refused, not ignored."""

    scheme = "Bearer"

    def authenticate(self, request):
        scheme, _space, key = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != self.scheme.lower():
            return None
        moment = now()
        token = ApiToken.objects.valid(moment).filter(digest=digest_of(key.strip())).select_related("user").first()
        if token is None or not token.user.is_active:
            raise AuthenticationFailed(_("This key is not valid."))
        if not token.user.has_perm(USE_API):
            raise AuthenticationFailed(_("The owner of this key may not use the API."))
        note_use(token=token, at=moment)
        if not request.headers.get("Accept-Language") and token.user.language:
            translation.activate(token.user.language)  # a program that asks for no language is answered in its owner's
        return token.user, token

    def authenticate_header(self, request) -> str:
        return self.scheme


class KeyScheme(OpenApiAuthenticationExtension):
    target_class = KeyAuthentication
    name = "key"

    def get_security_definition(self, auto_schema) -> dict:
        return {"type": "http", "scheme": "bearer", "description": "A key made on the profile page."}
