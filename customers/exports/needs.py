"""Scores of all departments as rows of a file."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from customers.enums import Matter
from customers.queries.needs import Standpoints
from portcrm.exchange.exporting import plain

HEADER = (
    _("Department"), _("Concern or need"), _("Of what"), _("Score"), _("As seen on"), _("Evidence"), _("Information channel"),
    _("Recorded by"), _("Last word"),
)  # fmt: skip


def score_rows(points: Standpoints) -> Iterator[list]:
    """One row a score, by matter and then the latest first."""
    order = list(Matter)
    for one in sorted(points.scores, key=lambda row: order.index(row.matter)):
        view = one.view
        channel = view.channel.label if view.channel else ""
        yield [
            plain(cell)
            for cell in (
                view.department.label, one.get_matter_display(), one.get_side_display(), one.score, view.viewed_on, one.evidence, channel,
                view.recorded_by.label, one.is_current,
            )
        ]  # fmt: skip
