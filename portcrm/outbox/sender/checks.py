"""The points of the self-check of the domain mails come from. The DNS is asked through `ask` alone; no mail server is contacted."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from portcrm.outbox.enums import CheckState
from portcrm.outbox.sender.keys import find_dmarc, read_dmarc, read_key
from portcrm.outbox.sender.lines import Line, told
from portcrm.outbox.sender.spf import MOST_EMPTY, MOST_LOOKUPS, Faulty, Policy, read_policy, records_of
from portcrm.outbox.sender.zone import Ask, NotAsked

SHORTEST_KEY, GOOD_KEY = 1024, 2048  # bits: below the first receivers ignore a signature (RFC 8301)
AIM_PERCENT, MOST_PERCENT = 0.1, 0.3  # called junk: what large mail services ask of those who send to many
GOOD, LOOK, WRONG = CheckState.GOOD, CheckState.LOOK, CheckState.WRONG


@dataclass(frozen=True, kw_only=True)
class Sender:
    """How this installation sends. `addresses`: of the machines that deliver to the world, where known; `is_sure`: they
    were named in the settings, not guessed from the mail server's name."""

    domain: str
    envelope_domain: str
    selectors: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    server: str = ""
    is_sure: bool = True
    is_encrypted: bool = True
    is_local: bool = False
    site_url: str = ""


def check_all(sender: Sender, ask: Ask) -> list[Line]:
    """Every point, in the order people read them."""
    lines = [_asked(_("Receiving mail (MX)"), lambda: receiving(sender.domain, ask))]
    if sender.envelope_domain != sender.domain:
        lines.append(_asked(_("Receiving returned mail (MX)"), lambda: receiving(sender.envelope_domain, ask)))
    lines.append(_asked("SPF", lambda: spf(sender, ask)))
    lines += dkim(sender, ask)
    lines.append(_asked("DMARC", lambda: dmarc(sender, ask)))
    lines.append(_asked(_("Sender and return address belong together"), lambda: aligned(sender, ask)))
    return [*lines, unsubscribing(sender), encryption(sender)]


def _asked(about, look: Callable[[], Line]) -> Line:
    try:
        line = look()
    except NotAsked as silence:
        found = told(_("No name server answered in time: %(question)s."), question=silence.question)
        line = Line({}, CheckState.NOT_ASKED, found, told(_("Try again in a few minutes, or ask whoever runs the network.")))
    return Line(told(about), line.state, line.found, line.advice, line.records, line.entry)


def receiving(domain: str, ask: Ask) -> Line:
    servers = ask(domain, "MX")
    if servers == ["."]:
        advice = told(_("Replies and returned mails are lost. Name a mail server, or send from a domain that has one."))
        return Line({}, WRONG, told(_("%(domain)s says that it takes no mail."), domain=domain), advice, (f"{domain} MX .",))
    if servers:
        lost = [server for server in servers if not ask(server, "A") and not ask(server, "AAAA")]
        records = tuple(f"{domain} MX {server}" for server in servers)
        if lost:
            found = told(_("These mail servers have no address: %(servers)s."), servers=" ".join(lost))
            return Line({}, WRONG if lost == servers else LOOK, found, told(_("Correct the name, or give it an address.")), records)
        return Line({}, GOOD, told(_("Mail to %(domain)s is taken by %(servers)s."), domain=domain, servers=" ".join(servers)), {}, records)
    advice, entry = told(_("Name the server that takes mail for this domain.")), (domain, "MX", f"10 mail.{domain}.")
    if ask(domain, "A") or ask(domain, "AAAA"):
        found = told(_("%(domain)s names no mail server; mail goes to the machine of that name."), domain=domain)
        return Line({}, LOOK, found, advice, (), entry)
    found = told(_("%(domain)s has neither a mail server nor an address; many receivers refuse mail from it."), domain=domain)
    return Line({}, WRONG, found, advice, (), entry)


def spf(sender: Sender, ask: Ask) -> Line:
    """The record of the domain mails are returned to: that is the one receivers look at (RFC 7208 2.4)."""
    domain = sender.envelope_domain
    found, entry = records_of(domain, ask), (domain, "TXT", _wanted_spf(sender))
    if not found:
        return Line(
            {}, WRONG, told(_("%(domain)s does not say which machines send for it."), domain=domain), told(_("Enter this.")), (), entry
        )
    if len(found) > 1:
        said = told(_("There are %(number)s records; receivers then read none of them."), number=len(found))
        return Line({}, WRONG, said, told(_("Put them together into one.")), tuple(found), entry)
    try:
        policy = read_policy(domain, list(sender.addresses), ask)
    except Faulty as fault:
        return Line({}, WRONG, told(_("It cannot be read at “%(part)s”."), part=str(fault)), told(_("Correct this part.")), tuple(found))
    state, said, advice = next(_of_policy(sender, policy))
    return Line({}, state, said, advice, tuple(found), entry if state == WRONG else ())


def _wanted_spf(sender: Sender) -> str:
    machines = " ".join(f"ip{6 if ':' in address else 4}:{address}" for address in sender.addresses)
    return f"v=spf1 {machines or 'mx'} -all"


def _of_policy(sender: Sender, policy: Policy) -> Iterator[tuple[CheckState, dict, dict]]:
    """What is to be said of a record that can be read, the gravest first."""
    if policy.lookups > MOST_LOOKUPS:
        said = told(_("Reading it takes %(number)s questions; after %(most)s receivers give up."), number=policy.lookups, most=MOST_LOOKUPS)
        yield WRONG, said, told(_("Write addresses (ip4, ip6) in place of some includes."))
    if policy.all == "pass":
        yield WRONG, told(_("“+all” lets any machine in the world send for this domain.")), told(_("Let it end in -all or ~all."))
    outside = [address for address in sender.addresses if policy.passed.get(address, policy.all) != "pass"]
    if outside and not policy.not_followed:
        said = told(_("It does not cover %(addresses)s, from which we send."), addresses=" ".join(outside))
        maybe = told(_("We take these addresses from the mail server's name. If it delivers from others, name them in SENDING_ADDRESSES."))
        yield (WRONG, said, told(_("Add these addresses."))) if sender.is_sure else (LOOK, said, maybe)
    if policy.empty > MOST_EMPTY:
        said = told(_("%(number)s names in it have no address; some receivers then give up."), number=policy.empty)
        yield LOOK, said, told(_("Take them out."))
    if policy.all not in ("fail", "softfail"):
        yield LOOK, told(_("It does not say what to think of other machines.")), told(_("Let it end in -all or ~all."))
    if outside:
        said = told(_("It depends on the single mail: %(parts)s."), parts=" ".join(policy.not_followed))
        yield LOOK, said, told(_("Send a mail to an address outside and look at its headers."))
    if not sender.addresses:
        said = told(_("It can be read in %(number)s questions. From which address we send is not known."), number=policy.lookups)
        yield LOOK, said, told(_("Name the addresses of the delivering machines in SENDING_ADDRESSES."))
    said = told(
        _("It can be read in %(number)s questions and covers %(addresses)s."), number=policy.lookups, addresses=" ".join(sender.addresses)
    )
    yield GOOD, said, {}


def dkim(sender: Sender, ask: Ask) -> list[Line]:
    if not sender.selectors:
        advice = told(_("Name the selectors your mail server signs with in DKIM_SELECTORS; ask whoever runs it."))
        return [Line(told("DKIM"), LOOK, told(_("No selector is named, so no key can be looked for.")), advice)]
    return [
        _asked(f"DKIM {selector}", lambda selector=selector: _of_selector(selector, sender.domain, ask)) for selector in sender.selectors
    ]


def _of_selector(selector: str, domain: str, ask: Ask) -> Line:
    name = f"{selector}._domainkey.{domain}"
    found = tuple(ask(name, "TXT"))
    entry = (name, "TXT", "v=DKIM1; k=rsa; p=…")
    advice = told(_("Enter the public key your mail server shows for this selector."))
    if not found:
        return Line({}, WRONG, told(_("There is no key at %(name)s."), name=name), advice, (), entry)
    if len(found) > 1:
        return Line({}, WRONG, told(_("There is more than one key at %(name)s."), name=name), told(_("Leave only one.")), found)
    key = read_key(found[0])
    if key.fault:
        return Line({}, WRONG, told(FAULTS[key.fault]), advice, found, entry)
    if key.kind == "rsa" and key.bits < GOOD_KEY:
        said = told(_("The key has %(bits)s bits."), bits=key.bits)
        return Line({}, WRONG if key.bits < SHORTEST_KEY else LOOK, said, told(_("Make a new one with 2048 bits.")), found)
    if key.is_test:
        said = told(_("The key says it is only being tried out (t=y); receivers may ignore it."))
        return Line({}, LOOK, said, told(_("Take t=y out once signatures are right.")), found)
    length = told(_("The key has %(bits)s bits."), bits=key.bits) if key.kind == "rsa" else told(_("It is an Ed25519 key."))
    return Line({}, GOOD, length, {}, found)


FAULTS = {
    "version": _("The record is none of DKIM: it must begin with v=DKIM1."),
    "revoked": _("The key was taken back (p= is empty); every signature with it fails."),
    "unreadable": _("The key cannot be read; perhaps a part of it was lost when it was entered."),
    "hash": _("The key does not allow SHA-256, the only sum receivers still accept."),
}


def dmarc(sender: Sender, ask: Ask) -> Line:
    found, where = find_dmarc(sender.domain, ask)
    entry = (f"_dmarc.{sender.domain}", "TXT", f"v=DMARC1; p=none; rua=mailto:postmaster@{sender.domain}")
    if not found:
        return Line(
            {}, WRONG, told(_("There is no record; large mail services refuse mass mail without one.")), told(_("Enter this.")), (), entry
        )
    if len(found) > 1:
        said = told(_("There are %(number)s records; receivers then read none of them."), number=len(found))
        return Line({}, WRONG, said, told(_("Leave only one.")), tuple(found))
    policy = read_dmarc(found[0], where)
    if policy.fault:
        return Line(
            {}, WRONG, told(_("It cannot be read at “%(part)s”."), part=policy.fault), told(_("Correct this part.")), tuple(found), entry
        )
    said = told(_("Found at %(domain)s: p=%(policy)s."), domain=where, policy=policy.policy)
    if policy.policy == "none":
        advice = told(_("Once reports show that all our mails pass, set p=quarantine, later p=reject."))
        return Line({}, LOOK, said, advice, tuple(found))
    if not policy.reports_to:
        return Line({}, LOOK, said, told(_("Add rua=mailto:… to hear of mails that fail.")), tuple(found))
    return Line({}, GOOD, said, {}, tuple(found))


def aligned(sender: Sender, ask: Ask) -> Line:
    """DMARC's alignment of SPF (RFC 7489 3.1.2): the return address against the one readers see."""
    pair = {"domain": sender.domain, "returned": sender.envelope_domain}
    if sender.domain == sender.envelope_domain:
        return Line({}, GOOD, told(_("Both are at %(domain)s."), domain=sender.domain))
    found, where = find_dmarc(sender.domain, ask)
    strict = len(found) == 1 and read_dmarc(found[0], where).strict_spf
    said = told(_("Mails come from %(domain)s and are returned to %(returned)s."), **pair)
    if strict:
        return Line(
            {}, WRONG, said, told(_("The DMARC record asks for the same domain (aspf=s): change one of the two, or aspf.")), tuple(found)
        )
    tops = {sender.domain, where} if found else {sender.domain}
    related = any(_within(sender.envelope_domain, top) for top in tops) or _within(sender.domain, sender.envelope_domain)
    if related:
        return Line({}, GOOD, said)
    advice = told(_("For DMARC, SPF counts only for related domains: put BOUNCE_ADDRESS at the domain of the sender, or below it."))
    return Line({}, WRONG, said, advice)


def _within(domain: str, top: str) -> bool:
    return domain == top or domain.endswith(f".{top}")


def unsubscribing(sender: Sender) -> Line:
    about = told(_("Unsubscribing with one click"))
    if sender.site_url.startswith("https://"):
        found = told(_("Survey mails carry List-Unsubscribe and List-Unsubscribe-Post."))
        return Line(about, GOOD, found, told(_("Have DKIM sign both headers: that is set in the mail server.")))
    found = told(_("Mail programs show the button only for an https address; ours is %(address)s."), address=sender.site_url)
    return Line(about, WRONG, found, told(_("Set PORTCRM_SITE_URL to the public https address.")))


def encryption(sender: Sender) -> Line:
    about = told(_("Connection to the mail server"))
    if not sender.server:
        return Line(about, LOOK, told(_("No mail server is set up.")), told(_("Set EMAIL_URL.")))
    if sender.is_encrypted:
        return Line(about, GOOD, told(_("Mails are handed to %(server)s encrypted (TLS)."), server=sender.server))
    if sender.is_local:
        return Line(about, GOOD, told(_("The mail server runs on this machine (%(server)s)."), server=sender.server))
    found = told(_("Mails are handed to %(server)s without encryption."), server=sender.server)
    return Line(about, WRONG, found, told(_("Write smtp+tls:// or smtp+ssl:// in EMAIL_URL.")))


def called_junk(sent: int, complained: int) -> Line:
    """Of the mails that left in the last 30 days, how many their recipients called junk."""
    about = told(_("Called junk by recipients"))
    percent = 100 * complained / sent if sent else 0
    found = told(
        _("%(complained)s of %(sent)s mails in 30 days (%(percent)s)."), complained=complained, sent=sent, percent=f"{percent:.2f}%"
    )
    if percent < AIM_PERCENT:
        return Line(about, GOOD, found)
    advice = told(_("Mail services want less than 0.1% and refuse from 0.3% on: write to fewer people, and less often."))
    return Line(about, WRONG if percent >= MOST_PERCENT else LOOK, found, advice)
