"""Connections: kept, used again, and never trusted when the other side may have let go."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import stamina

from toeleiding.magda import connections
from toeleiding.magda.connections import Connections, NotConnectedError, Posted
from toeleiding.magda.transport import ConnectionFailed, Transport

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=2):
        yield


class Server:
    """The other side: counts connections and requests, and answers with the bytes it was given."""

    def __init__(self, *answers: bytes, close_after: bool = False) -> None:
        self.answers, self.close_after = list(answers), close_after
        self.connections = 0
        self.requests: list[bytes] = []
        self.closed = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/pad?x=1"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            with line:
                while self.answers and (request := self._request(line)):
                    self.requests.append(request)
                    line.sendall(self.answers.pop(0))
                    if self.close_after:
                        break
            self.closed.set()

    @staticmethod
    def _request(line: socket.socket) -> bytes:
        came = b""
        while b"<vraag/>" not in came:
            piece = line.recv(65536)
            if not piece:
                return b""
            came += piece
        return came

    def stop(self) -> None:
        self._socket.close()


@contextmanager
def serving(*answers: bytes, close_after: bool = False) -> Iterator[tuple[Server, Callable[..., Posted]]]:
    server, line = Server(*answers, close_after=close_after), Connections()

    def post(most: int = 1000, patience: float = 5) -> Posted:
        return line.post(server.url, b"<vraag/>", {"SOAPAction": '""'}, patience=(patience, patience), most=most)

    try:
        yield server, post
    finally:
        line.close()
        server.stop()


def test_one_connection_carries_one_question_after_the_other() -> None:
    with serving(ANSWER, ANSWER, ANSWER) as (server, post):
        assert [post(), post(), post()] == [Posted(200, b"abc")] * 3
        assert server.connections == 1
        assert server.requests[0].startswith(b"POST /pad?x=1 HTTP/1.1\r\n")
        assert b'SOAPAction: ""' in server.requests[0]


def test_a_connection_that_the_other_side_closed_is_not_used_again() -> None:
    with serving(ANSWER, ANSWER, close_after=True) as (server, post):
        assert post() == Posted(200, b"abc")
        assert server.closed.wait(5)
        assert post() == Posted(200, b"abc")
        assert server.connections == 2


def test_an_old_connection_is_not_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "IDLE_SECONDS", -1.0)
    with serving(ANSWER) as (server, post):
        post()
        server.answers.append(ANSWER)
        assert post() == Posted(200, b"abc")
        assert server.connections == 2


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"rommel\r\n\r\n",
        b"",
    ],
)
def test_an_answer_that_is_broken_off_is_no_answer(answer: bytes) -> None:
    with serving(answer, close_after=True) as (server, _), Transport() as transport:
        failed = transport.post(b"<vraag/>", server.url)
    assert isinstance(failed, ConnectionFailed)
    assert failed.sent


def test_an_answer_in_pieces_is_put_together() -> None:
    pieces = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"
    with serving(pieces, ANSWER) as (_, post):
        assert post() == Posted(200, b"abc")


@pytest.mark.parametrize("head", [b"Content-Length: 3", b"Connection: close"])
def test_more_than_we_read_is_not_read(head: bytes) -> None:
    with serving(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\nabc", close_after=True) as (_, post):
        assert post(most=2) == Posted(200, None)


def test_silence_ends_in_a_time_limit() -> None:
    with serving(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", b"") as (_, post), pytest.raises(TimeoutError):
        post(patience=0.05)


def test_only_a_missing_connection_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[object] = []
    for error in (ConnectionRefusedError("dicht"), TimeoutError("te laat")):

        def refuse(*args: object, error: OSError = error, **more: object) -> socket.socket:
            tried.append(error)
            raise error

        monkeypatch.setattr(socket, "create_connection", refuse)
        with pytest.raises(NotConnectedError):
            Connections().post("http://127.0.0.1:9/", b"", {}, patience=(1, 1), most=9)
    assert [str(error) for error in tried] == ["dicht", "dicht", "te laat"]


def test_a_proxy_of_the_machine_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(ANSWER) as (server, _):
        proxy = server.url.replace("http://", "http://naam:geheim@")
        monkeypatch.setenv("http_proxy", proxy)
        monkeypatch.setenv("no_proxy", "")
        line = Connections()
        came = line.post("http://magda.example/soap", b"<vraag/>", {}, patience=(5, 5), most=9)
        line.close()
    assert came == Posted(200, b"abc")
    assert server.requests[0].startswith(b"POST http://magda.example/soap HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic bmFhbTpnZWhlaW0=" in server.requests[0]
