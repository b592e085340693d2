from django.conf import settings
from django.db import models
from django.db.models import Q

from portcrm.pages.querysets import DefaultViewQuerySet


class DefaultView(models.Model):
    """The view a person's list opens with: the key of one that comes with the product, or the number of a saved one."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="default_views")
    record = models.CharField(max_length=100)
    key = models.CharField(max_length=60)

    objects = DefaultViewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("owner", "record"), name="a_person_has_one_view_a_list_opens_with"),
            models.CheckConstraint(condition=~Q(key=""), name="a_default_view_names_a_view"),
        ]

    def __str__(self) -> str:
        return f"{self.record} {self.key}"
