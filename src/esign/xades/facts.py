"""What the modules of this room pass around about one signature.

Spec: EN 319 132-1 §4.3
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from esign.ades.signature import SigningCertificateReference
from esign.asn1.lazy import lazy
from esign.limits import Budget
from esign.xades.covered import Covered, follow
from esign.xades.qualifying import Qualifying, find_qualifying
from esign.xades.signed import read_certificate_references
from esign.xml.dsig import SignatureElement
from esign.xml.references import ReferenceProcessor
from esign.xml.tree import Element


@dataclass(frozen=True, kw_only=True)
class SignatureFacts:
    """One ds:Signature with its qualifying properties; each part is read once."""

    signature: SignatureElement
    processor: ReferenceProcessor
    budget: Budget
    countersigned: Element | None = None
    """The SignatureValue it must cover, when it stands as a counter-signature."""

    @lazy
    def qualifying(self) -> Qualifying:
        """Its own qualifying properties."""
        return find_qualifying(self.signature)

    @lazy
    def certificate_references(self) -> tuple[SigningCertificateReference, ...] | None:
        """The signing-certificate references, covered or not; None without the property."""
        return read_certificate_references(self.qualifying)

    @lazy
    def covered(self) -> Sequence[Covered]:
        """What its references lead to."""
        return follow(self.signature, self.qualifying, self.processor, self.countersigned)
