from portcrm.accounts.enums import Language, Theme
from portcrm.accounts.models.department import Department
from portcrm.accounts.models.user import User

__all__ = ["Department", "Language", "Theme", "User"]
