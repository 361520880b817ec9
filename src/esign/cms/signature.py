"""One SignerInfo as an AdESSignature: facts, and answers to the three questions.

CAdES, PAdES and time-stamp tokens use this one class; what differs between them is given
as values: the content covered (:class:`~esign.cms.content.CoveredContent`) and the
surroundings (:class:`~esign.cms.facts.Surroundings`).

The identifier is ``S-`` and the SHA-256 over the SignerInfo's octets from its version up
to its signature value. Unsigned attributes and the lengths around them stay outside, so
a signature keeps its identifier when a time-stamp or validation data is put in.

Spec: RFC 5652 §5.3 to §5.6 and §11.4, EN 319 122-1 §4 to §6
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

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
from esign.asn1.reader import Element
from esign.cms import oids, properties, structure
from esign.cms.content import CoveredContent
from esign.cms.damaged import DamagedSignature
from esign.cms.facts import SignerFacts, Surroundings
from esign.cms.material import Material
from esign.cms.signed_data import SignedData, SignerInfo
from esign.cms.soundness import is_sound
from esign.cms.timestamps import embedded_timestamps
from esign.crypto.algorithms import DigestAlgorithm, SignatureAlgorithm
from esign.crypto.signatures import PublicKey
from esign.document import Document
from esign.errors import MalformedError, UnsupportedAlgorithmError
from esign.messages import Message
from esign.terms import Packaging, ReferenceKind, Severity, SignatureForm


def signatures_of(
    signed_data: SignedData,
    content: CoveredContent,
    surroundings: Surroundings,
) -> tuple[AdESSignature, ...]:
    """Return one signature for each SignerInfo; a damaged one does not hide the others."""
    found: list[AdESSignature] = []
    twice = _twice(signed_data)
    for number, element in enumerate(signed_data.signer_info_elements, 1):
        its = surroundings
        if twice and element.encoded in twice:
            its = replace(its, findings=(*its.findings, _TWICE))
        name = surroundings.name or f"signer {number}"
        found.append(_signature(signed_data, element, content, its, name))
    return tuple(found)


_TWICE = Finding(
    code="signature-repeated",
    severity=Severity.MALFORMED,
    message=Message("The same signature stands in this document more than once."),
    clause="EN 319 102-1 §5.2.2",
)


def _twice(signed_data: SignedData) -> frozenset[bytes]:
    """Return the SignerInfos whose value another one has too, however each is written."""
    elements = signed_data.signer_info_elements
    if len(elements) < 2:
        return frozenset()
    groups: dict[bytes, list[bytes]] = {}
    for element in elements:
        try:
            value = SignerInfo(element).signature
        except MalformedError:
            continue
        groups.setdefault(value, []).append(element.encoded)
    return frozenset(each for group in groups.values() if len(group) > 1 for each in group)


def _signature(
    signed_data: SignedData,
    element: Element,
    content: CoveredContent,
    surroundings: Surroundings,
    name: str,
) -> AdESSignature:
    try:
        signer_info = SignerInfo(element)
        signature = CMSSignature(signed_data, signer_info, content, surroundings)
    except MalformedError as error:
        return DamagedSignature(element.encoded, error.message, surroundings, name)
    signature.name = name
    return signature


_HOLDING_MATERIAL = frozenset({oids.CERTIFICATE_VALUES, oids.REVOCATION_VALUES})


class CMSSignature:
    """An :class:`~esign.ades.signature.AdESSignature` over one SignerInfo."""

    def __init__(
        self,
        signed_data: SignedData,
        signer_info: SignerInfo,
        content: CoveredContent,
        surroundings: Surroundings,
    ) -> None:
        self.facts = SignerFacts(signed_data, signer_info, content, surroundings)
        self.name = surroundings.name
        """``signer 1``, a PDF field's name, and the like."""

    @property
    def form(self) -> SignatureForm:
        """The family this signature was read as."""
        return self.facts.surroundings.form

    @property
    def id(self) -> str:
        """``S-`` and a SHA-256 that unsigned attributes do not change; see the module."""
        return self.facts.id

    @property
    def packaging(self) -> Packaging | None:
        """Where the content lies."""
        return self.facts.surroundings.packaging

    @property
    def algorithm(self) -> SignatureAlgorithm | None:
        """The signature algorithm; None when it is unknown or its parameters are broken."""
        return self.facts.algorithm

    @property
    def algorithm_name(self) -> str:
        """The signature algorithm's OID as found."""
        return self.facts.signer_info.signature_oid

    @lazy
    def digest_algorithms(self) -> tuple[DigestAlgorithm, ...]:
        """The message digest's and, where another, the signature's own."""
        algorithm = self.facts.algorithm
        own, its = self.facts.digest_algorithm, algorithm.digest if algorithm else None
        if own is its and own is not None:
            return (own,)
        return tuple(dict.fromkeys(each for each in (own, its) if each is not None))

    @property
    def signature_value(self) -> bytes:
        """The signature's octets (ECDSA and DSA as DER)."""
        return self.facts.signer_info.signature

    @lazy
    def signer(self) -> SigningCertificateClaim:
        """How the SignerInfo names its signer.

        Spec: RFC 5652 §5.3 (sid), RFC 5035 (reference attributes)
        """
        facts = self.facts
        issuer, serial = facts.signer_info.issuer_and_serial or (None, None)
        return SigningCertificateClaim(
            references=facts.certificate_references,
            present=facts.has_certificate_reference,
            repeated=facts.older_references,
            issuer_name=issuer,
            serial_number=serial,
            subject_key_identifier=facts.signer_info.subject_key_identifier,
            candidates=facts.candidates,
        )

    @lazy
    def signed_properties(self) -> SignedProperties:
        """What the signer said, all of it claims."""
        own, _ = self.facts.claims
        claims = self.facts.surroundings.claims
        return own if claims is None else properties.completed(own, claims)

    @lazy
    def material(self) -> EmbeddedMaterial:
        """Everything embedded beside and in this SignerInfo."""
        facts = self.facts
        if _HOLDING_MATERIAL.isdisjoint(facts.unsigned_attributes.by_oid) and (
            oids.ADOBE_REVOCATION not in facts.signed_attributes
        ):
            return facts.signed_data.material.embedded()
        in_attributes = Material.read_values(
            facts.unsigned_attributes.values(oids.CERTIFICATE_VALUES),
            facts.unsigned_attributes.values(oids.REVOCATION_VALUES),
            facts.signed_attributes.values(oids.ADOBE_REVOCATION),
            facts.signed_data.budget,
        )
        return facts.signed_data.material.merged(in_attributes)

    @lazy
    def timestamps(self) -> tuple[EmbeddedTimestamp, ...]:
        """Content time-stamps first, then the unsigned ones in the order they came."""
        return embedded_timestamps(self.facts)

    @lazy
    def counter_signatures(self) -> tuple[AdESSignature, ...]:
        """Signatures over this one's value.

        Spec: RFC 5652 §11.4
        """
        values = self.facts.unsigned_attributes.values(oids.COUNTER_SIGNATURE)
        return tuple(self._counter_signature(value) for value in values)

    @property
    def is_ades_baseline(self) -> bool:
        """True when nothing is missing that the baseline asks of the signed attributes."""
        findings = self.structure_findings()
        return not findings or all(each.severity < Severity.LEVEL for each in findings)

    @lazy
    def _findings(self) -> tuple[Finding, ...]:
        facts = self.facts
        own = () if is_sound(facts) else structure.findings(facts)
        return facts.surroundings.findings + own

    def structure_findings(self) -> tuple[Finding, ...]:
        """What is wrong with the form."""
        return self._findings

    @lazy
    def _references(self) -> tuple[Reference, ...]:
        return (_content_reference(self.facts),)

    def references(self) -> tuple[Reference, ...]:
        """The one object CMS covers: the content."""
        return self._references

    def value_verifies(self, key: PublicKey) -> bool:
        """True when the value over signed attributes (or content) verifies under ``key``."""
        return self.facts.value_verifies(key)

    def __repr__(self) -> str:
        return f"CMSSignature({self.form.value}, {self.id})"

    def _counter_signature(self, value: Element) -> AdESSignature:
        facts = self.facts
        budget = facts.signed_data.budget
        budget.spend("signatures")
        depth = facts.surroundings.depth + 1
        budget.require_within("nesting", depth)
        covered = Document.of(self.signature_value)
        content = CoveredContent.of(covered, name=f"signature value of {self.id}")._replace(
            kind=ReferenceKind.COUNTER_SIGNED
        )
        surroundings = Surroundings(
            form=SignatureForm.CADES,
            read_timestamp=facts.surroundings.read_timestamp,
            depth=depth,
        )
        name = f"counter-signature of {self.name}"
        return _signature(facts.signed_data, value, content, surroundings, name)


def _content_reference(facts: SignerFacts) -> Reference:
    content, algorithm = facts.content, facts.digest_algorithm
    intact, problem = False, content.problem
    if content.digest is not None:
        if algorithm is None:
            problem = Message(
                "The digest algorithm {oid} is unknown here.", oid=facts.signer_info.digest_oid
            )
        else:
            intact, problem = _digest_matches(facts, content.digest, algorithm)
    return Reference(
        name=content.name,
        kind=content.kind,
        found=content.digest is not None,
        intact=intact,
        digest_algorithm=algorithm,
        scope=content.scope,
        covers=content.covers,
        ambiguous=content.ambiguous,
        problem=problem,
    )


def _digest_matches(
    facts: SignerFacts, digest: Callable[[DigestAlgorithm], bytes], algorithm: DigestAlgorithm
) -> tuple[bool, Message | None]:
    if facts.signer_info.signed_attributes is None:
        # The value is directly over the content: it alone says whether that is intact.
        return any(facts.value_verifies(each.public_key) for each in facts.candidates), None
    claimed = facts.message_digest
    if claimed is None:
        return False, Message("No single message-digest attribute binds the content.")
    try:
        return digest(algorithm) == claimed, None
    except UnsupportedAlgorithmError as error:
        return False, error.message
