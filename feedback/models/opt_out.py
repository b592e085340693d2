from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import Contact
from feedback.enums import OptOutSource
from feedback.models.invitation import Invitation
from feedback.models.questionnaire import Questionnaire
from feedback.querysets import OptOutQuerySet
from portcrm.choices import known


class OptOut(models.Model):
    """Somebody asked not to get this kind of survey any more, or none at all (`questionnaire` empty), until it is lifted.

    It holds for the mailbox (small letters) and for the contact: neither a second contact with the mailbox nor a new
    address of the contact is asked again.
    """

    address = models.EmailField(_("E-mail"))
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, related_name="+", verbose_name=_("Contact"))
    invitation = models.ForeignKey(Invitation, models.SET_NULL, null=True, related_name="opt_outs")
    questionnaire = models.ForeignKey(Questionnaire, models.CASCADE, null=True, related_name="+", verbose_name=_("Questionnaire"))
    source = models.CharField(_("How it was said"), max_length=10, choices=OptOutSource.choices)
    said_at = models.DateTimeField(_("Said at"))
    lifted_at = models.DateTimeField(_("Lifted at"), null=True, blank=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("Lifted by"))
    lifted_reason = models.CharField(_("Reason"), max_length=300, blank=True)

    objects = OptOutQuerySet.as_manager()

    class Meta:
        ordering = ("-said_at", "-pk")
        constraints = [
            *known("opt_out", source=OptOutSource),
            models.UniqueConstraint(
                fields=("address", "contact", "questionnaire"),
                condition=Q(lifted_at=None),
                nulls_distinct=False,
                name="somebody_opts_out_of_a_survey_once",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None, lifted_reason="")
                | (Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lifted_reason="")),
                name="an_opt_out_is_lifted_by_somebody_for_a_reason",
            ),
        ]
        indexes = [models.Index(fields=("contact",), condition=Q(lifted_at=None), name="opt_out_of_contact")]

    def __str__(self) -> str:
        return str(self.mailbox)

    @property
    def mailbox(self) -> str:
        """Whose mails stay away; somebody asked on paper has none."""
        return self.address or _("On paper")

    def get_absolute_url(self) -> str:
        return reverse("feedback:opt_out", args=[self.pk])

    @property
    def scope_label(self) -> str:
        return self.questionnaire.label if self.questionnaire else str(_("All surveys"))

    @property
    def state_look(self) -> tuple[str, str, str]:
        """Word, tone and shape of the badge."""
        return (
            (pgettext_lazy("opt-out", "Lifted"), "neutral", "history")
            if self.lifted_at
            else (pgettext_lazy("opt-out", "In force"), "info", "lock")
        )
