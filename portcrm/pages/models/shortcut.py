from django.conf import settings
from django.db import models
from django.db.models import F

from portcrm.bilingual import pick
from portcrm.pages.querysets import ShortcutQuerySet

KEPT_RECENTS = 8
MOST_PINS = 12


class Shortcut(models.Model):
    """A record someone opened or pinned. Titles are copies, renewed at each opening, so the sidebar costs one query."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="shortcuts")
    record = models.CharField(max_length=100)
    target_pk = models.CharField(max_length=40)
    title_zh = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    url = models.CharField(max_length=300)
    opened_at = models.DateTimeField()
    pinned_at = models.DateTimeField(null=True, blank=True)

    objects = ShortcutQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("owner", "record", "target_pk"), name="a_person_has_a_record_in_the_sidebar_once"),
        ]
        indexes = [
            models.Index("owner", F("pinned_at").asc(nulls_last=True), F("opened_at").desc(), name="sidebar_of_a_person"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return pick(self.title_zh, self.title_en)

    @property
    def permission(self) -> str:
        """The permission to see this kind of record; the sidebar hides what its reader may no longer open."""
        app, _dot, model = self.record.partition(".")
        return f"{app}.view_{model}"
