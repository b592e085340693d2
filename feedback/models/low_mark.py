from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from feedback.models.response import Response
from feedback.querysets import LowMarkQuerySet


class LowMark(models.Model):
    """A low score of a confidential wave and who of the few sees to it by when; `owner` is empty until one of them takes it on.

    It stands beside the answer and on no customer's file. Without history of its fields: an auditor would read there when the
    answer came. What was done, when and by whom is kept in the row.
    """

    response = models.OneToOneField(Response, models.CASCADE, related_name="low_mark", verbose_name=_("Answer"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="low_marks", verbose_name=_("Owner")
    )
    due_on = models.DateField(_("To be done by"))
    said = models.TextField(pgettext_lazy("low score", "What was said and done"), blank=True)
    done_on = models.DateField(_("Done on"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Done by")
    )

    objects = LowMarkQuerySet.as_manager()

    class Meta:
        ordering = ("due_on", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(done_on=None, done_by=None) | Q(done_on__isnull=False, done_by__isnull=False) & ~Q(said=""),
                name="a_low_mark_that_is_done_says_what_was_done_and_by_whom",
            ),
        ]
        indexes = [models.Index(fields=("due_on",), condition=Q(done_on=None), name="low_mark_open_by_due")]

    def __str__(self) -> str:
        return f"{self.response} · {self.due_on:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return self.response.get_absolute_url()
