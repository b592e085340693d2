"""Addresses whose mails come back: blocked by what is heard of them, lifted by a person with a reason."""

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.services import record
from portcrm.errors import RuleBroken
from portcrm.outbox.enums import BlockReason
from portcrm.outbox.models import AddressBlock, OutgoingEmail

BLOCKED = _("Mails to this address come back.")


def blocked_among(addresses: Iterable[str]) -> set[str]:
    """Those of the addresses, as given, that get no mail but answers to what they asked: mails to them came back."""
    given = {address for address in addresses if address}
    mailboxes = {_mailbox(address) for address in given}
    found = set(AddressBlock.objects.in_force().filter(address__in=mailboxes).values_list("address", flat=True)) if mailboxes else set()
    return {address for address in given if _mailbox(address) in found}


@action("outbox.block", gettext_lazy("Address blocked"))
def block_address(*, mail: OutgoingEmail, reason: BlockReason, words: str, at: dt.datetime, by: User) -> None:
    """Write to the mail's address no more, until somebody lifts it; blocked twice it is one block, with the first reason."""
    block = AddressBlock(address=_mailbox(mail.to_address), reason=reason, words=words[:500], mail=mail, since=at, blocked_by=by)
    if block.address and not blocked_among([block.address]):
        AddressBlock.objects.bulk_create([block], ignore_conflicts=True)


@action("outbox.lift_block", gettext_lazy("Block of an address lifted"))
def lift_block(*, block: AddressBlock, reason: str, at: dt.datetime, by: User) -> AddressBlock:
    """The address may be written to again; what was heard of it before counts no more."""
    lifted = AddressBlock.objects.in_force().filter(pk=block.pk).update(lifted_at=at, lifted_by=by, lifted_reason=reason)
    if lifted != 1:
        raise RuleBroken(_("This block is lifted already."))
    record(by=by, action="outbox.lift_block", target=block)
    block.refresh_from_db()
    return block


def lifted_since(address: str, after: dt.datetime) -> dt.datetime:
    """From when on refusals count against an address: the last lifting of a block, if it came after `after`."""
    lifted = AddressBlock.objects.filter(address=_mailbox(address), lifted_at__gt=after).order_by("-lifted_at")
    return lifted.values_list("lifted_at", flat=True).first() or after


def _mailbox(address: str) -> str:
    return address.strip().lower()
