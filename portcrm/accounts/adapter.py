"""What PortCRM asks of allauth: nobody signs up, mails go through the outbox, every log-in leaves an event."""

import base64
import hashlib
import io
from typing import Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.utils.translation import gettext_lazy as _

from portcrm.accounts.models import User
from portcrm.accounts.services import change_password, system_user
from portcrm.audit.services import record
from portcrm.bilingual import pick

SAID = {
    "account/messages/password_changed.txt": _("Your password is changed."),
    "mfa/messages/totp_activated.txt": _("The second factor is on."),
    "mfa/messages/totp_deactivated.txt": _("The second factor is off."),
    "mfa/messages/recovery_codes_generated.txt": _("You have new recovery codes; the old ones no longer work."),
}
SECOND_FACTOR_EVENTS = {
    "mfa/email/totp_activated": "second_factor.start",
    "mfa/email/totp_deactivated": "second_factor.end",
    "mfa/email/recovery_codes_generated": "second_factor.codes",
}


class ClosedDoorAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator; allauth keeps the door."""

    def is_open_for_signup(self, request) -> bool:
        return False

    def login(self, request, user: User) -> None:
        super().login(request, user)
        record(by=user, action="session.start", target=user)

    def logout(self, request) -> None:
        if request.user.is_authenticated:
            record(by=request.user, action="session.end", target=request.user)
        super().logout(request)

    def authentication_failed(self, request, **credentials: Any) -> None:
        """A wrong password for an account that exists is told to those who read the log; unknown addresses are not kept."""
        known = User.objects.filter(email=credentials.get("email", "").strip().lower()).first()
        if known is not None:
            record(by=system_user(), action="session.refuse", target=known)

    def reauthenticate(self, user: User, password: str) -> bool:
        found = self.authenticate(self.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def set_password(self, user: User, password: str) -> None:
        change_password(password=password, by=user)

    def add_message(self, request, level, message_template=None, message_context=None, extra_tags="", message=None) -> None:
        """Say what changed, in our words; that somebody logged in they see themselves."""
        if said := SAID.get(message_template or ""):
            messages.add_message(request, level, str(said))

    def send_notification_mail(self, template_prefix: str, user: User, context=None, email=None) -> None:
        if event := SECOND_FACTOR_EVENTS.get(template_prefix):
            record(by=user, action=event, target=user)


class SecondFactorAdapter(DefaultMFAAdapter):
    """The second factor: named after the port, kept encrypted, drawn by segno."""

    def get_totp_issuer(self) -> str:
        return f"PortCRM {pick(settings.PORT_NAME_ZH, settings.PORT_NAME_EN)}"

    def build_totp_svg(self, url: str) -> str:
        """The QR code as an SVG without inline style, black on white in either theme."""
        drawn = io.BytesIO()
        segno.make(url, error="m").save(drawn, kind="svg", scale=5, border=3, light="#fff", xmldecl=False, svgclass=None, lineclass=None)
        return drawn.getvalue().decode()

    def encrypt(self, text: str) -> str:
        return _vault().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _vault().decrypt(encrypted_text.encode()).decode()


def _vault() -> MultiFernet:
    """Keys from SECRET_KEY and its predecessors, so that a new SECRET_KEY does not lock anybody out."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    keys = (hashlib.sha256(f"second factor {secret}".encode()).digest() for secret in secrets)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])
