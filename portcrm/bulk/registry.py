from django.utils.translation import gettext_lazy as _

from portcrm.audit.events import register_event
from portcrm.audit.personal_data import PersonalData, register_personal_data
from portcrm.bulk.notices import ENDED
from portcrm.bulk.permissions import RUN_BULK
from portcrm.bulk.services.forgetting import chosen_by, erase_from_bulk
from portcrm.notices.kinds import register_notice
from portcrm.pages.registry import NavItem, register_nav

register_event("bulk.run", _("Bulk change"))
register_nav(NavItem("settings", "bulk", _("Bulk changes"), "bulk:run_list", "list", 35, RUN_BULK))
register_notice(ENDED)
register_personal_data(PersonalData("bulk", chosen_by, erase_from_bulk, order=85))
