from django.db import models
from django.utils.translation import gettext_lazy as _


class RunState(models.TextChoices):
    DRAFT = "draft", _("Being prepared")
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


UNDER_WAY = (RunState.WAITING, RunState.RUNNING)
STATE_LOOKS = {
    RunState.DRAFT: ("neutral", "edit"),
    RunState.WAITING: ("neutral", "clock"),
    RunState.RUNNING: ("info", "refresh"),
    RunState.DONE: ("success", "circle-check"),
    RunState.FAILED: ("danger", "circle-x"),
    RunState.CANCELLED: ("neutral", "circle-x"),
}
