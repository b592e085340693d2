from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.enums import DuplicateReason, DuplicateState
from customers.models.customer import Customer
from customers.querysets import DuplicateCandidateQuerySet
from portcrm.choices import all_known, known


class DuplicateCandidate(models.Model):
    """Two files that look like one firm. A pair somebody has decided on comes back only when other facts speak for it."""

    first = models.ForeignKey(Customer, models.CASCADE, related_name="+", verbose_name=_("First file"))
    second = models.ForeignKey(Customer, models.CASCADE, related_name="+", verbose_name=_("Second file"))
    reasons = ArrayField(models.CharField(max_length=20, choices=DuplicateReason), verbose_name=_("Reasons"))
    score = models.DecimalField(_("Likeness"), max_digits=4, decimal_places=3)
    state = models.CharField(_("State"), max_length=10, choices=DuplicateState, default=DuplicateState.OPEN)
    found_at = models.DateTimeField(_("Found at"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("Decided by"))
    decided_at = models.DateTimeField(_("Decided at"), null=True)

    objects = DuplicateCandidateQuerySet.as_manager()

    class Meta:
        ordering = ("-score", "pk")
        indexes = [
            models.Index(F("score").desc(), "id", name="duplicate_by_score"),
            models.Index(fields=("second",), name="duplicate_of_second"),
        ]
        constraints = [
            *known("duplicate", state=DuplicateState),
            *all_known("duplicate", reasons=DuplicateReason),
            models.UniqueConstraint(fields=("first", "second"), name="two_files_are_a_pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="a_pair_begins_with_the_older_file"),
            models.CheckConstraint(condition=Q(score__gt=0, score__lte=1), name="likeness_lies_between_0_and_1"),
            models.CheckConstraint(
                condition=Q(state=DuplicateState.OPEN, decided_by=None, decided_at=None)
                | (~Q(state=DuplicateState.OPEN) & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="a_decided_pair_says_by_whom_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} = {self.second}?"

    @property
    def reason_labels(self) -> list[str]:
        return [DuplicateReason(reason).label for reason in self.reasons]
