"""History that lies further back, for tests that ask how something stood then."""

import datetime as dt

import pgtrigger
from django.db import models
from django.db.models import F

from portcrm.audit.queries import event_model_of


def told_earlier(*tracked: type[models.Model], by: dt.timedelta) -> None:
    """Every state of these models so far was recorded that much earlier."""
    for model in tracked:
        events = event_model_of(model)
        with pgtrigger.ignore(f"{events._meta.label}:append_only"):
            events.objects.update(pgh_created_at=F("pgh_created_at") - by)
