"""Low scores of confidential waves."""

import datetime as dt

from django.db import models
from django.db.models import Q

from feedback import permissions
from portcrm.accounts.roles import roles_with


class LowMarkQuerySet(models.QuerySet):
    def visible_to(self, user):
        """For the few who may know whose confidential answers are: a case that anybody else sees would say that somebody was unhappy, and
        the day on which somebody calls a customer would say who."""
        few = user.has_perm(permissions.VIEW_RESPONSE) and user.has_perm(permissions.VIEW_SENDER)
        return self if few else self.none()

    def to_do(self):
        return self.filter(done_on=None)

    def due_by(self, on: dt.date):
        return self.to_do().filter(due_on__lte=on)

    def left_behind(self):
        """To be done by somebody whose account is closed or who may not know senders any more."""
        may = Q(owner__is_active=True, owner__roles__overlap=roles_with(permissions.VIEW_SENDER))
        return self.to_do().filter(owner__isnull=False).exclude(may)

    def for_list(self):
        return self.select_related("owner", "response__wave", "response__invitation__customer")
