"""Asking the DNS: an answer, nothing there, or nobody who answers. What cannot be asked is told apart from what is missing."""

import time
from collections.abc import Callable

import dns.exception
import dns.name
import dns.resolver
from django.conf import settings
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.TXT import TXT

ONE_QUESTION_SECONDS = 1.5
ALL_QUESTIONS_SECONDS = 5.0

Ask = Callable[[str, str], list[str]]


class NotAsked(Exception):
    """No server answered in time, or it said that it cannot: nothing is known. `question`: the name and the kind asked for."""

    def __init__(self, name: str, kind: str):
        super().__init__(f"{name} {kind}")
        self.question = f"{name} {kind}"


class Zone:
    """Answers by name and kind (A, AAAA, MX, TXT), each asked once; an empty list where there is nothing.

    Texts are joined as RFC 7208 3.3 says; MX are host names in order of preference, "." for a domain that takes no mail.
    All questions together end after `ALL_QUESTIONS_SECONDS`: the rest could not be asked.
    """

    def __init__(self, resolver: dns.resolver.Resolver, *, seconds: float = ALL_QUESTIONS_SECONDS) -> None:
        self._resolver = resolver
        self._until = time.monotonic() + seconds
        self._answers: dict[tuple[str, str], list[str] | None] = {}

    def __call__(self, name: str, kind: str) -> list[str]:
        key = (name.rstrip(".").lower(), kind)
        if key not in self._answers:
            self._answers[key] = self._asked(*key)
        found = self._answers[key]
        if found is None:
            raise NotAsked(*key)
        return found

    def _asked(self, name: str, kind: str) -> list[str] | None:
        left = min(ONE_QUESTION_SECONDS, self._until - time.monotonic())
        if left <= 0:
            return None
        try:
            answer = self._resolver.resolve(name, kind, lifetime=left, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.name.LabelTooLong, dns.name.EmptyLabel, dns.name.NameTooLong):
            return []
        except (dns.exception.DNSException, OSError):
            return None
        return _words(kind, list(answer))


def _words(kind: str, rows: list) -> list[str]:
    if kind == "MX":
        ranked = sorted((row for row in rows if isinstance(row, MX)), key=lambda row: (row.preference, str(row.exchange)))
        return [str(row.exchange).rstrip(".") or "." for row in ranked]
    if kind == "TXT":
        return [b"".join(row.strings).decode("utf-8", "replace") for row in rows if isinstance(row, TXT)]
    return [str(row) for row in rows]


def this_machines_zone() -> Zone:
    """Asked through DNS_SERVER (address or address:port), else through the servers this machine uses."""
    server, _colon, port = settings.DNS_SERVER.partition(":")
    if not server:
        return Zone(_of_this_machine())
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = [server], int(port or 53)
    return Zone(resolver)


def _of_this_machine() -> dns.resolver.Resolver:
    try:
        return dns.resolver.Resolver()
    except (dns.resolver.NoResolverConfiguration, OSError):
        return dns.resolver.Resolver(configure=False)  # knows no server: every question fails as "could not ask"
