"""What the monthly cargo-source meeting 月度货源例会 has before it."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import F
from django.utils.translation import gettext

from cargo.enums import CLOSED_STAGES, LeadStage, LostReason, TargetUnit
from cargo.models import CargoMeeting, Lead
from cargo.queries.completion import Completion, Line, completion, run_of_month
from cargo.queries.explaining import Movers, movers
from cargo.queries.handled import month_before
from cargo.queries.ledger import month_end
from cargo.queries.targets import Slot

MOVERS_SHOWN, LEADS_SHOWN = 4, 5


@dataclass(frozen=True)
class Agenda:
    """Figures of a month in tonnes and in TEU, who moved them, and the leads of that month. `counts` are of all leads, the lists show
    the first of each."""

    month: dt.date
    tonnes: Completion
    teu: Completion
    moved: Movers
    won: list[Lead]
    lost: list[Lead]
    due: list[Lead]
    counts: dict[str, int]
    meeting: CargoMeeting | None

    @property
    def is_known(self) -> bool:
        """The month is over and in the ledger."""
        return self.tonnes.through == self.month.month

    @property
    def units(self) -> list[Completion]:
        """In tonnes; in TEU too where there are any, or a task of them."""
        return [one for one in (self.tonnes, self.teu) if one.slot.unit == TargetUnit.TONNES or one.lines]

    @property
    def query(self) -> str:
        """What the board has to be asked for to show this month."""
        return f"?year={self.month.year}&month={self.month.month}"

    @property
    def printed(self) -> list[tuple[str, Line]]:
        """The lines of the sheet with their names: all classes, the classes in tonnes, and containers in TEU."""
        named = [(line.cargo_class.short, line) for line in self.tonnes.lines]
        boxes = [("TEU", self.teu.whole)] if self.teu.lines else []
        return [(gettext("All classes"), self.tonnes.whole), *named, *boxes]

    @property
    def earlier(self) -> dt.date:
        return month_before(self.month)


def agenda(user, month: dt.date, *, today: dt.date) -> Agenda:
    """All a sheet of paper holds on one month; the projections are those that rested on that month."""
    run = run_of_month(user, month)
    tonnes, teu = (completion(user, Slot(month.year, unit), today=today, month=month.month, run=run, newest=False) for unit in ("t", "teu"))
    leads = Lead.objects.visible_to(user)
    closed = {stage: leads.filter(stage=stage, stage_changed_on__range=(month, month_end(month))) for stage in CLOSED_STAGES}
    due = leads.due(today)
    lost = closed[LeadStage.LOST].exclude(lost_reason=LostReason.DUPLICATE)
    found = {"won": closed[LeadStage.WON], "lost": lost, "due": due}
    return Agenda(
        month=month,
        tonnes=tonnes,
        teu=teu,
        moved=movers(user, tonnes.slot, list(tonnes.whole.of_month), count=MOVERS_SHOWN),
        **{name: list(rows.for_list().order_by(F("tonnes").desc(nulls_last=True), "pk")[:LEADS_SHOWN]) for name, rows in found.items()},
        counts={name: rows.count() for name, rows in found.items()},
        meeting=CargoMeeting.objects.visible_to(user).filter(month=month).first(),
    )
