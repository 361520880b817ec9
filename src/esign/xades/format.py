"""XAdES as a :class:`~esign.ades.format.SignatureFormat`: the five verbs.

Spec: EN 319 132-1
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from esign.ades.evidence import Evidence
from esign.ades.format import Outline, ParsedDocument, SignatureRequest, Slot
from esign.crypto.algorithms import DigestAlgorithm, KeyType
from esign.crypto.signatures import ecdsa_der_to_raw
from esign.document import Document, DocumentRange
from esign.errors import UsageError
from esign.limits import Budget
from esign.terms import SignatureForm, SlotKind
from esign.xades.augment import Wanted, add_material, open_timestamp
from esign.xades.parse import parse_document
from esign.xades.placing import prepare_signature
from esign.xml.markup import base64_text
from esign.xml.parser import looks_like_xml


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gap:
    """Where the answer to a slot goes."""

    pieces: tuple[bytes | DocumentRange, ...]
    rest: tuple[bytes | DocumentRange, ...]
    name: str
    wide: str | None
    """The encoding of a document whose letters take two octets."""
    ecdsa_bits: int = 0
    """Size of the key whose DER value is to become r and s side by side; 0: as it is."""


class XAdESFormat:
    """The format object; it has no state."""

    form = SignatureForm.XADES

    def recognise(self, document: Document) -> bool:
        """True when the content begins as XML does."""
        return looks_like_xml(document.head())

    def parse(
        self, document: Document, budget: Budget, *, detached: Sequence[Document] = ()
    ) -> ParsedDocument:
        """Return the signatures found, which may be none.

        Raises:
            MalformedXMLError: the document is no XML, or carries a DTD.
        """
        return parse_document(document, budget, detached)

    def open_slot(
        self,
        document: Document,
        request: SignatureRequest,
        budget: Budget,
        *,
        detached: Sequence[Document] = (),
    ) -> Slot:
        """Return a slot whose octets are the canonical SignedInfo.

        Raises:
            UsageError: the request does not fit the document.
            UnsupportedAlgorithmError: an algorithm has no name in XML.
        """
        prepared = prepare_signature(document, request, budget, detached)
        is_ecdsa = request.algorithm.key_type is KeyType.EC
        gap = _Gap(
            pieces=prepared.pieces,
            rest=prepared.rest,
            name=prepared.name,
            wide=_wide(prepared.pieces),
            ecdsa_bits=request.certificate.public_key.size if is_ecdsa else 0,
        )
        return Slot(kind=SlotKind.SIGNATURE, form=self.form, octets=prepared.octets, state=gap)

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
        """Return a slot for a signature or archive time-stamp.

        Raises:
            UsageError: there is no such signature, or no such time-stamp in XAdES.
        """
        wanted = Wanted(kind=kind, signature_id=signature_id, algorithm=digest_algorithm)
        opened = open_timestamp(document, wanted, budget, detached)
        return Slot(
            kind=kind,
            form=self.form,
            imprint=opened.imprint,
            imprint_algorithm=digest_algorithm,
            state=_Gap(
                pieces=opened.pieces,
                rest=opened.rest,
                name=opened.name,
                wide=_wide(opened.pieces),
            ),
        )

    def fill(self, slot: Slot, answer: bytes) -> Document:
        """Return the document with the value or token in its gap."""
        gap = slot.state
        if not isinstance(gap, _Gap):
            raise UsageError("This slot was not opened by XAdES.")
        if gap.ecdsa_bits:
            answer = ecdsa_der_to_raw(answer, gap.ecdsa_bits)
        value = base64_text(answer).encode(gap.wide or "ascii")
        return Document.join((*gap.pieces, value, *gap.rest), name=gap.name)

    def outline(self, slot: Slot, value: bytes, made: Document) -> Outline | None:
        """Return None: what was made of a XML is always read in full."""
        return None

    def add_material(
        self, document: Document, signature_id: str, material: Evidence, budget: Budget
    ) -> Document:
        """Return the document with certificates and revocation data added (§5.4)."""
        return add_material(document, signature_id, material, budget)


def _wide(pieces: tuple[bytes | DocumentRange, ...]) -> str | None:
    """Return the UTF-16 encoding of a document that is in one."""
    first = pieces[0]
    head = first.document.head(4) if isinstance(first, DocumentRange) else first[:4]
    if head.startswith(b"\xff\xfe") or head[1:2] == b"\0":
        return "utf-16-le"
    if head.startswith(b"\xfe\xff") or head[:1] == b"\0":
        return "utf-16-be"
    return None


XADES = XAdESFormat()
"""The one instance."""
