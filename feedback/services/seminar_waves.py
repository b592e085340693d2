"""The opinion form that goes to those who came to a seminar: one wave a seminar, of the one programme that asks them."""

import datetime as dt
import uuid

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from feedback.enums import Occasion
from feedback.models import Programme, Questionnaire, Seminar, Wave
from feedback.queries.seminars import obstacle_to_ask, who_came
from feedback.queries.whom import obstacle_of
from feedback.services.audience import Audience, audience_of
from feedback.services.programmes import create_programme
from feedback.services.shipped.seminar import FORM, PROGRAMME
from feedback.services.waves import open_wave
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import port_date
from portcrm.errors import RuleBroken
from portcrm.once import one_at_a_time

THE_PROGRAMME = uuid.uuid5(uuid.NAMESPACE_URL, "feedback.programme.seminar")  # the lock of whoever writes it down
NO_FORM = _("The form for guests of a seminar is missing.")
NOBODY = _("Nobody who came can be asked now. The seminar's page keeps the button, so that it can be tried later.")


@action("seminar.ask_guests", gettext_lazy("Guests of a seminar asked for their opinion"))
def ask_guests(*, seminar: Seminar, at: dt.datetime, by: User, any_hour: bool = False) -> Wave:
    """Open the seminar's one wave, to those who came and may be asked; called again it gives the same wave.

    The first one writes the programme down whose rules it and the later ones follow. Where nobody can be asked no wave opens.
    """
    seminar = Seminar.objects.select_for_update().get(pk=seminar.pk)
    asked = Wave.objects.filter(seminar=seminar).first()
    if asked is not None:
        return asked
    if obstacle := obstacle_to_ask(seminar):
        raise RuleBroken(obstacle)
    day, names = port_date(at), (seminar.name_zh or seminar.name_en, seminar.name_en or seminar.name_zh)
    programme, whom = _written_down(by=by, on=day), who_came(seminar)
    wave = open_wave(programme=programme, at=at, planned_on=day, names=names, by=by, any_hour=any_hour, among=whom, seminar=seminar)
    if not wave.invited:
        raise RuleBroken(NOBODY)
    return wave


def would_ask(seminar: Seminar, programme: Programme, *, on: dt.date) -> tuple[str, Audience]:
    """What stands against asking, or whom a wave of that day would ask and spare."""
    if obstacle := obstacle_to_ask(seminar) or obstacle_of(programme):
        return obstacle, Audience()
    return "", audience_of(programme, on=on, among=who_came(seminar))


def programme_of_seminars(*, by: User) -> Programme:
    """The programme that asks guests of seminars; before the first wave one that is not written down yet, of `by`."""
    return Programme.objects.filter(occasion=Occasion.SEMINAR).select_related("questionnaire", "owner").first() or Programme(**_first(by))


def _written_down(*, by: User, on: dt.date) -> Programme:
    one_at_a_time(THE_PROGRAMME)
    found = Programme.objects.select_for_update().filter(occasion=Occasion.SEMINAR).first()
    return found or create_programme(fields=_first(by), on=on, by=by)


def _first(by: User) -> dict[str, object]:
    form = Questionnaire.objects.filter(key=FORM.key).first()
    if form is None:
        raise RuleBroken(NO_FORM)
    return {"name_zh": PROGRAMME[0], "name_en": PROGRAMME[1], "questionnaire": form, "owner": by, "occasion": Occasion.SEMINAR}
