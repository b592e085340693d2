"""Closed lists of the customer network."""

from django.db import models
from django.utils.translation import pgettext_lazy


class RelationKind(models.TextChoices):
    """What one firm is to another; read from the first to the second. Parent companies stand in the file itself."""

    FORWARDS_FOR = "forwards_for", pgettext_lazy("relation", "forwards cargo for")
    AGENT_OF = "agent_of", pgettext_lazy("relation", "is ship's agent of")
    SHIPS_WITH = "ships_with", pgettext_lazy("relation", "ships with")
    REFERRED_BY = "referred_by", pgettext_lazy("relation", "was referred by")
    COMPETES_WITH = "competes_with", pgettext_lazy("relation", "competes with")


class Bond(models.TextChoices):
    """A relation as said from the side of one firm; never stored (customers.queries.relations says what it becomes)."""

    FORWARDS_FOR = "forwards_for", pgettext_lazy("relation", "forwards cargo for")
    FORWARDED_BY = "forwarded_by", pgettext_lazy("relation", "has its cargo forwarded by")
    AGENT_OF = "agent_of", pgettext_lazy("relation", "is ship's agent of")
    REPRESENTED_BY = "represented_by", pgettext_lazy("relation", "has as ship's agent")
    SHIPS_WITH = "ships_with", pgettext_lazy("relation", "ships with")
    CARRIES_FOR = "carries_for", pgettext_lazy("relation", "carries for")
    REFERRED_BY = "referred_by", pgettext_lazy("relation", "was referred by")
    REFERRED = "referred", pgettext_lazy("relation", "referred")
    COMPETES_WITH = "competes_with", pgettext_lazy("relation", "competes with")
    PARENT_OF = "parent_of", pgettext_lazy("relation", "is parent company of")
    SUBSIDIARY_OF = "subsidiary_of", pgettext_lazy("relation", "is subsidiary of")


class LinkKind(models.TextChoices):
    """Every kind of line in the customer network: relations of firms, and people; never stored."""

    FORWARDS_FOR = "forwards_for", pgettext_lazy("relation", "forwards cargo for")
    AGENT_OF = "agent_of", pgettext_lazy("relation", "is ship's agent of")
    SHIPS_WITH = "ships_with", pgettext_lazy("relation", "ships with")
    PARENT_OF = "parent_of", pgettext_lazy("relation", "is parent company of")
    REFERRED_BY = "referred_by", pgettext_lazy("relation", "was referred by")
    COMPETES_WITH = "competes_with", pgettext_lazy("relation", "competes with")
    WORKS_AT = "works_at", pgettext_lazy("relation", "works at")
    KNOWS = "knows", pgettext_lazy("relation", "knows")
    MANAGES = "manages", pgettext_lazy("relation", "is account manager of")
    SERVES = "serves", pgettext_lazy("relation", "is in the team of")
