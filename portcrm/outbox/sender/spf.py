"""Sender Policy Framework (RFC 7208): which machines may send for a domain, and how many questions a receiver must ask to know."""

import ipaddress
import re
from dataclasses import dataclass, field

from portcrm.outbox.sender.zone import Ask

MOST_LOOKUPS = 10  # RFC 7208 4.6.4; more is a permanent error at every receiver
MOST_EMPTY = 2  # answers without a record
RESULTS = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
_TERM = re.compile(r"([+\-~?]?)(all|include|a|mx|ptr|ip4|ip6|exists)(?:([:/])(\S+))?", re.IGNORECASE)
_MODIFIER = re.compile(r"([a-z][a-z0-9_.\-]*)=(\S*)", re.IGNORECASE)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Faulty(Exception):
    """A record receivers cannot read; the words are the part that is wrong."""


@dataclass
class Policy:
    """What the record says once everything it refers to is read. `all`: the result for any other machine, "" where it is left open."""

    record: str
    lookups: int = 0
    empty: int = 0
    all: str = ""
    passed: dict[str, str] = field(default_factory=dict)  # address -> result of the first term that matches
    not_followed: list[str] = field(default_factory=list)  # terms with macros, which depend on the single mail


def records_of(domain: str, ask: Ask) -> list[str]:
    return [text for text in ask(domain, "TXT") if text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")]


def read_policy(domain: str, addresses: list[str], ask: Ask) -> Policy:
    """Follow the one record of `domain`. Raises Faulty for what receivers cannot read, NotAsked where the DNS keeps silent."""
    policy = Policy(records_of(domain, ask)[0])
    machines = {address: ipaddress.ip_address(address) for address in addresses}
    policy.all, policy.passed = _follow(domain, machines, ask, policy, ())
    return policy


def _follow(domain: str, machines: dict[str, Address], ask: Ask, policy: Policy, above: tuple[str, ...]) -> tuple[str, dict[str, str]]:
    """(result for every other machine, result for those that match a term) of a domain's record."""
    found = records_of(domain, ask)
    if len(found) != 1 or domain.lower() in above:
        raise Faulty(domain)
    results: dict[str, str] = {}
    rest, redirect = "", ""
    for term in found[0].split()[1:]:
        if modifier := _MODIFIER.fullmatch(term):
            redirect = modifier.group(2) if modifier.group(1).lower() == "redirect" else redirect
            continue
        result, name, value = _read(term)
        if name == "all":
            rest = rest or result
        elif not rest:
            matched = _matching(name, value, domain, machines, ask, policy, (*above, domain.lower()))
            results |= {address: result for address in matched if address not in results}
    if redirect and not rest:
        _count(policy)
        rest, theirs = _follow(redirect, machines, ask, policy, (*above, domain.lower()))
        results = theirs | results
    return rest, results


def _read(term: str) -> tuple[str, str, str]:
    parts = _TERM.fullmatch(term)
    if parts is None:
        raise Faulty(term)
    sign, name, mark, value = parts.groups()
    name, value = name.lower(), value or ""
    if (name in ("include", "exists", "ip4", "ip6") and (mark != ":" or not value)) or (name == "all" and value):
        raise Faulty(term)
    if name in ("ip4", "ip6"):
        try:
            net = ipaddress.ip_network(value, strict=False)
        except ValueError as error:
            raise Faulty(term) from error
        if net.version != int(name[2]):
            raise Faulty(term)
    return RESULTS[sign or "+"], name, f"/{value}" if mark == "/" else value


def _matching(
    name: str, value: str, domain: str, machines: dict[str, Address], ask: Ask, policy: Policy, above: tuple[str, ...]
) -> list[str]:  # fmt: skip
    if name in ("ip4", "ip6"):
        net = ipaddress.ip_network(value, strict=False)
        return [address for address, machine in machines.items() if machine in net]
    _count(policy)
    if "%" in value or name in ("ptr", "exists"):
        policy.not_followed.append(f"{name}:{value}" if value else name)
        return []
    if name == "include":
        rest, results = _follow(value, machines, ask, policy, above)
        return [address for address in machines if results.get(address, rest) == "pass"]
    return _named(name, value, domain, machines, ask, policy)


def _named(name: str, value: str, domain: str, machines: dict[str, Address], ask: Ask, policy: Policy) -> list[str]:
    """Machines among the addresses of a host (a) or of a domain's mail servers (mx), with the lengths of networks given behind "/"."""
    host, _slash, lengths = value.partition("/")
    four, _slashes, six = lengths.partition("//") if not lengths.startswith("/") else ("", "", lengths[1:])
    host = host or domain
    hosts = [host] if name == "a" else [one for one in ask(host, "MX") if one != "."]
    if len(hosts) > MOST_LOOKUPS:
        raise Faulty(f"mx:{host}")
    nets = []
    for one in hosts:
        found = [(text, four or "32") for text in ask(one, "A")] + [(text, six or "128") for text in ask(one, "AAAA")]
        nets += [_network(text, length, name) for text, length in found]
    policy.empty += not nets
    return [address for address, machine in machines.items() if any(machine in net for net in nets if net.version == machine.version)]


def _network(text: str, length: str, name: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        return ipaddress.ip_network(f"{text}/{length}", strict=False)
    except ValueError as error:
        raise Faulty(f"{name}/{length}") from error


def _count(policy: Policy) -> None:
    policy.lookups += 1
    if policy.lookups > 4 * MOST_LOOKUPS:  # a record that goes round in circles is not followed for ever
        raise Faulty(policy.record)
