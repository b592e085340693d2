"""Printed forms: asked for, taken, dropped when they expire."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portcrm import celery
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.services import record
from portcrm.bilingual import both
from portcrm.clock import now
from portcrm.errors import RuleBroken
from portcrm.paper.enums import PrintState
from portcrm.paper.kinds import PaperKind
from portcrm.paper.models import Printout

MAKE_TASK = "portcrm.paper.make"
LEASE = dt.timedelta(minutes=5)  # a worker silent for longer has lost its form
ERASED = gettext_lazy("Something this form would hold has been erased meanwhile. Ask for it again.")


def keep_for() -> dt.timedelta:
    return dt.timedelta(hours=settings.PAPER_KEEP_HOURS)


@action("paper.order")
def order_printout(*, kind: PaperKind, target: Model, language: str, by: User, extras: Iterable[str] = ()) -> Printout:
    """Ask a worker for the PDF of one record's form; the file is there for whoever asked, until it expires."""
    extras = sorted(extras)
    if not kind.allowed(by, extras):
        raise RuleBroken(_("You may not print this part."))
    printout = Printout.objects.create(
        kind=kind.key, record_pk=target.pk, record_text=str(target)[:300], language=language, extras=extras, asked_by=by, asked_at=now()
    )
    transaction.on_commit(lambda: celery.nudge(MAKE_TASK, printout.pk))
    return printout


@action("paper.order")
def order_portions(*, kind: PaperKind, target: Model, language: str, by: User, extras: Iterable[str] = ()) -> list[Printout]:
    """Ask for the whole of a form: in one file where it fits, else in as many as it takes, numbered and ordered together."""
    names = kind.names_of_portions(target, by, extras)
    if not names:
        return [order_printout(kind=kind, target=target, language=language, extras=extras, by=by)]
    made = [order_printout(kind=kind, target=target, language=language, extras=[*extras, name], by=by) for name in names]
    for number, one in enumerate(made, start=1):
        one.record_text, one.asked_at = f"{str(target)[:280]} {number}-{len(made)}", made[0].asked_at
    Printout.objects.bulk_update(made, ("record_text", "asked_at"))
    return made


@action("paper.take")
def tell_taken(*, kind: PaperKind, target: Model, format: str, language: str, extras: Iterable[str], by: User) -> None:  # noqa: A002
    """Write down that somebody took a form out, as a file or on paper."""
    record(by=by, action="paper.take", target=target, form=kind.key, format=format, language=language, extras=" ".join(extras))


@action("paper.expire")
def drop_expired(*, at: dt.datetime, by: User) -> int:
    """Delete the files whose time is over; the rows stay and say so."""
    return _drop(Printout.objects.expired(at).select_for_update(skip_locked=True))


@action("paper.expire")
def drop_printouts(*, kinds: Iterable[str], record_pks: Iterable[int], by: User, extra: str = "") -> int:
    """Delete the stored forms of these records at once, and call off those under way, when what is in them must not be kept
    (erasure). `extra`: only those with this part.

    Once more when the erasure stands: a form asked for until then is made of what was there before.
    """
    found = Printout.objects.filter(kind__in=list(kinds), record_pk__in=list(record_pks))
    found = found.filter(extras__contains=[extra]) if extra else found
    transaction.on_commit(lambda: _drop_all(found))
    return _drop_all(found)


@transaction.atomic
def _drop_all(found: QuerySet) -> int:
    """Those under way first: what a worker is storing just now is stored when the second statement looks."""
    called_off = found.filter(state__in=(PrintState.WAITING, PrintState.RUNNING))
    called_off = called_off.update(state=PrintState.FAILED, reason=both(ERASED), finished_at=now())
    return called_off + _drop(found.filter(state=PrintState.DONE).select_for_update())


def _drop(rows: QuerySet) -> int:
    dropped = 0
    for row in rows:
        name, storage = row.file.name, row.file.storage
        Printout.objects.filter(pk=row.pk).update(state=PrintState.EXPIRED, file="")
        transaction.on_commit(lambda name=name, storage=storage: storage.delete(name))
        dropped += 1
    return dropped


def nudge_waiting() -> None:
    """Ask again for every form that waits for a worker or has lost its own."""
    for key in Printout.objects.claimable(now(), LEASE).values_list("pk", flat=True):
        celery.nudge(MAKE_TASK, key)
