"""The port's own dates."""

from django.db import models

from customers import permissions


class OfficeDayQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whoever works by deadlines may know what they are reckoned by; the administrator keeps them."""
        may = user.has_perm(permissions.VIEW_CUSTOMER) or user.has_perm(permissions.MANAGE_REFERENCE)
        return self if may else self.none()

    def in_year(self, year: int):
        return self.filter(day__year=year)
