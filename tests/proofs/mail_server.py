"""A mail server that takes everything, and can keep the sender waiting with a message in flight."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

WAIT_SECONDS = 60


class MailServer(socketserver.ThreadingTCPServer):
    """Listens on a free port of this machine; `texts` are the messages that were handed over, as they came."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.texts: list[str] = []
        self.arrived = threading.Semaphore(0)
        self.may_say_yes = threading.Event()
        self.may_say_yes.set()

    @property
    def url(self) -> str:
        """Return what EMAIL_URL is set to."""
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    def next_text(self, holding: str) -> str:
        """Return the next message that holds this word. While `may_say_yes` is not set, its sender waits."""
        while self.arrived.acquire(timeout=WAIT_SECONDS):
            for text in self.texts:
                if holding in text:
                    return text
        raise AssertionError("No mail came.")


class _Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline().decode(errors="replace").strip():
            word = line[:4].upper()
            if word == "DATA":
                self._say("354 go on")
                self._take_text()
            self._say("221 bye" if word == "QUIT" else "250 yes")
            if word == "QUIT":
                return

    def _take_text(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line)
        self.server.texts.append(re.sub(r"=\r?\n", "", b"".join(lines).decode(errors="replace")))
        self.server.arrived.release()
        self.server.may_say_yes.wait(WAIT_SECONDS)

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Run a mail server until the block ends."""
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.may_say_yes.set()
            server.shutdown()
