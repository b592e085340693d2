"""A hundred candidates decided on one after the other, as keys at the desk send it: each answer is the next candidate, drawn whole."""

import itertools
import re
from collections.abc import Callable, Iterator

from django.test import Client
from django.urls import reverse

from bench.measuring import Ask, Wrong, timed
from cargo.enums import CandidateState
from cargo.models import Candidate
from cargo.services.documents import take_in_document
from customers.models import Customer
from portcrm.accounts.models import User

SEEN_OFTEN = 500  # documents that name one and the same company
FRAGMENT = {"hx-request": "true", "hx-target": "desk"}
TOKEN = re.compile('name="csrfmiddlewaretoken" value="([^"]+)"')
DECISIONS = {
    "accept": {CandidateState.ACCEPTED},
    "merge": {CandidateState.MERGED},
    "ignore": {CandidateState.IGNORED},
    "undo": {CandidateState.OPEN},
}


def bookings(names: list[str], tag: str) -> bytes:
    """One booking for each company, of a box of steel coils, the first the heaviest."""
    segments = ["UNB+UNOA:2+BENCH+PORT+261127:0800+1"]
    for number, name in enumerate(names):
        body = [
            f"UNH+{number}+IFTMBF:D:95B:UN",
            f"BGM++{tag}{number}+9",
            "LOC+9+CNSHG",
            "LOC+11+KRPUS",
            f"NAD+CN+++{name}:1 HARBOUR ROAD",
            "GID+1+20:CT",
            "FTX+AAA+++HOT ROLLED COILS",
            f"MEA+AAE+G+KGM:{9_000_000 - number}",
            "PIA+5+720839:HS",
            "EQD+CN+CSQU3054383+22G1+++5",
        ]
        segments += [*body, f"UNT+{len(body) + 1}+{number}"]
    return "".join(f"{segment}'\n" for segment in [*segments, f"UNZ+{len(names)}+1"]).encode()


def measure_desk(*, by: User, client: Client, rounds: int, scale: float, pages: Callable[[str, Iterator[Ask]], None], say) -> None:
    """`pages` measures requests of one name; of each decision one more than `rounds` and the warm-up is prepared."""
    each = rounds + 5
    names = [f"BENCH TRADING NUMBER {number} LTD" for number in range(3 * each)]
    seconds, _kept = timed(lambda: take_in_document(name="desk.edi", content=bookings(names, "D"), by=by))
    say(f"candidates_found\tseconds {seconds:.2f}\tcandidates {len(names)}")
    often = max(2, int(SEEN_OFTEN * scale))
    seconds, _kept = timed(lambda: take_in_document(name="often.edi", content=bookings(names[:1] * often, "O"), by=by))
    say(f"candidate_seen_often\tseconds {seconds:.2f}\tsightings {often}")
    keys = list(Candidate.objects.filter(name__in=names).order_by("-tonnes", "pk").values_list("pk", flat=True))
    desk = reverse("cargo:candidate_desk")
    pages("desk", itertools.repeat(lambda client: client.get(desk, headers=FRAGMENT)))
    token = TOKEN.search(client.get(desk).content.decode())[1]
    customers = list(Customer.objects.order_by("pk").values_list("pk", flat=True)[:each])
    drawn = iter(keys)
    accepted = list(itertools.islice(drawn, each))
    for verb, own, said in (
        ("accept", accepted, [{"with_lead": "on"}] * each),
        ("merge", list(itertools.islice(drawn, each)), [{"customer": key} for key in itertools.islice(itertools.cycle(customers), each)]),
        ("ignore", list(itertools.islice(drawn, each)), [{}] * each),
        ("undo", accepted, [{}] * each),
    ):
        pages(
            f"desk_{verb}", (_decision(verb, key, fields | {"csrfmiddlewaretoken": token}) for key, fields in zip(own, said, strict=True))
        )
        states = set(Candidate.objects.filter(pk__in=own).values_list("state", flat=True))
        if states != DECISIONS[verb]:
            raise Wrong(f"desk_{verb}: candidates are {states}")


def _decision(verb: str, key: int, fields: dict) -> Ask:
    url = reverse(f"cargo:candidate_{verb}", args=[key])
    return lambda client: client.post(url, fields, headers=FRAGMENT)
