"""Forms of a lead: recording it, moving it."""

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from cargo.enums import CHOSEN_REASONS, LeadStage
from cargo.models import CargoClass, CargoForm, Lead, Port, TradeKind, Unit
from cargo.permissions import EDIT_LEAD
from cargo.services.leads import EDITABLE, move_lead
from customers.forms.base import PartForm
from customers.models import Channel, Customer
from portcrm.accounts.models import User
from portcrm.pages.forms import DateInput, OnceForm
from portcrm.pages.widgets import RecordChoiceField


class LeadForm(OnceForm, PartForm):
    fieldsets = (
        (_("Whose cargo"), ("customer", "party_name", "party_contact")),
        (_("Cargo"), ("cargo_class", "form", "goods", "direction", "trade_kind", "quantity", "unit", "rhythm")),
        (_("Route"), ("origin", "origin_text", "destination", "destination_text", "ready_on", "rival_port")),
        (_("Source"), ("channel", "source_note", "introducer", "introducer_name")),
        (_("Government project"), ("project_no", "project_stage", "equipment")),
        (_("Contract or plan of the shipper"), ("plan_no", "plan_from", "plan_until")),
        (_("What happens next"), ("owner", "next_step", "next_step_on")),
    )
    customer = RecordChoiceField(
        Customer.objects.none(),
        source="customers",
        label=_("Customer"),
        required=False,
        help_text=_("Leave empty where there is no file yet"),
    )
    introducer = RecordChoiceField(Customer.objects.none(), source="customers", label=_("Introduced by (customer)"), required=False)
    origin = RecordChoiceField(Port.objects.none(), source="ports", label=_("Port of loading"), required=False)
    destination = RecordChoiceField(Port.objects.none(), source="ports", label=_("Port of discharge"), required=False)
    rival_port = RecordChoiceField(
        Port.objects.none(), source="ports", label=_("Competing port"), required=False, help_text=_("Which port else might get this cargo")
    )

    class Meta:
        model = Lead
        fields = EDITABLE
        widgets = {
            **{name: DateInput() for name in ("ready_on", "plan_from", "plan_until", "next_step_on")},
            "equipment": forms.Textarea({"rows": 3}),
        }

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        if self.instance.pk:
            del self.fields["form_key"]
        for name in ("customer", "introducer"):
            self.fields[name].queryset = Customer.objects.visible_to(user)
        for name in ("origin", "destination", "rival_port"):
            self.fields[name].queryset = Port.objects.in_use(held=[getattr(self.instance, f"{name}_id")])
        for name, model in (("cargo_class", CargoClass), ("form", CargoForm), ("trade_kind", TradeKind), ("unit", Unit)):
            self.fields[name].queryset = model.objects.in_use(held=[getattr(self.instance, f"{name}_id")])
        self.fields["channel"].queryset = Channel.objects.filter(family="cargo", is_active=True)
        self.fields["unit"].help_text = _("Tonnes follow from the printed factor of the unit")
        self.choose_from("owner", User.objects.able(EDIT_LEAD, held=[self.instance.owner_id]))

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("customer") and not cleaned.get("party_name"):
            self.add_error("party_name", _("Name the customer, or the company that has no file yet."))
        if (cleaned.get("quantity") is None) != (cleaned.get("unit") is None) and not self.errors.keys() & {"quantity", "unit"}:
            self.add_error("quantity", _("A quantity needs its unit, and a unit its quantity."))
        return cleaned


class AgreedForm(forms.Form):
    """What was agreed with the customer of a won lead."""

    tonnes_a_month = forms.DecimalField(label=_("Tonnes a month"), max_digits=18, decimal_places=3, min_value=0, required=False)
    teu_a_month = forms.DecimalField(label=_("TEU a month"), max_digits=14, decimal_places=3, min_value=0, required=False)
    first_month = forms.DateField(label=_("From month"), widget=DateInput(), help_text=_("Any day of it"))
    last_month = forms.DateField(label=_("Until month"), widget=DateInput(), help_text=_("Any day of it"))
    continues = forms.BooleanField(
        label=_("Continues what was handled before"),
        required=False,
        help_text=_("For a renewal: then all of it counts, not only what is more than in the year before"),
    )


class MoveForm(forms.Form):
    stage = forms.ChoiceField(label=_("Stage"), choices=LeadStage.choices)
    seen = forms.ChoiceField(choices=LeadStage.choices, widget=forms.HiddenInput)
    reason = forms.ChoiceField(
        label=_("Why it was lost"),
        choices=[("", "—"), *((reason.value, reason.label) for reason in CHOSEN_REASONS)],
        required=False,
        help_text=_("Only for a lost lead"),
    )
    note = forms.CharField(label=_("What happened"), max_length=300, required=False)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("stage") == LeadStage.LOST and not cleaned.get("reason"):
            self.add_error("reason", _("Say why the lead was lost."))
        return cleaned

    def move(self, lead: Lead, *, today: dt.date, by: User) -> Lead:
        """Move the lead from the stage its mover saw."""
        lead.stage = self.cleaned_data["seen"]
        chosen = {name: self.cleaned_data[name] for name in ("reason", "note")}
        return move_lead(lead=lead, to=self.cleaned_data["stage"], today=today, by=by, **chosen)
