"""Versions of the value model side by side."""

from dataclasses import dataclass
from decimal import Decimal

from marketing.enums import CriterionKey
from marketing.models import ValueModel


@dataclass(frozen=True, slots=True)
class WeightLine:
    label: str
    weight: Decimal
    before: Decimal | None  # in the version before; None where there is none

    @property
    def changed(self) -> bool:
        return self.before is not None and self.before != self.weight


def model_columns(user, model: ValueModel) -> list[WeightLine]:
    """The weights of a version beside those of the version before it."""
    earlier = ValueModel.objects.visible_to(user).filter(version__lt=model.version).order_by("-version").prefetch_related("weights").first()
    before = {w.criterion: w.weight for w in earlier.weights.all()} if earlier else {}
    return [WeightLine(str(CriterionKey(w.criterion).label), w.weight, before.get(w.criterion)) for w in model.weights.all()]
