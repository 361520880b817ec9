"""Certificates as slices of the octets they came in.

What the hot path needs (names, serial number, validity, the signed part) is cut from the
octets at once; extensions, names as text and the key are read when somebody asks. The
same octets give the same object, and a signature that was once verified under a key is
remembered.

Reading is lenient, judging is not: what breaks the profile of RFC 5280 is listed in
:attr:`Certificate.problems`, and an extension that cannot be read answers with its most
restrictive meaning (no usage, no CA), never with the meaning of its absence.

Spec: RFC 5280 §4
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterator, Mapping
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
    read_boolean,
    read_integer,
    read_octets,
    read_oid,
    read_time,
    require,
)
from esign.crypto.algorithms import (
    DigestAlgorithm,
    KeyType,
    SignatureAlgorithm,
    signature_from_identifier,
)
from esign.crypto.signatures import PublicKey
from esign.errors import MalformedASN1Error, MalformedCertificateError
from esign.messages import Message
from esign.pki.extension_facts import EXTENDED_KEY_USAGE, Extension, ExtensionFacts
from esign.pki.names import Name

__all__ = ["Certificate", "Extension", "load_certificates"]

_SIGNED_DATA = "1.2.840.113549.1.7.2"
_MAX_INTERNED = 16 * 1024
"""Octets: larger certificates are not kept; real ones have 1 to 3 KiB."""


class Certificate:
    """An X.509 certificate; equal to another when all octets are equal."""

    def __init__(self, der: bytes, cut: _Cut) -> None:
        self.der = der
        self._cut = cut
        self.not_before: datetime = cut.not_before
        """The first moment of validity, aware, UTC."""
        self.not_after: datetime = cut.not_after
        """The last moment of validity, aware, UTC."""
        self.serial_number: int = cut.serial_number
        self.version: int = cut.version
        """1, 2 or 3; whatever else is written is listed in :attr:`problems`."""

    @classmethod
    def from_der(cls, der: bytes) -> Certificate:
        """Return the certificate of these octets.

        Raises:
            MalformedCertificateError: they are none.
        """
        return _interned(der) if len(der) <= _MAX_INTERNED else _read(der)

    @lazy
    def fingerprint(self) -> str:
        """SHA-256 over all octets, in hex."""
        return sha256(self.der).hexdigest()

    @property
    def id(self) -> str:
        """``C-`` and the fingerprint."""
        return f"C-{self.fingerprint}"

    @property
    def issuer_der(self) -> bytes:
        """The issuer's Name, as its octets came."""
        return self._cut.issuer.encoded

    @property
    def subject_der(self) -> bytes:
        """The subject's Name, as its octets came."""
        return self._cut.subject.encoded

    @lazy
    def issuer(self) -> Name:
        """Who issued it."""
        return Name.from_der(self._cut.issuer.encoded)

    @lazy
    def subject(self) -> Name:
        """Whom it speaks of."""
        return Name.from_der(self._cut.subject.encoded)

    @lazy
    def public_key(self) -> PublicKey:
        """The subject's key; of kind UNKNOWN when it cannot be read."""
        spki = self._cut.spki.encoded
        try:
            return PublicKey.from_spki(spki)
        except MalformedASN1Error:
            return PublicKey(spki, KeyType.UNKNOWN)

    @property
    def tbs(self) -> bytes:
        """The octets that the issuer signed."""
        return self._cut.tbs.encoded

    @property
    def signature(self) -> bytes:
        """The issuer's value over :attr:`tbs`."""
        return self._cut.signature

    @lazy
    def signature_algorithm(self) -> SignatureAlgorithm | None:
        """How the issuer signed; None when unknown or broken."""
        try:
            return signature_from_identifier(self._cut.algorithm, None)
        except MalformedASN1Error:
            return None

    @lazy
    def signature_algorithm_oid(self) -> str:
        """The dotted OID of the issuer's signature algorithm; empty when broken."""
        try:
            return read_oid(self._cut.algorithm.children[0])
        except (MalformedASN1Error, IndexError):
            return ""

    def digest(self, algorithm: DigestAlgorithm) -> bytes:
        """Return the digest over the certificate, computed once for each algorithm.

        Raises:
            UnsupportedAlgorithmError: this machine's OpenSSL does not offer the algorithm.
        """
        known = self._digests.get(algorithm)
        if known is None:
            known = self._digests[algorithm] = algorithm.digest(self.der)
        return known

    @lazy
    def _digests(self) -> dict[DigestAlgorithm, bytes]:
        return {}

    def signed_by(self, key: PublicKey) -> bool:
        """Return whether the signature verifies under ``key``; remembered by the process."""
        question = (sha256(self.der).digest(), sha256(key.spki).digest())
        known = _VERIFIED.get(question)
        if known is None:
            algorithm = self.signature_algorithm
            known = algorithm is not None and key.verify(self.signature, self.tbs, algorithm)
            _VERIFIED.put(question, known)
        return known

    def is_valid_at(self, moment: datetime) -> bool:
        """Return whether ``moment`` lies within the validity, both ends included."""
        return self.not_before <= moment <= self.not_after

    @lazy
    def is_self_issued(self) -> bool:
        """Whether subject and issuer are the same name (RFC 5280 §3.2)."""
        return self.subject_der == self.issuer_der or self.subject == self.issuer

    @lazy
    def extensions(self) -> tuple[Extension, ...]:
        """All extensions in their order, repeated ones included; none when unreadable."""
        return self._read_extensions[0]

    def extension(self, oid: str) -> Extension | None:
        """Return the (first) extension with this identifier, or None."""
        return self._by_oid.get(oid)

    @lazy
    def subject_key_identifier(self) -> bytes | None:
        """The key's name by its issuer. Spec: RFC 5280 §4.2.1.2."""
        return self._facts.subject_key_identifier

    @lazy
    def authority_key_identifier(self) -> bytes | None:
        """The issuer's key by its name. Spec: RFC 5280 §4.2.1.1."""
        return self._facts.authority_key_identifier

    @property
    def is_ca(self) -> bool:
        """BasicConstraints says CA. Spec: RFC 5280 §4.2.1.9."""
        return self._facts.is_ca

    @property
    def path_length(self) -> int | None:
        """How many CA certificates may follow; None without a limit."""
        return self._facts.path_length

    @property
    def key_usage(self) -> frozenset[str] | None:
        """RFC 5280's names of the usages; None when the extension is absent."""
        return self._facts.key_usage

    @property
    def extended_key_usage(self) -> tuple[str, ...] | None:
        """Dotted OIDs; None when the extension is absent."""
        return self._facts.extended_key_usage

    @property
    def extended_key_usage_critical(self) -> bool:
        """Whether the extension is there and critical."""
        found = self.extension(EXTENDED_KEY_USAGE)
        return found is not None and found.critical

    @property
    def ocsp_urls(self) -> tuple[str, ...]:
        """Where OCSP may be asked, as the certificate claims."""
        return self._facts.ocsp_urls

    @property
    def issuer_urls(self) -> tuple[str, ...]:
        """Where the issuer's certificate may lie, as the certificate claims."""
        return self._facts.issuer_urls

    @property
    def crl_urls(self) -> tuple[str, ...]:
        """Where CRLs may lie, as the certificate claims."""
        return self._facts.crl_urls

    @lazy
    def problems(self) -> tuple[Message, ...]:
        """What breaks the profile of RFC 5280; a path through such a certificate is refused."""
        return (
            tuple(_profile_problems(self, self._cut))
            + self._read_extensions[1]
            + self._facts.problems
        )

    @lazy
    def _read_extensions(self) -> tuple[tuple[Extension, ...], tuple[Message, ...]]:
        field = self._cut.extensions
        if field is None:
            return (), ()
        try:
            return tuple(_extensions(field)), ()
        except (MalformedASN1Error, ValueError):
            return (), (Message("The extensions cannot be read."),)

    @lazy
    def _by_oid(self) -> Mapping[str, Extension]:
        return {each.oid: each for each in reversed(self.extensions)}

    @lazy
    def _facts(self) -> ExtensionFacts:
        return ExtensionFacts(self.extensions, unreadable=bool(self._read_extensions[1]))

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Certificate) and self.der == other.der)

    def __hash__(self) -> int:
        return hash(self.der)

    def __reduce__(self) -> tuple[object, ...]:
        return Certificate.from_der, (self.der,)

    def __repr__(self) -> str:
        return f"Certificate({str(self.subject)!r}, serial number {self.serial_number:x})"


def load_certificates(octets: bytes) -> tuple[Certificate, ...]:
    """Return the certificates in a file: PEM (any number), DER, or PKCS#7 (DER or PEM).

    Raises:
        MalformedCertificateError: there is none, or one cannot be read.
    """
    if b"-----BEGIN " in octets:
        found = [each for label, body in _pem_blocks(octets) for each in _in_block(label, body)]
    else:
        found = _in_der(octets)
    if not found:
        raise MalformedCertificateError("No certificate was found where one should be.")
    return tuple(found)


class _Cut:
    """Where the parts of one certificate lie."""

    __slots__ = (
        "algorithm",
        "extensions",
        "inner_algorithm",
        "issuer",
        "not_after",
        "not_before",
        "serial_number",
        "serial_octets",
        "signature",
        "spki",
        "subject",
        "tbs",
        "version",
    )

    def __init__(self, element: Element) -> None:
        tbs, self.algorithm, value = require(element, tags.SEQUENCE, "A certificate").children
        self.tbs = require(tbs, tags.SEQUENCE, "The signed part of a certificate")
        self.signature = read_bits(require(value, tags.BIT_STRING, "A signature"))
        require(self.algorithm, tags.SEQUENCE, "A signature algorithm")
        fields = list(tbs.children)
        self.version = 1
        if fields[0].tag == tags.context(0):
            (version,) = fields.pop(0).children
            self.version = read_integer(require(version, tags.INTEGER, "A version")) + 1
        serial, self.inner_algorithm, self.issuer, validity, self.subject, self.spki = fields[:6]
        self.serial_number = read_integer(require(serial, tags.INTEGER, "A serial number"))
        self.serial_octets = serial.end - serial.body
        require(self.issuer, tags.SEQUENCE, "The issuer's name")
        require(self.subject, tags.SEQUENCE, "The subject's name")
        require(self.spki, tags.SEQUENCE, "The subject's key")
        not_before, not_after = require(validity, tags.SEQUENCE, "A validity").children
        for moment in (not_before, not_after):
            if moment.tag not in (tags.UTC_TIME, tags.GENERALIZED_TIME):
                require(moment, tags.UTC_TIME, "A time of validity")
        self.not_before = read_time(not_before)
        self.not_after = read_time(not_after)
        self.extensions = next(
            (field for field in fields[6:] if field.tag == tags.context(3)), None
        )


class _Remembered:
    """Answers kept in two generations, so that the oldest go without a lock or a scan."""

    __slots__ = ("_bound", "_new", "_old")

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._new: dict[tuple[bytes, bytes], bool] = {}
        self._old: dict[tuple[bytes, bytes], bool] = {}

    def get(self, question: tuple[bytes, bytes]) -> bool | None:
        known = self._new.get(question)
        return self._old.get(question) if known is None else known

    def put(self, question: tuple[bytes, bytes], answer: bool) -> None:
        if len(self._new) >= self._bound:
            self._old, self._new = self._new, {}
        self._new[question] = answer


_VERIFIED = _Remembered(4096)


def _read(der: bytes) -> Certificate:
    try:
        certificate = Certificate(der, _Cut(parse(der)))
        _ = (certificate.issuer, certificate.subject)
    except (MalformedASN1Error, ValueError, IndexError) as error:
        raise MalformedCertificateError(
            "These octets are no X.509 certificate: {cause}", cause=error
        ) from error
    return certificate


_interned = lru_cache(maxsize=2048)(_read)


def _extensions(field: Element) -> Iterator[Extension]:
    (listed,) = field.children
    for element in require(listed, tags.SEQUENCE, "The list of extensions").children:
        parts = require(element, tags.SEQUENCE, "An extension").children
        critical = False
        if len(parts) == 3:
            critical = read_boolean(require(parts[1], tags.BOOLEAN, "An extension's criticality"))
        elif len(parts) != 2:
            raise MalformedASN1Error(
                "An extension is broken at octet {offset}.", offset=element.start
            )
        value = require(parts[-1], tags.OCTET_STRING, "An extension's value")
        oid = read_oid(require(parts[0], tags.OID, "An extension's identifier"))
        yield Extension(oid=oid, critical=critical, value=read_octets(value))


def _profile_problems(certificate: Certificate, cut: _Cut) -> Iterator[Message]:
    """Yield what breaks RFC 5280 §4.1 beside the extensions' own contents."""
    if certificate.version not in (1, 2, 3):
        yield Message("The version {version} does not exist.", version=certificate.version)
    elif cut.extensions is not None and certificate.version != 3:
        yield Message(
            "A certificate of version {version} has extensions.", version=certificate.version
        )
    if certificate.serial_number <= 0:
        yield Message("The serial number is not positive.")
    elif cut.serial_octets > 21:  # 20 octets and the one that keeps it positive
        yield Message("The serial number has {count} octets.", count=cut.serial_octets)
    if cut.inner_algorithm.encoded != cut.algorithm.encoded:
        yield Message("The signature algorithm inside is another than outside.")
    if certificate.not_after < certificate.not_before:
        yield Message("The validity ends before it begins.")
    if certificate.issuer.is_empty:
        yield Message("The issuer has no name.")
    oids = [each.oid for each in certificate.extensions]
    for oid in dict.fromkeys(oid for oid in oids if oids.count(oid) > 1):
        yield Message("The extension {oid} is written twice.", oid=oid)


_BEGIN = re.compile(rb"-----BEGIN ([A-Z0-9 #]{1,64})-----\s")


_LABELS = ("CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE", "PKCS7", "CMS")


def _pem_blocks(octets: bytes) -> Iterator[tuple[str, bytes]]:
    # Each octet is looked at once: a block that is never closed ends the reading.
    begin = _BEGIN.search(octets)
    while begin is not None:
        label = begin[1].decode("ascii")
        end = octets.find(b"-----END " + begin[1] + b"-----", begin.end())
        if end < 0:
            raise MalformedCertificateError("The PEM block of {label} is not closed.", label=label)
        if label in _LABELS:  # keys and parameters may stand in the same file
            try:
                yield label, b64decode(octets[begin.end() : end])
            except Base64Error as error:
                raise MalformedCertificateError("A PEM block is no base64.") from error
        begin = _BEGIN.search(octets, end)


def _in_block(label: str, body: bytes) -> list[Certificate]:
    if label in ("PKCS7", "CMS"):
        return _in_pkcs7(body)
    if label == "TRUSTED CERTIFICATE":  # OpenSSL's own: what follows the certificate is not ours
        return _in_trusted(body)
    return [Certificate.from_der(body)]


def _in_trusted(body: bytes) -> list[Certificate]:
    try:
        return [Certificate.from_der(parse_prefix(body).encoded)]
    except MalformedASN1Error as error:
        raise MalformedCertificateError("A trusted certificate cannot be read.") from error


def _in_der(octets: bytes) -> list[Certificate]:
    try:
        first = parse_prefix(octets)
        is_pkcs7 = first.tag == tags.SEQUENCE and first.children[0].tag == tags.OID
    except (MalformedASN1Error, IndexError) as error:
        raise MalformedCertificateError(
            "These octets are neither PEM nor DER of a certificate."
        ) from error
    return _in_pkcs7(octets) if is_pkcs7 else [Certificate.from_der(octets)]


def _in_pkcs7(octets: bytes) -> list[Certificate]:
    """Return the certificates of a SignedData, whatever else it holds.

    Spec: RFC 5652 §5.1
    """
    try:
        kind, content = parse(octets).children
        if read_oid(kind) != _SIGNED_DATA:
            raise MalformedCertificateError("This PKCS#7 file is no SignedData.")
        fields = content.children[0].children
        bags = [field for field in fields if field.tag == tags.context(0)]
        return [
            Certificate.from_der(each.encoded)
            for bag in bags
            for each in bag.children
            if each.tag == tags.SEQUENCE
        ]
    except (MalformedASN1Error, ValueError, IndexError) as error:
        raise MalformedCertificateError("This PKCS#7 file cannot be read.") from error
