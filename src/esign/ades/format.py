"""The seam to the formats: recognise, parse, open a slot, fill it, add material.

A *request* is plain data that fixes everything a signature's octets depend on, so
``open_slot`` is a pure function of (document, request): opening the same slot twice gives
the same octets. Signing in two sittings needs nothing else.

A *slot* is what an outside answer is wanted for: a signature value over ``octets`` or a
time-stamp over ``imprint``. ``fill`` puts the answer where it goes and returns the new
document without copying what did not change.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

from esign.ades.evidence import Evidence
from esign.ades.signature import (
    AdESSignature,
    CommitmentType,
    EmbeddedTimestamp,
    Finding,
    SignaturePolicyIdentifier,
    SignerLocation,
)
from esign.crypto.algorithms import DigestAlgorithm, SignatureAlgorithm
from esign.document import Document
from esign.limits import Budget
from esign.pki.certificate import Certificate
from esign.terms import Packaging, SignatureForm, SlotKind


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerProperties:
    """What the signer wants to say; each lands where the form has a place for it."""

    commitments: tuple[CommitmentType, ...] = ()
    location: SignerLocation | None = None
    claimed_roles: tuple[str, ...] = ()
    policy: SignaturePolicyIdentifier | None = None
    media_type: str | None = None
    """MIME type of the content; guessed from the document when None."""
    content_description: str | None = None
    """Text of content-hints (CAdES) or DataObjectFormat/Description (XAdES)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PDFOptions:
    """What only a PDF signature has.

    Spec: ISO 32000-1 §12.8.1, EN 319 142-1 §5.3
    """

    field_name: str | None = None
    """An existing empty field is filled; otherwise one of this name is made."""
    reason: str | None = None
    location: str | None = None
    contact: str | None = None
    name: str | None = None
    page: int | None = None
    """One-based; negative counts from the end. None: no visible appearance."""
    box: tuple[float, float, float, float] | None = None
    """Left, bottom, right, top in points (1/72 inch) from the page's lower left corner."""
    text: str | None = None
    """Text of the appearance; None gives signer and time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class XMLOptions:
    """What only an XML signature has."""

    canonicalization: str = "http://www.w3.org/2001/10/xml-exc-c14n#"
    """URI of the canonicalisation used for SignedInfo and references."""
    target_id: str | None = None
    """INTERNALLY_DETACHED or ENVELOPED over one element: the Id of the element signed."""
    placement: str | None = None
    """XPath of the element the signature is appended to; default the root."""
    only_signature: bool = False
    """ENVELOPED: leave out this signature alone, as trusted lists must (TS 119 612 §5.7.1),
    so that a further signature breaks it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureRequest:
    """Everything the octets of one signature depend on, beside the document."""

    form: SignatureForm
    packaging: Packaging
    certificate: Certificate
    chain: tuple[Certificate, ...] = ()
    algorithm: SignatureAlgorithm
    digest_algorithm: DigestAlgorithm
    """For references, message-digest and signing-certificate; EdDSA fixes it for CMS."""
    signing_time: datetime
    properties: SignerProperties = field(default_factory=SignerProperties)
    pdf: PDFOptions = field(default_factory=PDFOptions)
    xml: XMLOptions = field(default_factory=XMLOptions)
    unique: str
    """16 or more hex digits, fresh for each signature; ids are derived from it."""
    timestamp_reserve: int = 0
    """PAdES: octets to keep free in the hole for a signature-time-stamp."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A place that waits for one outside answer."""

    kind: SlotKind
    form: SignatureForm
    octets: bytes | None = None
    """SIGNATURE: exactly what the signer signs (DER signed attributes, canonical SignedInfo)."""
    imprint: bytes | None = None
    """Time-stamp kinds: the digest to be time-stamped, under ``imprint_algorithm``."""
    imprint_algorithm: DigestAlgorithm | None = None
    state: object = None
    """The format's own frozen data for :meth:`SignatureFormat.fill`; nobody else looks."""


class Outline(NamedTuple):
    """A signature just made, as read back, without what differs from one to the next.

    Two signatures of one outline differ in their content, its digest, the signing time and
    the value: where one was read in full and found sound, the other has the same structure.
    Content and digest of each were compared before there was an outline.
    """

    fixed: tuple[Hashable, ...]
    """All octets around the content but digest, time and value, cut where these stand."""
    id: str
    """See :attr:`AdESSignature.id`."""
    packaging: Packaging
    signed: bytes
    """What the value must verify over, found in the document as the slot had it signed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedDocument:
    """What a format found in a document."""

    form: SignatureForm
    document: Document
    signatures: tuple[AdESSignature, ...]
    timestamps: tuple[EmbeddedTimestamp, ...] = ()
    """Time-stamps of the document as a whole (PDF document time-stamps)."""
    findings: tuple[Finding, ...] = ()
    """About the document rather than one signature."""


class SignatureFormat(Protocol):
    """The five verbs, and an outline; each format offers one instance, without state."""

    @property
    def form(self) -> SignatureForm: ...

    def recognise(self, document: Document) -> bool:
        """True when the content, never the name, is of this form; cheap."""

    def parse(
        self,
        document: Document,
        budget: Budget,
        *,
        detached: Sequence[Document] = (),
    ) -> ParsedDocument:
        """Return the signatures found, which may be none.

        Raises:
            MalformedError: the document cannot be read as this form at all. One damaged
                signature among others becomes a signature with MALFORMED findings.
        """

    def open_slot(
        self,
        document: Document,
        request: SignatureRequest,
        budget: Budget,
        *,
        detached: Sequence[Document] = (),
    ) -> Slot:
        """Return a SIGNATURE slot: ``octets`` to be signed.

        For CAdES and detached XAdES ``document`` is the content itself.
        """

    def open_timestamp_slot(
        self,
        document: Document,
        kind: SlotKind,
        budget: Budget,
        *,
        signature_id: str,
        digest_algorithm: DigestAlgorithm,
        detached: Sequence[Document] = (),
    ) -> Slot:
        """Return a time-stamp slot on one signature of an existing signed document."""

    def fill(self, slot: Slot, answer: bytes) -> Document:
        """Return the signed document with the signature value or token in its place.

        Raises:
            ReservationTooSmallError: the answer does not fit the hole of a PDF.
        """

    def outline(self, slot: Slot, value: bytes, made: Document) -> Outline | None:
        """Return the outline of what ``fill`` made of a signature value.

        None where the form has none, or something is not as the slot fixed it: then only
        the full reader can say what was made.
        """

    def add_material(
        self, document: Document, signature_id: str, material: Evidence, budget: Budget
    ) -> Document:
        """Return the document with validation material added (the LT step)."""
