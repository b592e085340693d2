from portcrm.accounts.forms.entrance import AskPasswordForm, ChangePasswordForm, ChoosePasswordForm, CodeForm, LogInForm
from portcrm.accounts.forms.people import DepartmentForm, PersonForm, SettingsForm

__all__ = [
    "AskPasswordForm",
    "ChangePasswordForm",
    "ChoosePasswordForm",
    "CodeForm",
    "DepartmentForm",
    "LogInForm",
    "PersonForm",
    "SettingsForm",
]
