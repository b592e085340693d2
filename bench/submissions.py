"""Forms of several pages and of one, sent by as many processes as the web server has, while others read; each answer is counted."""

import itertools
import statistics
import time
import uuid
from collections.abc import Callable, Iterator

from django.test import Client
from django.urls import reverse

from bench.measuring import Wrong, by_processes, spent_by_children, timed
from feedback.enums import SCALES, ItemKind
from feedback.models import Answer, Draft, Invitation, Item, Programme, Questionnaire, Response, ResponseVersion, Section, Wave
from feedback.queries.questions import sections_of
from feedback.services.links import invitation_token
from feedback.services.shipped.after_contact import FORM as PULSE

PROCESSES = 2  # of the worker `./run` starts, and of its web server
REST = 0.1  # seconds between two readers beside those who send
Say = Callable[[str], None]


def page_address(public_id: str, number: int) -> str:
    return reverse("opinion:form_page", args=[invitation_token(public_id), number])


def measure_submissions(wave: Wave, number: int, say: Say) -> None:
    """Through the whole stack: every page of the form shown, one after the other in this process, then every page of it sent with each
    rating filled in, by as many processes as there are cores."""
    people = list(wave.invitations.order_by("pk").values_list("public_id", flat=True)[:number])
    pages, client = len(sections_of(wave.version)), Client()
    seconds, reads = timed(lambda: sum(_read(client, one, pages) for one in people))
    say(f"opinion_reads\tseconds {seconds:.1f}\trequests {reads}\tper_second {reads / seconds:.0f}")
    _measure("opinion", wave, people, say)


def measure_pulses(wave: Wave, number: int, say: Say) -> None:
    """The form of one page that follows a contact, sent by the people of `wave`: one rating, one comment."""
    version = Questionnaire.objects.get(key=PULSE.key).current_version()
    owner = wave.started_by
    programme = Programme.objects.create(questionnaire=version.questionnaire, name_zh="测量回访", name_en="Bench pulse", owner=owner)
    told = {"name_zh": "测量回访", "name_en": "Bench pulse", "opens_at": wave.opens_at, "closes_at": wave.closes_at, "started_by": owner}
    pulse = Wave.objects.create(programme=programme, version=version, any_hour=True, **told)
    asked = wave.invitations.order_by("pk").values("customer_id", "contact_id", "address", "name", "language", "invited_on")[:number]
    made = Invitation.objects.bulk_create(Invitation(wave=pulse, **one) for one in asked)
    _measure("pulse", pulse, [one.public_id for one in made], say)


def _measure(name: str, wave: Wave, people: list[str], say: Say) -> None:
    """Whole forms and pages a second, processor time of the web processes for a form, and how long readers beside them waited."""
    sections, waited = sections_of(wave.version), []
    readers = _readers(people, len(sections), waited)
    parts, spent = [people[n::PROCESSES] for n in range(PROCESSES)], spent_by_children()
    seconds, _done = timed(lambda: by_processes(lambda part: _submit_all(part, sections), parts, meanwhile=lambda: next(readers)))
    own = 1000 * (spent_by_children() - spent) / len(people)
    stored, ratings = _count_everything(name, wave, people, sections)
    requests = len(people) * len(sections)
    counted = f"processes {PROCESSES}\tanswers {stored}\trequests {requests}\tratings {ratings}"
    rates = f"per_second {stored / seconds:.1f}\tpages_per_second {requests / seconds:.1f}\tcpu_ms_a_form {own:.1f}"
    say(f"{name}_submissions\tseconds {seconds:.1f}\t{counted}\t{rates}")
    p95 = sorted(waited)[max(0, round(0.95 * len(waited)) - 1)]
    say(f"{name}_reads_beside\tmedian_ms {statistics.median(waited):.1f}\tp95_ms {p95:.1f}\tn {len(waited)}")


def _count_everything(name: str, wave: Wave, people: list[str], sections: list[Section]) -> tuple[int, int]:
    """Every form is there once, with each rating of each page, as it was sent; nothing waits as a draft."""
    stored = Response.objects.filter(wave=wave).count()
    ratings = Answer.objects.filter(response__wave=wave).count()
    kept = ResponseVersion.objects.filter(response__wave=wave, number=1).count()
    answered = wave.invitations.exclude(answered_at=None).count()
    begun = Draft.objects.filter(invitation__wave=wave).count()
    each = len(people)
    if (stored, kept, answered, begun, ratings) != (each, each, each, 0, each * sum(len(_ratings(section)) for section in sections)):
        raise Wrong(f"{name}_submissions: {stored} of {each} stored, {kept} kept, {answered} answered, {begun} drafts, {ratings} ratings")
    return stored, ratings


def _readers(people: list[str], pages: int, waited: list[float]) -> Iterator[None]:
    """One who opens a page of a form each time it is asked; notes the milliseconds until it was there."""
    client = Client()
    for one, number in zip(itertools.cycle(people), itertools.cycle(range(1, pages + 1)), strict=False):
        seconds, _page = timed(lambda: _get(client, one, number))  # noqa: B023  called at once
        waited.append(1000 * seconds)
        yield time.sleep(REST)


def _read(client: Client, public_id: str, pages: int) -> int:
    """Each page shown once; returns how many requests that were."""
    for number in range(1, pages + 1):
        _get(client, public_id, number)
    return pages


def _get(client: Client, public_id: str, number: int) -> None:
    answer = client.get(page_address(public_id, number))
    if answer.status_code != 200:
        raise Wrong(f"opinion_reads: {answer.status_code} {answer.content[:300]!r}")


def _submit_all(people: list[str], sections: list[Section]) -> None:
    client = Client()
    for one in people:
        _submit(client, one, sections)


def _submit(client: Client, public_id: str, sections: list[Section]) -> None:
    """Every page sent, the last one for good."""
    for number, section in enumerate(sections, start=1):
        fields = {"go": "submit" if number == len(sections) else "next", "form_key": str(uuid.uuid4())}
        fields |= {f"q-{item.key}": str(item.maximum - 1) for item in _ratings(section)}
        fields |= {f"q-{item.key}": "闸口排队时间短了。" for item in section.items.all() if item.kind == ItemKind.COMMENT}
        answer = client.post(page_address(public_id, number), fields)
        if answer.status_code not in (302, 303):
            raise Wrong(f"opinion_submissions: {answer.status_code} {answer.content[:300]!r}")


def _ratings(section: Section) -> list[Item]:
    return [item for item in section.items.all() if item.kind in SCALES]
