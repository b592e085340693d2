from django.db import models
from django.utils.translation import gettext_lazy as _


class RunState(models.TextChoices):
    DRAFT = "draft", _("Being prepared")
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class RowKind(models.TextChoices):
    """What a dry run foresees for a row."""

    NEW = "new", _("Would be added")
    UPDATE = "update", _("Would be completed")
    ALIKE = "alike", _("Looks like a known one")
    CONFLICT = "conflict", _("Contradicts an earlier row")
    SAME = "same", _("Stays as it is")
    FAULT = "fault", _("With problems")


class Choice(models.TextChoices):
    """What is to be done with a row, whatever would happen by itself."""

    CREATE = "create", _("Add as new")
    UPDATE = "update", _("Update")
    SKIP = "skip", _("Leave out")


class RowState(models.TextChoices):
    """What has become of a row that was not stored at once."""

    OPEN = "open", _("To be mended")
    STORED = "stored", _("Mended")
    LEFT_OUT = "left_out", _("Left out")


class ChangeKind(models.TextChoices):
    CREATED = "created", _("Added by the import")
    UPDATED = "updated", _("Changed by the import")


class ChangeState(models.TextChoices):
    STORED = "stored", _("As the import left it")
    SET_BACK = "set_back", _("Taken back")
    LEFT = "left", _("To be decided")
    KEPT = "kept", _("Kept")


COUNTERS = {  # where a run counts a row of each kind
    RowKind.NEW: "created",
    RowKind.UPDATE: "updated",
    RowKind.SAME: "skipped",
    RowKind.ALIKE: "rejected",
    RowKind.CONFLICT: "rejected",
    RowKind.FAULT: "rejected",
}
UNDECIDED = (RowKind.ALIKE, RowKind.CONFLICT)  # nothing is wrong with these rows, but somebody must say what they mean
UNDER_WAY = (RunState.WAITING, RunState.RUNNING)
STATE_LOOKS = {
    RunState.DRAFT: ("neutral", "edit"),
    RunState.WAITING: ("neutral", "clock"),
    RunState.RUNNING: ("info", "refresh"),
    RunState.DONE: ("success", "circle-check"),
    RunState.FAILED: ("danger", "circle-x"),
    RunState.CANCELLED: ("neutral", "circle-x"),
}
KIND_LOOKS = {
    RowKind.NEW: ("success", "plus"),
    RowKind.UPDATE: ("info", "edit"),
    RowKind.ALIKE: ("warning", "scale"),
    RowKind.CONFLICT: ("warning", "alert-triangle"),
    RowKind.SAME: ("neutral", "check"),
    RowKind.FAULT: ("danger", "alert-circle"),
}
