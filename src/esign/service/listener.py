"""A small HTTP server for one POST endpoint: bounded in size, time and connections.

Every connection carries one request and is closed. A peer that sends slowly, or not at
all, is dropped when its time is over, so a few of them cannot hold the service.

Spec: RFC 9112
"""

from __future__ import annotations

import io
import logging
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from esign.errors import UsageError

_LOG = logging.getLogger("esign.service")

Connection = socket.socket | tuple[bytes, socket.socket]
"""What the standard library's server hands on; over TCP always a socket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """What is served, and its bounds."""

    request_type: str
    response_type: str
    answer: Callable[[bytes], bytes]
    max_request: int = 65_536
    """Octets; a time-stamp request has about 100."""
    seconds: float = 20.0
    """For one connection, from accepting to the last octet of the answer."""
    max_connections: int = 64
    """Open at once; further ones are told to come back."""


class Listener(ThreadingHTTPServer):
    """Listens on one address; ``serve_forever`` and ``shutdown`` are the standard library's."""

    daemon_threads = False
    block_on_close = True
    """Closing waits for the answers under way, each bounded by its endpoint's seconds."""
    request_queue_size = 128

    def __init__(self, host: str, port: int, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.slots = threading.BoundedSemaphore(endpoint.max_connections)
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            super().__init__((host, port), _Handler)
        except (OSError, OverflowError) as error:
            raise UsageError(
                "The service cannot listen on {host} port {port}: {reason}.",
                host=host,
                port=port,
                reason=getattr(error, "strerror", None) or error,
            ) from error

    @property
    def url(self) -> str:
        """Where it listens."""
        host, port = self.server_address[:2]
        name = host.decode() if isinstance(host, bytes | bytearray) else str(host)
        return f"http://[{name}]:{port}/" if ":" in name else f"http://{name}:{port}/"

    def server_bind(self) -> None:
        """Bind without the name look-up of the parent class, which may take seconds."""
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows shares ports otherwise
            self.allow_reuse_address = False
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, self.allow_reuse_address)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]

    def process_request(self, request: Connection, client_address: object) -> None:
        """Serve in a thread, if one of the slots is free."""
        if not self.slots.acquire(blocking=False):
            _LOG.warning("too many connections at once; one is sent away")
            if isinstance(request, socket.socket):
                _send_away(request)
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Connection, client_address: object) -> None:
        """Give the slot back whatever happens."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.slots.release()

    def handle_error(self, request: Connection, client_address: object) -> None:
        """Log what the parent class would print; a peer that has gone is no error."""
        _LOG.debug("a connection ended early", exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "esign"
    sys_version = ""
    server: Listener

    def setup(self) -> None:
        # The time of the whole connection bounds every single wait.
        self._due = time.monotonic() + self.server.endpoint.seconds
        super().setup()
        self.rfile = io.BufferedReader(_BoundedReader(self.connection, self._due))

    def do_POST(self) -> None:
        """Answer a request of the endpoint's type."""
        endpoint = self.server.endpoint
        kind = self.headers.get_content_type().lower() if "Content-Type" in self.headers else ""
        if kind != endpoint.request_type:
            self._refuse(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
            return
        length = self._length()
        if length is None:
            return
        body = self.rfile.read(length)
        if len(body) < length:
            self._refuse(HTTPStatus.BAD_REQUEST)
            return
        self._send(HTTPStatus.OK, endpoint.answer(body), endpoint.response_type)

    def do_GET(self) -> None:
        """Tell that only POST is served."""
        self._refuse(HTTPStatus.METHOD_NOT_ALLOWED)

    do_HEAD = do_PUT = do_DELETE = do_OPTIONS = do_PATCH = do_GET  # noqa: N815 - the names decide

    def _length(self) -> int | None:
        """Return how long the body is, or refuse it."""
        lengths = self.headers.get_all("Content-Length", [])
        # Two lengths are how one request is smuggled inside another past a proxy.
        text = str(lengths[0]) if len(lengths) == 1 else ""
        if "Transfer-Encoding" in self.headers or not text.isascii() or not text.isdigit():
            self._refuse(HTTPStatus.LENGTH_REQUIRED)
            return None
        if len(text) > 9 or int(text) > self.server.endpoint.max_request:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return None
        return int(text)

    def _refuse(self, status: HTTPStatus) -> None:
        self._send(status, f"{status.phrase}\n".encode(), "text/plain")

    def _send(self, status: HTTPStatus, body: bytes, kind: str) -> None:
        self.close_connection = True
        self.connection.settimeout(max(0.001, self._due - time.monotonic()))
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            self.send_header("Allow", "POST")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
        """Log without the peer's words: a request line may hold anything."""
        _LOG.debug("a request from %s was answered", self.client_address[0])


class _BoundedReader(io.RawIOBase):
    """Reads from a socket until a point in time."""

    def __init__(self, connection: socket.socket, due: float) -> None:
        self._connection = connection
        self._due = due

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        seconds = self._due - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        self._connection.settimeout(seconds)
        return self._connection.recv_into(buffer)


def _send_away(connection: socket.socket) -> None:
    answer = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n"
    try:
        connection.settimeout(1)
        connection.sendall(answer + b"Connection: close\r\n\r\n")
    except OSError:
        _LOG.debug("a connection ended before it was sent away")
