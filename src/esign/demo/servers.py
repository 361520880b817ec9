"""What the demonstration's certificates point to: OCSP, CRLs and issuers, on loopback."""

from __future__ import annotations

import threading
from base64 import b64decode
from collections.abc import Callable
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import unquote

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from esign.demo.pki import DemoPKI, Holder

_LARGEST_REQUEST = 64 * 1024


class RevocationServer:
    """Answers OCSP requests and hands out CRLs and issuer certificates; port 0 picks one.

    The PKI is given after the port is known, because the certificates name it.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(self))
        self._server.daemon_threads = True
        self._pki: DemoPKI | None = None
        self._files: dict[str, tuple[str, bytes]] = {}
        self.revoked: dict[int, datetime] = {}
        """Serial numbers of the issuing CA's certificates, with the time of revocation."""

    @property
    def url(self) -> str:
        """The base address, without a final slash."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def serve(self, pki: DemoPKI) -> None:
        """Hand out this PKI's revocation data from now on."""
        self._pki = pki
        now = self._clock()
        self._files = {
            "/root.cer": ("application/pkix-cert", _der(pki.root.certificate)),
            "/issuing.cer": ("application/pkix-cert", _der(pki.issuing.certificate)),
            "/root.crl": ("application/pkix-crl", _crl(pki.root, now, {})),
            "/issuing.crl": ("application/pkix-crl", _crl(pki.issuing, now, self.revoked)),
        }

    def __enter__(self) -> RevocationServer:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def file(self, path: str) -> tuple[str, bytes] | None:
        """Return media type and octets of what lies at ``path``, or None."""
        return self._files.get(path)

    def lists(self) -> dict[str, bytes]:
        """Return the revocation lists handed out now, by file name."""
        return {
            path.removeprefix("/"): octets
            for path, (_, octets) in self._files.items()
            if path.endswith(".crl")
        }

    def answer_ocsp(self, octets: bytes) -> bytes:
        """Return the encoded OCSP response for an encoded request (RFC 6960 §4)."""
        try:
            request = ocsp.load_der_ocsp_request(octets)
        except ValueError:
            return _refusal(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
        if self._pki is None:
            return _refusal(ocsp.OCSPResponseStatus.TRY_LATER)
        return self._status_of(self._pki, request)

    def _status_of(self, pki: DemoPKI, request: ocsp.OCSPRequest) -> bytes:
        known = {
            holder.certificate.serial_number: holder.certificate
            for holder in (pki.citizen, pki.agency, pki.responder)
        }
        certificate = known.get(request.serial_number)
        if certificate is None:
            return _refusal(ocsp.OCSPResponseStatus.UNAUTHORIZED)
        now = self._clock().replace(microsecond=0)
        revoked_at = self.revoked.get(request.serial_number)
        good = revoked_at is None
        builder = ocsp.OCSPResponseBuilder().add_response(
            cert=certificate,
            issuer=pki.issuing.certificate,
            algorithm=request.hash_algorithm,
            cert_status=ocsp.OCSPCertStatus.GOOD if good else ocsp.OCSPCertStatus.REVOKED,
            this_update=now,
            next_update=now + timedelta(hours=3),
            revocation_time=revoked_at,
            revocation_reason=None if good else x509.ReasonFlags.key_compromise,
        )
        for extension in request.extensions:
            if isinstance(extension.value, x509.OCSPNonce):
                builder = builder.add_extension(extension.value, critical=False)
        builder = builder.responder_id(
            ocsp.OCSPResponderEncoding.HASH, pki.responder.certificate
        ).certificates([pki.responder.certificate])
        response = builder.sign(pki.responder.key, hashes.SHA256())
        return response.public_bytes(serialization.Encoding.DER)


def _handler_for(server: RevocationServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:
            found = server.file(self.path)
            if found is not None:
                self._send(*found)
            elif self.path.startswith("/ocsp/"):
                self._send_ocsp(_requested(self.path.removeprefix("/ocsp/")))
            else:
                self.send_error(404)

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            if self.path != "/ocsp" or not 0 < length <= _LARGEST_REQUEST:
                self.send_error(400)
                return
            self._send_ocsp(self.rfile.read(length))

        def _send_ocsp(self, request: bytes) -> None:
            self._send("application/ocsp-response", server.answer_ocsp(request))

        def _send(self, media_type: str, octets: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(octets)))
            self.end_headers()
            self.wfile.write(octets)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Keep the demonstration's output free of request lines."""

    return Handler


def _requested(path: str) -> bytes:
    try:
        return b64decode(unquote(path))
    except ValueError:
        return b""  # answered as a malformed request


def _refusal(status: ocsp.OCSPResponseStatus) -> bytes:
    response = ocsp.OCSPResponseBuilder.build_unsuccessful(status)
    return response.public_bytes(serialization.Encoding.DER)


def _crl(issuer: Holder, now: datetime, revoked: dict[int, datetime]) -> bytes:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(now.replace(microsecond=0) - timedelta(minutes=1))
        .next_update(now.replace(microsecond=0) + timedelta(days=1))
        .add_extension(x509.CRLNumber(1), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()),
            critical=False,
        )
    )
    for serial, moment in revoked.items():
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(serial)
            .revocation_date(moment)
            .add_extension(x509.CRLReason(x509.ReasonFlags.key_compromise), critical=False)
            .build()
        )
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)
