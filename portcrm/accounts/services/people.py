from portcrm.accounts.models import User

SYSTEM_EMAIL = "system@portcrm.invalid"


def system_user() -> User:
    """The inactive user that jobs and public forms act as."""
    user, _made = User.objects.get_or_create(
        email=SYSTEM_EMAIL, defaults={"name": "系统", "name_en": "System", "is_active": False, "is_system": True, "password": "!"}
    )
    return user
