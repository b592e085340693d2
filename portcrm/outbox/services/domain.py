"""The self-check of the sending domain: asked when somebody presses the button, kept with its time."""

import datetime as dt

from django.conf import settings
from django.utils.translation import gettext_lazy

from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.services import record
from portcrm.outbox.models import DomainCheck
from portcrm.outbox.queries import junk_counts
from portcrm.outbox.sender.checks import Sender, called_junk, check_all
from portcrm.outbox.sender.zone import Ask, NotAsked

LOCAL = ("localhost", "127.0.0.1", "::1")


@action("outbox.check_domain", gettext_lazy("Sending domain checked"))
def check_sending_domain(*, ask: Ask, at: dt.datetime, by: User) -> DomainCheck:
    """Ask the DNS about the domain of the sending address and keep what it said."""
    sender = sender_of_settings(ask)
    lines = [line.kept() for line in (*check_all(sender, ask), called_junk(*junk_counts(at)))]
    check = DomainCheck.objects.create(domain=sender.domain, lines=lines, checked_at=at, checked_by=by)
    record(by=by, action="outbox.check_domain", target=check, domain=check.domain, wrong=check.wrong)
    return check


def sender_of_settings(ask: Ask) -> Sender:
    """How this installation sends; where the delivering machines are not named, the mail server's own addresses stand for them."""
    domain = domain_of(settings.DEFAULT_FROM_EMAIL)
    server = settings.EMAIL_HOST if settings.EMAIL_URL else ""
    named = tuple(settings.SENDING_ADDRESSES)
    return Sender(
        domain=domain,
        envelope_domain=domain_of(settings.BOUNCE_ADDRESS) or domain,
        selectors=tuple(settings.DKIM_SELECTORS),
        addresses=named or _addresses_of(server, ask),
        server=server,
        is_sure=bool(named),
        is_encrypted=bool(settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL),
        is_local=server in LOCAL,
        site_url=settings.PORTCRM_SITE_URL,
    )


def domain_of(address: str) -> str:
    """The domain of "survey@port.invalid" or "Port <survey@port.invalid>", in small letters as the DNS spells it."""
    domain = address.rpartition("@")[2].strip().rstrip(">").lower()
    return domain if domain.isascii() else domain.encode("idna").decode()


def _addresses_of(server: str, ask: Ask) -> tuple[str, ...]:
    if not server or server in LOCAL:
        return ()
    try:
        return (*ask(server, "A"), *ask(server, "AAAA"))
    except NotAsked:
        return ()
