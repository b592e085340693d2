"""What to see of the network, and recording relations and acquaintances."""

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers import permissions
from customers.enums import Bond, Level, LinkKind
from customers.forms.base import PartForm, many
from customers.forms.sections import SOURCE, SOURCE_LABEL
from customers.models import Channel, Contact, Customer, Relation
from customers.models.relation import RELATION_FIELDS
from customers.queries.network import Asked, kinds_seen_by
from portcrm.accounts.models import User
from portcrm.pages.forms import DateInput
from portcrm.pages.widgets import RecordChoiceField

DEPTHS = ((1, _("1 step")), (2, _("2 steps")), (3, _("3 steps")))
FIRST_DEPTH = 1


class NetworkForm(forms.Form):
    """Everything has a first value, so that an address without a query shows the network as it stands today."""

    depth = forms.TypedChoiceField(
        label=pgettext_lazy("network", "Reach"), choices=DEPTHS, coerce=int, empty_value=FIRST_DEPTH, required=False
    )
    kind = many(pgettext_lazy("network", "Lines"), LinkKind.choices)
    day = forms.DateField(label=_("As of"), required=False, widget=DateInput())

    def __init__(self, query, *, user: User, today: dt.date):
        self.today, self.offered = today, kinds_seen_by(user)
        given = query.copy()
        for name, first in (("depth", [str(FIRST_DEPTH)]), ("kind", self.offered), ("day", [today.isoformat()])):
            if not any(given.getlist(name)):
                given.setlist(name, first)
        super().__init__(given)
        self.fields["kind"].choices = [(kind, LinkKind(kind).label) for kind in self.offered]

    def asked(self) -> Asked:
        """What is wrong in the address counts as not said."""
        self.is_valid()
        told = self.cleaned_data
        kinds = set(told.get("kind") or self.offered)
        if LinkKind.KNOWS in kinds:
            kinds.add(LinkKind.WORKS_AT)  # whom somebody knows hangs on a firm
        return Asked(told.get("depth") or FIRST_DEPTH, frozenset(kinds), told.get("day") or self.today)


class RelationForm(forms.ModelForm):
    """A relation said from the side of one customer."""

    bond = forms.ChoiceField(label=_("This customer …"), choices=Bond.choices)
    other = RecordChoiceField(queryset=Customer.objects.none(), source="customers", label=_("Other firm"))

    class Meta:
        model = Relation
        fields = RELATION_FIELDS
        widgets = {"since": DateInput()}

    fieldsets = (
        (_("Who with whom"), ("bond", "other", "since")),
        (_("How strong"), ("strength", "share", "note")),
        (SOURCE_LABEL, SOURCE),
    )

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["other"].queryset = Customer.objects.visible_to(user)
        self.fields["channel"].queryset = Channel.objects.of_files()
        self.fields["channel"].empty_label = _("Not given")
        self.fields["since"].help_text = _("Leave it empty where nobody knows.")

    def _post_clean(self) -> None:
        """The service keeps the rules."""


class RelationEditForm(PartForm):
    class Meta:
        model = Relation
        fields = RELATION_FIELDS
        widgets = {"since": DateInput()}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.choose_from("channel", Channel.objects.of_files(self.instance.channel_id))


class EndForm(forms.Form):
    until = forms.DateField(label=_("Ended on"), widget=DateInput(), help_text=_("From this day on it holds no more."))


class AcquaintanceForm(forms.Form):
    """Whom of a customer's people a colleague knows; those who do not keep files speak for themselves."""

    contact = forms.ModelChoiceField(Contact.objects.none(), label=_("Contact"), empty_label=_("Choose a contact"))
    user = forms.ModelChoiceField(User.objects.none(), label=_("Colleague"), empty_label=None)
    closeness = forms.TypedChoiceField(label=_("How well"), choices=Level.choices, coerce=int, initial=Level.MIDDLE)
    since = forms.DateField(label=pgettext_lazy("acquaintance", "Since"), required=False, widget=DateInput())
    how = forms.CharField(label=_("How they met"), required=False, max_length=200)
    note = forms.CharField(label=_("Remarks"), required=False, max_length=300)

    def __init__(self, *args, customer: Customer, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contact"].queryset = Contact.objects.visible_to(user).working_for(customer)
        everybody = User.objects.colleagues()
        self.fields["user"].queryset = everybody if user.has_perm(permissions.CHANGE_CUSTOMER) else everybody.filter(pk=user.pk)
        self.fields["user"].initial = user.pk
