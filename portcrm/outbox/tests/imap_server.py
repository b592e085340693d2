"""A mailbox behind a real IMAP connection: it keeps mails, tells which are unseen, and marks them."""

import re
import socketserver
import threading
from contextlib import contextmanager


class Box:
    """`mails` by number; `seen` the numbers marked. `cut_at` ends the line at that command ("STORE"), as a dying network does."""

    def __init__(self) -> None:
        self.mails: dict[int, bytes] = {}
        self.seen: set[int] = set()
        self.cut_at = ""
        self.log_ins: list[str] = []

    def put(self, raw: bytes) -> None:
        self.mails[len(self.mails) + 1] = raw


class Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"* OK ready\r\n")
        while line := self.rfile.readline().decode().strip():
            tag, command, *rest = line.split(" ", 3)
            name = rest[0].upper() if command.upper() == "UID" else command.upper()
            if name == self.server.box.cut_at:
                return
            self.wfile.write(self._answer(name, line) + f"{tag} OK done\r\n".encode())
            if name == "LOGOUT":
                return

    def _answer(self, name: str, line: str) -> bytes:
        box = self.server.box
        if name == "CAPABILITY":
            return b"* CAPABILITY IMAP4rev1\r\n"
        if name == "LOGIN":
            box.log_ins.append(line.split(" ", 2)[2])
        if name == "SELECT":
            return f"* {len(box.mails)} EXISTS\r\n".encode()
        if name == "SEARCH":
            return ("* SEARCH " + " ".join(str(number) for number in box.mails if number not in box.seen) + "\r\n").encode()
        number = int(re.search(r"UID \w+ (\d+)", line)[1]) if name in ("FETCH", "STORE") else 0
        if name == "FETCH":
            raw = box.mails[number]
            return f"* {number} FETCH (UID {number} BODY[]<0> {{{len(raw)}}}\r\n".encode() + raw + b")\r\n"
        if name == "STORE":
            box.seen.add(number)
        return b""


@contextmanager
def imap_server(box: Box):
    """Run the server on a free port; yields the address of its mailbox."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation) as server:
        server.box, server.daemon_threads = box, True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"imap://returns:p%40ss@127.0.0.1:{server.server_address[1]}/INBOX"
        finally:
            server.shutdown()
            thread.join()
