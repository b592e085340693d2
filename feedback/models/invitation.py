import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from customers.models import Contact, Customer
from feedback.enums import DeclineReason
from feedback.models.code import LENGTH, draw_code, grouped
from feedback.models.wave import Wave, house_of
from feedback.querysets import InvitationQuerySet
from portcrm.bilingual import pick
from portcrm.choices import known
from portcrm.outbox.models import OutgoingEmail


def new_public_id() -> str:
    """16 random bytes in 22 characters fit for an address; useless without the site's signature."""
    return secrets.token_urlsafe(16)


def new_code() -> str:
    """What stands on the printed form, for staff to type in."""
    return draw_code()


class Invitation(models.Model):
    """One person asked in one wave: a contact of a customer, or one of our own people (`user`).

    Address, name and language are those of the moment of asking; without an address: on paper.
    """

    wave = models.ForeignKey(Wave, models.PROTECT, related_name="invitations")
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="invitations")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, related_name="invitations")
    # One of our own people instead; found by an index of the few rows that have one.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+")
    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    code = models.CharField(_("Code"), max_length=LENGTH, unique=True, default=new_code, editable=False)
    address = models.EmailField(_("E-mail"), blank=True)
    name = models.CharField(_("Contact"), max_length=200, blank=True)
    language = models.CharField(_("Language"), max_length=10)
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    invited_on = models.DateField(_("Invited on"))
    mail = models.OneToOneField(OutgoingEmail, models.SET_NULL, null=True, blank=True, related_name="+")
    mail_written_at = models.DateTimeField(null=True, blank=True)  # kept when the outbox forgets the mail: no second one
    opened_at = models.DateTimeField(_("Form opened at"), null=True, blank=True)
    answered_at = models.DateTimeField(_("Answered at"), null=True, blank=True)
    declined_at = models.DateTimeField(_("Declined at"), null=True, blank=True)
    decline_reason = models.CharField(_("Reason for declining"), max_length=12, choices=DeclineReason.choices, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ("wave", "pk")
        constraints = [
            models.UniqueConstraint(fields=("wave", "contact"), name="contact_is_invited_once_a_wave"),
            models.UniqueConstraint(fields=("wave", "user"), condition=Q(user__isnull=False), name="one_of_our_own_is_invited_once_a_wave"),
            models.CheckConstraint(
                condition=Q(user=None, customer__isnull=False) | (Q(user__isnull=False, customer=None, contact=None) & ~Q(address="")),
                name="an_invitation_asks_a_contact_or_one_of_our_own",
            ),
            models.UniqueConstraint("wave", Lower("address"), condition=~Q(address=""), name="address_is_invited_once_a_wave"),
            *known("invitation", decline_reason=("", *DeclineReason.values)),
            models.CheckConstraint(
                condition=Q(declined_at=None, decline_reason="") | Q(declined_at__isnull=False) & ~Q(decline_reason=""),
                name="an_invitation_is_declined_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=("contact", "invited_on"), name="invitation_by_contact_and_day"),
            models.Index(Lower("address"), "invited_on", name="invitation_by_mailbox_and_day"),
            models.Index(fields=("user", "invited_on"), condition=Q(user__isnull=False), name="invitation_of_our_own_by_day"),
        ]

    def __str__(self) -> str:
        return self.name or self.address

    @property
    def who(self) -> str:
        """Names the person among all ever asked, in keys that keep a mail from being written twice."""
        return f"u{self.user_id}" if self.user_id else str(self.contact_id)

    @property
    def company(self) -> str:
        """The customer's name in the language that is active; of our own people the port's."""
        return self.customer.label if self.customer else pick(settings.PORT_NAME_ZH, settings.PORT_NAME_EN)

    @property
    def house(self) -> str:
        return house_of(self)

    @property
    def printed_code(self) -> str:
        return grouped(self.code)

    @property
    def is_on_paper(self) -> bool:
        return not self.address


class Draft(models.Model):
    """Answers on their way: one per invitation, whatever the number of tabs and devices. No score comes from a draft."""

    invitation = models.OneToOneField(Invitation, models.CASCADE, related_name="draft")
    answers = models.JSONField(default=dict)  # {item key: 1..10 | "na" | text}
    language = models.CharField(max_length=10, blank=True)
    updated_at = models.DateTimeField()
