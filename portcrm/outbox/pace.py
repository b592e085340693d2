"""How fast mails leave: one bucket for all of them, one for each domain they go to, and so many conversations at once.

A bucket holds ten seconds' worth of its rate. A server that says we are too fast (421, 432, 452) has its rate halved, down to one
mail a minute; every mail it takes gives a tenth back, until the rate of the settings holds again.
"""

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, FloatField, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext_lazy as _

from portcrm.bilingual import both
from portcrm.clock import now
from portcrm.outbox.models import OutboxControl, SendingRate

CONVERSATIONS = int.from_bytes(b"mail")  # the first key of the locks that stand for them
IN_SECONDS = 10
FASTEST = 600  # mails a minute that a rate without limit is halved from
SLOWEST = 1
BACK = 1.1
PLANNED = dt.timedelta(minutes=10)
IN_ITS_TURN = _("The mail server of this domain takes only so many mails a minute; this one waits for its turn.")

# Gives the due mails of a domain a time each, as the rate allows; what lies beyond the next minutes is looked at again then.
TAKE_TURNS = """
WITH due AS (
    SELECT id, service_mail, due_at FROM outbox_outgoingemail
    WHERE state = 'waiting' AND due_at <= %(at)s AND lower(split_part(to_address, '@', -1)) = %(domain)s
    FOR UPDATE SKIP LOCKED
), turns AS (
    SELECT id, row_number() OVER (ORDER BY service_mail DESC, due_at, id) AS turn FROM due
)
UPDATE outbox_outgoingemail AS mail
SET due_at = %(at)s + LEAST(turns.turn * %(step)s, %(planned)s) * interval '1 second', reason = %(reason)s::jsonb
FROM turns WHERE mail.id = turns.id
"""


class MustWait(Exception):
    """The rate limit is used up for this many seconds."""

    def __init__(self, seconds: float):
        super().__init__(seconds)
        self.seconds = seconds


class DomainMustWait(MustWait):
    """That of the recipient's domain: mails to others may go."""


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower()


@contextmanager
def conversation() -> Iterator[bool]:
    """Whether this process may talk to the mail server; the place is kept until the end of the block."""
    most = settings.OUTBOX_PACE["connections"]
    place = next((number for number in range(most) if _lock("pg_try_advisory_lock", number)), None)
    try:
        yield not most or place is not None
    finally:
        if place is not None:
            _lock("pg_advisory_unlock", place)


def _lock(function: str, place: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [CONVERSATIONS, place])
        return cursor.fetchone()[0]


@transaction.atomic
def take_tokens(address: str, row: OutboxControl) -> None:
    """One token of each bucket the mail goes through, or none of any and MustWait."""
    per_domain = settings.OUTBOX_PACE["per_domain"]
    if per_domain or row.has_slowed:
        _of_domain(domain_of(address), per_domain)
    limit = min((rate for rate in (settings.OUTBOX_MAILS_PER_MINUTE, row.slowed_to) if rate), default=0)
    if limit:
        bucket = OutboxControl.objects.select_for_update().get(pk=1)
        tokens, at = _left(bucket, limit, MustWait)
        OutboxControl.objects.filter(pk=1).update(tokens=tokens, refilled_at=at)


def _of_domain(domain: str, per_domain: float) -> None:
    bucket = SendingRate.objects.select_for_update().filter(domain=domain).first()
    if bucket is None and per_domain:
        bucket, _made = SendingRate.objects.select_for_update().get_or_create(domain=domain, defaults={"tokens": per_domain})
    limit = (bucket.per_minute or per_domain) if bucket else 0
    if limit:
        tokens, at = _left(bucket, limit, DomainMustWait)
        SendingRate.objects.filter(pk=bucket.pk).update(tokens=tokens, refilled_at=at)


def _left(bucket: OutboxControl | SendingRate, per_minute: float, wait: type[MustWait]) -> tuple[float, dt.datetime]:
    """What the bucket holds once one token is taken, and as of when."""
    at, per_second = now(), per_minute / 60
    passed = (at - bucket.refilled_at).total_seconds()
    tokens = min(bucket.tokens + passed * per_second, max(per_second * IN_SECONDS, 1))
    if tokens < 1:
        raise wait((1 - tokens) / per_second)
    return tokens - 1, at


@transaction.atomic
def take_turns(domain: str) -> None:
    """Plan the due mails of a domain whose bucket is empty, so that no worker takes each of them up in vain."""
    rate = SendingRate.objects.select_for_update().filter(domain=domain).first()  # one planner at a time
    limit = (rate.per_minute if rate else None) or settings.OUTBOX_PACE["per_domain"] or FASTEST
    values = {
        "at": now(),
        "domain": domain,
        "step": 60 / limit,
        "planned": PLANNED.total_seconds(),
        "reason": json.dumps(both(IN_ITS_TURN)),
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKE_TURNS, values)


def slow_down(domain: str) -> None:
    """Halve the rate of mails to a domain and plan its mails anew."""
    SendingRate.objects.get_or_create(domain=domain)
    normal = settings.OUTBOX_PACE["per_domain"] or FASTEST
    SendingRate.objects.filter(domain=domain).update(per_minute=_halved("per_minute", normal), tokens=0, refilled_at=now())
    take_turns(domain)


def slow_all_down() -> None:
    """Halve the rate of all mails: it was our own mail server that found us too fast."""
    normal = settings.OUTBOX_MAILS_PER_MINUTE or FASTEST
    OutboxControl.objects.filter(pk=1).update(slowed_to=_halved("slowed_to", normal), tokens=0, refilled_at=now())


def speed_up(address: str, row: OutboxControl) -> None:
    """A mail was taken: what has been slowed down goes a little faster again."""
    if row.has_slowed:
        rate, normal = SendingRate.objects.filter(domain=domain_of(address)), settings.OUTBOX_PACE["per_domain"] or FASTEST
        rate.update(per_minute=F("per_minute") * BACK)
        rate.filter(per_minute__gte=normal).update(per_minute=None)
    if row.slowed_to:
        control, normal = OutboxControl.objects.filter(pk=1), settings.OUTBOX_MAILS_PER_MINUTE or FASTEST
        control.update(slowed_to=F("slowed_to") * BACK)
        control.filter(slowed_to__gte=normal).update(slowed_to=None)


def _halved(field: str, normal: float):
    rate = Coalesce(F(field), Value(float(normal)), output_field=FloatField())
    return Greatest(rate / 2, Value(float(SLOWEST)), output_field=FloatField())
