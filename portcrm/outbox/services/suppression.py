"""Addresses that are not written to any more, kept as digests: what was erased is not kept in order to be avoided."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.utils.crypto import salted_hmac

from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.outbox.models import SuppressedAddress

SALT = "portcrm.outbox.suppressed"


def digests(address: str) -> list[str]:
    """The digest under the present key first, then those under earlier keys of this installation."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return [salted_hmac(SALT, address.strip().lower(), secret=key, algorithm="sha256").hexdigest() for key in keys]


def suppressed_among(addresses: Iterable[str]) -> set[str]:
    """Those of the addresses, as given, that must not be written to."""
    by_digest = {digest: address for address in addresses if address for digest in digests(address)}
    found = SuppressedAddress.objects.filter(digest__in=by_digest).values_list("digest", flat=True) if by_digest else ()
    stopped = {by_digest[digest].strip().lower() for digest in found}
    return {address for address in by_digest.values() if address.strip().lower() in stopped}


@action("outbox.suppress")
def suppress(*, addresses: Iterable[str], since: dt.date, by: User) -> None:
    """Write to these addresses no more, whoever brings them in again."""
    rows = [SuppressedAddress(digest=digests(address)[0], since=since) for address in addresses if address]
    SuppressedAddress.objects.bulk_create(rows, ignore_conflicts=True)


@action("outbox.suppress")
def lift_suppression(*, address: str, by: User) -> None:
    """The person behind the address agreed anew."""
    SuppressedAddress.objects.filter(digest__in=digests(address)).delete()
