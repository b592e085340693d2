"""Roles are code: who may do what is read here and in each app's permissions.py, never in the database."""

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    MARKETING = "marketing_staff", _("Marketing staff")
    OPERATIONS = "operations_staff", _("Operations staff")
    SERVICE = "customer_service", _("Customer service")
    MANAGER = "manager", _("Manager")
    ADMIN = "administrator", _("Administrator")
    AUDITOR = "auditor", _("Auditor")


EVERY_ROLE = frozenset(Role)


@dataclass(frozen=True)
class Permission:
    """`name` is "app.verb_noun"; `label` says it to people; `roles` are those who have it.

    `note`: where it ends, for the document of permissions, which is in English only.
    """

    name: str
    label: str
    roles: frozenset[str]
    note: str = ""


@cache
def all_permissions() -> dict[str, Permission]:
    """Every permission of every app, by name, collected from the apps' permissions modules."""
    found: dict[str, Permission] = {}
    for config in apps.get_app_configs():
        module = f"{config.name}.permissions"
        if find_spec(module) is None:
            continue
        for permission in getattr(import_module(module), "PERMISSIONS", ()):
            found[permission.name] = permission
    return found


@cache
def roles_with(permission: str) -> list[str]:
    """The roles that have this permission."""
    return sorted(all_permissions()[permission].roles)


@cache
def permissions_of(roles: frozenset[str]) -> frozenset[str]:
    return frozenset(name for name, permission in all_permissions().items() if permission.roles & roles)
