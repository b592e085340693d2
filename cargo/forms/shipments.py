"""What a line of the ledger should have said."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from cargo.enums import COST_COLUMNS, CostItem
from cargo.models import Shipment

UNSAID = _("What is not said stays unknown")


class CorrectionForm(forms.Form):
    """What the row should have said. All figures empty: the row is only taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("Kept with both rows"))
    take_back = forms.BooleanField(label=_("Take the row back altogether"), required=False)
    quantity = forms.DecimalField(label=_("Quantity"), max_digits=18, decimal_places=3, min_value=0, required=False)
    tonnes = forms.DecimalField(
        label=_("Tonnes"), max_digits=18, decimal_places=3, min_value=0, required=False, help_text=_("By the printed factor if empty")
    )
    revenue = forms.DecimalField(label=_("Revenue"), max_digits=18, decimal_places=2, required=False, help_text=_("Empty means no data"))
    cost = forms.DecimalField(label=_("Cost"), max_digits=18, decimal_places=2, required=False, help_text=_("Empty means no data"))

    def __init__(self, *args, shipment: Shipment, **options):
        """Parts are asked for where the row has them: cost items instead of the cost, laden boxes beside the quantity."""
        super().__init__(*args, **options)
        self.shipment = shipment
        self.items = [item.column for item in CostItem if getattr(shipment, item.column) is not None]
        for item in CostItem if self.items else ():
            self.fields[item.column] = forms.DecimalField(label=item.label, max_digits=18, decimal_places=2, required=False)
        if self.items:
            del self.fields["cost"]
        if shipment.teu_laden is not None:
            self.fields["teu_laden"] = forms.DecimalField(
                label=_("TEU laden"),
                max_digits=14,
                decimal_places=3,
                min_value=0,
                required=False,
                help_text=UNSAID,
            )

    @staticmethod
    def figures_of(shipment: Shipment) -> dict:
        """What the form shows at first: the row as it is."""
        kept = ("quantity", "revenue", "cost", "teu_laden", *COST_COLUMNS)
        return {name: getattr(shipment, name) for name in kept} | {"tonnes": None if shipment.tonnes_factor else shipment.tonnes}

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("take_back"):
            return cleaned
        if cleaned.get("quantity") is None:
            self.add_error("quantity", _("Fill in the right quantity, or take the row back."))
        elif (laden := cleaned.get("teu_laden")) is not None and laden > self._teu():
            self.add_error("teu_laden", _("There are more laden or empty TEU than TEU."))
        return cleaned

    def _teu(self) -> Decimal:
        factor = self.shipment.unit.teu_per_unit
        return self.cleaned_data["quantity"] * factor if factor else self.shipment.teu

    def changes(self) -> dict:
        """The figures of the row as it should have been; none where it is only taken back."""
        if self.cleaned_data["take_back"]:
            return {}
        shipment, quantity, tonnes, factor = self.shipment, self.cleaned_data["quantity"], self.cleaned_data["tonnes"], None
        if tonnes is None:
            factor = shipment.tonnes_factor or shipment.unit.tonnes_per_unit
            tonnes = quantity * factor if factor else shipment.tonnes
        teu, laden = self._teu(), self.cleaned_data.get("teu_laden")
        boxes = {"teu": teu, "teu_laden": laden, "teu_empty": None if laden is None else teu - laden}
        money = {"revenue": self.cleaned_data["revenue"], **self._cost()}
        return {"quantity": quantity, "tonnes": tonnes, "tonnes_factor": factor, **boxes, **money, **self._in_currency(money)}

    def _cost(self) -> dict:
        if not self.items:
            return {"cost": self.cleaned_data["cost"]}
        items = {name: self.cleaned_data[name] for name in COST_COLUMNS}
        known = [amount for amount in items.values() if amount is not None]
        return items | {"cost": sum(known) if known else None}

    def _in_currency(self, money: dict) -> dict:
        """Amounts of a row in another currency follow the rate it was booked at."""
        if not self.shipment.currency:
            return {}
        rate = self.shipment.rate
        return {f"{name}_in_currency": None if money[name] is None else round(money[name] / rate, 2) for name in ("revenue", "cost")}
