from django.forms import IntegerField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portcrm.audit.events import Told, labels_of, register_event
from portcrm.audit.personal_data import PersonalData, register_personal_data
from portcrm.exchange.enums import Choice, RowState, RunState
from portcrm.exchange.exported import TICKED, name_of_list, register_export, worded
from portcrm.exchange.importing import importers
from portcrm.exchange.notices import ENDED, TAKEN_BACK
from portcrm.exchange.permissions import IMPORT
from portcrm.exchange.services.forgetting import erase_from_imports, imported_about
from portcrm.notices.kinds import register_notice
from portcrm.pages.registry import CreateItem, NavItem, register_create, register_nav


def _what(key: str) -> str:
    """What an importer takes in."""
    importer = importers().get(key)
    return str(importer.label) if importer else key


register_event(
    "exchange.import", _("File imported"),
    Told(
        importer=(_("What"), _what), state=(_("Result"), labels_of(RunState)), created=_("Added"), updated=_("Updated"),
        skipped=_("Left as they were"), rejected=_("With problems"),
    ),
)  # fmt: skip
register_event("exchange.choose", _("Row left out of an import"), Told(line=_("Line"), choice=(_("Decision"), labels_of(Choice))))
register_event("exchange.mend", _("Row of an import mended"), Told(line=_("Line"), state=(_("Result"), labels_of(RowState))))
register_event(
    "exchange.revert", _("Import taken back"),
    Told(state=(_("Result"), labels_of(RunState)), done=pgettext_lazy("records", "Gone through"), left=_("To be decided")),
)  # fmt: skip
register_event(
    "exchange.export", _("List exported"),
    Told(
        worded, list=(pgettext_lazy("of records", "List"), name_of_list), rows=_("Rows"), format=(_("File type"), str.upper),
        ticked=TICKED, query=_("Filter"), columns=_("Columns"), sort=_("Sorted by"),
    ),
)  # fmt: skip
register_export("exchange.importproblem", _("Rows with problems"), {"run": IntegerField(label=_("Import no."))})
register_nav(NavItem("settings", "imports", _("Imports"), "exchange:import_list", "file-import", 30, IMPORT))
register_create(CreateItem("import", _("Import a file"), "exchange:import_new", "file-import", IMPORT))
register_personal_data(PersonalData("exchange", imported_about, erase_from_imports, order=80))
register_notice(ENDED)
register_notice(TAKEN_BACK)
