from django.utils.translation import gettext_lazy as _

from portcrm.accounts.roles import Permission, Role

PRINT = "paper.print_form"

PERMISSIONS = (
    Permission(
        PRINT,
        _("Print forms (of which records, the form's own permission says)"),
        frozenset({Role.MARKETING, Role.OPERATIONS, Role.SERVICE, Role.MANAGER}),
    ),
)
