"""A proxy before a real server that spoils what passes through it.

    with FaultProxy(("127.0.0.1", 8080)) as proxy:
        proxy.fault = Fault.FLIP
        proxy.url                       # http://127.0.0.1:<port>

Each fault is one way in which real networks and servers fail. The server behind is asked
for real, except where the fault comes before it would be.
"""

from __future__ import annotations

import socket
import struct
import threading
import time
from enum import StrEnum
from types import TracebackType
from typing import Self


class Fault(StrEnum):
    """What happens to one exchange."""

    NONE = "none"
    REFUSE = "refuse"
    RESET = "reset"
    CUT = "cut"
    DRIP = "drip"
    GARBAGE = "garbage"
    FLIP = "flip"
    HANG = "hang"
    ENDLESS = "endless"
    REDIRECT_LOOP = "redirect loop"
    REPLAY = "replay"
    """Whatever is asked, the first answer that ever passed comes back."""


class FaultProxy:
    """Passes requests on to ``server`` and spoils the answers as ``fault`` says."""

    def __init__(self, server: tuple[str, int]) -> None:
        self.fault = Fault.NONE
        self._server = server
        self._recorded: bytes | None = None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._port: int = self._listener.getsockname()[1]
        self._over = threading.Event()

    @property
    def url(self) -> str:
        """Where the proxy listens; nobody does there under :attr:`Fault.REFUSE`."""
        return f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._listener.close()

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._attend, args=(client,), daemon=True).start()

    def _attend(self, client: socket.socket) -> None:
        with client:
            client.settimeout(20)
            try:
                self._exchange(client)
            except OSError:
                return  # the client had enough

    def _exchange(self, client: socket.socket) -> None:
        fault = self.fault
        if fault in (Fault.REFUSE, Fault.RESET):
            # The listener is shared, so refusing is closing at once, with a TCP reset.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            if fault is Fault.RESET:
                _request_of(client)
            return
        request = _request_of(client)
        if fault is Fault.HANG:
            self._over.wait(20)
        elif fault is Fault.GARBAGE:
            client.sendall(bytes(range(256)) * 40)
        elif fault is Fault.REDIRECT_LOOP:
            location = f"Location: {self.url}/again\r\n"
            client.sendall(f"HTTP/1.1 302 Found\r\n{location}Content-Length: 0\r\n\r\n".encode())
        elif fault is Fault.ENDLESS:
            client.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/ocsp-response\r\n\r\n")
            while not self._over.is_set():
                client.sendall(b"\x30" * 65536)
        else:
            self._spoil(client, self._ask(request), fault)

    def _ask(self, request: bytes) -> bytes:
        if self.fault is Fault.REPLAY and self._recorded is not None:
            return self._recorded
        with socket.create_connection(self._server, timeout=10) as server:
            server.sendall(request)
            chunks = []
            while chunk := server.recv(65536):
                chunks.append(chunk)
        answer = b"".join(chunks)
        self._recorded = self._recorded or answer
        return answer

    def _spoil(self, client: socket.socket, answer: bytes, fault: Fault) -> None:
        if fault is Fault.CUT:
            client.sendall(answer[: len(answer) - 40])
        elif fault is Fault.FLIP:
            # Early in the body lies what was signed; a certificate may follow the signature.
            at = answer.index(b"\r\n\r\n") + 120
            client.sendall(answer[:at] + bytes([answer[at] ^ 0x10]) + answer[at + 1 :])
        elif fault is Fault.DRIP:
            for octet in answer:
                client.sendall(bytes([octet]))
                time.sleep(0.05)
        else:
            client.sendall(answer)


def _request_of(client: socket.socket) -> bytes:
    """Return one request, changed so that the server closes after its answer."""
    received = b""
    while b"\r\n\r\n" not in received:
        chunk = client.recv(65536)
        if not chunk:
            return received
        received += chunk
    head, _, body = received.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    lengths = [
        int(line.partition(b":")[2]) for line in lines if line.lower().startswith(b"content-length")
    ]
    while body_missing := (lengths[0] if lengths else 0) - len(body):
        body += client.recv(body_missing)
    kept = [line for line in lines if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([*kept, b"Connection: close"]) + b"\r\n\r\n" + body
