"""One form for all that a department thinks of a customer: 17 lines to fill in as far as one knows."""

from dataclasses import dataclass

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from customers.enums import CONCERNS, SERVICE_NEEDS, Level, Matter, Side
from customers.models import Channel, DepartmentView, ViewScore
from customers.services.needs import Score
from portcrm.clock import port_today
from portcrm.pages.forms import DateInput, OnceForm

HEAD = ("viewed_on", "standing", "outlook", "channel", "note")


@dataclass(frozen=True)
class Line:
    """One concern or need of the form, with the department's last word on it."""

    matter: Matter
    weight: forms.BoundField
    delivered: forms.BoundField | None
    evidence: forms.BoundField
    last_weight: ViewScore | None
    last_delivered: ViewScore | None


def level_field(label) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=[("", "–"), *Level.choices], coerce=int, empty_value=None, required=False,
        widget=forms.Select({"aria-label": label, "class": "form-select"}),
    )  # fmt: skip


class DepartmentViewForm(OnceForm, forms.ModelForm):
    """`last` holds the department's current scores by (matter, side); a line left empty changes nothing."""

    class Meta:
        model = DepartmentView
        fields = HEAD
        widgets = {"viewed_on": DateInput(), "note": forms.Textarea({"rows": 3})}

    def __init__(self, *args, last: dict[tuple[str, str], ViewScore], **kwargs):
        super().__init__(*args, **kwargs)
        self.last = last
        self.initial.setdefault("viewed_on", port_today())
        self.fields["channel"].queryset = Channel.objects.active()
        self.fields["channel"].empty_label = _("Not given")
        for matter in Matter:
            self._add_line(matter)

    def _add_line(self, matter: Matter) -> None:
        for side in Side:
            if side == Side.WEIGHT or matter in SERVICE_NEEDS:
                self.fields[f"{side}_{matter}"] = level_field(format_lazy("{} · {}", matter.label, side.label))
        label = format_lazy("{} · {}", matter.label, _("Evidence"))
        box = forms.TextInput({"aria-label": label, "class": "form-control"})
        self.fields[f"evidence_{matter}"] = forms.CharField(label=label, max_length=300, required=False, widget=box)

    @property
    def head_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in HEAD]

    @property
    def concern_lines(self) -> list[Line]:
        return [self._line(matter) for matter in CONCERNS]

    @property
    def need_lines(self) -> list[Line]:
        return [self._line(matter) for matter in SERVICE_NEEDS]

    def _line(self, matter: Matter) -> Line:
        delivered = self[f"delivered_{matter}"] if matter in SERVICE_NEEDS else None
        last = (self.last.get((matter.value, side.value)) for side in Side)
        return Line(matter, self[f"weight_{matter}"], delivered, self[f"evidence_{matter}"], *last)

    def clean(self) -> dict:
        cleaned = super().clean()
        for matter in Matter:
            if cleaned.get(f"evidence_{matter}") and not self._scores_of(matter, cleaned):
                self.add_error(f"evidence_{matter}", _("Give the score this evidence is for."))
        return cleaned

    @staticmethod
    def _scores_of(matter: Matter, cleaned: dict) -> list[Score]:
        evidence = cleaned.get(f"evidence_{matter}", "")
        found = [(side, cleaned.get(f"{side}_{matter}")) for side in Side]
        return [Score(matter.value, side.value, score, evidence) for side, score in found if score]

    def given(self) -> dict:
        """The arguments of the service."""
        scores = [score for matter in Matter for score in self._scores_of(matter, self.cleaned_data)]
        return {name: self.cleaned_data[name] for name in (*HEAD, "form_key")} | {"scores": scores}

    def _post_clean(self) -> None:
        """The service keeps the rules."""
