"""What a signature says of itself: facts, and three questions, never a judgement.

Each format offers its signatures as :class:`AdESSignature`. Time-stamp tokens and
counter-signatures are AdESSignatures too, so one validator recurses over all of them.

The three questions are ``structure_findings()`` (what is wrong with your form?),
``references()`` (do the objects you cover match?) and ``value_verifies(key)`` (does your
value verify under this key?). A format answers each once and keeps the answer.

Spec: EN 319 102-1 §4.2 (signature creation model), §5.2 (inputs of the building blocks)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from esign.crypto.algorithms import DigestAlgorithm, SignatureAlgorithm
from esign.crypto.signatures import PublicKey
from esign.messages import Message
from esign.pki.certificate import Certificate
from esign.pki.crl import CRL
from esign.pki.ocsp import OCSPResponse
from esign.terms import (
    Packaging,
    ReferenceKind,
    Scope,
    Severity,
    SignatureForm,
    TimestampKind,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something a format noticed about a signature's own structure."""

    code: str
    """Stable name for programs, lower-case with hyphens: ``signed-attributes-not-der``."""
    severity: Severity
    message: Message
    clause: str
    """For example ``RFC 5652 §5.3``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One object that the signature covers, and whether it is there and unchanged.

    For CMS there is one, the content; for XML one per ``ds:Reference``, with manifest
    entries as ``entries``; for a time-stamp the message imprint.
    """

    name: str
    """URI, file name, or what the object is called in the form (``message-digest``)."""
    kind: ReferenceKind
    found: bool
    intact: bool
    """Never true unless ``found``."""
    digest_algorithm: DigestAlgorithm | None
    """None when the algorithm named is unknown; ``intact`` is then false."""
    scope: Scope = Scope.FULL
    """How much of the document this object makes up, when intact."""
    covers: Message | None = None
    """In words, what is covered or what is left out (``octets 0 to 8191 of 9000``)."""
    ambiguous: bool = False
    """Several objects answer to the name; then ``found`` is false."""
    problem: Message | None = None
    """Why it was not found or could not be computed."""
    entries: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningCertificateReference:
    """One ESSCertID, ESSCertIDv2, xades:Cert or xades:CertID.

    Spec: RFC 5035 §4, EN 319 132-1 §5.2.2
    """

    digest_algorithm: DigestAlgorithm | None
    digest: bytes
    issuer_name: bytes | None = None
    """DER Name of the issuer where given in DER (CMS, IssuerSerialV2)."""
    issuer_text: str | None = None
    """RFC 4514 string where given as text (xades:IssuerSerial); a hint, never decisive."""
    serial_number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerLocation:
    """Where the signer claims to have signed; all parts optional."""

    street: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignaturePolicyIdentifier:
    """An explicit signature policy, or ``implied``.

    Spec: EN 319 122-1 §5.2.9, EN 319 132-1 §5.2.9
    """

    identifier: str = ""
    """Dotted OID or URI; empty when implied."""
    implied: bool = False
    digest_algorithm: DigestAlgorithm | None = None
    digest: bytes | None = None
    uri: str | None = None
    user_notice: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentType:
    """What the signer commits to by signing.

    Spec: EN 319 122-1 §5.2.3, EN 319 132-1 §5.2.3, Annex B of TS 119 172-1 for the OIDs
    """

    identifier: str
    """Dotted OID (or URI in XAdES)."""
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentFormat:
    """content-hints, mime-type, or one DataObjectFormat."""

    media_type: str | None = None
    description: str | None = None
    content_type_oid: str | None = None
    reference: str | None = None
    """XAdES: the ObjectReference this belongs to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedProperties:
    """What the signer said and covered with the signature; all claims, none proven."""

    signing_time: datetime | None = None
    """Aware, UTC. In PAdES the dictionary's /M when the CMS has none."""
    location: SignerLocation | None = None
    claimed_roles: tuple[str, ...] = ()
    commitments: tuple[CommitmentType, ...] = ()
    policy: SignaturePolicyIdentifier | None = None
    content_formats: tuple[ContentFormat, ...] = ()
    reason: str | None = None
    """PAdES /Reason."""
    contact: str | None = None
    """PAdES /ContactInfo."""
    name: str | None = None
    """PAdES /Name."""
    other: Mapping[str, str] = field(default_factory=dict)
    """Further signed properties that were present: name or OID to a short text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningCertificateClaim:
    """How the signature names its signer: where to look, and what must match."""

    references: tuple[SigningCertificateReference, ...] = ()
    """From the *signed* reference attribute or property; the first is the signer's."""
    present: bool = False
    """A signed reference attribute exists, even if it could not be read."""
    repeated: tuple[SigningCertificateReference, ...] = ()
    """Signed references in an older form beside the decisive one, the first of each form;
    all must be of the same certificate."""
    issuer_name: bytes | None = None
    """CMS sid: DER issuer Name."""
    serial_number: int | None = None
    """CMS sid, or ds:X509IssuerSerial."""
    subject_key_identifier: bytes | None = None
    candidates: tuple[Certificate, ...] = ()
    """Certificates the format itself points to, best first (KeyInfo order)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedMaterial:
    """Validation material found in or beside the signature."""

    certificates: tuple[Certificate, ...] = ()
    crls: tuple[CRL, ...] = ()
    ocsp_responses: tuple[OCSPResponse, ...] = ()


class AdESSignature(Protocol):
    """One signature, counter-signature or time-stamp token as its form states it."""

    @property
    def form(self) -> SignatureForm: ...
    @property
    def id(self) -> str:
        """Stable identifier: ``S-`` and the hex SHA-256 over the signature's own octets."""

    @property
    def name(self) -> str:
        """What people call it: the XML Id, the PDF field, ``signer 1``; may be empty."""

    @property
    def packaging(self) -> Packaging | None: ...
    @property
    def algorithm(self) -> SignatureAlgorithm | None:
        """None when the algorithm named is unknown; ``algorithm_name`` still says which."""

    @property
    def algorithm_name(self) -> str:
        """The OID or URI as found in the signature."""

    @property
    def digest_algorithms(self) -> tuple[DigestAlgorithm, ...]:
        """Every digest that links covered objects to the value, each once."""

    @property
    def signature_value(self) -> bytes: ...
    @property
    def signer(self) -> SigningCertificateClaim: ...
    @property
    def signed_properties(self) -> SignedProperties: ...
    @property
    def material(self) -> EmbeddedMaterial: ...
    @property
    def timestamps(self) -> tuple[EmbeddedTimestamp, ...]: ...
    @property
    def counter_signatures(self) -> tuple[AdESSignature, ...]: ...
    @property
    def is_ades_baseline(self) -> bool:
        """The signed properties that B-B requires are all there and covered."""

    def structure_findings(self) -> tuple[Finding, ...]: ...
    def references(self) -> tuple[Reference, ...]: ...
    def value_verifies(self, key: PublicKey) -> bool:
        """True when the value over signed attributes or SignedInfo verifies under ``key``.

        References speak for themselves: this is about the value alone. Unknown or unfit
        algorithms give False.
        """


class TimestampToken(AdESSignature, Protocol):
    """An RFC 3161 token: an AdESSignature over a TSTInfo."""

    @property
    def generation_time(self) -> datetime: ...
    @property
    def accuracy_seconds(self) -> float | None: ...
    @property
    def policy(self) -> str:
        """Dotted OID of the TSA's policy."""

    @property
    def serial_number(self) -> int: ...
    @property
    def nonce(self) -> int | None: ...
    @property
    def ordering(self) -> bool: ...
    @property
    def tsa_name(self) -> bytes | None:
        """DER GeneralName from the TSTInfo."""

    @property
    def imprint_algorithm(self) -> DigestAlgorithm | None: ...
    @property
    def imprint(self) -> bytes: ...
    @property
    def encoded(self) -> bytes:
        """The token's own octets (a CMS ContentInfo)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedTimestamp:
    """A time-stamp as it sits in a signature or document, with what it covers."""

    kind: TimestampKind
    name: str
    """Attribute, element Id or field; may be empty."""
    token: TimestampToken | None
    """None when its octets are no readable token; ``problem`` says why."""
    imprint: Reference
    """kind MESSAGE_IMPRINT: were the covered octets found, do they match the token?"""
    covered: tuple[str, ...] = ()
    """Ids (see :attr:`AdESSignature.id`) of signatures and tokens whose existence it proves."""
    problem: Message | None = None
