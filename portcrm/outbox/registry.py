from django.utils.translation import gettext_lazy as _

from portcrm.audit.events import register_event

register_event("outbox.send_again", _("Mail sent again"))
register_event("outbox.pause", _("Outbox stopped"))
register_event("outbox.resume", _("Outbox released"))
register_event("outbox.confirm_instance", _("Outbox confirmed for this installation"))
