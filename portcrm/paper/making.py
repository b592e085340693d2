"""Making a form that somebody asked for: claim, read, set, store. A worker that dies leaves it to the next one."""

import datetime as dt

import structlog
from django.core.files.base import ContentFile
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.bilingual import both
from portcrm.clock import now
from portcrm.paper.drawing import draw
from portcrm.paper.enums import PrintState
from portcrm.paper.models import Printout
from portcrm.paper.models.printout import STEPS
from portcrm.paper.pdf import NoPango, make_pdf
from portcrm.paper.services import LEASE, keep_for

MOST_ATTEMPTS = 3
NO_PANGO = _("This server cannot make PDF files: the library Pango is missing. Open the form in the browser and print it from there.")
GONE = _("The record is no longer there, or you may no longer print it.")
FAILED = _("The form could not be made. Open it in the browser and print it from there.")

log = structlog.get_logger(__name__)


def make_printout(printout_id: int) -> None:
    """Make one form; nothing where it is made already, is being made or is gone."""
    at = now()
    taken = Printout.objects.filter(pk=printout_id).claimable(at, LEASE)
    if not taken.update(state=PrintState.RUNNING, claimed_at=at, attempts=F("attempts") + 1, done=0):
        return
    printout = Printout.objects.select_related("asked_by").get(pk=printout_id)
    if printout.attempts > MOST_ATTEMPTS:
        _fail(printout, FAILED)
        return
    try:
        _make(printout, at)
    except NoPango:
        _fail(printout, NO_PANGO)
    except Exception:  # whatever is wrong with one record ends its form, visibly
        log.exception("printout_failed", printout=printout_id)
        _fail(printout, FAILED)


def _make(printout: Printout, at: dt.datetime) -> None:
    kind, user = printout.by_kind, printout.asked_by
    record = kind.record_for(user, printout.record_pk) if kind and user.is_active else None
    if record is None or not kind.allowed(user, printout.extras):
        _fail(printout, GONE)
        return
    html = draw(kind, record, user=user, language=printout.language, extras=printout.extras, at=at, in_browser=False)
    _step(printout, 1)
    content = make_pdf(html)
    _step(printout, 2)
    store_printout(printout=printout, content=content, by=user)


def _step(printout: Printout, done: int) -> None:
    Printout.objects.filter(pk=printout.pk, state=PrintState.RUNNING).update(done=done, claimed_at=now())


def _fail(printout: Printout, message) -> None:
    Printout.objects.filter(pk=printout.pk, state=PrintState.RUNNING).update(
        state=PrintState.FAILED, reason=both(message), finished_at=now()
    )


@action("paper.store")
def store_printout(*, printout: Printout, content: bytes, by: User) -> None:
    """Keep the file, unless another worker has been faster."""
    row = Printout.objects.select_for_update().get(pk=printout.pk)
    if row.state != PrintState.RUNNING:
        return
    row.file.save(f"{row.kind}-{row.pk}.pdf", ContentFile(content), save=False)
    row.state, row.done, row.finished_at, row.expires_at = PrintState.DONE, STEPS, now(), now() + keep_for()
    row.save(update_fields=["file", "state", "done", "finished_at", "expires_at"])
