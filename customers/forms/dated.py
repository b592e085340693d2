"""Forms of what is added with a date and never changed: assessments, ratings, appraisals, problems."""

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.forms.sections import SOURCE, SOURCE_LABEL
from customers.models import BusinessAssessment, Channel, CreditGrade, CreditRating, Customer, PeerAppraisal
from portcrm.clock import port_today
from portcrm.pages.forms import DateInput
from portcrm.pages.widgets import RecordChoiceField


class DatedForm(forms.ModelForm):
    day = ""

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        if self.day:
            self.initial.setdefault(self.day, port_today())
        if "channel" in self.fields:
            self.fields["channel"].queryset = Channel.objects.active()
            self.fields["channel"].empty_label = _("Not given")

    def _post_clean(self) -> None:
        """The service keeps the rules."""


class AssessmentForm(DatedForm):
    day = "assessed_on"

    class Meta:
        model = BusinessAssessment
        fields = (
            "assessed_on", "scale", "annual_sales", "employees", "annual_tonnes", "annual_teu", "scale_note", "profitability",
            "profit_margin", "profitability_note", "relation", "relation_since", "share_of_wallet", "rival_ports", "relation_note",
            "cooperation", "cooperation_note", *SOURCE,
        )  # fmt: skip
        widgets = dict.fromkeys(("assessed_on", "relation_since"), DateInput()) | dict.fromkeys(
            ("scale_note", "profitability_note", "relation_note", "cooperation_note"), forms.Textarea({"rows": 2})
        )

    fieldsets = (
        (_("Business scale"), ("assessed_on", "scale", "annual_sales", "employees", "annual_tonnes", "annual_teu", "scale_note")),
        (_("Profitability"), ("profitability", "profit_margin", "profitability_note")),
        (_("Business relation"), ("relation", "relation_since", "share_of_wallet", "rival_ports", "relation_note")),
        (_("Cooperation attitude"), ("cooperation", "cooperation_note")),
        (SOURCE_LABEL, SOURCE),
    )


class GradeField(forms.ModelChoiceField):
    """Grades under the name of their scheme, because a letter alone says nothing."""

    def label_from_instance(self, grade: CreditGrade) -> str:
        return grade.full_label


class RatingForm(DatedForm):
    day = "rated_on"
    grade = GradeField(queryset=CreditGrade.objects.none(), label=_("Scheme and grade"))

    class Meta:
        model = CreditRating
        fields = ("grade", "rated_on", "rated_by", "next_review_on", "note", *SOURCE)
        widgets = dict.fromkeys(("rated_on", "next_review_on"), DateInput()) | {"note": forms.Textarea({"rows": 2})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["grade"].queryset = CreditGrade.objects.active().filter(scheme__is_active=True).select_related("scheme")


class AppraisalForm(DatedForm):
    day = "appraised_on"
    peer = RecordChoiceField(queryset=Customer.objects.none(), source="customers", label=_("Peer in our files"), required=False)

    class Meta:
        model = PeerAppraisal
        fields = ("peer", "peer_name", "appraised_on", "standing", "statement", *SOURCE)
        widgets = {"appraised_on": DateInput(), "statement": forms.Textarea({"rows": 3})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["peer"].queryset = Customer.objects.visible_to(self.user)
        self.fields["peer_name"].help_text = _("Where the peer has no file here.")
