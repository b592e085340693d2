from django.utils.translation import gettext_lazy as _

from portcrm.notices.kinds import register_notice
from portcrm.notices.services.digests import KIND, reason_against
from portcrm.notices.services.outbox_alarms import STOPPED, tell_administrators
from portcrm.outbox.alarms import register_alarm
from portcrm.outbox.kinds import register_delivery_check, register_kind

register_kind(KIND, _("Notifications by mail"), private=True)
register_delivery_check(KIND, reason_against)
register_notice(STOPPED)
register_alarm(tell_administrators)
