"""What one SignerInfo states, each fact computed once.

The findings, the time-stamps and the signature itself are built on it.

Spec: RFC 5652 §5.3, §5.6
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from esign.ades.signature import (
    Finding,
    SignedProperties,
    SigningCertificateReference,
    TimestampToken,
)
from esign.asn1 import tags, writer
from esign.asn1.lazy import lazy
from esign.asn1.reader import parse, read_octets
from esign.cms import oids, properties
from esign.cms.attributes import Attributes, Octets, read_signing_certificate
from esign.cms.content import CoveredContent
from esign.cms.signed_data import SignedData, SignerInfo
from esign.crypto.algorithms import (
    DigestAlgorithm,
    Scheme,
    SignatureAlgorithm,
    signature_from_identifier,
)
from esign.crypto.signatures import PublicKey
from esign.errors import (
    InputError,
    LimitExceededError,
    MalformedError,
    UnsupportedAlgorithmError,
)
from esign.limits import Budget
from esign.pki.certificate import Certificate
from esign.pki.names import Name
from esign.terms import Packaging, SignatureForm

ReadTimestamp = Callable[[bytes, Budget], TimestampToken]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a form adds to the SignerInfo's own facts."""

    form: SignatureForm = SignatureForm.CADES
    packaging: Packaging | None = None
    name: str = ""
    read_timestamp: ReadTimestamp | None = None
    """Reads a time-stamp token; given by the form, because tokens are built on this room."""
    claims: SignedProperties | None = None
    """PAdES: what the signature dictionary says; fills what the CMS leaves open."""
    findings: tuple[Finding, ...] = ()
    """What the form noticed by itself."""
    depth: int = 0
    """How many counter-signatures deep this one lies."""


class SignerFacts:
    """One SignerInfo with its content and surroundings."""

    def __init__(
        self,
        signed_data: SignedData,
        signer_info: SignerInfo,
        content: CoveredContent,
        surroundings: Surroundings,
    ) -> None:
        self.signed_data = signed_data
        self.signer_info = signer_info
        self.content = content
        self.surroundings = surroundings
        self.signed_attributes, self.unsigned_attributes = signer_info.attributes()
        self._verified: dict[PublicKey, bool] = {}
        self.digest_algorithm = signer_info.digest
        """The message-digest algorithm; None when it is unknown."""

    @lazy
    def id(self) -> str:
        """``S-`` and a SHA-256 that unsigned attributes do not change."""
        return signature_id(self.signer_info.own_octets)

    @lazy
    def algorithm(self) -> SignatureAlgorithm | None:
        """The signature algorithm; None when it is unknown or its parameters are broken."""
        info = self.signer_info
        octets = info.signature_algorithm.encoded
        if len(octets) > _LONGEST_IDENTIFIER:
            return None
        return _signature_algorithm(octets, info.digest)

    @lazy
    def message_digest(self) -> bytes | None:
        """The value of the one message-digest attribute; None without, several, or broken."""
        value = self.signed_attributes.single(oids.MESSAGE_DIGEST)
        if value is None or value.tag & ~tags.CONSTRUCTED != tags.OCTET_STRING:
            return None
        try:
            return read_octets(value)
        except InputError:
            return None

    @lazy
    def claims(self) -> tuple[SignedProperties, frozenset[str]]:
        """What the signer said, and the OIDs of attributes that cannot be read."""
        return properties.read(self.signed_attributes)

    @lazy
    def certificate_references(self) -> tuple[SigningCertificateReference, ...]:
        """All readable ESSCertID and ESSCertIDv2, version 2 first."""
        return self._references[0]

    @lazy
    def _references(self) -> tuple[tuple[SigningCertificateReference, ...], frozenset[str]]:
        fixed = self.signed_attributes.fixed
        return _referred(self.signed_attributes) if fixed is None else _fixed_references(fixed)

    @property
    def older_references(self) -> tuple[SigningCertificateReference, ...]:
        """The first ESSCertID where the decisive reference is an ESSCertIDv2."""
        attributes = self.signed_attributes
        if oids.SIGNING_CERTIFICATE not in attributes or (
            oids.SIGNING_CERTIFICATE_V2 not in attributes
        ):
            return ()
        value = attributes.single(oids.SIGNING_CERTIFICATE)
        try:
            found = () if value is None else read_signing_certificate(value, v2=False)
        except (InputError, IndexError):  # told among the unreadable attributes
            return ()
        return found[:1]

    @property
    def unreadable_attributes(self) -> frozenset[str]:
        """OIDs of signed attributes with a value that is not what its type says."""
        unreadable = self.claims[1] | self._references[1]
        if self.message_digest is None and self.signed_attributes.single(oids.MESSAGE_DIGEST):
            unreadable |= {oids.MESSAGE_DIGEST}
        return unreadable

    @property
    def has_certificate_reference(self) -> bool:
        """True when there is such an attribute, readable or not."""
        attributes = self.signed_attributes
        return oids.SIGNING_CERTIFICATE_V2 in attributes or oids.SIGNING_CERTIFICATE in attributes

    @lazy
    def candidates(self) -> tuple[Certificate, ...]:
        """The embedded certificates that the SignerInfo's identifier fits."""
        certificates = self.signed_data.certificates
        if self.signer_info.issuer_and_serial is None:
            wanted = self.signer_info.subject_key_identifier
            return tuple(one for one in certificates if one.subject_key_identifier == wanted)
        issuer, serial = self.signer_info.issuer_and_serial
        fitting = [
            one
            for one in certificates
            if one.serial_number == serial
            and (one.issuer_der == issuer or _same_name(one.issuer, issuer))
        ]
        return tuple(fitting)

    def value_verifies(self, key: PublicKey) -> bool:
        """True when the value over the signed attributes verifies under ``key``.

        Without signed attributes the value is over the content itself.

        Spec: RFC 5652 §5.6
        """
        known = self._verified.get(key)
        if known is None:
            known = self._verified[key] = self._verify(key)
        return known

    def _verify(self, key: PublicKey) -> bool:
        algorithm = self.algorithm
        if algorithm is None:
            return False
        octets = self.signer_info.signed_octets
        if octets is None:
            return self._verify_content(key, algorithm)
        value = self.signer_info.signature
        return key.verify(value, octets, algorithm) or any(
            key.verify(value, other, algorithm) for other in self._other_encodings(octets)
        )

    def _other_encodings(self, sent: bytes) -> list[bytes]:
        """Return the DER encodings that attributes not sent in DER may have been signed as.

        RFC 5652 §5.4 has the value computed over the DER encoding, whatever was sent, and
        writers differ in whether that sorts. All of them say the same as what was sent.
        """
        element = self.signer_info.signed_attributes
        parts = [each.encoded for each in element.children] if element is not None else []
        others = (writer.encode(tags.SET, b"".join(parts)), writer.set_of(*parts))
        return [each for each in dict.fromkeys(others) if each != sent]

    def _verify_content(self, key: PublicKey, algorithm: SignatureAlgorithm) -> bool:
        content, value = self.content, self.signer_info.signature
        if algorithm.scheme is Scheme.EDDSA:
            if content.document is None:
                return False
            try:
                return key.verify(value, content.document.whole(), algorithm)
            except LimitExceededError:  # EdDSA needs all octets at once
                return False
        if content.digest is None or algorithm.digest is None:
            return False
        try:
            digest = content.digest(algorithm.digest)
        except UnsupportedAlgorithmError:
            return False
        return key.verify_digest(value, digest, algorithm)


@lru_cache(maxsize=256)
def _fixed_references(
    members: Octets,
) -> tuple[tuple[SigningCertificateReference, ...], frozenset[str]]:
    return _referred(Attributes.of(members))


def _referred(
    attributes: Attributes,
) -> tuple[tuple[SigningCertificateReference, ...], frozenset[str]]:
    """Return the readable references, and the OIDs of attributes with another."""
    references: list[SigningCertificateReference] = []
    unreadable = set()
    for oid in (oids.SIGNING_CERTIFICATE_V2, oids.SIGNING_CERTIFICATE):
        for value in attributes.values(oid):
            try:
                found = read_signing_certificate(value, v2=oid == oids.SIGNING_CERTIFICATE_V2)
            except (InputError, IndexError):
                found = ()
            references += found
            if not found:
                unreadable.add(oid)
    return tuple(references), frozenset(unreadable)


def signature_id(own_octets: bytes) -> str:
    """Return the identifier of the signature whose own octets these are."""
    return "S-" + hashlib.sha256(own_octets).hexdigest()


_LONGEST_IDENTIFIER = 1024
"""Octets; RSA-PSS with all its parameters has under 80, and nothing here has more."""


@lru_cache(maxsize=256)
def _signature_algorithm(
    octets: bytes, digest: DigestAlgorithm | None
) -> SignatureAlgorithm | None:
    try:
        return signature_from_identifier(parse(octets), digest)
    except InputError:
        return None


def _same_name(name: Name, encoded: bytes) -> bool:
    """True when both are one name, however each is written (RFC 5280 §7.1)."""
    try:
        return Name.from_der(encoded) == name
    except MalformedError:
        return False
