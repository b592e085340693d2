"""Answers given on paper, by telephone or at a visit: typed in by a colleague, counted as those given online."""

import datetime as dt
import uuid

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy

from feedback.models import Invitation, Item, Response
from feedback.services.answers import ReadAnswers
from feedback.services.opinions import submit
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.services import record
from portcrm.files.services import attach

EVENT = "opinion.type_in"
RESPONSE = "feedback.response"


@action(EVENT, gettext_lazy("Answers typed in"))
def type_in(
    *,
    invitation: Invitation,
    read: ReadAnswers,
    form_key: uuid.UUID,
    language: str,
    channel: str,
    taken_on: dt.date,
    at: dt.datetime,
    by: User,
    scan: UploadedFile | None = None,
    gaps: bool = False,
) -> Response | list[Item]:
    """Make what the customer wrote or said count, with the scan of the paper. While the wave is open the customer may still
    change it by the invitation's link; how the first version came is kept with it.

    Returns the response, or the required items without an answer and uneven splits; with `gaps` the former stay open, for nobody
    may make up what a customer left out. The same form sent twice is one answer; RuleBroken where somebody has answered already.
    """
    words = {"channel": channel, "taken_on": taken_on, "entered_by": by, "gaps": gaps}
    outcome = submit(invitation=invitation, read=read, form_key=form_key, language=language, at=at, by=by, **words)
    if isinstance(outcome, Response):
        if scan is not None:
            attach(upload=scan, record=RESPONSE, object_pk=outcome.pk, by=by)
        record(by=by, action=EVENT, target=outcome, channel=channel)
    return outcome
