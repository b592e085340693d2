"""What the opinion side adds to the frame."""

from django.utils.translation import gettext_lazy as _

from feedback.services import complaint_mail, invitations
from feedback.services.links import complaint_url, invitation_url
from portcrm.outbox.kinds import register_delivery_check, register_kind, register_link

register_kind(invitations.KIND, _("Opinion form"))
register_kind(complaint_mail.ACKNOWLEDGEMENT, _("Complaint received"))
register_kind(complaint_mail.ANSWER, _("Answer to a complaint"))
register_link(invitations.KIND, invitation_url)
register_link(complaint_mail.ACKNOWLEDGEMENT, complaint_url)
register_link(complaint_mail.ANSWER, complaint_url)
register_delivery_check(invitations.KIND, invitations.reason_to_withhold)
