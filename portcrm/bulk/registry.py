from django.forms import IntegerField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portcrm.audit.events import Told, labels_of, register_event
from portcrm.audit.personal_data import PersonalData, register_personal_data
from portcrm.bulk.actions import registry
from portcrm.bulk.enums import BulkState
from portcrm.bulk.notices import ENDED
from portcrm.bulk.permissions import RUN_BULK
from portcrm.bulk.services.forgetting import chosen_by, erase_from_bulk
from portcrm.exchange.exported import TICKED, register_export, worded
from portcrm.notices.kinds import register_notice
from portcrm.pages.registry import NavItem, register_nav


def _list(record: str) -> str:
    known = registry.lists.get(record)
    return str(known.label) if known else record


def _action(key: str) -> str:
    """What is done, whichever list it is done with."""
    return next((str(one.label) for one in registry.actions.values() if one.key == key), key)


register_event(
    "bulk.run", _("Bulk change"),
    Told(
        worded, list=(pgettext_lazy("of records", "List"), _list), what=(_("What is done"), _action), ticked=TICKED,
        query=_("Filter"), columns=_("Columns"), sort=_("Sorted by"),
        state=(_("Result"), labels_of(BulkState)), total=_("Rows"), done=pgettext_lazy("records", "Gone through"), refused=_("Refused"),
    ),
)  # fmt: skip
register_export("bulk.bulkrefusal", pgettext_lazy("bulk", "Rows not changed"), {"run": IntegerField(label=_("Bulk change"))})
register_nav(NavItem("settings", "bulk", _("Bulk changes"), "bulk:run_list", "list", 35, RUN_BULK))
register_notice(ENDED)
register_personal_data(PersonalData("bulk", chosen_by, erase_from_bulk, order=85))
