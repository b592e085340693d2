"""Import of handled cargo: cells to ledger lines, unknown customers opened or refused, sums proved against the file."""

from collections.abc import Sequence
from types import MappingProxyType
from uuid import UUID

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cargo.imports.constants import refuse_unlisted
from cargo.imports.corrections import Corrections
from cargo.imports.ledger_lines import LineReader, all_named_in, places_of
from cargo.imports.remarks import retired_classes
from cargo.imports.shipment_fields import CORRECT, FIELDS, roles_in, said_by
from cargo.models import ImportProof, Shipment
from cargo.permissions import IMPORT_SHIPMENTS
from cargo.queries.parties import KnownParties, find_parties
from cargo.services.correcting import wait_for_turn
from cargo.services.facts import store_facts
from cargo.services.heaviest import ask_for_lists
from cargo.services.importing import batch_of, check_staging, proofs_of, prove
from cargo.services.ledger import write_chunk
from cargo.services.numbering import pass_over
from portcrm.clock import port_today
from portcrm.exchange.importing import Described, Importer, Row, SummaryLine, WriteResult
from portcrm.exchange.rows import by_column
from portcrm.pages.formats import number


class ShipmentImporter(Importer):
    """Rows are named by their document number, else by the file's shape and the line's own content; the n-th copy of a
    line is lot n. What the ledger holds already is left alone, so taking in the same file again changes nothing. A known document
    with other figures is handed back, or corrected where the file or somebody says so."""

    key = "shipments"
    label = _("Handled cargo")
    permission = IMPORT_SHIPMENTS
    fields = FIELDS
    chunk_rows = 40_000
    result_url_name = "cargo:shipment_list"
    asks_rows = True
    correcting = MappingProxyType({"known_documents": CORRECT})
    update_word = _("Book a correction of {record}")
    # what the chunk before found, and whether the ledger knew none of its lines; who takes a run up asks anew
    asked: tuple[UUID | None, KnownParties | None, bool] = (None, None, False)

    def refuse_constants(self, constants) -> None:
        refuse_unlisted(constants, FIELDS)

    def write(self, rows: Sequence[Row], *, run, by) -> WriteResult:
        batch = batch_of(run)
        check_staging(run)
        decided = {row.number: row.choice for row in rows if row.choice} if run.rehearsal_id else {}
        rows = by_column(rows)
        if decided or CORRECT in rows.columns.get("known_documents", ()):
            wait_for_turn()
        known, likely_new = self.asked[1:] if self.asked[0] == run.claim else (None, False)
        parties = find_parties(all_named_in(rows), known)
        reader = LineReader(rows, parties, run=run, by=by)
        said, roles = said_by(rows.columns), roles_in(rows.columns)
        chunk = {"batch": batch, "chunk": rows.numbers[0], "said": said, "roles": roles, "by": by}
        columns = reader.columns()
        pass_over(places_of(reader.refused), batch=batch)
        written = write_chunk(columns=columns, import_run_id=run.pk, likely_new=likely_new, **chunk)
        self.asked = run.claim, parties, written.all_new
        corrections = Corrections(rows, written.differing, decided)
        corrections.book(run=run, **chunk)
        problems = [*reader.problems, *corrections.problems]
        skipped = written.known - len(corrections.problems) - corrections.booked
        return WriteResult(created=written.created, updated=corrections.booked, skipped=skipped, problems=problems)

    def pass_over(self, rows: Sequence[Row], *, run) -> None:
        """Lines of a document that are not taken in keep their place in it."""
        pass_over(places_of(rows), batch=batch_of(run))

    def finish(self, *, run, by) -> None:
        customer_ids = prove(run=run, by=by)
        store_facts(today=port_today(), by=by, customer_ids=customer_ids)
        ask_for_lists(by=by)

    def describe(self, targets, user) -> dict[int, Described]:
        rows = Shipment.objects.visible_to(user).filter(pk__in=targets).select_related("unit")
        return {row.pk: Described(f"{row} · {number(row.quantity)} {row.unit.sign}", row.get_absolute_url()) for row in rows}

    def summary(self, run) -> list[SummaryLine]:
        """What the file says and what the ledger holds of it, unit by unit; and classes out of use among it."""
        return [*(summary_line(proof) for proof in proofs_of(run)), *retired_classes(run.pk, Shipment)]


def summary_line(proof: ImportProof) -> SummaryLine:
    said = {
        "rows": number(proof.file_rows),
        "quantity": number(proof.file_quantity),
        "unit": proof.unit.label,
        "lots": number(proof.file_lots),
        "ledger_rows": number(proof.ledger_rows),
        "ledger_quantity": number(proof.ledger_quantity),
        "ledger_lots": number(proof.ledger_lots),
        "tonnes": number(proof.tonnes),
    }
    if proof.agrees:
        text = _("{quantity} {unit} in {lots} lots ({rows} rows): the ledger agrees to the last digit; {tonnes} t")
    else:
        text = _(
            "File: {quantity} {unit} in {lots} lots ({rows} rows); ledger: {ledger_quantity} in {ledger_lots} lots ({ledger_rows} rows)"
        )
    return SummaryLine(label=_("Reconciled with the file"), value=format_lazy(text, **said), ok=proof.agrees)
