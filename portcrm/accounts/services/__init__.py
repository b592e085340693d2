from portcrm.accounts.services.departments import create_department, edit_department
from portcrm.accounts.services.own import change_settings
from portcrm.accounts.services.passwords import change_password
from portcrm.accounts.services.people import close_account, create_user, edit_user, reopen_account, system_user

__all__ = [
    "change_password",
    "change_settings",
    "close_account",
    "create_department",
    "create_user",
    "edit_department",
    "edit_user",
    "reopen_account",
    "system_user",
]
