"""A name server behind a real UDP port: it answers from a small zone, and can keep silent or fail."""

import socketserver
import threading
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.resolver
import dns.rrset

from portcrm.outbox.sender.zone import Zone


class Names:
    """`rows` by (name, kind), values as a zone file writes them. `silent` names are not answered at all, `failing` ones with SERVFAIL."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], list[str]] = {}
        self.silent: set[str] = set()
        self.failing: set[str] = set()
        self.asked: list[tuple[str, str]] = []

    def put(self, name: str, kind: str, *values: str) -> None:
        self.rows[name, kind] = list(values)

    def text(self, name: str, *texts: str) -> None:
        """TXT records; a text longer than 255 characters is cut into strings, as the DNS wants it."""
        cut = [" ".join(f'"{text[at : at + 200]}"' for at in range(0, len(text), 200)) for text in texts]
        self.put(name, "TXT", *cut)


class Answerer(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        raw, sock = self.request
        names, query = self.server.names, dns.message.from_wire(raw)
        question = query.question[0]
        name, kind = question.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(question.rdtype)
        names.asked.append((name, kind))
        if name in names.silent:
            return
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        if name in names.failing:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif values := names.rows.get((name, kind)):
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *values))
        elif not any(known == name for known, _kind in names.rows):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        sock.sendto(answer.to_wire(max_size=65_535), self.client_address)


@contextmanager
def dns_server(names: Names):
    """Run the server on a free port; yields its port."""
    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Answerer) as server:
        server.names, server.daemon_threads = names, True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def zone_at(port: int, *, seconds: float = 5.0) -> Zone:
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], port
    return Zone(resolver, seconds=seconds)
