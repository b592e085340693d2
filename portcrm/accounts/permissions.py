from django.utils.translation import gettext_lazy as _

from portcrm.accounts.roles import Permission, Role

SEE_PEOPLE = "accounts.see_people"
MANAGE_PEOPLE = "accounts.manage_people"

PERMISSIONS = (
    Permission(SEE_PEOPLE, _("See who works with the system and with which roles"), frozenset({Role.ADMIN, Role.AUDITOR, Role.MANAGER})),
    Permission(MANAGE_PEOPLE, _("Add people, give roles, close accounts"), frozenset({Role.ADMIN})),
)
