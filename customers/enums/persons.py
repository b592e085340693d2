"""Closed lists of the people at a customer and of what is kept about them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ContactRole(models.TextChoices):
    IN_CHARGE = "in_charge", _("Person in charge")
    DECISION_MAKER = "decision_maker", _("Decision maker")
    LEGAL = "legal", _("Legal representative")
    OPERATIONS = "operations", pgettext_lazy("contact role", "Operations")
    DOCUMENTS = "documents", pgettext_lazy("contact role", "Documents")
    FINANCE = "finance", pgettext_lazy("contact role", "Finance")
    PROCUREMENT = "procurement", pgettext_lazy("contact role", "Logistics purchasing")
    INFLUENCER = "influencer", _("Influences decisions")


class Language(models.TextChoices):
    CHINESE = "zh-hans", _("Chinese")
    ENGLISH = "en", _("English")


class Aspect(models.TextChoices):
    """What is observed of a person in charge; each line is one of the outline's words."""

    CHARACTER = "character", _("Character")
    INTERESTS = "interests", _("Interests")
    EDUCATION = "education", _("Education")
    CAREER = "career", _("Career history")
    TEMPERAMENT = "temperament", _("Temperament")
    REPUTATION = "reputation", _("Reputation")
    VERBAL_EXPRESSION = "verbal_expression", _("Verbal expression")
    THINKING = "thinking", _("Thinking")
    STRENGTHS = "strengths", _("Strengths")
    WEAKNESSES = "weaknesses", _("Weaknesses")


class Purpose(models.TextChoices):
    """Why something personal is kept at all."""

    VISIT = "visit", _("Preparing visits and talks")
    SERVICE = "service", _("Serving the customer suitably")
    NEGOTIATION = "negotiation", _("Preparing negotiations")


class DateKind(models.TextChoices):
    """Days of a person worth remembering."""

    BIRTHDAY = "birthday", _("Birthday")
    JOINED = "joined", _("Joined the firm")
    OTHER = "other", pgettext_lazy("day to remember", "Another day")


class KeptData(models.TextChoices):
    """What is kept about a person, as far as it needs a reason of its own."""

    REACH = "reach", _("Ways to reach them")
    PROFILE = "profile", _("Profile of the person in charge")


class LegalBasis(models.TextChoices):
    """On which ground of the law on personal information (PIPL, article 13) something is kept."""

    CONSENT = "consent", _("The person agreed")
    CONTRACT = "contract", _("Needed for a contract with the person's firm")
    DUTY = "duty", _("Required by law")
    PUBLIC = "public", _("Made public by the person")


class ErasureReason(models.TextChoices):
    """Why the data about a person are erased."""

    REQUEST = "request", _("The person asks for it")
    WITHDRAWN = "withdrawn", _("Consent was withdrawn")
    PURPOSE = "purpose", _("Not needed any more")
    UNLAWFUL = "unlawful", _("Should not have been kept")
