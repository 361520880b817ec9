"""A certification authority's public face on loopback, dated now: OCSP, CRLs, certificates.

with Responders() as running:
    citizen = running.issue("citizen")          # AIA and CRL pointers lead here
    running.revoke(citizen)
    esign.verify(document, trust=running.trust, allow_hosts=("127.0.0.1",))
"""

from __future__ import annotations

import base64
import threading
import urllib.parse
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509 import ocsp

import esign
from esign.ades.ports import Signer
from esign.pki.trust import TrustStore
from fixtures import pki_files
from fixtures.issuing import Issued, answer_ocsp, issue, issue_crl

DAY = timedelta(days=1)


class Responders:
    """Serves the authorities of the test PKI; certificates issued here point back here."""

    def __init__(self) -> None:
        self._authorities = dict(pki_files.built().certificates)
        self._issued: dict[int, Issued] = {}
        self._revoked: dict[int, tuple[datetime, str | None]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.requests: list[str] = []
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        # The same authority as in pki.toml, whose own revocation can be asked about here.
        self._authorities["issuing"] = issue(
            "issuing",
            {**pki_files.entry("certificate", "issuing"), "crl_url": f"{self.url}/root.crl"},
            key=pki_files.key("issuing-rsa"),
            issuer=self._authorities["root"],
        )

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def trust(self) -> TrustStore:
        """The root above everything issued here, for signers; the time root for TSAs."""
        return TrustStore.load(pki_files.HERE / "roots")

    def authority(self, name: str) -> Issued:
        """Return an authority of ``pki.toml`` with its key."""
        return self._authorities[name]

    def issue(self, like: str = "citizen", *, name: str | None = None, **changes: Any) -> Issued:
        """Return a certificate like one of ``pki.toml`` whose pointers lead here."""
        declared = {
            **pki_files.entry("certificate", like),
            "crl_url": f"{self.url}/issuing.crl",
            "ocsp_url": f"{self.url}/ocsp",
            "issuer_url": f"{self.url}/issuing.crt",
            **changes,
        }
        issued = issue(
            name or f"{like}-{len(self._issued)}",
            declared,
            key=pki_files.key(declared["key"]),
            issuer=self._authorities[declared["issuer"]],
        )
        self._issued[issued.certificate.serial_number] = issued
        return issued

    def signer(self, issued: Issued, folder: Path) -> Signer:
        """Return a signer over an issued certificate; its files are left in ``folder``."""
        key = folder / f"{issued.name}.key"
        key.write_bytes(
            issued.key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        certificate = folder / f"{issued.name}.crt"
        certificate.write_bytes(issued.pem)
        return esign.load_signer(key, certificate=certificate)

    def revoke(
        self, issued: Issued, *, at: datetime | None = None, reason: str | None = "keyCompromise"
    ) -> None:
        """From now on OCSP and CRL say that the certificate is revoked."""
        self._revoked[issued.certificate.serial_number] = (at or datetime.now(UTC), reason)

    def crl(self, issuer: str = "issuing") -> bytes:
        """Return a CRL dated now."""
        now = datetime.now(UTC).replace(microsecond=0)
        return issue_crl(
            {"this_update": now - DAY / 24, "next_update": now + DAY},
            issuer=self._authorities[issuer],
            revoked=[(serial, at, reason) for serial, (at, reason) in self._revoked.items()],
        )

    def answer(self, request: bytes) -> bytes:
        """Return the OCSP response, dated now, to an encoded request."""
        asked = ocsp.load_der_ocsp_request(request)
        now = datetime.now(UTC).replace(microsecond=0)
        serial = asked.serial_number
        if serial not in self._issued:
            return self._unknown()
        revoked_at, reason = self._revoked.get(serial, (None, None))
        return answer_ocsp(
            {
                "status": "good" if revoked_at is None else "revoked",
                "revoked_at": revoked_at,
                "reason": reason,
                "this_update": now - timedelta(minutes=1),
                "produced_at": now,
                "next_update": now + DAY,
                "id_hash": asked.hash_algorithm.name,
            },
            certificate=self._issued[serial].certificate,
            issuer=self._authorities["issuing"].certificate,
            responder=self._authorities["ocsp"],
            nonce=_nonce(asked.extensions),
        )

    @staticmethod
    def _unknown() -> bytes:
        refusal = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.UNAUTHORIZED)
        return refusal.public_bytes(serialization.Encoding.DER)

    def _file(self, path: str) -> bytes | None:
        name, _, kind = path.strip("/").rpartition(".")
        if name not in self._authorities:
            return None
        return self.crl(name) if kind == "crl" else self._authorities[name].der

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        responders = self

        class Handler(BaseHTTPRequestHandler):
            """One request; nothing is printed."""

            def do_GET(self) -> None:
                responders.requests.append(f"GET {self.path}")
                if self.path.startswith("/ocsp/"):
                    encoded = urllib.parse.unquote(self.path.removeprefix("/ocsp/"))
                    self._send(responders.answer(base64.b64decode(encoded)))
                else:
                    self._send(responders._file(self.path))

            def do_POST(self) -> None:
                responders.requests.append(f"POST {self.path}")
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self._send(responders.answer(body))

            def _send(self, body: bytes | None) -> None:
                self.send_response(404 if body is None else 200)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, format: str, *args: Sequence[object]) -> None:  # noqa: A002
                """Say nothing: a test's output is its assertions."""

        return Handler


def _nonce(extensions: x509.Extensions) -> bytes | None:
    for extension in extensions:
        if isinstance(extension.value, x509.OCSPNonce):
            return extension.value.nonce
    return None
