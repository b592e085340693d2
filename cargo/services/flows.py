"""Flow lists and notes from the media: taken in, and the trading firm behind a flow pinned down 落实进出口货物经营单位."""

import datetime as dt
import uuid
from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from cargo.document_words import FLOW_LIST, MEDIA, MENTIONED, TRADER
from cargo.enums import FlowListState
from cargo.models import FlowLine, MediaNote
from cargo.models.lead import MOST_CARGO
from cargo.queries.sightings import CargoSeen, FirmSeen, key_of
from cargo.services.learning import Seen, customers_of, files_behind, keep_sightings
from cargo.services.turns import hold_flow_lists
from customers.services.locking import hold_files
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import now
from portcrm.errors import RuleBroken
from portcrm.once import one_at_a_time

PORTION = 500


@action("flow.take_in", _("Flow list taken in"))
def take_in_flows(*, lines: Sequence[FlowLine], by: User) -> int:
    """Keep the lines nobody has taken in before; returns how many. A line that names the trading firm is pinned down at once.

    RuleBroken, and none kept, where one of them is more than any port handles.
    """
    for line in lines:
        refuse_too_much(line)
    hold_flow_lists()
    known = set(FlowLine.objects.filter(identity__in=[line.identity for line in lines]).values_list("identity", flat=True))
    new = list({line.identity: line for line in lines if line.identity not in known}.values())
    tellers = customers_of([firm_of(line.told_by_name) for line in new if key_of(line.told_by_name)])
    firms = [firm_of(line.company) for line in new if key_of(line.company)]
    hold_files({*tellers.values(), *customers_of(firms).values(), *files_behind([firm.key for firm in firms])})  # all of them at once
    for line in new:
        line.recorded_by, line.recorded_at = by, now()
        line.told_by_id = tellers.get(key_of(line.told_by_name))
        line.state = FlowListState.FOUND if key_of(line.company) else FlowListState.OPEN
    FlowLine.objects.bulk_create(new, batch_size=PORTION)
    _see([line for line in new if line.state == FlowListState.FOUND], by)
    return len(new)


def firm_of(name: str, role: str = TRADER, cargo: tuple[CargoSeen, ...] = ()) -> FirmSeen:
    return FirmSeen(key=key_of(name), name=name, roles=(role,), cargo=cargo)


def cargo_of(line: FlowLine) -> CargoSeen:
    """The line as a consignment, its quantity in tonnes or TEU by the printed factor of its unit."""
    quantity, unit = line.quantity or Decimal(0), line.unit
    return CargoSeen(
        goods=line.goods,
        tonnes=quantity * unit.tonnes_per_unit if unit and unit.tonnes_per_unit else None,
        teu=quantity * unit.teu_per_unit if unit and unit.teu_per_unit else None,
        loading=line.origin,
        discharge=line.destination,
    )


def refuse_too_much(line: FlowLine) -> None:
    """RuleBroken for 10^12 of 万吨: a slip in the quantity or its unit, which no sum on a page would survive."""
    cargo = cargo_of(line)
    if any(amount is not None and amount > MOST_CARGO for amount in (cargo.tonnes, cargo.teu)):
        raise RuleBroken(_("That is more than any port handles. Check the quantity and its unit."), field="quantity")


def _see(lines: Sequence[FlowLine], by: User) -> None:
    seen = [Seen(firm_of(line.company, cargo=(cargo_of(line),)), FLOW_LIST, line.recorded_at, flow=line) for line in lines]
    keep_sightings(seen=seen, by=by)


def _open_flow(flow: FlowLine) -> FlowLine:
    row = FlowLine.objects.select_for_update().get(pk=flow.pk)
    if not row.is_open:
        raise RuleBroken(_("Somebody has settled this line already: %(state)s.") % {"state": row.get_state_display()})
    return row


@action("flow.ask", _("Firm behind a flow asked for"))
def ask_for_firm(*, flow: FlowLine, whom: str, by: User) -> FlowLine:
    """Note who is asked for the trading firm."""
    row = _open_flow(flow)
    if not whom.strip():
        raise RuleBroken(_("Say who is asked."), field="asked")
    row.state, row.asked = FlowListState.ASKED, whom.strip()
    return _save(row, "asked")


@action("flow.pin_down", _("Firm behind a flow pinned down"))
def pin_down_firm(*, flow: FlowLine, company: str, by: User) -> FlowLine:
    """Name the trading firm; it is seen at its customer file, or waits at the candidates' desk with this cargo."""
    row = _open_flow(flow)
    if not key_of(company):
        raise RuleBroken(_("Name the trading firm."), field="company")
    refuse_too_much(row)
    row.state, row.company = FlowListState.FOUND, " ".join(company.split())
    _save(row, "company")
    _see([row], by)
    return row


@action("flow.give_up", _("Firm behind a flow given up"))
def give_up_flow(*, flow: FlowLine, reason: str, by: User) -> FlowLine:
    """Nobody can say whose cargo it is, or it is not worth asking."""
    row = _open_flow(flow)
    if not reason.strip():
        raise RuleBroken(_("Say why."), field="outcome")
    row.state, row.outcome = FlowListState.GIVEN_UP, reason.strip()
    return _save(row, "outcome")


def _save(row: FlowLine, *names: str) -> FlowLine:
    row.version += 1
    row.save(update_fields=["state", "version", *names])
    return row


@action("media_note.record", _("Note from the media recorded"))
def record_note(
    *, company: str, medium: str, published_on: dt.date, outlet: str, link: str, text: str, today: dt.date, by: User,
    form_key: uuid.UUID | None = None,
) -> MediaNote:  # fmt: skip
    """Keep what a medium said of a company, which is seen at its file or waits at the desk. The same form twice gives the first note."""
    one_at_a_time(form_key)
    if form_key is not None and (known := MediaNote.objects.filter(form_key=form_key).first()):
        return known
    if not key_of(company):
        raise RuleBroken(_("Name the company."), field="company")
    if not link and not text.strip():
        raise RuleBroken(_("Give the link, or what the clipping says."), field="text")
    if published_on > today:
        raise RuleBroken(_("This day is yet to come."), field="published_on")
    note = MediaNote(
        company=" ".join(company.split()), medium=medium, published_on=published_on, outlet=outlet.strip(), link=link, text=text.strip(),
        recorded_by=by, recorded_at=now(), form_key=form_key,
    )  # fmt: skip
    note.save(force_insert=True)
    seen = Seen(firm_of(note.company, MENTIONED), MEDIA, note.recorded_at, note=note)
    keep_sightings(seen=[seen], by=by)
    return note
