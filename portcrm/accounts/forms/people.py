from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portcrm.accounts.models import Department, Language, Theme, User
from portcrm.accounts.roles import Role
from portcrm.pages.forms import EditForm


class PersonForm(EditForm):
    """A colleague as the administrator keeps them."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=Role.choices, required=False, widget=forms.CheckboxSelectMultiple, help_text=_("Two roles add up.")
    )

    class Meta:
        model = User
        fields = ("name", "name_en", "email", "department", "roles")
        help_texts = {"email": _("This is also the log-in."), "name_en": _("Shown to readers of English.")}

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.visible_to(user)

    def clean_email(self) -> str:
        return self.cleaned_data["email"].strip().lower()


class NewPersonForm(PersonForm):
    class Meta(PersonForm.Meta):
        fields = (*PersonForm.Meta.fields, "language")


class SettingsForm(forms.ModelForm):
    """What a colleague decides for themselves."""

    language = forms.ChoiceField(label=_("Language"), choices=Language.choices, help_text=_("Of pages and of mails to you."))
    theme = forms.ChoiceField(label=_("Theme"), choices=Theme.choices)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), required=False, help_text=_("For clock times. Dates of reports are always the port's.")
    )

    class Meta:
        model = User
        fields = ("name", "name_en", "language", "theme", "time_zone")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        named = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix/", "right/")))
        port = (_("The port's: %(zone)s") % {"zone": settings.PORT_TIME_ZONE},)
        self.fields["time_zone"].choices = [("", port[0]), *((zone, zone) for zone in named)]


class DepartmentForm(EditForm):
    class Meta:
        model = Department
        fields = ("code", "name_zh", "name_en")
        help_texts = {"code": _("Short, of letters and digits; imports and exports name it.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name_zh"].label, self.fields["name_en"].label = _("Name in Chinese"), _("Name in English")
        self.fields["name_zh"].required = self.fields["name_en"].required = True
        if self.instance.pk:
            del self.fields["code"]
