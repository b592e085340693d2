from django.utils.translation import gettext_lazy as _

from portcrm.notices.services.digests import KIND, reason_against
from portcrm.outbox.kinds import register_delivery_check, register_kind

register_kind(KIND, _("Notifications by mail"), private=True)
register_delivery_check(KIND, reason_against)
