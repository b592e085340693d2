from django.conf import settings
from django.db import models
from django.db.models import F, Q

from portcrm.bilingual import said
from portcrm.notices.kinds import notice_kind
from portcrm.notices.querysets import NoticeQuerySet


class Notice(models.Model):
    """One thing told to one person: kind, values and where it leads. The sentence is made when it is read."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=60)
    values = models.JSONField(default=dict, blank=True)  # by name: a text, or {"zh": …, "en": …}
    record_pk = models.CharField(max_length=40, blank=True)  # of the record the kind names
    url = models.CharField(max_length=300, blank=True)
    dedupe_key = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        indexes = [
            models.Index("recipient", F("id").desc(), name="notice_of_recipient"),
            models.Index("recipient", F("id").desc(), condition=Q(read_at=None), name="unread_notice_of_recipient"),
            models.Index("created_at", name="notice_by_age"),
        ]
        constraints = [
            models.UniqueConstraint(fields=("recipient", "dedupe_key"), condition=~Q(dedupe_key=""), name="a_person_is_told_a_thing_once"),
        ]

    def __str__(self) -> str:
        return self.kind

    @property
    def sentence(self) -> str:
        """In the reader's language."""
        values = {name: said(value) if isinstance(value, dict) else str(value) for name, value in self.values.items()}
        return str(notice_kind(self.kind).sentence) % values

    @property
    def icon(self) -> str:
        return notice_kind(self.kind).icon

    @property
    def label(self) -> str:
        return str(notice_kind(self.kind).label)
