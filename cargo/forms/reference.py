"""Forms of the port's code lists."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cargo.goods import normal_pattern
from cargo.models import CargoClass, CargoForm, CargoSubclass, GoodsRule, Movement, Port, TradeKind, Unit
from cargo.queries.references import aliases_of
from portcrm.pages.forms import EditForm

NAME_STAYS = _("Once rows show a name it stays: add a new entry then, and take this one out of use.")
DIVIDED = re.compile(r"[,，、;；\n]+")


class WrittenAsField(forms.CharField):
    """Several ways to write a thing, divided by commas or lines."""

    def __init__(self, **options):
        super().__init__(widget=forms.Textarea({"rows": 3}), required=False, help_text=_("Divided by commas or lines"), **options)

    def prepare_value(self, value):
        return ", ".join(value) if isinstance(value, (list, tuple)) else value

    def to_python(self, value) -> list[str]:
        texts = value if isinstance(value, list) else DIVIDED.split(super().to_python(value))
        return [text.strip() for text in texts if text.strip()]

    def validate(self, value):
        super().validate(value)
        if too_long := [text for text in value if len(text) > 40]:
            raise forms.ValidationError(_("“%(text)s” is longer than 40 signs."), params={"text": too_long[0]})


class EntryForm(EditForm):
    """What an entry is known by is given once; `fixed` are the fields that stay from then on."""

    fixed: tuple[str, ...] = ("code",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            for name in self.fixed:
                del self.fields[name]
        for name in ("name_zh", "name_en"):
            if name in self.fields:
                self.fields[name].required = True
                self.fields[name].help_text = NAME_STAYS


class CargoClassForm(EntryForm):
    code = forms.RegexField(r"^[0-9]{2}$", label=_("Code"), help_text=_("Two digits"))
    forms = forms.MultipleChoiceField(label=_("Usual forms"), widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = CargoClass
        fields = ("code", "name_zh", "name_en", "short_zh", "short_en", "forms", "hint_zh", "hint_en", "is_active")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["forms"].choices = [(one.pk, one.label) for one in CargoForm.objects.in_use(held=self.instance.forms)]

    def clean_forms(self) -> list[str]:
        """The form that was the most usual stays the first."""
        held = list(self.instance.forms)
        return sorted(self.cleaned_data["forms"], key=lambda form: held.index(form) if form in held else len(held))


class CargoSubclassForm(EntryForm):
    code = forms.RegexField(r"^[0-9]{3}$", label=_("Code"), help_text=_("Three digits, the first two those of the cargo class"))

    class Meta:
        model = CargoSubclass
        fields = ("code", "name_zh", "name_en", "is_active")


class KindForm(EntryForm):
    code = forms.RegexField(r"^[a-z][a-z_]{0,11}$", label=_("Code"), help_text=_("Up to 12 small letters and underscores"))
    aliases = WrittenAsField(label=_("Also written as"))


class CargoFormForm(KindForm):
    class Meta:
        model = CargoForm
        fields = ("code", "name_zh", "name_en", "takes_teu", "aliases", "position", "is_active")


class TradeKindForm(KindForm):
    class Meta:
        model = TradeKind
        fields = ("code", "name_zh", "name_en", "aliases", "position", "is_active")


class MovementForm(EntryForm):
    """Only what files write: the program itself counts by the rest."""

    fixed = ()
    aliases = WrittenAsField(label=_("Also written as"))

    class Meta:
        model = Movement
        fields = ("aliases",)


class GoodsRuleForm(EntryForm):
    fixed = ("pattern",)

    class Meta:
        model = GoodsRule
        fields = ("pattern", "cargo_class", "subclass", "is_general", "is_active")
        help_texts = {"pattern": _("2 to 6 digits of the customs tariff, or a word of the goods in Chinese or English")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["cargo_class"].queryset = CargoClass.objects.in_use(held=[self.instance.cargo_class_id])
        self.fields["subclass"].queryset = CargoSubclass.objects.in_use(held=[self.instance.subclass_id])

    def clean_pattern(self) -> str:
        pattern = normal_pattern(self.cleaned_data["pattern"])
        if not pattern or (pattern.isdigit() and len(pattern) > 6):
            raise forms.ValidationError(_("Give 2 to 6 digits, or a word."))
        return pattern


class UnitForm(EntryForm):
    fixed = ("code", "kind")
    code = forms.RegexField(r"^[a-z0-9.]{1,8}$", label=_("Code"), help_text=_("Up to 8 small letters and digits"))
    aliases = WrittenAsField(label=_("Also written as"))

    class Meta:
        model = Unit
        fields = (
            *("code", "kind", "name_zh", "name_en", "tonnes_per_unit", "teu_per_unit", "source_zh", "source_en", "aliases"),
            *("position", "is_active"),
        )
        help_texts = {
            "tonnes_per_unit": _("A new factor counts for new rows; old rows keep the one they were counted by"),
            "teu_per_unit": _("A new factor counts for new rows; old rows keep the one they were counted by"),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("tonnes_per_unit", "teu_per_unit"):
            self.fields[name].required = False


class PortForm(EntryForm):
    fixed = ("unlocode",)
    unlocode = forms.RegexField(r"^[A-Z]{2}[A-Z2-9]{3}$", label="UN/LOCODE", help_text=_("Two letters of the country and three signs"))
    written_as = WrittenAsField(label=pgettext_lazy("port", "Also written as"))

    class Meta:
        model = Port
        fields = ("unlocode", "name_zh", "name_en", "is_active")

    field_order = ("unlocode", "name_zh", "name_en", "written_as", "is_active")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name_zh"].required = False
        if not self.instance._state.adding:
            self.initial["written_as"] = aliases_of(self.instance)
