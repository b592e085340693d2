from django.utils.translation import gettext_lazy as _

from portcrm.accounts.roles import Permission, Role

IMPORT = "exchange.import_file"
EXPORT = "exchange.export_list"
VIEW_ALL_RUNS = "exchange.view_all_runs"
WORK_ON_ALL_RUNS = "exchange.work_on_all_runs"

PERMISSIONS = (
    Permission(
        IMPORT,
        _("Import files (what into, the app's own permission says)"),
        frozenset({Role.MARKETING, Role.OPERATIONS, Role.MANAGER, Role.ADMIN}),
    ),
    Permission(
        EXPORT,
        _("Export lists to a file"),
        frozenset({Role.MARKETING, Role.OPERATIONS, Role.SERVICE, Role.MANAGER, Role.ADMIN, Role.AUDITOR}),
    ),
    Permission(VIEW_ALL_RUNS, _("See everybody's imports"), frozenset({Role.ADMIN, Role.AUDITOR})),
    Permission(
        WORK_ON_ALL_RUNS,
        _("Mend, stop and take back imports of colleagues (of what one may import oneself)"),
        frozenset({Role.MANAGER, Role.ADMIN}),
    ),
)
