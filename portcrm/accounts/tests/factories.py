from itertools import count

from portcrm.accounts.models import Department, User

numbers = count(1)


def make_department(**fields) -> Department:
    number = next(numbers)
    return Department.objects.create(
        **{"code": f"department-{number}", "name_zh": f"部门{number}", "name_en": f"Department {number}"} | fields
    )


def make_user(*roles: str, **fields) -> User:
    """A user with these roles, e.g. make_user(Role.MARKETING, name="王 经办")."""
    number = next(numbers)
    defaults = {"email": f"user{number}@portcrm.invalid", "name": f"用户{number}", "name_en": f"User {number}"}
    return User.objects.create_user(**defaults | {"roles": [str(role) for role in roles]} | fields)
