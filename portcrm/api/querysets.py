import datetime as dt

from django.db import models


class ApiTokenQuerySet(models.QuerySet):
    def visible_to(self, user) -> "ApiTokenQuerySet":
        """Everybody sees their own keys and nobody else's."""
        return self.filter(user_id=user.pk)

    def valid(self, moment: dt.datetime) -> "ApiTokenQuerySet":
        """Keys that open the door at this moment."""
        return self.filter(revoked_at=None).filter(models.Q(expires_at=None) | models.Q(expires_at__gt=moment))
