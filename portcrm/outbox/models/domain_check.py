from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portcrm.bilingual import said
from portcrm.outbox.enums import CHECK_LOOKS, CheckState
from portcrm.outbox.querysets import DomainCheckQuerySet


class DomainCheck(models.Model):
    """What the DNS said of the sending domain when somebody asked. `lines` as sender.lines.Line keeps them."""

    domain = models.CharField(_("Domain"), max_length=253)
    lines = models.JSONField()
    checked_at = models.DateTimeField(_("Checked at"))
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("Checked by"))

    objects = DomainCheckQuerySet.as_manager()

    class Meta:
        ordering = ("-checked_at", "-pk")

    def __str__(self) -> str:
        return self.domain

    @property
    def points(self) -> list[dict]:
        """The lines in the reader's language, each with word, tone and shape of its badge."""
        return [
            {
                "about": said(line["about"]),
                "found": said(line["found"]),
                "advice": said(line["advice"]),
                "records": line["records"],
                "entry": line["entry"],
                "look": (CheckState(line["state"]).label, *CHECK_LOOKS[CheckState(line["state"])]),
            }
            for line in self.lines
        ]

    @property
    def wrong(self) -> int:
        return sum(line["state"] == CheckState.WRONG for line in self.lines)
