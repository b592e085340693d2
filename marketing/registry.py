from django.utils.translation import gettext_lazy as _

from portcrm.audit.events import register_event

register_event("ranking.run", _("Asked for a ranking"))
register_event("ranking.cancel", _("Cancelled a ranking"))
register_event("ranking.check", _("Checked a ranking against the ledger"))
