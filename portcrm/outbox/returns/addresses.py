"""The address a mail comes back to: it names the mail, signed, because headers often do not come back."""

import hmac
import re

from django.conf import settings
from django.utils.crypto import salted_hmac

SALT = "portcrm.outbox.return"
SIGNATURE = 20  # hexadecimal digits: small letters only, for some servers change the case of an address
_TOKEN = re.compile(r"\+(\d{1,19})-([0-9a-f]{20})@", re.IGNORECASE)


def return_address(mail_pk: int) -> str:
    """The envelope sender of a mail: bounce@… becomes bounce+17-0a1b…@…; "" where BOUNCE_ADDRESS is not set."""
    local, _at, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    return f"{local}+{mail_pk}-{_signature(mail_pk, settings.SECRET_KEY)}@{domain}" if local else ""


def mail_named_by(address: str) -> int | None:
    """The key of the mail an address of ours names; None for any other address and for a forged one."""
    found = _TOKEN.search(address)
    if found is None:
        return None
    pk, given = int(found.group(1)), found.group(2).lower()
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return pk if any(hmac.compare_digest(given, _signature(pk, key)) for key in keys) else None


def _signature(mail_pk: int, key: str) -> str:
    return salted_hmac(SALT, str(mail_pk), secret=key, algorithm="sha256").hexdigest()[:SIGNATURE]
