"""The annual task and how far it is done, as the API shows them; and cells of it, as a program sets them."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cargo.enums import Direction, TargetUnit
from cargo.models import CargoClass, Target
from cargo.models.target import FIRST_YEAR, LAST_YEAR
from cargo.queries.completion import Completion
from cargo.queries.targets import CellKey, Slot
from customers.models import Customer
from portcrm.accounts.models import User

MOST_CELLS = 18 * 13  # all cells of a grid: the classes and all of them together, by the year and its months

TARGET_FIELDS = (
    *("id", "year", "month", "cargo_class", "direction", "unit", "customer", "customer_code", "manager", "quantity"),
    *("set_by", "set_at"),
)


class TargetSerializer(serializers.ModelSerializer):
    """A cell of the annual task, in tonnes or TEU. No month: the whole year; no class: all classes; an empty direction: both; neither
    customer nor manager: the port as a whole."""

    customer_code = serializers.CharField(source="customer.code", read_only=True, allow_null=True, default=None)

    class Meta:
        model = Target
        fields = TARGET_FIELDS
        read_only_fields = TARGET_FIELDS


class QuantityField(serializers.DecimalField):
    """Tonnes or TEU; null is no task, or no data."""

    def __init__(self, **options):
        super().__init__(max_digits=18, decimal_places=3, **{"allow_null": True} | options)


class CellSerializer(serializers.Serializer):
    """A cell to set. A null `quantity` empties it; `seen` is what the program read: another figure by now is refused."""

    cargo_class = serializers.PrimaryKeyRelatedField(queryset=CargoClass.objects.all(), required=False, allow_null=True, default=None)
    month = serializers.IntegerField(min_value=1, max_value=12, required=False, allow_null=True, default=None)
    quantity = QuantityField(min_value=Decimal(0))
    seen = QuantityField(required=False)

    def key(self, cell: dict) -> CellKey:
        return CellKey(cell["cargo_class"].pk if cell["cargo_class"] else None, cell["month"])


class SetTargetsSerializer(serializers.Serializer):
    """Cells of one grid: of a year, unit and direction, for the port, a customer or an account manager."""

    year = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR)
    unit = serializers.ChoiceField(choices=TargetUnit.choices, default=TargetUnit.TONNES)
    direction = serializers.ChoiceField(choices=Direction.choices, allow_blank=True, default="")
    customer = serializers.PrimaryKeyRelatedField(queryset=Customer.objects.none(), required=False, allow_null=True, default=None)
    manager = serializers.PrimaryKeyRelatedField(queryset=User.objects.none(), required=False, allow_null=True, default=None)
    cells = CellSerializer(many=True, allow_empty=False, max_length=MOST_CELLS)

    def get_fields(self):
        fields = super().get_fields()
        request = self.context.get("request")
        if request is not None and request.user.is_authenticated:
            fields["customer"].queryset = Customer.objects.visible_to(request.user)
            fields["manager"].queryset = User.objects.ever()
        return fields

    def validate_cells(self, cells: list[dict]) -> list[dict]:
        keys = [self.fields["cells"].child.key(cell) for cell in cells]
        if len(set(keys)) < len(keys):
            raise serializers.ValidationError(_("A cell is named twice."))
        return cells


def slot_of(given: dict) -> Slot:
    """Whose task a body or a query speaks of."""
    customer, manager = given["customer"], given["manager"]
    return Slot(given["year"], given["unit"], given["direction"], customer and customer.pk, manager and manager.pk)


def cells_of(given: dict) -> tuple[dict[CellKey, Decimal | None], dict[CellKey, Decimal | None]]:
    """What is wanted of each cell, and what was seen of those that say it."""
    cells = {CellSerializer().key(cell): cell for cell in given["cells"]}
    return {key: cell["quantity"] for key, cell in cells.items()}, {key: cell["seen"] for key, cell in cells.items() if "seen" in cell}


class TargetWriteSerializer(serializers.Serializer):
    """How many cells were set for the first time, changed and emptied."""

    added = serializers.IntegerField()
    changed = serializers.IntegerField()
    emptied = serializers.IntegerField()


class ShareField(serializers.DecimalField):
    """A share of one: 0.625 is 62.5 %."""

    def __init__(self, **options):
        super().__init__(max_digits=None, decimal_places=6, allow_null=True, **options)


class SumsSerializer(serializers.Serializer):
    """Of some months: the task, what was handled, and what was a year before."""

    task = QuantityField()
    handled = QuantityField()
    before = QuantityField()
    completion = ShareField()
    growth = ShareField(help_text="Year on year")


class YearSerializer(serializers.Serializer):
    """The year's task, what is handled of it so far, and the whole year before."""

    task = QuantityField()
    handled = QuantityField()
    before = QuantityField()
    completion = ShareField()


class CompletionLineSerializer(serializers.Serializer):
    """A class, or all of them where `cargo_class` is null. `is_summed`: their task is the sum of the classes; `is_spread`: the months of
    the task are the year's, spread by the year before. Null is no task or no data, never zero."""

    cargo_class = serializers.CharField(source="code", allow_null=True)
    month = SumsSerializer(help_text="Of `of_month`, the newest month or January and February together")
    month_on_month = ShareField()
    since_january = SumsSerializer(source="cumulative")
    of_year = YearSerializer()
    projected = QuantityField(help_text="Where the year ends: as projected, or as handled once it is over")
    projected_low = QuantityField(source="projection.low", default=None)
    projected_high = QuantityField(source="projection.high", default=None)
    gap = QuantityField(help_text="What the projected end leaves open of the task; below zero where it is more than the task")
    is_summed = serializers.BooleanField()
    is_spread = serializers.BooleanField()


class CompletionSerializer(serializers.Serializer):
    """How far the annual task of one slot is done `through` a month (0: no whole month yet); `projected_from` is the last month the
    projections rest on."""

    year = serializers.IntegerField(source="slot.year")
    unit = serializers.ChoiceField(choices=TargetUnit.choices, source="slot.unit")
    direction = serializers.ChoiceField(choices=Direction.choices, allow_blank=True, source="slot.direction")
    customer = serializers.IntegerField(source="slot.customer_id", allow_null=True)
    manager = serializers.IntegerField(source="slot.manager_id", allow_null=True)
    through = serializers.IntegerField()
    of_month = serializers.ListField(child=serializers.IntegerField(), source="whole.of_month")
    projected_from = serializers.DateField(source="run.as_of", default=None, allow_null=True)
    lines = serializers.SerializerMethodField()

    @extend_schema_field(CompletionLineSerializer(many=True))
    def get_lines(self, found: Completion) -> list[dict]:
        return CompletionLineSerializer([found.whole, *found.lines], many=True).data
