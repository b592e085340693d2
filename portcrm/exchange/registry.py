from django.utils.translation import gettext_lazy as _

from portcrm.audit.events import register_event

register_event("exchange.import", _("File imported"))
register_event("exchange.export", _("List exported"))
