"""Forms at the door: log-in, codes, passwords."""

from allauth.account.forms import LoginForm, ReauthenticateForm
from allauth.mfa.base import forms as second_factor
from allauth.mfa.totp import forms as totp
from django import forms
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.utils.translation import gettext_lazy as _

from portcrm.accounts.demo_logins import demo_logins
from portcrm.accounts.services import change_password


def _plain(field: forms.Field, label, autocomplete: str) -> None:
    """Our label above, no placeholder inside, and what the browser's password store should fill in."""
    field.label, field.help_text = label, ""
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs["autocomplete"] = autocomplete


class LogInForm(LoginForm):
    """In the demo, ?demo=<role> fills in the log-in of that role."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _plain(self.fields["login"], _("E-mail"), "username")
        _plain(self.fields["password"], _("Password"), "current-password")
        self.fields["remember"].label = _("Stay logged in on this device")
        self.demo_logins = demo_logins()
        chosen = self.request.GET.get("demo", "") if self.request else ""
        for one in self.demo_logins:
            if one.role == chosen:
                self.initial |= {"login": one.email, "password": one.password}
                self.fields["password"].widget.render_value = True


class PasswordAgainForm(ReauthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _plain(self.fields["password"], _("Password"), "current-password")


class CodeForm(second_factor.AuthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _code(self.fields["code"])


class CodeAgainForm(second_factor.ReauthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _code(self.fields["code"])


class FirstCodeForm(totp.ActivateTOTPForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _code(self.fields["code"])


def _code(field: forms.Field) -> None:
    _plain(field, _("Code from the authenticator app"), "one-time-code")
    field.widget.attrs |= {"inputmode": "numeric", "autofocus": True}


class AskPasswordForm(forms.Form):
    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput({"autocomplete": "username"}))


class ChoosePasswordForm(SetPasswordForm):
    """By a mailed link."""

    def save(self, commit=True):
        return change_password(password=self.cleaned_data["new_password1"], by=self.user)


class ChangePasswordForm(PasswordChangeForm):
    """Logged in, with the old password; the view hands the new one to the service."""
