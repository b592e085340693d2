from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portcrm.pages.querysets import SavedViewQuerySet


class SavedView(models.Model):
    """A named state of a list: filters, sort and columns as they stand in its address."""

    record = models.CharField(max_length=100)
    name = models.CharField(_("Name of the view"), max_length=60)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="list_views")
    shared = models.BooleanField(_("Share with everyone"), default=False)
    query = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("record", "owner", "name"), name="a_person_names_a_view_of_a_list_once"),
        ]
        indexes = [models.Index(fields=("record", "shared", "name"), name="views_of_a_list")]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """As the views that come with the product are called."""
        return self.name
