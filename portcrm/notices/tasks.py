import datetime as dt

from celery import shared_task
from django.conf import settings

from portcrm.accounts.services import system_user
from portcrm.clock import now
from portcrm.notices.services import forget_old_notices, send_digests


@shared_task(name="portcrm.notices.digests")
def digests() -> None:
    """Runs every few minutes; whoever's hour has come gets one mail."""
    send_digests(at=now(), by=system_user())


@shared_task(name="portcrm.notices.nightly")
def nightly() -> None:
    """What nobody looks for any more goes."""
    forget_old_notices(before=now() - dt.timedelta(days=settings.NOTICES_KEPT_DAYS), by=system_user())
