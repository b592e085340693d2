"""What is heard of mails after they left, and which addresses are left alone because of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portcrm.choices import known
from portcrm.outbox.enums import BlockReason, EventState, Fate, ReturnKind, ReturnState
from portcrm.outbox.models.outgoing_email import OutgoingEmail
from portcrm.outbox.querysets import AddressBlockQuerySet, MailEventQuerySet, MailReportQuerySet, ReturnedMailQuerySet


class MailReport(models.Model):
    """One word about one mail's fate, from a server at hand-over, a returned mail or a mail service; heard once by its key."""

    key = models.CharField(max_length=200, unique=True)
    mail = models.ForeignKey(OutgoingEmail, models.SET_NULL, null=True, related_name="reports")
    address = models.CharField(_("Recipient"), max_length=254)  # in small letters
    fate = models.CharField(_("Fate"), max_length=10, choices=Fate.choices)
    words = models.CharField(_("Words of the server"), max_length=500, blank=True)
    heard_at = models.DateTimeField(_("Heard at"))

    objects = MailReportQuerySet.as_manager()

    class Meta:
        constraints = (*known("report", fate=Fate),)
        indexes = (models.Index(fields=("address", "heard_at"), name="report_by_address"),)


class AddressBlock(models.Model):
    """An address that gets no mail of ours but answers to what it asked, because mails came back; lifted by a person.

    A contact whose address is edited is written to at the new one: the block stays with the old.
    """

    address = models.CharField(_("E-mail"), max_length=254)  # in small letters
    reason = models.CharField(_("Reason"), max_length=10, choices=BlockReason.choices)
    words = models.CharField(_("Words of the server"), max_length=500, blank=True)
    mail = models.ForeignKey(OutgoingEmail, models.SET_NULL, null=True, related_name="+")
    since = models.DateTimeField(_("Blocked since"))
    blocked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("Blocked by"))
    lifted_at = models.DateTimeField(_("Lifted at"), null=True, blank=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("Lifted by"))
    lifted_reason = models.CharField(_("Reason for lifting"), max_length=300, blank=True)

    objects = AddressBlockQuerySet.as_manager()

    class Meta:
        constraints = (
            *known("address_block", reason=BlockReason),
            models.UniqueConstraint(fields=("address",), condition=Q(lifted_at=None), name="an_address_is_blocked_once"),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None, lifted_reason="")
                | (Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lifted_reason="")),
                name="a_block_is_lifted_by_somebody_for_a_reason",
            ),
        )
        indexes = (models.Index(fields=("-since", "-id"), name="address_block_newest"),)

    def __str__(self) -> str:
        return self.address

    def get_absolute_url(self) -> str:
        return reverse("outbox:block", args=[self.pk])

    @property
    def state_look(self) -> tuple:
        """Word, tone and shape of the badge."""
        lifted = (pgettext_lazy("block", "Lifted"), "neutral", "history")
        return lifted if self.lifted_at else (pgettext_lazy("block", "Blocked"), "danger", "lock")


class ReturnedMail(models.Model):
    """A mail that came to the return mailbox, kept as it came; the same one fetched twice is one row."""

    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the mail
    raw = models.BinaryField()
    kind = models.CharField(_("Kind"), max_length=10, choices=ReturnKind.choices)
    state = models.CharField(_("State"), max_length=10, choices=ReturnState.choices)
    mail = models.ForeignKey(OutgoingEmail, models.SET_NULL, null=True, related_name="+")
    sender = models.CharField(_("Sender"), max_length=254, blank=True)
    subject = models.CharField(_("Subject"), max_length=300, blank=True)
    text = models.TextField(_("Text"), blank=True)
    received_at = models.DateTimeField(_("Received at"))
    settled_at = models.DateTimeField(_("Settled"), null=True, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("Settled by"))
    note = models.CharField(_("Remarks"), max_length=300, blank=True)

    objects = ReturnedMailQuerySet.as_manager()

    class Meta:
        constraints = (*known("returned_mail", kind=ReturnKind, state=ReturnState),)
        indexes = (models.Index(fields=("-received_at", "-id"), name="returned_mail_newest"),)

    def __str__(self) -> str:
        return self.subject or str(_("(no subject)"))

    def get_absolute_url(self) -> str:
        return reverse("outbox:returned", args=[self.pk])

    @property
    def state_look(self) -> tuple[str, str]:
        return {"open": ("warning", "help"), "settled": ("success", "circle-check"), "dismissed": ("neutral", "history")}[self.state]


class MailEvent(models.Model):
    """What a mail service told about a mail, as it told it; told twice it is one row."""

    provider = models.CharField(max_length=30)
    key = models.CharField(max_length=200)  # the service's id of the event, or a digest of what it said
    body = models.JSONField()
    state = models.CharField(max_length=10, choices=EventState.choices, default=EventState.NEW)
    mail = models.ForeignKey(OutgoingEmail, models.SET_NULL, null=True, related_name="+")
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = MailEventQuerySet.as_manager()

    class Meta:
        constraints = (
            *known("mail_event", state=EventState),
            models.UniqueConstraint(fields=("provider", "key"), name="a_mail_service_tells_an_event_once"),
        )
        indexes = (models.Index(fields=("id",), condition=Q(state="new"), name="mail_event_new"),)
