"""Every link on every page of the demo opens for whoever is shown it: one of each kind is followed, from the home page on."""

import html
import re
from collections import deque
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.test import Client

from portcrm.accounts.models import User
from portcrm.accounts.roles import Role

LINK = re.compile(r'(?:href|hx-get)="([^"#]+)')
TELLING = ("view=", "kind=", "tab=", "menus=", "filters=")  # parameters whose values show different things
NOT_FOLLOWED = ("/static/", "/media/", "/o/", "/accounts/")  # files, forms of customers, log-out


def kind_of(address: str) -> tuple[str, ...]:
    """What sort of page it is: the address without numbers, and the parameters that matter."""
    path, _mark, query = re.sub(r"\d+", "0", address).partition("?")
    return path, *sorted({pair for pair in query.split("&") if pair.startswith(TELLING)})


def links(page: str, address: str) -> Iterator[str]:
    for found in LINK.findall(page):
        link = html.unescape(found)
        link = f"{address.partition('?')[0]}{link}" if link.startswith("?") else link
        if link.startswith("/") and not link.startswith(("//", *NOT_FOLLOWED)) and "export=" not in link:
            yield link


def walked(client: Client) -> dict[str, int]:
    """Every followed address with its status."""
    answers, known, waiting = {}, set(), ["/"]
    while waiting:
        address = waiting.pop(0)
        if kind_of(address) in known:
            continue
        known.add(kind_of(address))
        answer = client.get(address)
        answers[address] = answer.status_code
        if answer.streaming:
            deque(answer.streaming_content, maxlen=0)  # the file is closed when it has been sent
            continue
        if answer.status_code in (301, 302):
            waiting += [answer.url] if answer.url.startswith("/") else []
        elif answer.get("Content-Type", "").startswith("text/html"):
            waiting += links(answer.content.decode(), address)
    return answers


@pytest.mark.django_db
def test_every_link_opens_for_whoever_is_shown_it(settings, tmp_path):
    settings.PORTCRM_DEMO, settings.PORTCRM_STATE = True, tmp_path
    call_command("demo", verbosity=0)
    broken, followed = {}, {}
    for role in Role:
        client = Client(raise_request_exception=False)
        client.force_login(User.objects.filter(roles__contains=[role], is_active=True).earliest("pk"))
        answers = walked(client)
        broken |= {f"{role}: {address}": status for address, status in answers.items() if status >= 400}
        followed[role.value] = len(answers)

    assert broken == {}
    assert min(followed.values()) > 40
