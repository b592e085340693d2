"""The self-check of the sending domain, against a name server that really answers over UDP. Expected figures by RFC 7208, 6376, 7489."""

import base64
import datetime as dt

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client
from django.urls import reverse

from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent
from portcrm.clock import now
from portcrm.outbox.enums import CheckState, MailState
from portcrm.outbox.models import DomainCheck
from portcrm.outbox.sender import checks
from portcrm.outbox.sender.checks import Sender, check_all
from portcrm.outbox.services.domain import check_sending_domain, domain_of, sender_of_settings
from portcrm.outbox.tests.dns_server import Names, dns_server, zone_at
from portcrm.outbox.tests.factories import make_mail, tell

GOOD, LOOK, WRONG, NOT_ASKED = CheckState.GOOD, CheckState.LOOK, CheckState.WRONG, CheckState.NOT_ASKED
PAGE_QUERIES = 3


def rsa_key(bits: int) -> str:
    der = rsa.generate_private_key(65_537, bits).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()


@pytest.fixture(scope="module")
def strong_key() -> str:
    return rsa_key(2048)


@pytest.fixture
def names(strong_key):
    """A domain with everything in order."""
    known = Names()
    known.put("port.example", "MX", "10 mx.port.example.")
    known.put("mx.port.example", "A", "192.0.2.10")
    known.text("port.example", "v=spf1 ip4:192.0.2.10 -all", "some-service-verification=1")
    known.text("s1._domainkey.port.example", f"v=DKIM1; k=rsa; p={strong_key}")
    known.text("_dmarc.port.example", "v=DMARC1; p=reject; rua=mailto:dmarc@port.example")
    return known


@pytest.fixture
def ask(names):
    with dns_server(names) as port:
        yield zone_at(port)


def sender(**fields) -> Sender:
    given = {
        "domain": "port.example",
        "envelope_domain": "port.example",
        "selectors": ("s1",),
        "addresses": ("192.0.2.10",),
        "server": "smtp.port.example",
        "site_url": "https://crm.port.example",
    }
    return Sender(**given | fields)


def states(lines) -> dict[str, CheckState]:
    return {line.about["en"]: line.state for line in lines}


def test_a_domain_in_order_is_told_so_in_both_languages(ask):
    lines = check_all(sender(), ask)

    assert set(states(lines).values()) == {GOOD}
    assert len(lines) == 7
    assert [line.found for line in lines if not line.found["zh"] or not line.found["en"]] == []


def test_a_domain_that_is_not_there_is_wrong_and_told_what_to_enter(names, ask):
    names.rows.clear()

    lines = check_all(sender(), ask)

    assert states(lines)["Receiving mail (MX)"] == states(lines)["SPF"] == states(lines)["DKIM s1"] == states(lines)["DMARC"] == WRONG
    assert next(line.entry for line in lines if line.about["en"] == "SPF") == ("port.example", "TXT", "v=spf1 ip4:192.0.2.10 -all")


def test_a_name_server_that_keeps_silent_is_not_taken_for_a_missing_entry(names):
    names.silent, names.failing = {"_dmarc.port.example"}, {"s1._domainkey.port.example"}

    with dns_server(names) as port:
        lines = check_all(sender(), zone_at(port, seconds=1.0))

    assert states(lines)["DMARC"] == states(lines)["DKIM s1"] == NOT_ASKED
    assert states(lines)["SPF"] == GOOD


def test_without_any_name_server_everything_could_not_be_asked(names):
    with dns_server(names) as port:
        pass

    lines = check_all(sender(envelope_domain="bounce.port.example"), zone_at(port, seconds=0.2))

    asked = {about: state for about, state in states(lines).items() if "one click" not in about and "Connection" not in about}
    assert set(asked.values()) == {NOT_ASKED}
    assert len(asked) == 6


@pytest.mark.parametrize(
    ("records", "state"),
    [
        (("v=spf1 ip4:192.0.2.0/24 ~all",), GOOD),
        (("v=spf1 mx -all",), GOOD),
        (("v=spf1 a:mx.port.example/28 -all",), GOOD),
        (("v=spf1 include:relay.example -all",), GOOD),
        (("v=spf1 redirect=relay.example",), GOOD),
        (("V=SPF1 IP4:192.0.2.10 -ALL",), GOOD),
        (("v=spf1 ip4:192.0.2.10",), LOOK),  # says nothing of others
        (("v=spf1 ip4:192.0.2.10 ?all",), LOOK),
        (("v=spf1 exists:%{i}.allowed.example -all",), LOOK),  # depends on the mail
        (("v=spf1 ip4:198.51.100.7 -all",), WRONG),  # another machine
        (("v=spf1 -ip4:192.0.2.10 ip4:192.0.2.10 -all",), WRONG),  # the first that matches decides
        (("v=spf1 include:refusing.example -all",), WRONG),  # a no of an include is no match
        (("v=spf1 ip4:192.0.2.10 +all",), WRONG),
        (("v=spf1 all",), WRONG),
        (("v=spf1 ip4:192.0.2.300 -all",), WRONG),
        (("v=spf1 ip6:192.0.2.10 -all",), WRONG),
        (("v=spf1 ipv4:192.0.2.10 -all",), WRONG),
        (("v=spf1 include:nobody.example ip4:192.0.2.10 -all",), WRONG),  # includes nothing that could be read
        (("v=spf1 include:circle.example -all",), WRONG),
        (("v=spf1 ip4:192.0.2.10 -all", "v=spf1 mx -all"), WRONG),
        (("v=spf10 ip4:192.0.2.10 -all",), WRONG),  # no record of this kind
    ],
)
def test_spf_is_read_as_receivers_read_it(records, state, names, ask):
    names.text("port.example", *records)
    names.text("relay.example", "v=spf1 ip4:192.0.2.10 -all")
    names.text("refusing.example", "v=spf1 -ip4:192.0.2.10 +all")
    names.text("circle.example", "v=spf1 include:circle.example -all")

    assert checks.spf(sender(), ask).state == state


@pytest.mark.parametrize(("includes", "state"), [(9, GOOD), (10, WRONG)])
def test_questions_are_counted_over_includes_and_end_at_ten(includes, state, names, ask):
    """One for the include of the relay, one for each of its own."""
    names.text("port.example", "v=spf1 ip4:192.0.2.10 include:relay.example -all")
    names.text("relay.example", "v=spf1 " + " ".join(f"include:part{number}.example" for number in range(includes)) + " -all")
    for number in range(includes):
        names.text(f"part{number}.example", "v=spf1 ip4:198.51.100.1 -all")

    line = checks.spf(sender(), ask)

    assert (line.state, str(includes + 1) in line.found["en"]) == (state, True)


def test_an_address_guessed_from_the_servers_name_is_only_looked_at(names, ask):
    assert checks.spf(sender(addresses=("203.0.113.9",), is_sure=False), ask).state == LOOK
    assert checks.spf(sender(addresses=("203.0.113.9",), is_sure=True), ask).state == WRONG


@pytest.mark.parametrize(
    ("record", "state"),
    [
        ("v=DKIM1; p={2048}", GOOD),
        ("p={2048}", GOOD),  # the version may be left out
        ("v=DKIM1; k=ed25519; p={ed}", GOOD),
        ("v=DKIM1; p={1024}", LOOK),
        ("v=DKIM1; t=y; p={2048}", LOOK),
        ("v=DKIM1; p=", WRONG),
        ("v=DKIM1; k=rsa", WRONG),
        ("v=DKIM1; p=bm90IGEga2V5", WRONG),
        ("v=DKIM1; p=***", WRONG),
        ("v=DKIM1; h=sha1; p={2048}", WRONG),
        ("v=DKIM2; p={2048}", WRONG),
    ],
)
def test_a_dkim_key_is_there_readable_and_long_enough(record, state, names, ask, strong_key):
    raw = ed25519.Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    keys = {"{2048}": strong_key, "{1024}": rsa_key(1024), "{ed}": base64.b64encode(raw).decode()}
    for place, key in keys.items():
        record = record.replace(place, key)
    names.text("s1._domainkey.port.example", record)

    (line,) = checks.dkim(sender(), ask)

    assert line.state == state


def test_without_a_named_selector_no_key_is_looked_for(ask):
    assert [line.state for line in checks.dkim(sender(selectors=()), ask)] == [LOOK]


@pytest.mark.parametrize(
    ("records", "state"),
    [
        (("v=DMARC1; p=quarantine; rua=mailto:a@port.example",), GOOD),
        (("v=DMARC1; p=none; rua=mailto:a@port.example",), LOOK),
        (("v=DMARC1; p=reject",), LOOK),
        (("v=DMARC1; p=rejct",), WRONG),
        (("v=DMARC1; rua=mailto:a@port.example",), WRONG),
        (("v=DMARC1; p=reject; rua=a@port.example",), WRONG),
        (("v=DMARC1; p=reject", "v=DMARC1; p=none"), WRONG),
        ((), WRONG),
    ],
)
def test_a_dmarc_policy_is_read(records, state, names, ask):
    names.text("_dmarc.port.example", *records)

    assert checks.dmarc(sender(), ask).state == state


def test_a_policy_of_the_domain_above_holds_below(names, ask):
    line = checks.dmarc(sender(domain="news.port.example"), ask)

    assert (line.state, "port.example" in line.found["en"]) == (GOOD, True)


@pytest.mark.parametrize(
    ("domain", "returned", "strict", "state"),
    [
        ("port.example", "port.example", True, GOOD),
        ("port.example", "bounce.port.example", False, GOOD),
        ("port.example", "bounce.port.example", True, WRONG),
        ("news.port.example", "bounce.port.example", False, GOOD),  # both below the domain of the policy
        ("port.example", "relay.example", False, WRONG),
        ("port.example", "otherport.example", False, WRONG),
    ],
)
def test_the_return_address_belongs_to_the_sender(domain, returned, strict, state, names, ask):
    names.text("_dmarc.port.example", f"v=DMARC1; p=reject; aspf={'s' if strict else 'r'}")

    assert checks.aligned(sender(domain=domain, envelope_domain=returned), ask).state == state


@pytest.mark.parametrize(
    ("servers", "state"),
    [(["10 mx.port.example."], GOOD), (["0 ."], WRONG), (["10 gone.port.example."], WRONG), ([], WRONG)],
)
def test_mail_to_the_domain_has_somewhere_to_go(servers, state, names, ask):
    names.put("port.example", "MX", *servers)

    assert checks.receiving("port.example", ask).state == state


def test_the_connection_and_the_button_of_mail_programs_are_judged_by_the_settings():
    assert checks.encryption(sender()).state == GOOD
    assert checks.encryption(sender(is_encrypted=False)).state == WRONG
    assert checks.encryption(sender(is_encrypted=False, is_local=True)).state == GOOD
    assert checks.encryption(sender(server="")).state == LOOK
    assert checks.unsubscribing(sender()).state == GOOD
    assert checks.unsubscribing(sender(site_url="http://crm.port.example")).state == WRONG


@pytest.mark.parametrize(("complained", "state"), [(0, GOOD), (1, LOOK), (3, WRONG)])
def test_mails_called_junk_are_held_against_what_mail_services_ask(complained, state):
    assert checks.called_junk(1000, complained).state == state


def test_the_domain_is_read_out_of_any_spelling_of_an_address():
    assert domain_of("survey@Port.example") == domain_of("示范港 <survey@port.example>") == "port.example"
    assert domain_of("survey@港口.example") == "xn--6orv52d.example"


def test_the_addresses_of_the_mail_server_stand_in_for_those_not_named(settings, names, ask):
    settings.EMAIL_URL, settings.EMAIL_HOST, settings.SENDING_ADDRESSES = "smtp://mx.port.example", "mx.port.example", []

    guessed = sender_of_settings(ask)
    settings.SENDING_ADDRESSES = ["192.0.2.77"]

    assert (guessed.addresses, guessed.is_sure) == (("192.0.2.10",), False)
    assert (sender_of_settings(ask).addresses, sender_of_settings(ask).is_sure) == (("192.0.2.77",), True)


def client_of(*roles) -> Client:
    client = Client()
    client.force_login(make_user(*roles, language="en"))
    return client


@pytest.fixture
def sends_from(settings, names):
    settings.DEFAULT_FROM_EMAIL, settings.BOUNCE_ADDRESS = "survey@port.example", ""
    settings.DKIM_SELECTORS, settings.SENDING_ADDRESSES = ["s1"], ["192.0.2.10"]
    with dns_server(names) as port:
        settings.DNS_SERVER = f"127.0.0.1:{port}"
        yield names


@pytest.mark.django_db
def test_opening_the_page_asks_nobody_and_the_button_keeps_what_was_said(sends_from):
    client = client_of(Role.ADMIN)

    before = client.get(reverse("outbox:sending_domain"))
    asked_by_opening = list(sends_from.asked)
    after = client.post(reverse("outbox:sending_domain_check"), follow=True)

    assert (asked_by_opening, before.context["check"]) == ([], None)
    check = DomainCheck.objects.get()
    assert after.context["check"] == check
    assert [line["state"] for line in check.lines[:4]] == ["good"] * 4
    assert AuditEvent.objects.get(action="outbox.check_domain").detail["domain"] == "port.example"
    assert "port.example, as the DNS answered" in after.content.decode()


@pytest.mark.django_db
def test_only_administrators_check(sends_from):
    for role in (Role.MARKETING, Role.SERVICE, Role.MANAGER, Role.AUDITOR, Role.OPERATIONS):
        client = client_of(role)

        assert client.get(reverse("outbox:sending_domain")).status_code == 403
        assert client.post(reverse("outbox:sending_domain_check")).status_code == 403
    assert (sends_from.asked, DomainCheck.objects.count()) == ([], 0)


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_the_page_needs_the_same_queries_after_any_number_of_checks(count, sends_from, django_assert_num_queries, ask):
    for _number in range(count):
        check_sending_domain(ask=ask, at=now(), by=make_user(Role.ADMIN))
    client = client_of(Role.ADMIN)
    client.get(reverse("outbox:sending_domain"))

    with django_assert_num_queries(PAGE_QUERIES):
        client.get(reverse("outbox:sending_domain"))


@pytest.mark.django_db
def test_mails_of_a_month_and_what_was_called_junk_are_counted(ask):
    for days in (1, 29, 31):
        make_mail(state=MailState.SENT, settled_at=now() - dt.timedelta(days=days))
    tell(make_mail(state=MailState.SENT, settled_at=now()), "complained")

    check = check_sending_domain(ask=ask, at=now(), by=make_user(Role.ADMIN))

    assert check.lines[-1]["found"]["en"] == "1 of 3 mails in 30 days (33.33%)."
    assert check.lines[-1]["state"] == "wrong"
