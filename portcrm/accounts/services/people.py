from collections.abc import Collection, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from portcrm.accounts.models import Department, User
from portcrm.accounts.roles import Role
from portcrm.audit.actions import action
from portcrm.editing import set_changes
from portcrm.errors import RuleBroken
from portcrm.memo import once
from portcrm.prepared import Prepared

SYSTEM_EMAIL = "system@portcrm.invalid"
SYSTEM = Prepared(lambda nobody: User.objects.filter(email=SYSTEM_EMAIL))
EDITABLE = frozenset({"email", "name", "name_en", "department", "roles"})


def system_user() -> User:
    """The inactive user that jobs and public forms act as."""
    if found := _stored_system_user():
        return found
    first = {"name": "系统", "name_en": "System", "is_active": False, "is_system": True, "password": "!"}
    try:
        with transaction.atomic():
            return User.objects.create(email=SYSTEM_EMAIL, **first)
    except IntegrityError:  # somebody else was first
        return User.objects.get(email=SYSTEM_EMAIL)


@once
def _stored_system_user() -> User | None:
    return SYSTEM.first(None)


@action("person.create")
def create_user(
    *,
    email: str,
    name: str,
    name_en: str = "",
    department: Department | None = None,
    roles: Collection[str] = (),
    language: str = "zh-hans",
    password: str | None = None,
    by: User,
) -> User:
    """Add a colleague. Without a password nobody can log in as them until they choose one by their invitation."""
    email = email.strip().lower()
    if User.objects.filter(email=email).exists():
        raise RuleBroken(_("Somebody already has this e-mail address."), field="email")
    return User.objects.create_user(
        email=email,
        name=name,
        name_en=name_en,
        department=department,
        roles=_in_order(roles),
        language=language,
        password=password,
    )


@action("person.edit")
def edit_user(*, person: User, by: User, seen: Mapping[str, object] | None = None, **changes: Any) -> User:
    """Change e-mail, names, department or roles of a colleague; other fields are theirs alone.

    A field somebody else changed since it was `seen` raises EditConflict and saves nothing.
    """
    if unknown := changes.keys() - EDITABLE:
        raise TypeError(f"edit_user cannot change {', '.join(sorted(unknown))}")
    person = _locked(person)
    if "roles" in changes:
        changes["roles"] = _in_order(changes["roles"])
        if Role.ADMIN in person.roles and Role.ADMIN not in changes["roles"]:
            _keep_an_administrator(person)
    if "email" in changes:
        changes["email"] = changes["email"].strip().lower()
        if User.objects.filter(email=changes["email"]).exclude(pk=person.pk).exists():
            raise RuleBroken(_("Somebody already has this e-mail address."), field="email")
    person.save(update_fields=set_changes(person, changes=changes, seen=seen or {}))
    return person


@action("person.close", _("Closed the account"))
def close_account(*, person: User, by: User) -> User:
    """End a colleague's access at their next click; what they did stays theirs."""
    person = _locked(person)
    if person.pk == by.pk:
        raise RuleBroken(_("Nobody closes their own account. Ask another administrator."))
    if Role.ADMIN in person.roles:
        _keep_an_administrator(person)
    return _set_active(person, False)


@action("person.reopen", _("Reopened the account"))
def reopen_account(*, person: User, by: User) -> User:
    """Let a colleague back in, with the roles they had."""
    return _set_active(_locked(person), True)


def _set_active(person: User, is_active: bool) -> User:
    person.is_active = is_active
    person.save(update_fields=["is_active"])
    return person


def _locked(person: User) -> User:
    """The person as stored, with every administrator locked: two who demote each other at once do not both succeed."""
    list(User.objects.select_for_update().order_by("pk").holding(Role.ADMIN).active().values_list("pk"))
    found = User.objects.select_for_update().get(pk=person.pk)
    if found.is_system:
        raise RuleBroken(_("The system's own user cannot be changed."))
    return found


def _keep_an_administrator(person: User) -> None:
    if not User.objects.holding(Role.ADMIN).active().exclude(pk=person.pk).exists():
        raise RuleBroken(_("This is the last administrator. Make somebody else administrator first."), field="roles")


def _in_order(roles: Collection[str]) -> list[str]:
    """Each role once, in the order in which roles are listed; ValueError for one that does not exist."""
    wanted = {Role(role) for role in roles}
    return [role.value for role in Role if role in wanted]
