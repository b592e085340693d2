"""Who may share a list view with everyone; keeping one for oneself needs no permission."""

from django.utils.translation import gettext_lazy as _

from portcrm.accounts.roles import Permission, Role

SHARE_VIEW = "pages.share_view"

PERMISSIONS = (
    Permission(
        SHARE_VIEW,
        _("Share list views with everyone"),
        frozenset({Role.MARKETING, Role.OPERATIONS, Role.SERVICE, Role.MANAGER, Role.ADMIN}),
    ),
)
