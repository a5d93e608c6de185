"""A mail server on this machine (RFC 5321) that answers as a test wants and remembers what it was told."""

import base64
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

SILENT, HANGS_UP = "silent", "hangs up"


class MailServer(socketserver.ThreadingTCPServer):
    """`says` maps a verb ("", for the greeting, MAIL, RCPT, DATA, ".", AUTH, ...) to another answer than yes.

    SILENT: it says nothing any more; HANGS_UP: it closes without a word.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self, says: dict[str, str] | None = None, login: str = "") -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.says, self.login = says or {}, login
        self.heard: list[str] = []
        self.taken: list[str] = []
        self.over = threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Talk(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        if not self._say("", "220 hallo"):
            return
        for raw in self.rfile:
            line = raw.decode().strip()
            verb = line.split(" ")[0].upper()
            self.server.heard.append(verb)
            if verb == "DATA":
                if not self._say(verb, "354 ga door") or "DATA" in self.server.says or not self._content():
                    continue
            elif not self._say(verb, self._answer(verb, line)) or verb == "QUIT":
                return

    def _answer(self, verb: str, line: str) -> str:
        match verb:
            case "EHLO":
                return "250-hier\r\n250 AUTH PLAIN" if self.server.login else "250 hier"
            case "AUTH":
                given = base64.b64decode(line.split(" ")[-1]).decode().split("\0")[1:]
                return "235 welkom" if ":".join(given) == self.server.login else "535 nee"
            case "QUIT":
                return "221 dag"
            case _:
                return "250 goed"

    def _content(self) -> bool:
        lines: list[str] = []
        for raw in self.rfile:
            line = raw.decode().rstrip("\r\n")
            if line == ".":
                break
            lines.append(line)
        said = self._say(".", "250 bewaard")
        if "." not in self.server.says:
            self.server.taken.append("\n".join(lines))
        return said

    def _say(self, verb: str, yes: str) -> bool:
        words = self.server.says.get(verb, yes)
        if words == SILENT:
            self.server.over.wait(10)
            return False
        if words == HANGS_UP:
            self.connection.shutdown(2)
            return False
        self.wfile.write(f"{words}\r\n".encode())
        return True


@contextmanager
def mail_server(settings: Any, says: dict[str, str] | None = None, login: str = "") -> Iterator[MailServer]:
    """A server that runs, and settings that speak to it."""
    with MailServer(says, login) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_URL = f"smtp://127.0.0.1:{server.port}"
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = 0.5
        settings.DEFAULT_FROM_EMAIL = "toeleiding@voorbeeld.be"
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
            thread.join()
