"""Whoever may change one row may change many: actions carry the permission of their app. Here is only who sees others' runs."""

from django.utils.translation import gettext_lazy as _

from portcrm.accounts.roles import EVERY_ROLE, Permission, Role

RUN_BULK = "bulk.run"
VIEW_ALL_BULK_RUNS = "bulk.view_all_runs"

PERMISSIONS = (
    Permission(RUN_BULK, _("See one's own bulk changes"), EVERY_ROLE),
    Permission(VIEW_ALL_BULK_RUNS, _("See everybody's bulk changes"), frozenset({Role.MANAGER, Role.AUDITOR})),
)
