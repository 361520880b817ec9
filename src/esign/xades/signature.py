"""One XAdES signature as facts.

Spec: EN 319 132-1 §4, §5; W3C XML Signature 1.1
"""

from __future__ import annotations

import hashlib

from esign.ades.signature import (
    AdESSignature,
    EmbeddedMaterial,
    EmbeddedTimestamp,
    Finding,
    Reference,
    SignedProperties,
    SigningCertificateClaim,
)
from esign.asn1.lazy import lazy
from esign.crypto.algorithms import DigestAlgorithm, SignatureAlgorithm
from esign.crypto.signatures import PublicKey
from esign.limits import Budget
from esign.messages import Message
from esign.terms import Packaging, ReferenceKind, Severity, SignatureForm
from esign.xades.covered import CONTENT_KINDS, packaging_of
from esign.xades.facts import SignatureFacts
from esign.xades.material import KeyInfo, read_key_info, read_material
from esign.xades.names import is_property
from esign.xades.signed import read_signed_properties
from esign.xades.structure import structure_findings
from esign.xades.timestamps import embedded_timestamps
from esign.xml.dsig import SignatureElement
from esign.xml.names import ds
from esign.xml.references import ReferenceProcessor
from esign.xml.tree import Element


class XAdESSignature:
    """An :class:`~esign.ades.signature.AdESSignature`; everything is read when asked for."""

    form = SignatureForm.XADES

    def __init__(
        self,
        element: Element,
        processor: ReferenceProcessor,
        budget: Budget,
        *,
        countersigned: Element | None = None,
        counters: tuple[XAdESSignature, ...] = (),
    ) -> None:
        budget.spend("signatures")
        self.facts = SignatureFacts(
            signature=SignatureElement(element, processor.document),
            processor=processor,
            budget=budget,
            countersigned=countersigned,
        )
        self._elsewhere = counters

    @lazy
    def id(self) -> str:
        """``S-`` and SHA-256 over value and SignedInfo, which never change once signed."""
        signature = self.facts.signature
        state = hashlib.sha256(signature.value)
        state.update(signature.signed_octets or b"")
        return "S-" + state.hexdigest()

    @property
    def name(self) -> str:
        """The Id attribute."""
        return self.facts.signature.element.get("Id", "")

    @lazy
    def packaging(self) -> Packaging | None:
        """Where the first content lies."""
        return packaging_of(self.facts.covered, self.facts.signature.element)

    @property
    def algorithm(self) -> SignatureAlgorithm | None:
        """The algorithm of SignatureMethod."""
        return self.facts.signature.algorithm

    @property
    def algorithm_name(self) -> str:
        """The URI of SignatureMethod."""
        return self.facts.signature.algorithm_name

    @lazy
    def digest_algorithms(self) -> tuple[DigestAlgorithm, ...]:
        """Those of the references and manifests, and of the signature algorithm."""
        named = [] if self.algorithm is None else [self.algorithm.digest]
        for reference in self.references():
            named.append(reference.digest_algorithm)
            named.extend(entry.digest_algorithm for entry in reference.entries)
        return tuple(dict.fromkeys(one for one in named if one is not None))

    @property
    def signature_value(self) -> bytes:
        """The decoded SignatureValue."""
        return self.facts.signature.value

    @lazy
    def signer(self) -> SigningCertificateClaim:
        """How the signer is named: the signed reference decides, KeyInfo only points."""
        key_info = self._key_info
        references = self.facts.certificate_references if self._properties_covered else None
        return SigningCertificateClaim(
            references=references or (),
            present=references is not None,
            serial_number=key_info.serial_number,
            subject_key_identifier=key_info.subject_key_identifier,
            candidates=key_info.certificates,
        )

    @lazy
    def signed_properties(self) -> SignedProperties:
        """What the signer said; empty when no reference covers it."""
        if not self._properties_covered:
            return SignedProperties()
        return read_signed_properties(self.facts.qualifying)

    @property
    def material(self) -> EmbeddedMaterial:
        """Certificates of KeyInfo and of the unsigned properties, CRLs, OCSP responses."""
        return self._material[0]

    @lazy
    def timestamps(self) -> tuple[EmbeddedTimestamp, ...]:
        """Content time-stamps, then those of the unsigned properties, in document order."""
        return embedded_timestamps(self.facts, self.id)

    @lazy
    def counter_signatures(self) -> tuple[AdESSignature, ...]:
        """Those inside, in document order, then those elsewhere in the document."""
        value = self.facts.signature.value_element
        inside = (
            XAdESSignature(one, self.facts.processor, self.facts.budget, countersigned=value)
            for holder in self.facts.qualifying.unsigned
            if is_property(holder, "CounterSignature")
            for one in holder.iterchildren(ds("Signature"))
        )
        return (*(() if value is None else inside), *self._elsewhere)

    @lazy
    def is_ades_baseline(self) -> bool:
        """Signing time and signing-certificate reference are there and covered."""
        worst = max((one.severity for one in self.structure_findings()), default=Severity.REMARK)
        return worst < Severity.LEVEL and self._properties_covered

    @lazy
    def _findings(self) -> tuple[Finding, ...]:
        found = structure_findings(self.facts, self._key_info)
        return (*found, *(_unreadable(problem) for problem in self._material[1]))

    @lazy
    def _references(self) -> tuple[Reference, ...]:
        return tuple(one.reference for one in self.facts.covered)

    def structure_findings(self) -> tuple[Finding, ...]:
        """Return what is wrong with the form."""
        return self._findings

    def references(self) -> tuple[Reference, ...]:
        """Return one fact per ds:Reference, in document order."""
        return self._references

    def value_verifies(self, key: PublicKey) -> bool:
        """True when the value over the canonical SignedInfo verifies under ``key``."""
        return self.facts.signature.verifies(key)

    def __repr__(self) -> str:
        return f"XAdESSignature({self.name!r})"

    @lazy
    def _properties_covered(self) -> bool:
        return any(
            one.kind is ReferenceKind.SIGNED_PROPERTIES and one.reference.found
            for one in self.facts.covered
        )

    @lazy
    def _key_info(self) -> KeyInfo:
        return read_key_info(self.facts.signature.key_info, self.facts.budget)

    @lazy
    def _material(self) -> tuple[EmbeddedMaterial, tuple[Message, ...]]:
        return read_material(self._key_info, self.facts.qualifying.unsigned, self.facts.budget)


def signs_others(signature: XAdESSignature) -> bool:
    """True when all it covers of the document are values of other signatures."""
    kinds = {one.kind for one in signature.facts.covered}
    return ReferenceKind.COUNTER_SIGNED in kinds and not kinds & CONTENT_KINDS


def _unreadable(problem: Message) -> Finding:
    return Finding(
        code="material-unreadable",
        severity=Severity.REMARK,
        message=problem,
        clause="EN 319 132-1 §5.4",
    )
