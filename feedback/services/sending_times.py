"""When mails of a wave may leave: in the sending hours of the port's business days, outside the quiet periods."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from feedback.models import QuietPeriod
from feedback.queries.rules import survey_rules
from portcrm.business_days import is_business_day
from portcrm.clock import port_date, port_zone

OUTSIDE_HOURS = _("Outside the sending hours.")
NO_BUSINESS_DAY = _("Weekend or public holiday.")
IN_QUIET_PERIOD = _("Quiet period.")


@dataclass(frozen=True)
class SendingTimes:
    """Mails leave from `opens` o'clock until before `closes` o'clock, port time; `quiet` are days on which none leaves."""

    opens: int
    closes: int
    quiet: tuple[QuietPeriod, ...] = ()

    @classmethod
    def from_settings(cls, *, at: dt.datetime) -> "SendingTimes":
        """What holds from that moment on."""
        rules = survey_rules()
        return cls(rules.send_from, rules.send_until, tuple(QuietPeriod.objects.ending_from(port_date(at))))

    def reason(self, at: dt.datetime):
        """Why no mail may leave at that moment, or ""."""
        local = at.astimezone(port_zone())
        return self._against(local.date()) or ("" if self.opens <= local.hour < self.closes else OUTSIDE_HOURS)

    def first_moment(self, at: dt.datetime) -> dt.datetime:
        """That moment, or the next one at which a mail may leave."""
        local = at.astimezone(port_zone())
        day = local.date()
        if local.hour >= self.closes:
            day += dt.timedelta(days=1)
        while self._against(day):
            day += dt.timedelta(days=1)
        return max(at, dt.datetime.combine(day, dt.time(self.opens), tzinfo=port_zone()))

    def _against(self, day: dt.date):
        if any(period.first_day <= day <= period.last_day for period in self.quiet):
            return IN_QUIET_PERIOD
        return "" if is_business_day(day) else NO_BUSINESS_DAY
