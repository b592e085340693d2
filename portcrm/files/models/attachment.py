from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portcrm.audit.history import tracked
from portcrm.files.querysets import AttachmentQuerySet


class StoredFile(models.Model):
    """The bytes of a file, kept once however many records carry it."""

    sha256 = models.CharField(max_length=64, unique=True)
    file = models.FileField(upload_to="files/%Y/%m", max_length=200)
    size = models.BigIntegerField()
    kind = models.CharField(max_length=10)  # what the content is, see portcrm.files.kinds
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.sha256[:12]


@tracked()
class Attachment(models.Model):
    """A file on a record, under the name it was given."""

    record = models.CharField(_("Kind of record"), max_length=60)  # "customers.customer"
    object_pk = models.CharField(_("Number of the record"), max_length=40)
    name = models.CharField(_("File"), max_length=200)
    stored = models.ForeignKey(StoredFile, models.PROTECT, related_name="attachments", verbose_name=_("Stored file"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("By"))
    created_at = models.DateTimeField(_("Added on"), default=timezone.now)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("record", "object_pk", "stored"), name="a_record_carries_a_file_once"),)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("files:download", args=[self.pk])
