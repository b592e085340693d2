from django.db import models
from django.utils.translation import gettext_lazy as _


class ModelState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    IN_FORCE = "in_force", _("In force")
    RETIRED = "retired", _("Retired")


class CriterionKey(models.TextChoices):
    """What a score may be made of."""

    TONNES = "tonnes", _("Tonnes")
    REVENUE = "revenue", _("Revenue")
    CONTRIBUTION = "contribution", _("Contribution")
    GROWTH = "growth", _("Growth")
    RECENCY = "recency", _("Recency")
    SATISFACTION = "satisfaction", _("Satisfaction")


LESS_IS_BETTER = frozenset({CriterionKey.RECENCY})


class ScalingMethod(models.TextChoices):
    PERCENTILE = "percentile", _("Percentile rank")
    MIN_MAX = "min_max", _("Min–max")


class ClassMeasure(models.TextChoices):
    TONNES = "tonnes", _("Tonnes")
    REVENUE = "revenue", _("Revenue")
    CONTRIBUTION = "contribution", _("Contribution")
    SCORE = "score", _("Score")


class ValueClass(models.TextChoices):
    A = "A", _("Class A")
    B = "B", _("Class B")
    C = "C", _("Class C")


class JobState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


OPEN_STATES = (JobState.WAITING, JobState.RUNNING)


class RunOrigin(models.TextChoices):
    MONTHLY = "monthly", _("Month end")
    BY_HAND = "by_hand", _("Run now")
    SAMPLE = "sample", _("Sample data")


class RunStep(models.TextChoices):
    QUEUED = "queued", _("Waiting for a worker")
    READING = "reading", _("Reading the ledger")
    SCORING = "scoring", _("Scoring customers")
    WRITING = "writing", _("Writing and checking the ranking")
    STORING = "storing", _("Storing values on the customer files")
    COMPLETE = "complete", _("Complete")


class Exclusion(models.TextChoices):
    """Why a customer has no rank in a run."""

    NEVER = "never", _("No cargo handled up to the date")
    BEFORE_WINDOW = "before_window", _("Last cargo before the window")
    AFTER_DATE = "after_date", _("First cargo after the date")
