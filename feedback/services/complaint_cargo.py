"""Naming the cargo a complaint is about. Rows of the ledger stay as they are; who chose them is kept."""

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from cargo.models import Shipment
from feedback.enums import ComplaintState
from feedback.models import Complaint, ComplaintShipment
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.errors import RuleBroken

MOST_SHIPMENTS = 50  # of one case


@action("complaint.link_shipments", _("Shipments of a complaint chosen"))
def link_shipments(*, complaint: Complaint, shipments: Iterable[Shipment], at: dt.datetime, by: User) -> None:
    """Name these rows of the ledger beside those the case names already; one that is named already stays as it was chosen."""
    _open_case(complaint)
    known = set(ComplaintShipment.objects.filter(complaint=complaint).values_list("shipment_id", flat=True))
    new = {row.pk: row for row in shipments if row.pk not in known}
    if any(row.is_reversal for row in new.values()):
        raise RuleBroken(_("A reversal is no cargo. Choose the row it takes back, or the one that stands now."), field="shipments")
    if len(known) + len(new) > MOST_SHIPMENTS:
        said = ngettext_lazy("A complaint names at most %(n)s shipment.", "A complaint names at most %(n)s shipments.", MOST_SHIPMENTS)
        raise RuleBroken(said % {"n": MOST_SHIPMENTS}, field="shipments")
    ComplaintShipment.objects.bulk_create(
        ComplaintShipment(complaint=complaint, shipment=row, linked_by=by, linked_at=at) for row in new.values()
    )


@action("complaint.unlink_shipments", _("Shipments taken off a complaint"))
def unlink_shipments(*, complaint: Complaint, keys: Iterable[int], by: User) -> None:
    """Name these rows no more; one that is not named is no fault."""
    _open_case(complaint)
    ComplaintShipment.objects.filter(complaint=complaint, shipment__in=keys).delete()


def name_exactly(*, complaint: Complaint, shipments: Iterable[Shipment], at: dt.datetime, by: User) -> None:
    """From now on the case names these rows and no others."""
    wanted = list(shipments)
    known = set(ComplaintShipment.objects.filter(complaint=complaint).values_list("shipment_id", flat=True))
    if gone := known - {row.pk for row in wanted}:
        unlink_shipments(complaint=complaint, keys=gone, by=by)
    link_shipments(complaint=complaint, shipments=wanted, at=at, by=by)


def _open_case(complaint: Complaint) -> None:
    """Hold the case until the transaction ends; a closed one keeps what it names."""
    if Complaint.objects.select_for_update().get(pk=complaint.pk).state == ComplaintState.CLOSED:
        raise RuleBroken(_("This complaint is closed. Record a new one if the matter goes on."))
