"""The transport against real servers that misbehave."""

from __future__ import annotations

import logging
import pickle
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from esign.ades.ports import HTTPAnswer, HTTPRequest
from esign.errors import (
    DeadlineExceededError,
    EsignError,
    LimitExceededError,
    NetworkError,
    TransportRefusedError,
    UsageError,
)
from esign.limits import Budget, Limits
from esign.net.transport import AsyncHTTPTransport, HTTPTransport
from tests.support.faulty_server import Answer, FaultyServer

Send = Callable[..., HTTPAnswer]
NO_PROXY: dict[str, str] = {}


@pytest.fixture(params=["sync", "async"])
def send(request: pytest.FixtureRequest) -> Send:
    """Send one request with either transport; every test runs with both."""

    def send_sync(
        url: str, *, budget: Budget | None = None, allow: tuple[str, ...] = (),
        timeout: float = 5, environ: dict[str, str] = NO_PROXY,
        context: ssl.SSLContext | None = None, **more: object,
    ) -> HTTPAnswer:  # fmt: skip
        asked = HTTPRequest(url=url, **more)  # type: ignore[arg-type]
        kind = HTTPTransport if request.param == "sync" else AsyncHTTPTransport
        transport = kind(allow, timeout=timeout, environ=environ, ssl_context=context)
        if isinstance(transport, HTTPTransport):
            return transport.send(asked, budget or Budget())
        return anyio.run(transport.send, asked, budget or Budget())

    return send_sync


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    """A server that answers ``hello``."""
    with FaultyServer(Answer(b"hello", headers={"X-One": "1"})) as running:
        yield running


def test_an_answer_comes_back_complete(send: Send, server: FaultyServer) -> None:
    """Status, lower-case headers and body are as sent."""
    answer = send(server.url + "a b?c=d")
    assert (answer.status, answer.body, answer.headers["x-one"]) == (200, b"hello", "1")
    seen = server.requests[0]
    assert (seen.method, seen.target) == ("GET", "/a%20b?c=d")
    assert seen.headers["host"] == f"127.0.0.1:{server.port}"
    assert seen.headers["user-agent"].startswith("esign/")


def test_a_body_and_headers_are_sent(send: Send, server: FaultyServer) -> None:
    """A POST carries its octets and its type."""
    send(server.url, method="POST", body=b"\x30\x00" * 40_000, headers={"Content-Type": "x/y"})
    seen = server.requests[0]
    assert (seen.method, seen.body) == ("POST", b"\x30\x00" * 40_000)
    assert seen.headers["content-type"] == "x/y"


def test_an_error_status_is_an_answer(send: Send, server: FaultyServer) -> None:
    """What a status means is for the caller to say."""
    server.answer = Answer(b"no", status=503)
    assert send(server.url).status == 503


def test_credentials_in_the_url_become_a_header(send: Send, server: FaultyServer) -> None:
    """User and password of an operator's URL are sent as RFC 7617 says."""
    send(server.url.replace("://", "://me:s%40cret@"))
    assert server.requests[0].headers["authorization"] == "Basic bWU6c0BjcmV0"


def test_credentials_from_a_document_are_not_sent(send: Send, server: FaultyServer) -> None:
    """A certificate cannot make this process authenticate somewhere."""
    send(server.url.replace("://", "://me:secret@"), from_document=True, allow=("127.0.0.1",))
    assert "authorization" not in server.requests[0].headers


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:{port}",
        "localhost:{port}",
        "2130706433:{port}",
        "0x7f.1:{port}",
        "127.1:{port}",
        "[::ffff:127.0.0.1]:{port}",
        "0.0.0.0:{port}",
        "10.0.0.1",
        "169.254.169.254",
        "[fe80::1]",
        "[::1]:{port}",
        "224.0.0.1",
    ],
)
def test_documents_lead_to_no_private_address(send: Send, server: FaultyServer, host: str) -> None:
    """However a private target is spelled, nothing is sent to it."""
    url = f"http://{host.format(port=server.port)}/latest/meta-data/"
    with pytest.raises(TransportRefusedError, match="not contacted"):
        send(url, from_document=True)
    assert server.requests == []


@pytest.mark.parametrize("entry", ["127.0.0.1", "127.0.0.0/8", "127.0.0.1:{port}"])
def test_allowed_addresses_are_contacted(send: Send, server: FaultyServer, entry: str) -> None:
    """The operator's allow-list opens exactly what it names."""
    answer = send(server.url, from_document=True, allow=(entry.format(port=server.port),))
    assert answer.body == b"hello"


def test_allowed_names_are_contacted(send: Send, server: FaultyServer) -> None:
    """An allowed name may lead to a private address."""
    url = f"http://localhost:{server.port}/"
    assert send(url, from_document=True, allow=("localhost",)).body == b"hello"


def test_the_operators_own_address_is_contacted(send: Send, server: FaultyServer) -> None:
    """What the operator configured needs no allow-list."""
    assert send(server.url).body == b"hello"


def test_a_rebinding_name_server_changes_nothing(
    send: Send, server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name is resolved once, and the connection goes to the address that was checked."""
    real = socket.getaddrinfo
    asked: list[object] = []

    def rebinding(host: object, port: object, *rest: object, **more: object) -> object:
        name = host.decode() if isinstance(host, bytes) else host
        if name != "rebind.example":
            return real(host, port, *rest, **more)  # type: ignore[arg-type]
        asked.append(host)
        # First an address that is allowed (nobody listens there), then the server's.
        address = "127.0.0.2" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    url = f"http://rebind.example:{server.port}/"
    with pytest.raises(NetworkError):
        send(url, from_document=True, allow=("127.0.0.2",), timeout=0.5)
    assert len(asked) == 1
    assert server.requests == []


def test_a_name_that_is_partly_private_is_refused(
    send: Send, server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One private address among public ones forbids the name."""

    def mixed(host: object, port: object, *_: object, **__: object) -> object:
        addresses = ("127.0.0.2", "127.0.0.1")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", mixed)
    url = f"http://mixed.example:{server.port}/"
    with pytest.raises(TransportRefusedError, match="loopback"):
        send(url, from_document=True, allow=("127.0.0.2",))


def test_an_unknown_name_is_told(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that does not resolve is a network error with the name."""

    def unknown(*_: object, **__: object) -> object:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(NetworkError, match=r"nowhere\.example is unknown"):
        send("http://nowhere.example/", from_document=True)


def test_a_slow_name_server_costs_no_more_than_the_timeout(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Waiting for a resolver ends with the request's time."""
    released = threading.Event()

    def slow(*_: object, **__: object) -> object:
        released.wait(2)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    start = time.monotonic()
    try:
        with pytest.raises(NetworkError, match=r"0\.3 seconds"):
            HTTPTransport(timeout=0.3, environ={}).send(
                HTTPRequest(url="http://slow.example/"), Budget()
            )
    finally:
        released.set()
    assert time.monotonic() - start < 1.5


def test_a_dripping_server_is_left_in_time(send: Send, server: FaultyServer) -> None:
    """One octet at a time does not stretch the request's time."""
    server.answer = Answer(b"x" * 1000, drip=0.05)
    start = time.monotonic()
    with pytest.raises(NetworkError, match=r"did not answer completely within 0\.5 seconds"):
        send(server.url, timeout=0.5)
    assert time.monotonic() - start < 2


def test_a_silent_server_is_left_in_time(send: Send, server: FaultyServer) -> None:
    """A server that accepts and says nothing is given up."""
    server.answer = Answer(delay=10)
    with pytest.raises(NetworkError, match=r"within 0\.3 seconds"):
        send(server.url, timeout=0.3)


def test_the_callers_deadline_wins(send: Send, server: FaultyServer) -> None:
    """When the whole call's time is over, that is said, and not that the server is slow."""
    server.answer = Answer(delay=10)
    with pytest.raises(DeadlineExceededError):
        send(server.url, budget=Budget.within(0.3))


def test_no_request_leaves_after_the_deadline(send: Send, server: FaultyServer) -> None:
    """A call whose time is over sends nothing."""
    budget = Budget.within(0)
    time.sleep(0.01)
    with pytest.raises(DeadlineExceededError):
        send(server.url, budget=budget)
    assert server.requests == []


def test_an_endless_body_is_cut_off(send: Send, server: FaultyServer) -> None:
    """A body without end costs the size limit and no more."""
    server.answer = Answer(endless=True)
    with pytest.raises(NetworkError, match="larger than 100000 octets"):
        send(server.url, budget=Budget(Limits(download_octets=100_000)))


def test_a_large_announced_body_is_not_begun(send: Send, server: FaultyServer) -> None:
    """A Content-Length over the limit is enough to refuse."""
    server.answer = Answer(b"x", content_length=10**12)
    with pytest.raises(NetworkError, match="larger than"):
        send(server.url)


def test_a_body_of_exactly_the_limit_is_taken(send: Send, server: FaultyServer) -> None:
    """The limit itself is allowed."""
    server.answer = Answer(b"x" * 1000)
    assert len(send(server.url, budget=Budget(Limits(download_octets=1000))).body) == 1000


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"x" * 1000, cut_after=200),
        Answer(b"x" * 1000, cut_after=20),
        Answer(b"x" * 1000, reset_after=200),
        Answer(cut_after=0),
        Answer(raw=b"\x00\x01\x02 garbage\r\n\r\n"),
        Answer(raw=b"SSH-2.0-OpenSSH_9.9\r\n"),
        Answer(raw=b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000),
    ],
)
def test_broken_answers_are_network_errors(
    send: Send, server: FaultyServer, answer: Answer
) -> None:
    """Cut, reset and garbage end in one named error with the URL."""
    server.answer = answer
    with pytest.raises(NetworkError) as caught:
        send(server.url)
    assert caught.value.values["url"] == server.url


def test_compressed_answers_are_refused(send: Send, server: FaultyServer) -> None:
    """Nothing is unpacked that was not asked to be packed."""
    server.answer = Answer(b"\x1f\x8b", headers={"Content-Encoding": "gzip"})
    with pytest.raises(NetworkError, match="compressed"):
        send(server.url)


def test_a_closed_port_is_told(send: Send) -> None:
    """Nobody listening is a network error."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(NetworkError, match="could not be used"):
        send(f"http://127.0.0.1:{port}/")


def test_redirects_are_followed(send: Send, server: FaultyServer) -> None:
    """A relative redirect leads on, with the method and body it came with."""
    server.answer = lambda request: (
        Answer(status=307, headers={"Location": "/next"})
        if request.target == "/"
        else Answer(b"ok")
    )
    assert send(server.url, method="POST", body=b"question").body == b"ok"
    assert [(r.target, r.body) for r in server.requests] == [
        ("/", b"question"),
        ("/next", b"question"),
    ]


def test_see_other_becomes_a_get(send: Send, server: FaultyServer) -> None:
    """303 asks for a GET without a body."""
    server.answer = lambda request: (
        Answer(status=303, headers={"Location": "/next"})
        if request.target == "/"
        else Answer(b"ok")
    )
    send(server.url, method="POST", body=b"question", headers={"Content-Type": "x/y"})
    last = server.requests[-1]
    assert (last.method, last.body, "content-type" in last.headers) == ("GET", b"", False)


def test_a_redirect_loop_ends(send: Send, server: FaultyServer) -> None:
    """Redirects are counted, and the addresses tried are named."""
    server.answer = Answer(status=302, headers={"Location": "/"})
    with pytest.raises(NetworkError, match="redirects too often") as caught:
        send(server.url)
    assert len(server.requests) == Limits().redirects + 1
    assert "->" in str(caught.value)


def test_a_redirect_to_a_private_address_is_refused(send: Send, server: FaultyServer) -> None:
    """Each hop is checked, also when the first address was the operator's own."""
    with FaultyServer(Answer(b"secret")) as private:
        server.answer = Answer(status=302, headers={"Location": private.url})
        with pytest.raises(TransportRefusedError, match="loopback"):
            send(server.url)
        assert private.requests == []


def test_a_redirect_to_an_allowed_address_is_followed(send: Send, server: FaultyServer) -> None:
    """The allow-list holds for redirects too."""
    with FaultyServer(Answer(b"ok")) as other:
        server.answer = Answer(status=302, headers={"Location": other.url})
        assert send(server.url, allow=(f"127.0.0.1:{other.port}",)).body == b"ok"


def test_secrets_do_not_follow_a_redirect_elsewhere(send: Send, server: FaultyServer) -> None:
    """Another origin gets neither the password nor a custom header."""
    with FaultyServer(Answer(b"ok")) as other:
        server.answer = Answer(status=307, headers={"Location": other.url})
        url = server.url.replace("://", "://me:secret@")
        headers = {"X-Api-Key": "key", "Content-Type": "x/y"}
        send(url, method="POST", body=b"q", headers=headers, allow=("127.0.0.1",))
        seen = other.requests[0].headers
        assert not {"authorization", "x-api-key"} & seen.keys()
        assert seen["content-type"] == "x/y"
        assert seen["host"] == f"127.0.0.1:{other.port}"


def test_a_redirect_to_a_file_is_refused(send: Send, server: FaultyServer) -> None:
    """Only http and https are followed."""
    server.answer = Answer(status=302, headers={"Location": "file:///etc/passwd"})
    with pytest.raises(TransportRefusedError):
        send(server.url)


def test_downloads_are_counted(send: Send, server: FaultyServer) -> None:
    """A document with a thousand URLs does not send a thousand requests."""
    budget = Budget(Limits(downloads=2))
    send(server.url, budget=budget)
    send(server.url, budget=budget)
    with pytest.raises(LimitExceededError):
        send(server.url, budget=budget)
    assert len(server.requests) == 2


def test_all_answers_of_a_call_are_counted_together(send: Send, server: FaultyServer) -> None:
    """Many answers, each within its bound, cannot fill the memory together."""
    server.answer = Answer(b"x" * 600)
    budget = Budget(Limits(download_octets=1000, downloaded_octets=1000))
    send(server.url, budget=budget)
    with pytest.raises(LimitExceededError, match="downloaded_octets"):
        send(server.url, budget=budget)


def test_a_proxy_is_used_and_named(send: Send, server: FaultyServer) -> None:
    """Behind a proxy the request goes there, and errors say who decides on addresses."""
    environ = {"http_proxy": server.url.replace("://", "://pu:psecret@")}
    assert send("http://ca.example/a", environ=environ, from_document=True).body == b"hello"
    seen = server.requests[0]
    assert seen.target in ("http://ca.example/a", "http://ca.example:80/a")
    assert seen.headers["proxy-authorization"].startswith("Basic ")
    server.answer = Answer(cut_after=0)
    with pytest.raises(NetworkError, match=f"through the proxy 127.0.0.1:{server.port}") as caught:
        send("http://ca.example/a", environ=environ, from_document=True)
    assert "psecret" not in str(caught.value) + repr(caught.value.values)


@pytest.mark.parametrize("host", ["10.0.0.1", "169.254.169.254", "167772161", "[fd00::1]"])
def test_literal_private_addresses_are_refused_behind_a_proxy(
    send: Send, server: FaultyServer, host: str
) -> None:
    """The proxy is not even asked for a literal private address."""
    with pytest.raises(TransportRefusedError):
        send(f"http://{host}/", environ={"http_proxy": server.url}, from_document=True)
    assert server.requests == []


@pytest.mark.parametrize(
    "headers",
    [{"X-Key": "secret\r\nEvil: 1"}, {"X Key": "secret"}, {"Host": "secret"}, {"": "secret"}],
)
def test_impossible_headers_are_refused_without_their_value(
    send: Send, server: FaultyServer, headers: dict[str, str]
) -> None:
    """A header that would break the request is the caller's error, and not repeated."""
    with pytest.raises(UsageError) as caught:
        send(server.url, headers=headers)
    assert "secret" not in str(caught.value)
    assert server.requests == []


def test_errors_hold_no_credentials(
    send: Send, server: FaultyServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither URL, values nor log show what was given to authenticate."""
    caplog.set_level(logging.DEBUG, "esign")
    server.answer = Answer(cut_after=0)
    url = server.url.replace("://", "://me:hidden@") + "?token=hidden"
    with pytest.raises(NetworkError) as caught:
        send(url, headers={"X-Key": "hidden"})
    error: EsignError = pickle.loads(pickle.dumps(caught.value))
    assert "hidden" not in str(error) + repr(error.values) + caplog.text


def test_an_untrusted_tls_server_is_refused(send: Send, tls_server: tuple[str, Path]) -> None:
    """https without a certificate that leads to a known root is no connection."""
    with pytest.raises(NetworkError, match="TLS certificate is not accepted"):
        send(tls_server[0])


def test_a_trusted_tls_server_answers(send: Send, tls_server: tuple[str, Path]) -> None:
    """The same server is used when its root is given."""
    context = ssl.create_default_context(cafile=tls_server[1])
    assert send(tls_server[0], context=context).body == b"over tls"


def test_another_host_name_is_refused(send: Send, tls_server: tuple[str, Path]) -> None:
    """The certificate must be for the host that was asked for."""
    context = ssl.create_default_context(cafile=tls_server[1])
    with pytest.raises(NetworkError, match="TLS certificate is not accepted"):
        send(tls_server[0].replace("localhost", "127.0.0.1"), context=context)


def test_an_unencrypted_redirect_is_not_followed(
    send: Send, tls_server: tuple[str, Path], server: FaultyServer
) -> None:
    """What the operator configured as https never continues as http."""
    context = ssl.create_default_context(cafile=tls_server[1])
    url = f"{tls_server[0]}redirect/{server.port}"
    with pytest.raises(TransportRefusedError, match="not encrypted"):
        send(url, context=context, allow=("127.0.0.1",))
    assert server.requests == []


def test_https_goes_through_a_proxy_unread(send: Send, tls_server: tuple[str, Path]) -> None:
    """Through a tunnel the server's certificate is still checked against the name asked for."""
    port = int(tls_server[0].rpartition(":")[2].strip("/"))
    context = ssl.create_default_context(cafile=tls_server[1])
    with _Tunnel(port) as tunnel:
        environ = {"https_proxy": f"http://pu:psecret@127.0.0.1:{tunnel.port}"}
        answer = send("https://tls.example/", environ=environ, context=context, from_document=True)
        assert answer.body == b"over tls"
        assert tunnel.asked[0].startswith(b"CONNECT tls.example:443 ")
        with pytest.raises(NetworkError, match="TLS certificate is not accepted"):
            send("https://other.example/", environ=environ, context=context, from_document=True)


def test_a_proxy_that_refuses_is_named(send: Send, tls_server: tuple[str, Path]) -> None:
    """A tunnel that is not granted is the proxy's doing, and its password stays hidden."""
    with _Tunnel(None) as tunnel:
        environ = {"https_proxy": f"http://pu:psecret@127.0.0.1:{tunnel.port}"}
        with pytest.raises(NetworkError, match="the proxy refused") as caught:
            send("https://tls.example/", environ=environ, from_document=True)
    assert "psecret" not in str(caught.value) + repr(caught.value.values)


def test_cancelling_closes_the_connection(server: FaultyServer) -> None:
    """An awaited request ends at once when its task is cancelled."""
    server.answer = Answer(delay=10)

    async def cancelled() -> float:
        start = time.monotonic()
        with anyio.move_on_after(0.2):
            await AsyncHTTPTransport(environ={}).send(HTTPRequest(url=server.url), Budget())
        return time.monotonic() - start

    assert anyio.run(cancelled) < 2


def test_threads_share_a_transport(server: FaultyServer) -> None:
    """Eight threads get the answers they asked for."""
    server.answer = lambda request: Answer(request.target.encode())
    transport = HTTPTransport(environ={})
    answers: dict[int, bytes] = {}

    def ask(number: int) -> None:
        answers[number] = transport.send(HTTPRequest(url=f"{server.url}{number}"), Budget()).body

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {n: b"/%d" % n for n in range(8)}


def test_a_timeout_must_be_positive() -> None:
    """A transport without time is a caller's mistake."""
    with pytest.raises(UsageError):
        HTTPTransport(timeout=0)


def test_repr_shows_no_secrets() -> None:
    """A transport shows its bounds only."""
    assert repr(HTTPTransport(["10.0.0.1"], environ={})).startswith("HTTPTransport(AllowList(1")


@pytest.fixture(scope="module")
def tls_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """An https server for localhost with a certificate of its own."""
    folder = tmp_path_factory.mktemp("tls")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    root = _make_certificate(folder)
    context.load_cert_chain(root, folder / "key.pem")
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]

    def serve() -> None:
        while True:
            try:
                plain, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=_answer_tls, args=(context, plain), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield f"https://localhost:{port}/", root
    listener.close()


class _Tunnel:
    """A proxy that connects everything to one port, or refuses."""

    def __init__(self, target: int | None) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.asked: list[bytes] = []

    def __enter__(self) -> _Tunnel:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        self.asked.append(client.recv(65_536))
        if self._target is None:
            client.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            client.close()
            return
        server = socket.create_connection(("127.0.0.1", self._target))
        client.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        threading.Thread(target=_pump, args=(client, server), daemon=True).start()
        _pump(server, client)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while octets := source.recv(65_536):
            sink.sendall(octets)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        sink.close()


def _answer_tls(context: ssl.SSLContext, plain: socket.socket) -> None:
    try:
        with context.wrap_socket(plain, server_side=True) as stream:
            first = stream.recv(65_536).split(b" ")[1]
            if first.startswith(b"/redirect/"):
                location = b"http://127.0.0.1:" + first.rpartition(b"/")[2] + b"/"
                stream.sendall(
                    b"HTTP/1.1 302 Found\r\nLocation: "
                    + location
                    + b"\r\nContent-Length: 0\r\n\r\n"
                )
                return
            stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nover tls")
    except OSError:
        plain.close()


def _make_certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName(host) for host in ("localhost", "tls.example")]
            ),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    path = folder / "root.pem"
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path
