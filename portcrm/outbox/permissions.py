from django.utils.translation import gettext_lazy as _

from portcrm.accounts.roles import Permission, Role

VIEW_MAIL = "outbox.view_mail"
SEND_AGAIN = "outbox.send_again"
CONTROL = "outbox.control"
VIEW_RETURNS = "outbox.view_returns"
SETTLE_RETURNS = "outbox.settle_returns"
CHECK_DOMAIN = "outbox.check_domain"

PERMISSIONS = (
    Permission(
        VIEW_MAIL,
        _("See mails as their recipients do"),
        frozenset({Role.MARKETING, Role.SERVICE, Role.MANAGER, Role.ADMIN, Role.AUDITOR}),
    ),
    Permission(SEND_AGAIN, _("Send a mail again"), frozenset({Role.MARKETING, Role.SERVICE, Role.ADMIN})),
    Permission(
        VIEW_RETURNS,
        _("See returned mails and blocked addresses"),
        frozenset({Role.MARKETING, Role.SERVICE, Role.MANAGER, Role.AUDITOR}),
    ),
    Permission(SETTLE_RETURNS, _("Settle returned mails and lift blocks of addresses"), frozenset({Role.MARKETING, Role.SERVICE})),
    Permission(CONTROL, _("Stop and release the outbox"), frozenset({Role.ADMIN})),
    Permission(CHECK_DOMAIN, _("Check what the DNS says of the domain mails come from"), frozenset({Role.ADMIN})),
)
