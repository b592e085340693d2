from django.db import models


class SuppressedAddress(models.Model):
    """An address nobody writes to any more, known by its digest alone: the person behind it asked to be forgotten."""

    digest = models.CharField(max_length=64, unique=True)
    since = models.DateField()

    def __str__(self) -> str:
        return self.digest[:12]
