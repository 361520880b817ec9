"""Java's key store files (JKS), as far as they are trust stores: the trusted certificates.

The format is public and simple: a magic number, a version, entries, and a SHA-1 over the
password, a fixed phrase and everything before. The digest is checked when a password is
given; without one the file is worth as much as a PEM file, which nobody protects either.
Private keys in it are passed over: a key store's own certificates are nobody's anchors.

Spec: RFC 5280 §6.1.1 (d)
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator

from esign.errors import InputError, MalformedError, WrongPasswordError
from esign.pki.certificate import Certificate

MAGIC = b"\xfe\xed\xfe\xed"
_JCEKS_MAGIC = b"\xce\xce\xce\xce"
_PHRASE = b"Mighty Aphrodite"
_DIGEST_SIZE = 20
_PRIVATE_KEY = 1
_TRUSTED_CERTIFICATE = 2
MAX_ENTRIES = 10_000
"""Entries of one store; Java's own has about 150."""

Named = tuple[tuple[str, Certificate], ...]
"""Alias and certificate."""


def is_jks(octets: bytes) -> bool:
    """Return whether the octets begin like a JKS or JCEKS file."""
    return octets[:4] in (MAGIC, _JCEKS_MAGIC)


def read_jks(octets: bytes, password: str | None, name: str) -> Named:
    """Return alias and certificate of every trusted entry.

    Args:
        octets: the whole file.
        password: checks the file's integrity; None leaves that out.
        name: the file, for errors.

    Raises:
        InputError: it is no JKS file, or cut short.
        WrongPasswordError: the password is another, or the file was changed.
    """
    if octets[:4] == _JCEKS_MAGIC:
        raise InputError(
            "{path} is a JCEKS store. Convert it: keytool -importkeystore -deststoretype PKCS12.",
            path=name,
        )
    if password is not None:
        _check_integrity(octets, password, name)
    try:
        return tuple(_entries(_Cursor(octets[:-_DIGEST_SIZE])))
    except MalformedError as error:
        raise InputError(
            "{path} is no whole JKS file: {cause}", path=name, cause=str(error)
        ) from error


def _check_integrity(octets: bytes, password: str, name: str) -> None:
    content, stated = octets[:-_DIGEST_SIZE], octets[-_DIGEST_SIZE:]
    # The format knows nothing but SHA-1, keyed by prefix; it finds accidents, not attackers.
    digest = hashlib.sha1(password.encode("utf-16-be") + _PHRASE + content, usedforsecurity=False)
    if not hmac.compare_digest(digest.digest(), stated):
        raise WrongPasswordError(
            "The password is not that of the JKS file {path}, or the file was changed.", path=name
        )


def _entries(cursor: _Cursor) -> Iterator[tuple[str, Certificate]]:
    cursor.take(4)
    version, count = cursor.number(), cursor.number()
    if version not in (1, 2) or count > MAX_ENTRIES:
        raise MalformedError("version {version}, {count} entries", version=version, count=count)
    for _ in range(count):
        kind, alias = cursor.number(), cursor.text()
        cursor.take(8)  # when it was put in, which is not since when it is trusted
        if kind == _TRUSTED_CERTIFICATE:
            yield alias, Certificate.from_der(_certificate(cursor, version))
        elif kind == _PRIVATE_KEY:
            cursor.take(cursor.number())
            for _ in range(cursor.number()):
                _certificate(cursor, version)
        else:
            raise MalformedError("an entry of unknown kind {kind}.", kind=kind)
    if cursor.rest:
        raise MalformedError("more octets than its entries need.")


def _certificate(cursor: _Cursor, version: int) -> bytes:
    kind = cursor.text() if version == 2 else "X.509"
    if kind not in ("X.509", "X509"):
        raise MalformedError("a certificate of the kind {kind}.", kind=kind)
    return cursor.take(cursor.number())


class _Cursor:
    """Reads big-endian numbers and counted octets, and never past the end."""

    __slots__ = ("_at", "_octets")

    def __init__(self, octets: bytes) -> None:
        self._octets = octets
        self._at = 0

    @property
    def rest(self) -> int:
        """How many octets are left."""
        return len(self._octets) - self._at

    def take(self, count: int) -> bytes:
        """Return the next octets."""
        if count > self.rest:
            raise MalformedError("it ends too early.")
        self._at += count
        return self._octets[self._at - count : self._at]

    def number(self) -> int:
        """Return the next four octets as a number."""
        return int.from_bytes(self.take(4), "big")

    def text(self) -> str:
        """Return the next counted text; Java's own UTF-8, shown as well as it goes."""
        octets = self.take(int.from_bytes(self.take(2), "big"))
        return octets.decode("utf-8", "replace")
