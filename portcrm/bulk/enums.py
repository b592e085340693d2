from django.db import models
from django.utils.translation import gettext_lazy as _


class BulkState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


UNDER_WAY = (BulkState.WAITING, BulkState.RUNNING)
STATE_LOOKS = {
    BulkState.WAITING: ("neutral", "clock"),
    BulkState.RUNNING: ("info", "refresh"),
    BulkState.DONE: ("success", "circle-check"),
    BulkState.FAILED: ("danger", "circle-x"),
    BulkState.CANCELLED: ("neutral", "circle-x"),
}
