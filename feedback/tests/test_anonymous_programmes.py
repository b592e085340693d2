"""The mode of a programme: frozen in its waves, and not for every occasion."""

from uuid import uuid4

import pytest
from django.utils.translation import override

from feedback.enums import Anonymity, Occasion, WaveState
from feedback.models import Response
from feedback.queries.questions import items_of
from feedback.queries.whom import obstacle_of, obstacles_of
from feedback.services.answers import read_answers
from feedback.services.programmes import create_programme
from feedback.services.sealing import seal, write_sealed
from feedback.services.waves import close_wave, start_wave
from feedback.tests.factories import make_form, make_invitation, make_programme, make_wave
from portcrm.accounts.services import system_user
from portcrm.clock import now, port_today
from portcrm.errors import RuleBroken

pytestmark = pytest.mark.django_db


def test_a_wave_keeps_the_mode_it_began_with():
    programme = make_programme(anonymity=Anonymity.ANONYMOUS)
    wave = start_wave(programme=programme, at=now(), request_key=uuid4(), by=programme.owner)
    programme.anonymity = Anonymity.NAMED
    programme.save()

    wave.refresh_from_db()
    assert (wave.anonymity, wave.state) == (Anonymity.ANONYMOUS, WaveState.OPEN)


def test_a_programme_by_occasion_cannot_be_anonymous():
    plan = make_programme()
    fields = {"name_zh": "事后询问", "questionnaire": plan.questionnaire, "owner": plan.owner, "occasion": Occasion.COMPLAINT}

    with pytest.raises(RuleBroken) as refusal:
        create_programme(fields=fields | {"anonymity": Anonymity.ANONYMOUS}, on=port_today(), by=plan.owner)
    assert refusal.value.field == "anonymity"


def test_the_order_of_the_rows_is_not_the_order_of_arrival():
    wave = make_wave(anonymity=Anonymity.ANONYMOUS)
    for number in range(40):
        read = read_answers(items_of(wave.version), {"overall": "4", "comment": f"第{number:02}个"}, longest=4000)
        seal(invitation=make_invitation(wave=wave), read=read, at=now(), by=system_user())
    close_wave(wave=wave, at=now(), by=system_user())
    write_sealed(wave_id=wave.pk, at=now(), by=system_user())

    order = list(Response.objects.order_by("pk").values_list("comment", flat=True))
    assert len(set(order)) == 40
    assert order != sorted(order)  # one in 40! that the lot falls so


def test_a_form_that_asks_for_files_is_never_sent_anonymously():
    version = make_form([{"key": "photos", "kind": "file"}])
    programme = make_programme(questionnaire=version.questionnaire, anonymity=Anonymity.ANONYMOUS)
    named = make_programme(questionnaire=version.questionnaire)

    with override("en"):
        assert "files tell who sent them" in obstacle_of(programme)
        assert "files tell who sent them" in obstacles_of([programme, named])[programme.pk]
        assert (obstacle_of(named), obstacles_of([programme, named])[named.pk]) == ("", "")
