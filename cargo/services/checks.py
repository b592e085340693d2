"""The check of the rollup against the ledger, asked for by people and made by a job every night."""

from dataclasses import asdict

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from cargo.enums import CheckState
from cargo.models import LedgerCheck
from cargo.queries.reconcile import reconcile
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.celery import app
from portcrm.clock import now

encoder = DjangoJSONEncoder()


def _plain(value):
    """JSON keeps a Decimal as its text, so that no digit is lost."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return value if value is None or isinstance(value, bool | int | str) else encoder.default(value)


@action("cargo.request_check")
def open_check(*, by: User) -> LedgerCheck:
    """A check that waits to be made; there is never more than one."""
    check, _made = LedgerCheck.objects.get_or_create(state=CheckState.WAITING, defaults={"requested_by": by, "requested_at": now()})
    return check


@action("cargo.request_check")
def request_check(*, by: User) -> LedgerCheck:
    """Ask a worker for a check. Asking again nudges again: making a check twice is making it once."""
    check = open_check(by=by)
    transaction.on_commit(lambda: app.send_task("cargo.check_ledger", [check.pk], retry=False))
    return check


@action("cargo.run_check")
def run_check(*, check: LedgerCheck, by: User) -> LedgerCheck:
    """Make a waiting check; one that somebody else has begun is left to them."""
    claimed = LedgerCheck.objects.filter(pk=check.pk, state=CheckState.WAITING).update(state=CheckState.RUNNING)
    if claimed:
        result = reconcile()
        LedgerCheck.objects.filter(pk=check.pk, state=CheckState.RUNNING).update(
            state=CheckState.DONE,
            finished_at=now(),
            agrees=result.agrees,
            units=[_plain(asdict(line)) | {"agrees": line.agrees} for line in result.units],
            differences=[_plain(asdict(difference)) for difference in result.differences],
            difference_count=result.difference_count,
        )
    check.refresh_from_db()
    return check
