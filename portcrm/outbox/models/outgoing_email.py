import re

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portcrm.bilingual import said
from portcrm.outbox.enums import SENDABLE_AGAIN, STATE_LOOKS, MailState
from portcrm.outbox.kinds import kind_label
from portcrm.outbox.querysets import OutgoingEmailQuerySet

AN_ADDRESS = re.compile(r"""[^\s<>"',:;()]+@[^\s<>"',:;()]+""")


def masked(address: str) -> str:
    """l•••@customer.cn: enough to find the mail server that is in trouble."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}•••{at}{domain}" if at else ""


class OutgoingEmail(models.Model):
    """One mail to one recipient: written with the business change that causes it, delivered later by a worker.

    The stored texts hold a placeholder where the personal link goes; only delivery fills it in.
    """

    kind = models.CharField(_("Kind"), max_length=60)
    to_address = models.CharField(_("Recipient"), max_length=254)
    to_name = models.CharField(_("Recipient's name"), max_length=200, blank=True)
    language = models.CharField(_("Language"), max_length=10)
    subject = models.CharField(_("Subject"), max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    link_ref = models.CharField(max_length=100, blank=True)
    record = models.CharField(max_length=60, blank=True)
    record_pk = models.CharField(max_length=40, blank=True)
    dedupe_key = models.CharField(max_length=200, unique=True)
    message_id = models.CharField(max_length=200, unique=True)
    service_mail = models.BooleanField(default=False)  # may arrive twice rather than not at all

    state = models.CharField(_("State"), max_length=10, choices=MailState.choices, default=MailState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("Attempts"), default=0)
    due_at = models.DateTimeField(default=timezone.now)
    not_before = models.DateTimeField(null=True, blank=True)
    not_after = models.DateTimeField(null=True, blank=True)
    journal_number = models.BigIntegerField(null=True, blank=True, unique=True)  # of the last attempt, in the send journal
    claim = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    reason = models.JSONField(default=dict, blank=True)  # a sentence per language, see portcrm.bilingual.both
    answer = models.CharField(_("Answer of the mail server"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("Written"), default=timezone.now)
    settled_at = models.DateTimeField(_("Settled"), null=True, blank=True)

    is_readable = False  # set by visible_to(user): text and recipient are for this reader

    objects = OutgoingEmailQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=("-service_mail", "due_at", "id"), condition=Q(state="waiting"), name="mail_due"),
            models.Index(fields=("lease_until",), condition=Q(state="sending"), name="mail_leased"),
            models.Index(fields=("created_at", "id"), name="mail_newest"),
            models.Index(fields=("state", "created_at", "id"), name="mail_by_state"),
            models.Index(fields=("record", "record_pk"), name="mail_by_record"),
        )
        constraints = (
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(claim__isnull=False, lease_until__isnull=False),
                name="mail_being_sent_has_claim_and_lease",
            ),
            models.CheckConstraint(condition=~Q(state="sent") | Q(settled_at__isnull=False), name="mail_sent_has_a_time"),
        )

    def __str__(self) -> str:
        return f"{self.kind_label} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("outbox:email", args=[self.pk])

    @property
    def kind_label(self) -> str:
        return str(kind_label(self.kind))

    @property
    def shown_subject(self) -> str:
        return self.subject if self.is_readable else self.kind_label

    @property
    def shown_name(self) -> str:
        return self.to_name if self.is_readable else ""

    @property
    def shown_address(self) -> str:
        return self.to_address if self.is_readable else masked(self.to_address)

    @property
    def shown_answer(self) -> str:
        """What the mail server said; it likes to repeat addresses."""
        return self.answer if self.is_readable else AN_ADDRESS.sub(lambda found: masked(found[0]), self.answer)

    @property
    def state_look(self) -> tuple[str, str]:
        """Tone and shape of the state's badge."""
        return STATE_LOOKS[self.state]

    @property
    def can_be_sent_again(self) -> bool:
        return self.state in SENDABLE_AGAIN

    @property
    def reason_text(self) -> str:
        return said(self.reason)
