"""OCSP responses, read in place.

This module states facts. Whether a response is evidence about a certificate, and whether
its signer may speak for the authority, is judged in :mod:`esign.pki.ocsp_evidence`.

Spec: RFC 6960 §4.2
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from functools import lru_cache
from hashlib import sha256

from esign.asn1 import tags
from esign.asn1.lazy import lazy
from esign.asn1.reader import (
    Element,
    parse,
    read_bits,
    read_integer,
    read_octets,
    read_oid,
    read_time,
    require,
)
from esign.asn1.writer import enumerated, explicit, octet_string, sequence
from esign.asn1.writer import oid as encode_oid
from esign.crypto.algorithms import (
    DigestAlgorithm,
    SignatureAlgorithm,
    digest_by_name,
    digest_by_oid,
    signature_from_identifier,
)
from esign.crypto.signatures import PublicKey
from esign.errors import MalformedASN1Error, MalformedCertificateError
from esign.pki.certificate import Certificate, Extension
from esign.pki.extensions import NO_EXTENSIONS, read_extensions, reading, unknown_critical
from esign.pki.names import Name

BASIC_RESPONSE = "1.3.6.1.5.5.7.48.1.1"
NONCE = "1.3.6.1.5.5.7.48.1.2"
ARCHIVE_CUTOFF = "1.3.6.1.5.5.7.48.1.6"
EXTENDED_REVOKE = "1.3.6.1.5.5.7.48.1.9"
CERT_HASH = "1.3.36.8.3.13"
REASON_CODE = "2.5.29.21"
INVALIDITY_DATE = "2.5.29.24"

KNOWN_EXTENSIONS = frozenset({NONCE, EXTENDED_REVOKE})
KNOWN_SINGLE_EXTENSIONS = frozenset({ARCHIVE_CUTOFF, CERT_HASH, REASON_CODE, INVALIDITY_DATE})


class ResponseStatus(IntEnum):
    """OCSPResponseStatus (RFC 6960 §4.2.1)."""

    SUCCESSFUL = 0
    MALFORMED_REQUEST = 1
    INTERNAL_ERROR = 2
    TRY_LATER = 3
    SIG_REQUIRED = 5
    UNAUTHORIZED = 6


class CertificateStatus(StrEnum):
    """CertStatus (RFC 6960 §4.2.1)."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class CertID:
    """Which certificate a request or answer is about."""

    digest_oid: str
    issuer_name_hash: bytes
    issuer_key_hash: bytes
    serial_number: int

    @property
    def digest(self) -> DigestAlgorithm | None:
        """None when the digest is unknown; then nothing matches."""
        return digest_by_oid(self.digest_oid)

    def identifies(self, certificate: Certificate, issuer: Certificate) -> bool:
        """Return whether this is about ``certificate``, issued by ``issuer``'s name and key.

        The name is hashed as the certificate or as its issuer writes it: both spellings are
        equal names, and responders take either.
        """
        digest = self.digest
        if self.serial_number != certificate.serial_number or digest is None:
            return False
        if key_hash(issuer.public_key.spki, digest) != self.issuer_key_hash:
            return False
        names = {certificate.issuer.der, issuer.subject.der}
        return any(self.issuer_name_hash == digest.digest(name) for name in names)


@lru_cache(maxsize=256)
def key_hash(spki: bytes, digest: DigestAlgorithm) -> bytes | None:
    """Return the digest over the key's BIT STRING, without tag, length and unused bits.

    None when the key cannot be read; such a key is nobody's.

    Spec: RFC 6960 §4.1.1
    """
    try:
        return digest.digest(read_bits(parse(spki).children[1]))
    except (MalformedASN1Error, IndexError):
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleResponse:
    """What one response says of one certificate."""

    cert_id: CertID
    status: CertificateStatus
    this_update: datetime
    next_update: datetime | None
    revoked_at: datetime | None
    reason: int | None
    extensions: Mapping[str, Extension]

    @property
    def archive_cutoff(self) -> datetime | None:
        """Certificates that expired after this are still known to the responder.

        Spec: RFC 6960 §4.4.4
        """
        extension = self.extensions.get(ARCHIVE_CUTOFF)
        if extension is None:
            return None
        with reading("The archive cutoff", "RFC 6960 §4.4.4"):
            return read_time(parse(extension.value))

    @property
    def unknown_critical_extension(self) -> str | None:
        """The OID of a critical extension that this library does not process, or None."""
        return unknown_critical(self.extensions, KNOWN_SINGLE_EXTENSIONS)

    def certificate_hash_matches(self, certificate: Certificate) -> bool | None:
        """Return whether certHash names this certificate; None when there is none.

        A responder that states it has the very certificate before it, not only its number.
        """
        extension = self.extensions.get(CERT_HASH)
        if extension is None:
            return None
        with reading("The certHash", "Common PKI Part 4 §3.1.2"):
            algorithm, value = parse(extension.value).children
            digest = digest_by_oid(read_oid(algorithm.children[0]))
            return digest is not None and digest.digest(certificate.der) == read_octets(value)


class OCSPResponse:
    """One response and the octets it came in; equal answers are equal, wrapped or bare."""

    def __init__(self, octets: bytes, *, basic: bool = False) -> None:
        self.der = octets
        """The exact octets as they came: OCSPResponse, or bare BasicOCSPResponse."""
        self.is_basic = basic
        self.status: int = ResponseStatus.SUCCESSFUL
        """A :class:`ResponseStatus`, or a number the standard does not know."""
        self.basic_der: bytes | None = None
        """The BasicOCSPResponse; None when the responder refused to answer."""
        self.produced_at: datetime | None = None
        self.responder_name: Name | None = None
        self.responder_key_hash: bytes | None = None
        self.responses: tuple[SingleResponse, ...] = ()
        self.extensions: Mapping[str, Extension] = NO_EXTENSIONS
        self._certificates: tuple[bytes, ...] = ()
        with reading("The OCSP response", "RFC 6960 §4.2.1"):
            body = parse(octets) if basic else self._unwrap(parse(octets))
            if body is not None:
                self._read(body)

    @classmethod
    def from_der(cls, octets: bytes) -> OCSPResponse:
        """Return the OCSPResponse, or bare BasicOCSPResponse, in ``octets``.

        Raises:
            MalformedCertificateError: it is neither.
        """
        # A response is embedded and supplied again and again: read and verified once for all.
        return _interned(octets) if len(octets) <= _MAX_INTERNED else _read_either(octets)

    @classmethod
    def from_basic(cls, octets: bytes) -> OCSPResponse:
        """Return the response of a bare BasicOCSPResponse, as signatures embed it.

        Raises:
            MalformedCertificateError: it is none.
        """
        return cls(octets, basic=True)

    def _unwrap(self, outer: Element) -> Element | None:
        self.status = read_integer(outer.children[0])
        if self.status != ResponseStatus.SUCCESSFUL:
            return None
        (explicit_bytes,) = outer.children[1:]
        (response_bytes,) = explicit_bytes.children
        kind, value = response_bytes.children
        if read_oid(kind) != BASIC_RESPONSE:
            raise MalformedCertificateError("Its response type is not the basic one.")
        return parse(read_octets(value))

    def _read(self, body: Element) -> None:
        require(body, tags.SEQUENCE, "An OCSP answer")
        data, algorithm, value, *certificates = body.children
        require(data, tags.SEQUENCE, "The signed part of an OCSP answer")
        require(value, tags.BIT_STRING, "The signature of an OCSP answer")
        self.basic_der = body.encoded
        self._data = data
        self._algorithm = algorithm
        self.signature = read_bits(value)
        if len(certificates) > 1:
            raise MalformedCertificateError("Something follows its certificates.")
        if certificates:
            (bag,) = certificates[0].children
            self._certificates = tuple(child.encoded for child in bag.children)
        parts = list(data.children)
        if parts[0].tag == tags.context(0) and read_integer(parts.pop(0).children[0]) != 0:
            raise MalformedCertificateError("Its version is not 1.")
        self._read_responder(parts.pop(0))
        self.produced_at = _moment(parts.pop(0))
        singles = require(parts.pop(0), tags.SEQUENCE, "The list of answers").children
        self.responses = tuple(_single(child) for child in singles)
        if parts:
            (extensions,) = parts
            self.extensions = read_extensions(extensions.children[0])

    def _read_responder(self, element: Element) -> None:
        (content,) = element.children
        if element.tag == tags.context(1):
            self.responder_name = Name.from_der(content.encoded)
        elif element.tag == tags.context(2):
            self.responder_key_hash = read_octets(content)
        else:
            raise MalformedCertificateError("Its responder is named neither by name nor by key.")

    @lazy
    def id(self) -> str:
        """``OCSP-`` and the hex SHA-256 over the BasicOCSPResponse."""
        return "OCSP-" + sha256(self.basic_der or self.der).hexdigest()

    @property
    def wrapped_der(self) -> bytes:
        """The octets as an OCSPResponse; a bare response is wrapped, never re-encoded."""
        if not self.is_basic:
            return self.der
        body = sequence(encode_oid(BASIC_RESPONSE), octet_string(self.der))
        return sequence(enumerated(ResponseStatus.SUCCESSFUL), explicit(0, body))

    @property
    def responder(self) -> str:
        """How the response names its signer, for people."""
        if self.responder_name is not None:
            return str(self.responder_name)
        return f"key {(self.responder_key_hash or b'').hex()}"

    @lazy
    def certificates(self) -> tuple[Certificate, ...]:
        """The certificates the response brings along; unreadable ones are left out."""
        found = []
        for octets in self._certificates:
            try:
                found.append(Certificate.from_der(octets))
            except MalformedCertificateError:
                continue  # A broken certificate can authorise nothing.
        return tuple(found)

    @property
    def signature_algorithm(self) -> SignatureAlgorithm | None:
        """None when it is unknown, or when the responder refused to answer."""
        return None if self.basic_der is None else signature_from_identifier(self._algorithm, None)

    @property
    def nonce(self) -> bytes | None:
        """The nonce's octets, None when absent.

        Spec: RFC 8954 §2.1
        """
        extension = self.extensions.get(NONCE)
        return None if extension is None else nonce_octets(extension.value)

    @property
    def unknown_critical_extension(self) -> str | None:
        """The OID of a critical extension that this library does not process, or None."""
        return unknown_critical(self.extensions, KNOWN_EXTENSIONS)

    def names_responder(self, certificate: Certificate) -> bool:
        """Return whether the responder identifier is that of ``certificate``.

        Spec: RFC 6960 §4.2.2.3
        """
        if self.responder_name is not None:
            return self.responder_name == certificate.subject
        named = key_hash(certificate.public_key.spki, digest_by_name("SHA1"))
        return named is not None and named == self.responder_key_hash

    def signed_by(self, key: PublicKey) -> bool:
        """Return whether the response's signature verifies under ``key``."""
        algorithm = self.signature_algorithm
        if algorithm is None:
            return False
        known = self._verified.get(key)
        if known is None:
            known = key.verify(self.signature, self._data.encoded, algorithm)
            if len(self._verified) < 64:
                self._verified[key] = known
        return known

    def about(self, certificate: Certificate, issuer: Certificate) -> tuple[SingleResponse, ...]:
        """Return every single response about ``certificate`` as issued by ``issuer``."""
        return tuple(r for r in self.responses if r.cert_id.identifies(certificate, issuer))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, OCSPResponse):
            return NotImplemented
        return (self.basic_der or self.der) == (other.basic_der or other.der)

    def __hash__(self) -> int:
        return hash(self.basic_der or self.der)

    def __repr__(self) -> str:
        return f"OCSPResponse(responder={self.responder!r}, produced_at={self.produced_at})"

    def __reduce__(self) -> tuple[object, ...]:
        return (OCSPResponse.from_basic if self.is_basic else OCSPResponse), (self.der,)

    @lazy
    def _verified(self) -> dict[PublicKey, bool]:
        return {}


def _read_either(octets: bytes) -> OCSPResponse:
    with reading("The OCSP response", "RFC 6960 §4.2.1"):
        first = parse(octets).children[0]
    return OCSPResponse(octets, basic=first.tag == tags.SEQUENCE)


_interned = lru_cache(maxsize=1024)(_read_either)
_MAX_INTERNED = 16 * 1024
"""Octets: larger responses are not kept when nobody holds them; real ones have 1 to 5 KiB."""


def nonce_octets(value: bytes) -> bytes:
    """Return a nonce extension's octets; older responders leave out the OCTET STRING."""
    try:
        return read_octets(parse(value))
    except MalformedASN1Error:
        return value


def _single(element: Element) -> SingleResponse:
    single = require(element, tags.SEQUENCE, "A single response")
    cert_id, status, this_update, *optional = single.children
    fields = {part.tag: part.children[0] for part in optional}
    if len(fields) != len(optional) or not fields.keys() <= {tags.context(0), tags.context(1)}:
        raise MalformedCertificateError("A single response holds a field not known here.")
    kind, revoked_at, reason = _status(status)
    next_update = fields.get(tags.context(0))
    extensions = fields.get(tags.context(1))
    return SingleResponse(
        cert_id=_cert_id(cert_id),
        status=kind,
        this_update=_moment(this_update),
        next_update=None if next_update is None else _moment(next_update),
        revoked_at=revoked_at,
        reason=reason,
        extensions=NO_EXTENSIONS if extensions is None else read_extensions(extensions),
    )


def _cert_id(element: Element) -> CertID:
    parts = require(element, tags.SEQUENCE, "A CertID").children
    algorithm, name_hash, key_hash_value, serial = parts
    require(algorithm, tags.SEQUENCE, "A digest algorithm")
    return CertID(
        digest_oid=read_oid(algorithm.children[0]),
        issuer_name_hash=read_octets(require(name_hash, tags.OCTET_STRING, "A hash")),
        issuer_key_hash=read_octets(require(key_hash_value, tags.OCTET_STRING, "A hash")),
        serial_number=read_integer(require(serial, tags.INTEGER, "A serial number")),
    )


def _moment(element: Element) -> datetime:
    """Spec: RFC 6960 §4.2.1 (GeneralizedTime alone)."""
    return read_time(require(element, tags.GENERALIZED_TIME, "A time of an OCSP answer"))


def _status(element: Element) -> tuple[CertificateStatus, datetime | None, int | None]:
    if element.tag == tags.context(0, constructed=False):
        return CertificateStatus.GOOD, None, None
    if element.tag in (tags.context(2, constructed=False), tags.context(2)):
        return CertificateStatus.UNKNOWN, None, None
    if element.tag != tags.context(1):
        raise MalformedCertificateError("A certificate status is none of the three.")
    moment, *reason = element.children
    return (
        CertificateStatus.REVOKED,
        _moment(moment),
        read_integer(reason[0].children[0]) if reason else None,
    )
