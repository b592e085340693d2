"""Choosing rows of the ledger while a complaint is written down: what is typed of the cargo offers the rows that may be meant."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from cargo.models import Shipment
from feedback.queries.complaint_cargo import rows_that_may_be_meant, words_of
from portcrm.accounts.models import User
from portcrm.clock import port_today
from portcrm.pages.formats import number

CLUES = ("bl_no", "vessel", "voyage")
CHOSEN, LONGEST_KEY = 50, 18
OFFERED_BESIDE = 8  # the form stays short: the page of the case offers more


def told_of(row: Shipment) -> str:
    """A row of the ledger in one line: day, class, quantity, bill of lading, vessel and voyage, customer."""
    ship = f"{row.vessel} {row.voyage}".strip()
    parts = (row.handled_label, row.cargo_class.short, f"{number(row.tonnes)} t", row.bl_no, ship, row.customer.label)
    return " · ".join(part for part in parts if part)


class ShipmentsField(forms.MultipleChoiceField):
    """Ticked rows stay where they are while others are offered; its value is the list of rows."""

    def __init__(self):
        super().__init__(
            label=_("Shipments of the ledger"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=_(
                "Type bill of lading, vessel or voyage above: the rows that may be meant are offered, those of the customer first."
            ),
        )
        self.rows: dict[str, Shipment] = {}

    def offer(self, *, user: User, typed: Mapping, chosen: list) -> None:
        """Offer what is ticked, then what fits the bill of lading, vessel, voyage and customer as typed."""
        ticked = [int(key) for key in map(str, chosen[:CHOSEN]) if _is_key(key)]
        customer = str(typed.get("customer") or "")
        words = words_of(*(str(typed.get(name) or "") for name in CLUES))
        key = int(customer) if _is_key(customer) else None
        kept = list(Shipment.objects.visible_to(user).filter(pk__in=ticked).for_list()) if ticked else []
        offered = rows_that_may_be_meant(user, customer=key, words=words, on=port_today(), most=OFFERED_BESIDE)
        self.rows = {str(row.pk): row for row in [*kept, *offered]}
        self.choices = [(key, told_of(row)) for key, row in self.rows.items()]

    def clean(self, value) -> list[Shipment]:
        return [self.rows[key] for key in super().clean(value)]


def _is_key(text: str) -> bool:
    return text.isdecimal() and len(text) <= LONGEST_KEY


class CargoSearchForm(forms.Form):
    q = forms.CharField(
        label=_("Bill of lading, vessel, voyage or document"), max_length=200, required=False,
        widget=forms.TextInput({"type": "search", "autocomplete": "off"}),
    )  # fmt: skip
