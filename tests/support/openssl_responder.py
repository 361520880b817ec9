"""OpenSSL's own OCSP responder over a small authority made for it.

with OpenSSLResponder(folder, authority, statuses) as responder: responder.address
"""

from __future__ import annotations

import base64
import subprocess
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self
from urllib.parse import unquote

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from esign.pki.certificate import Certificate

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Identity:
    """A certificate with its key."""

    x509: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def ours(self) -> Certificate:
        """The certificate as this project reads it."""
        return Certificate.from_der(self.x509.public_bytes(serialization.Encoding.DER))

    def write(self, folder: Path, name: str) -> tuple[Path, Path]:
        """Write certificate and key as PEM, and return where."""
        certificate, key = folder / f"{name}.crt", folder / f"{name}.key"
        certificate.write_bytes(self.x509.public_bytes(serialization.Encoding.PEM))
        key.write_bytes(
            self.key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return certificate, key


def identity(name: str, issuer: Identity | None = None, *, ocsp: bool = False) -> Identity:
    """Return an authority, or with an issuer an end user or a delegated OCSP responder."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name.from_rfc4514_string(f"CN={name}"))
        .issuer_name(issuer.x509.subject if issuer else x509.Name.from_rfc4514_string(f"CN={name}"))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + 30 * DAY)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if ocsp:
        purpose = x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.OCSP_SIGNING])
        builder = builder.add_extension(purpose, critical=False)
        builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
    return Identity(builder.sign((issuer.key if issuer else key), hashes.SHA256()), key)


@dataclass
class OpenSSLResponder:
    """``openssl ocsp`` behind an HTTP server: it reads each request and makes each answer.

    Its own ``-port`` listens on every interface of the machine and serves one at a time.
    """

    folder: Path
    authority: Identity
    statuses: dict[str, Identity]
    """``good``, ``revoked``, ``hold`` → the certificate; any other is unknown to it."""
    signer: Identity | None = None
    options: tuple[str, ...] = ()
    _server: ThreadingHTTPServer = field(init=False)

    def __enter__(self) -> Self:
        self.authority.write(self.folder, "ca")
        (self.signer or self.authority).write(self.folder, "signer")
        index = "".join(_line(*each) for each in self.statuses.items())
        (self.folder / "index.txt").write_text(index)
        responder = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self._answer(self.rfile.read(int(self.headers["Content-Length"])))

            def do_GET(self) -> None:
                self._answer(base64.b64decode(unquote(self.path.lstrip("/"))))

            def _answer(self, request: bytes) -> None:
                answer = responder.answer(request)
                self.send_response(200)
                self.send_header("Content-Type", "application/ocsp-response")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
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
    def address(self) -> tuple[str, int]:
        """Host and port."""
        return ("127.0.0.1", self._server.server_port)

    def answer(self, request: bytes) -> bytes:
        """Return what OpenSSL answers."""
        with TemporaryDirectory() as name:
            asked, answered = Path(name) / "request", Path(name) / "response"
            asked.write_bytes(request)
            subprocess.run(
                [
                    *("openssl", "ocsp", "-index", "index.txt", "-CA", "ca.crt"),
                    *("-rsigner", "signer.crt", "-rkey", "signer.key", "-rmd", "sha256"),
                    *("-reqin", str(asked), "-respout", str(answered), *self.options),
                ],
                cwd=self.folder,
                check=True,
                capture_output=True,
            )
            return answered.read_bytes()


def _line(status: str, of: Identity) -> str:
    end = of.x509.not_valid_after_utc.strftime("%y%m%d%H%M%SZ")
    then = (datetime.now(UTC) - DAY / 2).strftime("%y%m%d%H%M%SZ")
    flag, when = {
        "good": ("V", ""),
        "revoked": ("R", f"{then},keyCompromise"),
        "hold": ("R", f"{then},certificateHold"),
    }[status]
    serial = f"{of.x509.serial_number:X}"
    serial = serial if len(serial) % 2 == 0 else "0" + serial
    return f"{flag}\t{end}\t{when}\t{serial}\tunknown\t/CN={status}\n"
