import datetime as dt

from django.db import models


class NoticeQuerySet(models.QuerySet):
    def visible_to(self, user) -> "NoticeQuerySet":
        """Everybody reads what is meant for them, and nobody else does. What it is about has its own rule (queries.readable)."""
        return self.filter(recipient_id=user.pk)

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at=None)

    def between(self, since: dt.datetime, until: dt.datetime) -> "NoticeQuerySet":
        """Written after `since`, up to and with `until`."""
        return self.filter(created_at__gt=since, created_at__lte=until)


class DigestQuerySet(models.QuerySet):
    def wanted(self) -> "DigestQuerySet":
        """Of people who can still log in and asked for mail."""
        return self.exclude(rhythm="off").filter(user__is_active=True)
