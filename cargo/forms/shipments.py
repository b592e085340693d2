"""What a line of the ledger should have said."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cargo.models import Shipment


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

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("take_back") and cleaned.get("quantity") is None:
            self.add_error("quantity", _("Fill in the right quantity, or take the row back."))
        return cleaned

    def changes(self, shipment: Shipment) -> dict:
        """The figures of the row as it should have been; none where it is only taken back."""
        if self.cleaned_data["take_back"]:
            return {}
        quantity, tonnes, factor = self.cleaned_data["quantity"], self.cleaned_data["tonnes"], None
        if tonnes is None:
            factor = shipment.tonnes_factor or shipment.unit.tonnes_per_unit
            tonnes = quantity * factor if factor else shipment.tonnes
        teu = quantity * shipment.unit.teu_per_unit if shipment.unit.teu_per_unit else shipment.teu
        money = {name: self.cleaned_data[name] for name in ("revenue", "cost")}
        return {"quantity": quantity, "tonnes": tonnes, "tonnes_factor": factor, "teu": teu, **money, **self._in_currency(shipment, money)}

    def _in_currency(self, shipment: Shipment, money: dict) -> dict:
        """Amounts of a row in another currency follow the rate it was booked at."""
        if not shipment.currency:
            return {}
        return {f"{name}_in_currency": None if amount is None else round(amount / shipment.rate, 2) for name, amount in money.items()}
