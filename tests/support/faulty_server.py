"""A loopback HTTP server that misbehaves on demand.

    with FaultyServer(Answer(b"hello")) as server:
        server.url                      # http://127.0.0.1:<port>/
        server.answer = Answer(b"x" * 1000, cut_after=10)

Each mode is one way in which real servers fail. Everything received is kept in
``server.requests``, so that a test can also tell what was *not* asked.
"""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request as it came."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What the server sends back, and how it fails at that."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content_length: int | None = None
    """Announced instead of the true length."""
    delay: float = 0.0
    """Seconds before anything is sent."""
    drip: float | None = None
    """Seconds between single octets."""
    cut_after: int | None = None
    """Octets of the whole answer after which the connection is closed."""
    reset_after: int | None = None
    """The same, with a TCP reset."""
    endless: bool = False
    """The body never ends."""
    raw: bytes | None = None
    """Sent instead of an HTTP answer."""


Answering = Answer | Callable[[Request], Answer]


class FaultyServer:
    """Serves ``answer`` (or what it returns) to every request, in threads."""

    def __init__(self, answer: Answering, *, host: str = "127.0.0.1") -> None:
        self.answer = answer
        self.requests: list[Request] = []
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, 0), family=family)
        self._stopped = threading.Event()
        self.host = host
        self.port: int = self._listener.getsockname()[1]

    @property
    def url(self) -> str:
        """The root of the server."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/"

    def __enter__(self) -> FaultyServer:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._listener.close()

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            connection.settimeout(30)
            request = _receive(connection)
            if request is None:
                return
            self.requests.append(request)
            answer = self.answer(request) if callable(self.answer) else self.answer
            self._send(connection, answer)
        except OSError:
            pass  # the client has gone, which is often the point of the test
        finally:
            connection.close()

    def _send(self, connection: socket.socket, answer: Answer) -> None:
        self._stopped.wait(answer.delay)
        octets = _encode(answer)
        cut = answer.cut_after if answer.cut_after is not None else answer.reset_after
        octets = octets[:cut]
        if answer.drip is None:
            connection.sendall(octets)
        else:
            for octet in octets:
                connection.sendall(bytes((octet,)))
                if self._stopped.wait(answer.drip):
                    return
        if answer.reset_after is not None:
            time.sleep(0.05)
            linger = struct.pack("ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        while answer.endless and not self._stopped.is_set():
            connection.sendall(b"\0" * 65_536)


def _encode(answer: Answer) -> bytes:
    if answer.raw is not None:
        return answer.raw
    lines = [f"HTTP/1.1 {answer.status} Whatever", "Connection: close"]
    if not answer.endless:
        length = len(answer.body) if answer.content_length is None else answer.content_length
        lines.append(f"Content-Length: {length}")
    lines += [f"{name}: {value}" for name, value in answer.headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + answer.body


def _receive(connection: socket.socket) -> Request | None:
    octets = b""
    while b"\r\n\r\n" not in octets:
        chunk = connection.recv(65_536)
        if not chunk:
            return None
        octets += chunk
    head, _, body = octets.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    pairs = (line.partition(":") for line in lines)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    while len(body) < int(headers.get("content-length", 0)):
        chunk = connection.recv(65_536)
        if not chunk:
            return None
        body += chunk
    return Request(method=method, target=target, headers=headers, body=body)
