from django.db import models
from django.utils import timezone


class RememberedMapping(models.Model):
    """Which column went into which field the last time a file with these columns was taken in."""

    importer = models.CharField(max_length=60)
    shape = models.CharField(max_length=64)
    mapping = models.JSONField()
    constants = models.JSONField(default=dict)
    used_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("importer", "shape"), name="one_mapping_per_importer_and_shape"),)
