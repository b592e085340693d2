from django.utils.translation import gettext_lazy as _

from portcrm.audit.events import Told, labels_of, register_event
from portcrm.audit.personal_data import PersonalData, register_personal_data
from portcrm.bulk.actions import BulkAction, BulkList, register_bulk_action, register_bulk_list
from portcrm.outbox.columns import MAIL_COLUMNS, MAIL_ORDERINGS
from portcrm.outbox.enums import Fate, MailState
from portcrm.outbox.filters import OutgoingEmailFilter
from portcrm.outbox.forms import SendAgainForm
from portcrm.outbox.models import OutgoingEmail
from portcrm.outbox.permissions import SEND_AGAIN, VIEW_MAIL, VIEW_RETURNS
from portcrm.outbox.services import send_again_one
from portcrm.outbox.services.forgetting import erase_mails, mails_to
from portcrm.pages.registry import NavItem, register_nav

register_event("outbox.send_again", _("Mail sent again"), Told(state=(_("State until then"), labels_of(MailState)), attempts=_("Attempts")))
register_event("outbox.pause", _("Outbox stopped"))
register_event("outbox.resume", _("Outbox released"))
register_event("outbox.take_over_journal", _("Send journal taken over"), Told(lines=_("Lines of the journal")))
register_event(
    "outbox.confirm_instance", _("Outbox confirmed for this installation"),
    Told(before=_("Installation until then"), after=_("Installation now")),
)  # fmt: skip
register_event("outbox.lift_block", _("Block of an address lifted"))
register_event("outbox.settle_returned", _("Returned mail settled"), Told(fate=(_("What it means"), labels_of(Fate))))
register_event(
    "outbox.check_domain", _("Sending domain checked"), Told(domain=_("Domain"), wrong=_("Points that are wrong")),
)  # fmt: skip
register_event("outbox.dismiss_returned", _("Returned mail put aside"))
register_nav(NavItem("feedback", "returned", _("Returned mail"), "outbox:returned_list", "mail-opened", 85, VIEW_RETURNS))
register_nav(NavItem("feedback", "outbox", _("Outbox"), "outbox:email_list", "mail", 80, VIEW_MAIL))
register_personal_data(PersonalData("outbox", mails_to, erase_mails, order=60))

MAIL = "outbox.outgoingemail"
register_bulk_list(
    BulkList(
        MAIL, _("Outbox"), "outbox:email_list", OutgoingEmail.objects.visible_to, OutgoingEmailFilter, MAIL_COLUMNS, MAIL_ORDERINGS
    )
)  # fmt: skip
register_bulk_action(BulkAction(MAIL, "send_again", _("Send again"), "refresh", SEND_AGAIN, SendAgainForm, send_again_one))
