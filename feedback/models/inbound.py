from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from feedback.enums import InboundState, LeftReason
from feedback.models.complaint import Complaint
from feedback.querysets import InboundMailQuerySet
from portcrm.bilingual import said
from portcrm.choices import known

OF_ITSELF = Q(taken_by=None, taken_at=None)
BY_HAND = Q(taken_by__isnull=False, taken_at__isnull=False)


class InboundMail(models.Model):
    """A mail that came to the complaint mailbox, once by its Message-ID. Its sender is what it claims, nothing proven.

    One that opened nothing and was taken in by a person all the same keeps the reason.
    """

    key = models.UUIDField(unique=True)  # of the Message-ID, or of the mail where it has none
    message_id = models.CharField(max_length=998, blank=True)
    raw = models.BinaryField()  # its beginning, as it came
    sender = models.CharField(_("Sender"), max_length=254, blank=True)
    name = models.CharField(_("Name"), max_length=200, blank=True)
    subject = models.CharField(pgettext_lazy("complaint", "Subject"), max_length=300, blank=True)
    text = models.TextField(_("Text"), blank=True)
    state = models.CharField(_("State"), max_length=10, choices=InboundState)
    reason = models.CharField(_("Reason"), max_length=10, choices=LeftReason, blank=True)
    complaint = models.ForeignKey(
        Complaint, models.SET_NULL, null=True, blank=True, related_name="inbound_mails", verbose_name=_("Complaint")
    )
    left_out = models.JSONField(default=list)  # sentences in both languages: which files were not kept and why
    received_at = models.DateTimeField(_("Received at"))
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Taken in by hand by")
    )
    taken_at = models.DateTimeField(_("Taken in by hand at"), null=True, blank=True)

    objects = InboundMailQuerySet.as_manager()

    class Meta:
        ordering = ("-received_at", "-pk")
        constraints = [
            *known("inbound_mail", state=InboundState, reason=("", *LeftReason.values)),
            models.CheckConstraint(
                condition=(Q(state=InboundState.LEFT) & ~Q(reason="") & OF_ITSELF)
                | (~Q(state=InboundState.LEFT) & Q(reason="") & OF_ITSELF)
                | (~Q(state=InboundState.LEFT) & ~Q(reason="") & BY_HAND),
                name="a_mail_has_a_reason_where_it_opened_nothing_by_itself",
            ),
        ]
        indexes = [
            models.Index(fields=("-received_at", "-id"), name="inbound_mail_newest"),
            models.Index(fields=("message_id",), name="inbound_mail_by_message_id"),
        ]

    def __str__(self) -> str:
        return self.subject or str(_("(no subject)"))

    def get_absolute_url(self) -> str:
        return reverse("feedback:inbound_mail", args=[self.pk])

    @property
    def state_look(self) -> tuple[str, str]:
        return {"case": ("success", "circle-check"), "added": ("info", "message"), "left": ("neutral", "history")}[self.state]

    @property
    def left_out_words(self) -> list[str]:
        return [said(sentence) for sentence in self.left_out]
