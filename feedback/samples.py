"""Opinions of a trial on real files: a wave to the role mailboxes, its mails through the mail server named by EMAIL_URL,
answers through the public form."""

import re
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.test import Client
from django.urls import reverse

from feedback.models import Invitation, Programme, Questionnaire, Wave
from feedback.services.invitations import write_mails
from feedback.services.links import invitation_token
from feedback.services.programmes import create_programme
from feedback.services.results import compute_results
from feedback.services.shipped.opinion import KEY
from feedback.services.waves import start_wave
from portcrm.accounts.models import User
from portcrm.clock import now, port_today
from portcrm.outbox.delivery import deliver_due
from portcrm.outbox.enums import MailState

NAMES = ("样本数据意见征询", "Opinions of the sample data")
EVERY = 3  # every third customer answers
WAIT = 300  # seconds until the mails must have gone
PATTERN = (5, 4, 4, 3, 5, 2, 4, 5, 3)  # ratings repeat along this row, shifted by the customer's place


def ask_and_answer(folder: Path, by: User, say: Callable) -> None:
    """Start a wave for everybody, see its mails out, answer every third form on the web, count."""
    wave = ask(by=by)
    sent = send(wave, by=by)
    say(f"Opinions: {wave.invitations.count():,} invited, {sent:,} mails sent")
    answered = sum(fill_in(invitation, place) for place, invitation in enumerate(wave.invitations.order_by("pk")) if place % EVERY == 0)
    result = compute_results(wave_id=wave.pk, at=now(), by=by)
    mean = f"{result.overall_mean:.3f}" if result.overall_mean is not None else "–"
    score = f"{result.recommend * 100:+.0f}" if result.recommend is not None else "–"
    say(f"Opinions: {answered:,} answered through the form, satisfaction {mean} of 5, recommendation {score}")


def ask(*, by: User) -> Wave:
    """One wave per trial database, however often the step runs."""
    programme = Programme.objects.filter(name_en=NAMES[1]).first() or create_programme(
        fields={"name_zh": NAMES[0], "name_en": NAMES[1], "questionnaire": Questionnaire.objects.get(key=KEY), "owner": by},
        on=port_today(),
        by=by,
    )
    key = uuid.uuid5(uuid.NAMESPACE_URL, f"sample:{programme.pk}")
    return start_wave(programme=programme, at=now(), request_key=key, any_hour=True, by=by)


def send(wave: Wave, *, by: User) -> int:
    """Write the mails and see them out: here, and by any worker that runs beside. Returns how many were accepted."""
    while write_mails(wave_id=wave.pk, at=now(), by=by):
        pass
    end = time.monotonic() + WAIT
    while settings.EMAIL_URL and _waiting(wave) and time.monotonic() < end:
        deliver_due(seconds=20)
        time.sleep(1)  # a server that is away is asked again, not hammered
    return wave.invitations.filter(mail__state=MailState.SENT).count()


def _waiting(wave: Wave) -> bool:
    return wave.invitations.filter(mail__state__in=(MailState.WAITING, MailState.SENDING)).exists()


def fill_in(invitation: Invitation, place: int) -> bool:
    """Answer one form as a browser without scripts does: open the link, page by page, send. True when thanked."""
    web = Client(headers={"host": _host()})
    token = invitation_token(invitation.public_id)
    web.get(reverse("opinion:form", args=[token]))
    sections = list(invitation.wave.version.sections.prefetch_related("items"))
    for number, section in enumerate(sections, start=1):
        data = {f"q-{item.key}": _answer(item, place) for item in section.items.all() if item.kind != "comment"}
        data |= {"go": "submit" if number == len(sections) else "next", "form_key": str(uuid.uuid5(uuid.NAMESPACE_URL, token))}
        answer = web.post(reverse("opinion:form_page", args=[token, number]), data)
    return answer.status_code == 302 and answer.url.endswith("/thanks/")


def _answer(item, place: int) -> str:
    rating = PATTERN[(place + item.position) % len(PATTERN)]
    if item.kind == "recommend":
        return str(min(10, rating * 2))
    return "na" if item.allows_na and (place + item.position) % 11 == 0 else str(rating)


def _host() -> str:
    """A host the site answers to, without its port."""
    return re.sub(r"^https?://|:\d+$", "", settings.PORTCRM_SITE_URL)
