"""Jobs of the customer archive."""

from celery import shared_task

from customers.services.verifying import open_verifications
from portcrm.accounts.services import system_user
from portcrm.clock import port_today


@shared_task(name="customers.nightly")
def nightly() -> None:
    """Ask for what nobody has confirmed in time; run twice, it asks once."""
    open_verifications(today=port_today(), by=system_user())
