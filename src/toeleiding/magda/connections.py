"""A pool of HTTP/1.1 connections to post over: what a question needs and nothing more (decision 030)."""

import http.client
import select
import ssl
from base64 import b64encode
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

import stamina

#: An idle connection older than this many seconds is not used again: the other side may be closing it right now.
IDLE_SECONDS = 5.0


class NotConnectedError(OSError):
    """There was no connection: nothing was sent."""


class NoAddressError(ValueError):
    """The address is none that can be posted to."""


class Posted(NamedTuple):
    """What came back: the status of HTTP and the body, or None when that was larger than asked for."""

    status: int
    body: bytes | None


@dataclass(slots=True)
class _Open:
    """A connection that is open, what a proxy on the way wants to see, and since when nobody uses it."""

    line: http.client.HTTPConnection
    prefix: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    since: float = field(default_factory=monotonic)

    def usable(self) -> bool:
        """Whether the other side still holds it: an idle connection that can be read was closed over there."""
        if self.line.sock is None or monotonic() - self.since > IDLE_SECONDS:
            return False
        poll = select.poll()
        poll.register(self.line.sock, select.POLLIN)
        return not poll.poll(0)


class Connections:
    """Connections that are kept open and used again, whichever thread posts. Close them when done.

    Args:
        ssl_context: for HTTPS; without it the authorities of the machine count.
        attempts: tries to get a connection. A question that was sent is never sent again here.
    """

    def __init__(self, ssl_context: ssl.SSLContext | None = None, attempts: int = 2) -> None:
        self._context = ssl_context
        self._attempts = attempts
        self._idle: dict[str, deque[_Open]] = {}

    def post(
        self, url: str, body: bytes, headers: Mapping[str, str], *, patience: tuple[float, float], most: int
    ) -> Posted:
        """Post a body and read at most so many bytes. `patience`: seconds for a connection and for every read.

        Raises NoAddressError, NotConnectedError, or after sending TimeoutError, OSError or HTTPException.
        """
        parts = _parts(url)
        idle = self._idle.setdefault(f"{parts.scheme}://{parts.netloc}", deque())
        held = _taken(idle) or self._connected(parts, patience[0])
        line = held.line
        try:
            assert line.sock is not None
            line.sock.settimeout(patience[1])
            path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
            line.request("POST", held.prefix + path, body=body, headers={**headers, **held.headers})
            with line.getresponse() as response:
                content = _read(response, most)
                reusable = content is not None and not response.will_close
        except BaseException:
            line.close()
            raise
        if reusable:
            held.since = monotonic()
            idle.append(held)
        else:
            line.close()
        return Posted(response.status, content)

    def _connected(self, parts: SplitResult, seconds: float) -> _Open:
        for attempt in stamina.retry_context(
            on=_missed, attempts=self._attempts, wait_initial=0.2, wait_max=1.0, timeout=5.0
        ):
            with attempt:
                return self._connect(parts, seconds)
        raise AssertionError("stamina always makes at least one attempt")

    def _connect(self, parts: SplitResult, seconds: float) -> _Open:
        held = self._way(parts, seconds)
        try:
            held.line.connect()
        except (OSError, UnicodeError) as error:  # TLS, waiting in vain and names that cannot be are among them
            held.line.close()
            raise NotConnectedError(str(error) or type(error).__name__) from error
        return held

    def _way(self, parts: SplitResult, seconds: float) -> _Open:
        """A connection that is still to be made, over the proxy of the machine when there is one."""
        host, port = parts.hostname or "", parts.port
        proxy = _proxy(parts)
        to = (host, port) if proxy is None else (proxy.hostname or "", proxy.port)
        shown = {"Proxy-Authorization": _credentials(proxy)} if proxy and proxy.username else {}
        if parts.scheme == "http":
            plain = http.client.HTTPConnection(*to, timeout=seconds)
            return _Open(plain, f"http://{parts.netloc}" if proxy else "", shown)
        if self._context is None:
            self._context = ssl.create_default_context()
        secure = http.client.HTTPSConnection(*to, timeout=seconds, context=self._context)
        if proxy is not None:
            secure.set_tunnel(host, port, shown)
        return _Open(secure)

    def close(self) -> None:
        """Close the connections that nobody uses."""
        for idle in self._idle.values():
            while idle:
                idle.pop().line.close()


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        if (
            parts.scheme in ("http", "https")
            and parts.hostname
            and parts.port != 0
            and url.isascii()
            and " " not in url
        ):
            return parts
    except ValueError:
        pass
    raise NoAddressError(f"{url[:100]} is geen adres dat begint met http:// of https://.")


def _taken(idle: "deque[_Open]") -> _Open | None:
    """The connection that was used last: the others may grow old and go."""
    while True:
        try:
            held = idle.pop()
        except IndexError:
            return None
        if held.usable():
            return held
        held.line.close()


def _missed(error: Exception) -> bool:
    """No connection, and not because we waited in vain: that would double the time."""
    return isinstance(error, NotConnectedError) and not isinstance(error.__cause__, TimeoutError)


def _proxy(parts: SplitResult) -> SplitResult | None:
    named = getproxies()
    found = named.get(parts.scheme) or named.get("all")
    if not found or proxy_bypass(parts.hostname or ""):
        return None
    return urlsplit(found if "://" in found else f"http://{found}")


def _credentials(proxy: SplitResult) -> str:
    said = f"{unquote(proxy.username or '')}:{unquote(proxy.password or '')}"
    return f"Basic {b64encode(said.encode()).decode()}"


def _read(response: http.client.HTTPResponse, most: int) -> bytes | None:
    """The body; None when it is larger than `most`. Raises IncompleteRead when it was broken off."""
    if response.length is not None:
        return response.read() if response.length <= most else None
    content = response.read(most + 1)
    if not content and response.status == http.client.OK and not response.chunked:
        raise http.client.IncompleteRead(content)  # the headers themselves were broken off
    return content if len(content) <= most else None
