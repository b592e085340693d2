from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from customers.enums import TeamFunction
from customers.models import FollowUp, PlannedVisit
from customers.queries.takers import takers
from portcrm.accounts.models import User


def colleague(label) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(User.objects.none(), label=label, empty_label=_("Choose a colleague"))


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea({"rows": 3}))


class HandOverForm(forms.Form):
    to = colleague(_("To colleague"))
    note = forms.CharField(
        label=_("What to know"),
        required=False,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("Agreements, open matters, whom to call first. It stays with the file. Open follow-ups go along."),
    )

    def __init__(self, *args, but: User | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = takers().exclude(pk=but.pk if but else None)


class HandOverAllForm(HandOverForm):
    giver = colleague(_("From colleague"))
    field_order = ("giver", "to", "note")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        open_work = FollowUp.objects.open().filter(owner=OuterRef("pk"))
        planned = PlannedVisit.objects.planned().filter(visitor=OuterRef("pk"))
        has_work = Q(customers__isnull=False) | Exists(open_work) | Exists(planned)
        self.fields["giver"].queryset = User.objects.people().filter(has_work).distinct().order_by("name")


class TeamForm(forms.Form):
    user = colleague(_("Colleague"))
    function = forms.ChoiceField(label=_("Does for the customer"), choices=TeamFunction.choices)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = takers()
