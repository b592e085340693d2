from portcrm.accounts.models import User
from portcrm.audit.actions import action


@action("profile.edit")
def change_settings(*, name: str, name_en: str, language: str, theme: str, time_zone: str, by: User) -> User:
    """A colleague changes how they are called and how pages look to them."""
    by.name, by.name_en, by.language, by.theme, by.time_zone = name, name_en, language, theme, time_zone
    by.save(update_fields=["name", "name_en", "language", "theme", "time_zone"])
    return by
