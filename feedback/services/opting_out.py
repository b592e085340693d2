"""Opting out of surveys: by the recipient at once and without a log-in, lifted by staff with a reason."""

import datetime as dt

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from feedback.enums import OptOutSource
from feedback.models import Invitation, OptOut
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.services import record
from portcrm.errors import RuleBroken


@action("survey.opt_out", gettext_lazy("Opted out of surveys"))
def opt_out(*, invitation: Invitation, of_all: bool, source: OptOutSource, at: dt.datetime, by: User) -> OptOut:
    """Ask the invitation's recipient no more, with this kind of survey or with any; said twice it is one row."""
    scope = None if of_all else invitation.wave.version.questionnaire_id
    said = OptOut(
        address=invitation.address.strip().lower(),
        contact_id=invitation.contact_id,
        invitation=invitation,
        questionnaire_id=scope,
        source=source,
        said_at=at,
    )
    OptOut.objects.bulk_create([said], ignore_conflicts=True)
    return OptOut.objects.in_force().get(address=said.address, contact=said.contact_id, questionnaire=scope)


@action("survey.lift_opt_out", gettext_lazy("Opt-out lifted"))
def lift_opt_out(*, opt_out: OptOut, reason: str, at: dt.datetime, by: User) -> OptOut:
    """The recipient may be asked again, because of what they said to `by`."""
    lifted = OptOut.objects.in_force().filter(pk=opt_out.pk).update(lifted_at=at, lifted_by=by, lifted_reason=reason)
    if lifted != 1:
        raise RuleBroken(_("This opt-out is lifted already."))
    record(by=by, action="survey.lift_opt_out", target=opt_out)
    opt_out.refresh_from_db()
    return opt_out
