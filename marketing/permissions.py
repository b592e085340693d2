from django.utils.translation import gettext_lazy as _

from portcrm.accounts.roles import Permission, Role

VIEW_RANKING = "marketing.view_ranking"
EXPORT_RANKING = "marketing.export_ranking"
RUN_RANKING = "marketing.run_ranking"
EDIT_MODEL = "marketing.edit_model"
VIEW_KEY_ACCOUNTS = "marketing.view_key_accounts"

# Who reads customer files reads their value too
READERS = frozenset({Role.MARKETING, Role.OPERATIONS, Role.SERVICE, Role.MANAGER, Role.AUDITOR})

PERMISSIONS = (
    Permission(VIEW_RANKING, _("See customer value, rankings and the weights behind them"), READERS),
    Permission(EXPORT_RANKING, _("Export rankings"), frozenset({Role.MARKETING, Role.MANAGER, Role.AUDITOR})),
    Permission(RUN_RANKING, _("Run a ranking and check it again"), frozenset({Role.MARKETING, Role.MANAGER})),
    Permission(EDIT_MODEL, _("Change the weights of the ranking and put them in force"), frozenset({Role.MANAGER})),
    Permission(
        VIEW_KEY_ACCOUNTS,
        _("See the key-account dashboard"),
        READERS,
    ),
)
