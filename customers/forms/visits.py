from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.forms.interactions import InteractionForm
from customers.models import Contact, Customer, PlannedVisit
from customers.queries.takers import takers
from portcrm.accounts.models import User
from portcrm.pages.forms import DateInput, EditForm, OnceForm


class VisitForm(OnceForm, forms.ModelForm):
    """A visit to be planned."""

    class Meta:
        model = PlannedVisit
        fields = ("planned_for", "starts_at", "minutes", "visitor", "purpose", "place", "contacts", "talking_points")
        widgets = {
            "planned_for": DateInput(),
            "starts_at": forms.TimeInput({"type": "time"}, format="%H:%M"),
            "contacts": forms.CheckboxSelectMultiple(),
            "talking_points": forms.Textarea({"rows": 5}),
        }
        help_texts = {"starts_at": _("On the port's clock. Empty means some time that day.")}

    def __init__(self, *args, customer: Customer, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["visitor"].queryset = takers()
        self.fields["visitor"].empty_label = None
        self.initial.setdefault("visitor", user.pk)
        self.fields["contacts"].queryset = Contact.objects.visible_to(user).working_for(customer)

    def _post_clean(self) -> None:
        """The service keeps the rules."""


class VisitEditForm(EditForm):
    """A planned visit that gets another day, another visitor or other points."""

    class Meta:
        model = PlannedVisit
        fields = VisitForm.Meta.fields
        widgets = VisitForm.Meta.widgets
        help_texts = VisitForm.Meta.help_texts

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["visitor"].queryset = takers(self.instance.visitor_id)
        self.fields["visitor"].empty_label = None
        self.fields["contacts"].queryset = self._people(Contact.objects.visible_to(user))

    def _people(self, contacts):
        """Who works there today, and whoever is on the visit already: the editor takes off who has left."""
        here = contacts.working_for(self.instance.customer)
        return contacts.filter(Q(pk__in=here.values("pk")) | Q(pk__in=self.instance.contacts.values("pk")))


class CallOffForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea({"rows": 2}))


class ReportForm(InteractionForm):
    """The visit report: an interaction whose kind is known and whose first words come from the plan."""

    first = ("subject", "summary", "contacts", "outcome", "next_step", "next_step_on")
    follows = ()

    def __init__(self, *args, visit: PlannedVisit, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["kind"]
        self.fields["summary"].widget.attrs["rows"] = 8

    @property
    def groups(self):
        return super().groups[1:]


class PeriodPlanForm(OnceForm):
    """Visits to the ticked customers, spread over a period."""

    first = forms.DateField(label=pgettext_lazy("period", "From"), widget=DateInput())
    last = forms.DateField(label=pgettext_lazy("period", "To"), widget=DateInput())
    purpose = forms.CharField(label=_("Purpose"), max_length=200)
    customers = forms.ModelMultipleChoiceField(
        Customer.objects.none(), label=_("Customers"), error_messages={"required": _("Tick customers.")}
    )

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["customers"].queryset = Customer.objects.visible_to(user)
