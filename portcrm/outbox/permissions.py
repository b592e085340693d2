from django.utils.translation import gettext_lazy as _

from portcrm.accounts.roles import Permission, Role

VIEW_MAIL = "outbox.view_mail"
SEND_AGAIN = "outbox.send_again"
CONTROL = "outbox.control"

PERMISSIONS = (
    Permission(
        VIEW_MAIL,
        _("See mails as their recipients do"),
        frozenset({Role.MARKETING, Role.SERVICE, Role.MANAGER, Role.ADMIN, Role.AUDITOR}),
    ),
    Permission(SEND_AGAIN, _("Send a mail again"), frozenset({Role.MARKETING, Role.SERVICE, Role.ADMIN})),
    Permission(CONTROL, _("Stop and release the outbox"), frozenset({Role.ADMIN})),
)
