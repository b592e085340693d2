from django.utils.translation import gettext_lazy as _

from portcrm.audit.events import register_event
from portcrm.audit.personal_data import PersonalData, register_personal_data
from portcrm.exchange.notices import ENDED, TAKEN_BACK
from portcrm.exchange.permissions import IMPORT
from portcrm.exchange.services.forgetting import erase_from_imports, imported_about
from portcrm.notices.kinds import register_notice
from portcrm.pages.registry import CreateItem, NavItem, register_create, register_nav

register_event("exchange.import", _("File imported"))
register_event("exchange.choose", _("Row left out of an import"))
register_event("exchange.mend", _("Row of an import mended"))
register_event("exchange.revert", _("Import taken back"))
register_event("exchange.export", _("List exported"))
register_nav(NavItem("settings", "imports", _("Imports"), "exchange:import_list", "file-import", 30, IMPORT))
register_create(CreateItem("import", _("Import a file"), "exchange:import_new", "file-import", IMPORT))
register_personal_data(PersonalData("exchange", imported_about, erase_from_imports, order=80))
register_notice(ENDED)
register_notice(TAKEN_BACK)
