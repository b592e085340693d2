"""Closed lists of files that look alike, and of merging them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DuplicateReason(models.TextChoices):
    """Why two files look like one firm."""

    NAME = "name", _("Same name without legal form and abbreviations")
    ENGLISH = "english", _("Same English name")
    ORGANISATION = "organisation", _("Same organisation code")
    EMAIL = "email", _("Same e-mail")
    PHONE = "phone", _("Same telephone")
    ACCOUNT = "account", _("Same bank account")
    OTHER_CODE = "other_code", _("Different credit codes")


class DuplicateState(models.TextChoices):
    OPEN = "open", pgettext_lazy("duplicate", "To decide")
    MERGED = "merged", pgettext_lazy("duplicate", "Merged")
    DISMISSED = "dismissed", pgettext_lazy("duplicate", "Not the same")


class MergedRowState(models.TextChoices):
    """A row of the merged file: moved to the kept one, and after the undoing what became of it."""

    MOVED = "moved", pgettext_lazy("merge", "Moved")
    RETURNED = "returned", _("Went back")
    CHANGED = "changed", _("Changed since")
    ADDED = "added", _("Added since")
    ELSEWHERE = "elsewhere", _("Moved on to another file since")
    GONE = "gone", _("Deleted since")


class MergeDecision(models.TextChoices):
    """Where a row belongs that an undoing could not decide about."""

    KEPT = "kept", _("Stays with the kept file")
    OTHER = "other", _("Goes to the file that was merged")
