"""Files as somebody at a shell has them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from esign.demo.pki import DemoPKI
from esign.demo.servers import RevocationServer


@dataclass(frozen=True, slots=True)
class Desk:
    """A folder with keys, roots, revocation lists and something to sign."""

    folder: Path

    def __truediv__(self, name: str) -> Path:
        return self.folder / name

    @property
    def key(self) -> tuple[str, ...]:
        """The options that open the citizen's key."""
        return (
            "--key",
            str(self / "citizen.p12"),
            "--password-file",
            str(self / "password.txt"),
        )

    @property
    def judging(self) -> tuple[str, ...]:
        """The options under which a sound signature passes without the network."""
        return (
            "--trust",
            str(self / "root.pem"),
            "--offline",
            "--evidence",
            str(self / "root.crl"),
            "--evidence",
            str(self / "issuing.crl"),
        )


@pytest.fixture(scope="session")
def _made() -> dict[str, bytes]:
    now = datetime.now(UTC)
    with RevocationServer(lambda: now) as server:
        pki = DemoPKI.make(server.url, now)
        server.serve(pki)
        files = server.lists()
    chain = (pki.issuing.certificate,)
    return files | {
        "citizen.p12": pki.citizen.pkcs12(chain, b"demo"),
        "agency.pem": pki.agency.pem(),
        "tsa.pem": pki.tsa.pem(),
        "root.pem": pki.root.certificate.public_bytes(Encoding.PEM),
        "issuing.pem": pki.issuing.certificate.public_bytes(Encoding.PEM),
        "password.txt": b"demo\n",
        "note.txt": b"a note",
        "form.xml": b"<form><amount>100</amount></form>",
    }


@pytest.fixture
def desk(_made: dict[str, bytes], tmp_path: Path) -> Desk:
    """A fresh folder of those files."""
    for name, octets in _made.items():
        (tmp_path / name).write_bytes(octets)
    return Desk(tmp_path)
