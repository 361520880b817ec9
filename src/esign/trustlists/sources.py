"""Where lists come from: octets for an address, spared when nothing changed.

``ListSource`` is the port; an adapter of the network, a folder of files or a test answers
it. A list's companion file holds the digest of its octets: when that is the digest of the
list already kept, the list is not fetched again. The companion only saves traffic. It is
not signed, and whoever forges it can at most keep a list until it expires.

Spec: TS 119 612 §6.1 (transport), Annex E
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from esign.ades.ports import HTTPRequest, Transport
from esign.errors import InputUnreadableError, NetworkError, SourceError
from esign.limits import Budget

_OK = 200


class ListSource(Protocol):
    """Answers an address with the octets of a list."""

    def fetch(self, location: str, known: str | None, budget: Budget) -> bytes | None:
        """Return the octets, or None when they are those of the ``known`` hex SHA-256.

        Raises:
            NetworkError: nothing usable came.
            InputUnreadableError: a file cannot be read.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlineLists:
    """Fetches lists over a transport, companions first."""

    transport: Transport

    def fetch(self, location: str, known: str | None, budget: Budget) -> bytes | None:
        """Return the octets of the list, or None when its companion says it is known."""
        if known is not None and self._companion(location, budget) == known:
            return None
        return self._get(location, budget)

    def _companion(self, location: str, budget: Budget) -> str | None:
        """Return the digest that the companion file states; None when there is none."""
        try:
            body = self._get(companion_of(location), budget)
        except NetworkError:
            return None
        return digest_in(body)

    def _get(self, location: str, budget: Budget) -> bytes:
        # Addresses of lists came from another list: private targets are refused.
        answer = self.transport.send(HTTPRequest(url=location, from_document=True), budget)
        if answer.status != _OK:
            raise SourceError(
                "{url} answered with status {status}.", url=location, status=answer.status
            )
        return answer.body


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFolder:
    """Answers addresses from files of the same name in a folder, for work without network."""

    folder: Path

    def fetch(self, location: str, known: str | None, budget: Budget) -> bytes | None:
        """Return the octets of the file; None when they are the known ones."""
        path = self.folder / Path(location.partition("?")[0]).name
        try:
            octets = path.read_bytes()
        except OSError as error:
            raise InputUnreadableError(
                "There is no list for {location} in {folder}: {cause}.",
                location=location,
                folder=str(self.folder),
                cause=error.strerror or "unknown cause",
            ) from error
        budget.require_within("xml_octets", len(octets))
        return None if sha256(octets).hexdigest() == known else octets


def companion_of(location: str) -> str:
    """Return the address of a list's companion file: its own with the ending ``.sha2``."""
    stem, dot, ending = location.rpartition(".")
    return f"{stem}.sha2" if dot and "/" not in ending else f"{location}.sha2"


def digest_in(body: bytes) -> str | None:
    """Return the hex SHA-256 of a companion file, binary or written; None when it has none."""
    if len(body) == sha256().digest_size:
        return body.hex()
    written = body.strip()[: 2 * sha256().digest_size].lower()
    try:
        return bytes.fromhex(written.decode("ascii")).hex() if len(written) == 64 else None
    except (ValueError, UnicodeDecodeError):
        return None
