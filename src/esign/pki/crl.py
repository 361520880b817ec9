"""Certificate revocation lists, read in place.

A list may have a million entries. None becomes an object until somebody asks for its serial
number: the octets are searched, and a hit is confirmed by walking the entries up to it.

This module states facts. Whether a list is evidence about a certificate is judged in
:mod:`esign.pki.crl_evidence`.

Spec: RFC 5280 §5
"""

from __future__ import annotations

import re
from array import array
from base64 import b64decode
from binascii import Error as Base64Error
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256

from esign.asn1 import tags
from esign.asn1.lazy import lazy
from esign.asn1.reader import (
    Element,
    parse,
    parse_prefix,
    read_bits,
    read_integer,
    read_time,
    require,
)
from esign.crypto.algorithms import SignatureAlgorithm, signature_from_identifier
from esign.crypto.signatures import PublicKey
from esign.errors import MalformedCertificateError, UnsupportedAlgorithmError
from esign.pki.certificate import Extension
from esign.pki.distinguished import RelativeNames, relative_names
from esign.pki.distribution import (
    WHOLE_SCOPE,
    DistributionPoint,
    IssuingDistributionPoint,
    directory_names,
    read_distribution_points,
    read_issuing_distribution_point,
)
from esign.pki.extensions import NO_EXTENSIONS, read_extensions, reading, unknown_critical
from esign.pki.general_names import read_general_names
from esign.pki.names import Name

AUTHORITY_KEY_IDENTIFIER = "2.5.29.35"
ISSUER_ALTERNATIVE_NAME = "2.5.29.18"
CRL_NUMBER = "2.5.29.20"
REASON_CODE = "2.5.29.21"
INVALIDITY_DATE = "2.5.29.24"
DELTA_CRL_INDICATOR = "2.5.29.27"
ISSUING_DISTRIBUTION_POINT = "2.5.29.28"
CERTIFICATE_ISSUER = "2.5.29.29"
FRESHEST_CRL = "2.5.29.46"
EXPIRED_CERTS_ON_CRL = "2.5.29.60"

KNOWN_EXTENSIONS = frozenset(
    {
        AUTHORITY_KEY_IDENTIFIER,
        ISSUER_ALTERNATIVE_NAME,
        CRL_NUMBER,
        DELTA_CRL_INDICATOR,
        ISSUING_DISTRIBUTION_POINT,
        FRESHEST_CRL,
        EXPIRED_CERTS_ON_CRL,
    }
)
KNOWN_ENTRY_EXTENSIONS = frozenset({REASON_CODE, INVALIDITY_DATE, CERTIFICATE_ISSUER})

_MAX_INTERNED = 64 * 1024
"""Octets: larger lists are not kept when nobody holds them."""
MAX_REMEMBERED = 64
"""Keys whose answer one list keeps; real lists meet one or two."""

CERTIFICATE_HOLD = 6
REMOVE_FROM_CRL = 8
REASONS = {
    0: "unspecified",
    1: "keyCompromise",
    2: "cACompromise",
    3: "affiliationChanged",
    4: "superseded",
    5: "cessationOfOperation",
    CERTIFICATE_HOLD: "certificateHold",
    REMOVE_FROM_CRL: "removeFromCRL",
    9: "privilegeWithdrawn",
    10: "aACompromise",
}
"""CRLReason in the standard's spelling (RFC 5280 §5.3.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokedEntry:
    """One entry of a CRL."""

    serial_number: int
    revoked_at: datetime
    reason: int | None
    invalidity_date: datetime | None


class CRL:
    """One certificate list and the octets it came in; equal octets are equal lists."""

    def __init__(self, octets: bytes) -> None:
        self.der = octets
        """The exact octets as they came."""
        with reading("The revocation list", "RFC 5280 §5.1"):
            self._read(parse(octets))

    @classmethod
    def from_der(cls, octets: bytes) -> CRL:
        """Return the list in ``octets`` (DER, or BER as it came).

        Raises:
            MalformedCertificateError: it is none.
        """
        # A small list comes along with many signatures: read and verified once for all.
        return _interned(octets) if len(octets) <= _MAX_INTERNED else cls(octets)

    @classmethod
    def load(cls, octets: bytes) -> CRL:
        """Return the list in a file or an HTTP body, DER or PEM.

        Raises:
            MalformedCertificateError: it is none.
        """
        if octets[:1] == b"\x30":
            return cls.from_der(octets)
        _, begin, rest = octets.partition(b"-----BEGIN X509 CRL-----")
        body, end, _ = rest.partition(b"-----END X509 CRL-----")
        if not begin or not end:
            raise MalformedCertificateError(
                "This is no revocation list: neither DER nor PEM (BEGIN X509 CRL)."
            )
        try:
            return cls.from_der(b64decode(b"".join(body.split()), validate=True))
        except Base64Error as error:
            raise MalformedCertificateError("The PEM of the revocation list is broken.") from error

    def _read(self, outer: Element) -> None:
        tbs, algorithm, value = require(outer, tags.SEQUENCE, "A revocation list").children
        require(tbs, tags.SEQUENCE, "The signed part of a revocation list")
        require(value, tags.BIT_STRING, "The signature of a revocation list")
        parts = list(tbs.children)
        version = read_integer(parts.pop(0)) if parts[0].tag == tags.INTEGER else 0
        if parts.pop(0).encoded != algorithm.encoded:
            raise MalformedCertificateError("Its two signature algorithms differ.")
        self._algorithm = algorithm
        self._tbs = tbs
        self.signature = read_bits(value)
        self.issuer = Name.from_der(parts.pop(0).encoded)
        self.this_update = _moment(parts.pop(0))
        self.next_update: datetime | None = None
        if parts and parts[0].tag in (tags.UTC_TIME, tags.GENERALIZED_TIME):
            self.next_update = read_time(parts.pop(0))
        self._revoked: Element | None = None
        if parts and parts[0].tag == tags.SEQUENCE:
            self._revoked = parts.pop(0)
        self.extensions: Mapping[str, Extension] = NO_EXTENSIONS
        if parts and parts[0].tag == tags.context(0):
            self.extensions = read_extensions(parse(parts.pop(0).content))
        if parts or version not in (0, 1) or (self.extensions and version != 1):
            raise MalformedCertificateError("Its version and its fields do not fit.")

    @lazy
    def id(self) -> str:
        """``CRL-`` and the hex SHA-256 over the octets."""
        return "CRL-" + sha256(self.der).hexdigest()

    @property
    def signature_algorithm(self) -> SignatureAlgorithm | None:
        """None when it is unknown."""
        return signature_from_identifier(self._algorithm, None)

    @property
    def number(self) -> int | None:
        """CRLNumber, None when absent."""
        return _number(self.extensions.get(CRL_NUMBER))

    @property
    def base_number(self) -> int | None:
        """BaseCRLNumber of a delta CRL, None when this is a complete one."""
        return _number(self.extensions.get(DELTA_CRL_INDICATOR))

    @property
    def is_delta(self) -> bool:
        """This list states only changes since a base."""
        return DELTA_CRL_INDICATOR in self.extensions

    @lazy
    def scope(self) -> IssuingDistributionPoint:
        """What the list covers.

        Raises:
            MalformedCertificateError: the extension cannot be read.
        """
        extension = self.extensions.get(ISSUING_DISTRIBUTION_POINT)
        if extension is None:
            return WHOLE_SCOPE
        with reading("The CRL's issuing distribution point", "RFC 5280 §5.2.5"):
            return read_issuing_distribution_point(extension.value)

    @lazy
    def freshest(self) -> tuple[DistributionPoint, ...]:
        """Where the list says its delta CRLs are."""
        extension = self.extensions.get(FRESHEST_CRL)
        if extension is None:
            return ()
        with reading("The CRL's freshestCRL", "RFC 5280 §5.2.6"):
            return read_distribution_points(extension.value)

    @lazy
    def expired_certificates_since(self) -> datetime | None:
        """expiredCertsOnCRL: certificates that expired since then are still listed.

        Spec: ITU-T X.509 §9.5.2.8
        """
        extension = self.extensions.get(EXPIRED_CERTS_ON_CRL)
        if extension is None:
            return None
        with reading("The CRL's expiredCertsOnCRL", "ITU-T X.509 §9.5.2.8"):
            return read_time(parse(extension.value))

    @property
    def unknown_critical_extension(self) -> str | None:
        """The OID of a critical extension that this library does not process, or None."""
        return unknown_critical(self.extensions, KNOWN_EXTENSIONS)

    @lazy
    def unknown_critical_entry_extension(self) -> str | None:
        """The same, of the entries: one such entry spoils the whole list (RFC 5280 §5.3)."""
        revoked = self._revoked
        if revoked is None:
            return None

        def next_hit(start: int) -> int:
            found = _CRITICAL.search(self.der, start, revoked.end)
            return -1 if found is None else found.start()

        with reading("An entry of the revocation list", "RFC 5280 §5.3"):
            for start in self._entries_with(next_hit):
                oid = unknown_critical(_entry_extensions(self.der, start), KNOWN_ENTRY_EXTENSIONS)
                if oid is not None:
                    return oid
        return None

    def signed_by(self, key: PublicKey) -> bool:
        """Return whether the list's signature verifies under ``key``."""
        known = self._verified.get(key)
        if known is None:
            known = self._verifies(key)
            if len(self._verified) < MAX_REMEMBERED:
                self._verified[key] = known
        return known

    def _verifies(self, key: PublicKey) -> bool:
        algorithm = self.signature_algorithm
        if algorithm is None or not key.fits(algorithm):
            return False
        if algorithm.digest is None:
            return key.verify(self.signature, self._tbs.encoded, algorithm)
        try:
            return key.verify_digest(self.signature, self._digest, algorithm)
        except UnsupportedAlgorithmError:
            return False  # this machine's OpenSSL lacks the digest

    @lazy
    def _digest(self) -> bytes:
        """The digest of the signed part: many keys may be tried, megabytes are hashed once."""
        algorithm = self.signature_algorithm
        assert algorithm is not None
        assert algorithm.digest is not None
        return algorithm.digest.digest(self._tbs.encoded)

    def entries(self, serial_number: int, issuer: Name) -> tuple[RevokedEntry, ...]:
        """Return the entries about the certificate that ``issuer`` gave this serial number.

        Raises:
            MalformedCertificateError: an entry on the way cannot be read.
        """
        revoked = self._revoked
        wanted = _integer_content(serial_number)
        if revoked is None:
            return ()
        first = self.der.find(wanted, revoked.body, revoked.end)
        if first < 0:
            # However the number might be written, its octets would have to be there.
            return ()
        with reading("An entry of the revocation list", "RFC 5280 §5.1.2.6"):
            if self.scope.indirect:
                return tuple(self._indirect_entries(serial_number, relative_names(issuer.der)))
            if relative_names(issuer.der) != relative_names(self.issuer.der):
                return ()
            found = self._matching(wanted, serial_number, first)
            return tuple(_entry(self.der, start) for start in found)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CRL) and self.der == other.der

    def __hash__(self) -> int:
        return hash(self.der)

    def __repr__(self) -> str:
        return (
            f"CRL(issuer={str(self.issuer)!r}, this_update={self.this_update:%Y-%m-%dT%H:%M:%SZ})"
        )

    def __reduce__(self) -> tuple[object, ...]:
        return CRL, (self.der,)

    @property
    def _end(self) -> int:
        return 0 if self._revoked is None else self._revoked.end

    @lazy
    def _verified(self) -> dict[PublicKey, bool]:
        return {}

    def _matching(self, wanted: bytes, serial_number: int, first: int) -> Iterator[int]:
        """Yield where entries with the serial number start; its octets are at ``first``."""
        octets, end = self.der, self._end
        for start in self._entries_with(
            lambda position: octets.find(wanted, max(position, first), end)
        ):
            serial = parse_prefix(octets, parse_prefix(octets, start).body)
            if read_integer(serial) == serial_number:
                yield start

    def _entries_with(self, next_hit: Callable[[int], int]) -> Iterator[int]:
        """Yield where entries start that hold a hit; the others are not looked at.

        Args:
            next_hit: returns the first hit at or after a position, -1 for none.
        """
        start = 0 if self._revoked is None else self._revoked.body
        while (hit := next_hit(start)) >= 0:
            found = _entry_around(self.der, hit, self._marks, self._end)
            yield found
            start = _next(self.der, found, self._end)

    @lazy
    def _marks(self) -> array[int]:
        """Where every 256th entry starts: one walk over the list serves all later lookups.

        Raises:
            MalformedCertificateError: the entries do not fill the list exactly.
        """
        octets, end, marks = self.der, self._end, array("Q")
        start, count = self._end if self._revoked is None else self._revoked.body, 0
        while start < end:
            if octets[start] != tags.SEQUENCE:
                raise _no_entry()
            if not count & 0xFF:
                marks.append(start)
            count += 1
            length = octets[start + 1]
            # Written out: this runs a million times for a large list.
            start = start + 2 + length if length < 0x80 else _next(octets, start, end)
        if start > end:
            raise _cut_short()
        return marks

    def _positions(self) -> Iterator[int]:
        """Yield where each entry starts; they must fill the list exactly."""
        revoked = self._revoked
        assert revoked is not None
        octets, start, end = self.der, revoked.body, revoked.end
        while start < end:
            if octets[start] != tags.SEQUENCE:
                raise _no_entry()
            yield start
            start = _next(octets, start, end)

    def _indirect_entries(
        self, serial_number: int, issuer: RelativeNames
    ) -> Iterator[RevokedEntry]:
        """Yield entries, following certificateIssuer from entry to entry.

        Spec: RFC 5280 §5.3.3
        """
        current: tuple[RelativeNames, ...] = (relative_names(self.issuer.der),)
        for start in self._positions():
            named = _entry_extensions(self.der, start).get(CERTIFICATE_ISSUER)
            if named is not None:
                current = directory_names(read_general_names(parse(named.value)))
            if issuer in current:
                entry = _entry(self.der, start)
                if entry.serial_number == serial_number:
                    yield entry


_interned = lru_cache(maxsize=256)(CRL)


def _entry(octets: bytes, start: int) -> RevokedEntry:
    serial, revoked_at, *_ = parse_prefix(octets, start).children
    extensions = _entry_extensions(octets, start)
    reason = extensions.get(REASON_CODE)
    invalidity = extensions.get(INVALIDITY_DATE)
    return RevokedEntry(
        serial_number=read_integer(require(serial, tags.INTEGER, "A serial number")),
        revoked_at=_moment(revoked_at),
        reason=None if reason is None else read_integer(parse(reason.value)),
        invalidity_date=None if invalidity is None else read_time(parse(invalidity.value)),
    )


def _moment(element: Element) -> datetime:
    if element.tag not in (tags.UTC_TIME, tags.GENERALIZED_TIME):
        require(element, tags.UTC_TIME, "A time of the revocation list")
    return read_time(element)


def _entry_extensions(octets: bytes, start: int) -> Mapping[str, Extension]:
    parts = parse_prefix(octets, start).children
    return read_extensions(parts[2]) if len(parts) > 2 else NO_EXTENSIONS


def _entry_around(octets: bytes, position: int, marks: array[int], end: int) -> int:
    """Return where the entry starts that holds this octet."""
    start = marks[bisect_right(marks, position) - 1]
    while (after := _next(octets, start, end)) <= position:
        start = after
    return start


def _next(octets: bytes, start: int, end: int) -> int:
    """Return where the element after the one at ``start`` begins, without an object."""
    length = octets[start + 1]
    after = start + 2 + length if length < 0x80 else parse_prefix(octets, start).after
    if after > end:
        raise _cut_short()
    return after


def _no_entry() -> MalformedCertificateError:
    return MalformedCertificateError("An entry of the revocation list is no SEQUENCE.")


def _cut_short() -> MalformedCertificateError:
    return MalformedCertificateError("An entry of the revocation list is cut short.")


def _number(extension: Extension | None) -> int | None:
    if extension is None:
        return None
    with reading("A number in the revocation list", "RFC 5280 §5.2"):
        return read_integer(parse(extension.value))


def _integer_content(value: int) -> bytes:
    bits = value.bit_length() if value >= 0 else (value + 1).bit_length()
    return value.to_bytes(bits // 8 + 1, "big", signed=True)


# BOOLEAN true before an OCTET STRING, as in a critical Extension; BER may pad the length.
_CRITICAL = re.compile(rb"\x01(?:\x01|[\x81-\x84]\x00*\x01)[^\x00][\x04\x24]", re.DOTALL)
