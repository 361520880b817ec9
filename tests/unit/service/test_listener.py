"""The small HTTP server: what it refuses, and that nobody can hold it."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from esign.errors import UsageError
from esign.service.listener import Endpoint, Listener

HEAD = "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: a/question\r\n"


@contextmanager
def _running(answer: Callable[[bytes], bytes] = bytes.upper, **bounds: float) -> Iterator[Listener]:
    endpoint = Endpoint(
        request_type="a/question",
        response_type="an/answer",
        answer=answer,
        **bounds,  # type: ignore[arg-type]
    )
    listener = Listener("127.0.0.1", 0, endpoint)
    thread = threading.Thread(target=listener.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()


def _exchange(listener: Listener, octets: bytes, *, then: float = 0) -> bytes:
    with socket.create_connection(listener.server_address[:2], timeout=5) as connection:
        connection.sendall(octets)
        time.sleep(then)
        received = b""
        while chunk := connection.recv(65_536):
            received += chunk
        return received


def _post(body: bytes = b"hello", *, head: str = HEAD, length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    return f"{head}Content-Length: {size}\r\n\r\n".encode() + body


def test_a_question_is_answered() -> None:
    """The body goes to the endpoint, its answer comes back with its type."""
    with _running() as listener:
        answer = _exchange(listener, _post())
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert b"Content-Type: an/answer" in head
    assert b"Connection: close" in head
    assert body == b"HELLO"


def test_parameters_of_the_type_do_not_matter() -> None:
    """A charset behind the media type is accepted, and its case."""
    with _running() as listener:
        head = HEAD.replace("a/question", "A/Question; charset=x")
        assert b" 200 " in _exchange(listener, _post(head=head))


@pytest.mark.parametrize(
    ("octets", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", 405),
        (b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", 405),
        (b"PUT / HTTP/1.1\r\nHost: x\r\n\r\n", 405),
        (b"BREW / HTTP/1.1\r\nHost: x\r\n\r\n", 501),
        (_post(head=HEAD.replace("a/question", "text/html")), 415),
        (_post(head=HEAD.replace("Content-Type: a/question\r\n", "")), 415),
        (f"{HEAD}\r\n".encode(), 411),
        (f"{HEAD}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n".encode(), 411),
        (_post(head=HEAD, length=-1), 411),
        (_post(head=f"{HEAD}Content-Length: 5\r\n"), 411),
        (_post(b"", length=1001), 413),
        (_post(b"", length=10**30), 413),
        (f"{HEAD}Content-Length: ٣\r\n\r\n".encode(), 411),
        (b"POST / HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n", 431),
        (b"POST /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"garbage\r\n\r\n", 400),
    ],
)
def test_other_requests_are_refused(octets: bytes, status: int) -> None:
    """Method, type, length and size are checked before the body is read."""
    asked: list[bytes] = []
    with _running(lambda body: asked.append(body) or b"", max_request=1000) as listener:
        answer = _exchange(listener, octets)
    assert f" {status} ".encode() in answer.split(b"\r\n")[0]
    assert asked == []


def test_a_request_of_exactly_the_limit_is_answered() -> None:
    """The limit itself is allowed."""
    with _running(max_request=5) as listener:
        assert b" 200 " in _exchange(listener, _post(b"12345"))


def test_a_body_cut_short_is_refused() -> None:
    """A client that stops sending before the announced end gets no answer to half a question."""
    with _running() as listener, socket.create_connection(listener.server_address[:2]) as client:
        client.sendall(_post(b"half", length=100))
        client.shutdown(socket.SHUT_WR)
        assert b" 400 " in client.recv(1000)


def test_a_silent_client_is_dropped() -> None:
    """Nobody holds a connection longer than its time."""
    with _running(seconds=0.3) as listener:
        start = time.monotonic()
        assert _exchange(listener, b"") == b""
        assert time.monotonic() - start < 2


def test_a_dripping_client_is_dropped() -> None:
    """One octet at a time does not stretch the connection's time."""
    with (
        _running(seconds=0.4) as listener,
        socket.create_connection(listener.server_address[:2]) as client,
    ):
        start = time.monotonic()
        assert not _drip(client, _post() * 100)
        assert time.monotonic() - start < 2


def _drip(client: socket.socket, octets: bytes) -> bool:
    """Send one octet at a time; False when the other side ends the connection first."""
    try:
        for octet in octets:
            client.sendall(bytes((octet,)))
            time.sleep(0.02)
    except OSError:
        return False
    return True


def test_too_many_connections_are_sent_away() -> None:
    """What cannot be served now is told so, and the slots come back."""
    held = threading.Event()
    begun = threading.Semaphore(0)

    def wait(_: bytes) -> bytes:
        begun.release()
        held.wait(10)
        return b"done"

    with _running(wait, max_connections=2) as listener:
        answers: list[bytes] = []
        threads = [
            threading.Thread(target=lambda: answers.append(_exchange(listener, _post())))
            for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        assert all(begun.acquire(timeout=10) for _ in range(2))
        refused = _exchange(listener, b"")
        held.set()
        for thread in threads:
            thread.join()
        assert b" 503 " in refused
        assert [b" 200 " in each for each in answers] == [True, True]
        assert b" 200 " in _exchange(listener, _post())


def test_closing_waits_for_answers_under_way() -> None:
    """A question accepted before the end is still answered."""
    begun = threading.Event()

    def slowly(_: bytes) -> bytes:
        begun.set()
        time.sleep(0.3)
        return b"done"

    answers: list[bytes] = []
    with _running(slowly) as listener:
        client = threading.Thread(target=lambda: answers.append(_exchange(listener, _post())))
        client.start()
        begun.wait(2)
    client.join()
    assert answers[0].endswith(b"done")


def test_an_address_in_use_is_told() -> None:
    """A port that somebody else has is an error at start, with its name."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        endpoint = Endpoint(request_type="a/b", response_type="a/b", answer=bytes)
        with pytest.raises(UsageError, match=f"port {port}"):
            Listener("127.0.0.1", port, endpoint)


def test_the_url_is_told() -> None:
    """Port 0 takes a free one, and the URL names it."""
    with _running() as listener:
        assert listener.url == f"http://127.0.0.1:{listener.server_address[1]}/"
        assert listener.server_address[1] != 0


def test_what_clients_send_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    """A request line may hold anything, and the log holds none of it."""
    caplog.set_level(logging.DEBUG)
    with _running() as listener:
        _exchange(listener, b"GET /secret%0afake HTTP/1.1\r\n\r\n")
        _exchange(listener, b"secret\r\n\r\n")
    assert "secret" not in caplog.text
