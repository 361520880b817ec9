"""What is wrong with an XAdES signature's form, before anything is computed.

Not a schema check: only what matters to a verdict is named, each under a stable code.

Spec: W3C XML Signature 1.1 §4; EN 319 132-1 §4.3, §5.2, §6.3
"""

from __future__ import annotations

from collections.abc import Iterator

from esign.ades.signature import Finding
from esign.messages import Message
from esign.terms import ReferenceKind, Severity
from esign.xades.covered import CONTENT_KINDS
from esign.xades.facts import SignatureFacts
from esign.xades.material import KeyInfo
from esign.xades.names import first, is_property, is_signed_properties_type
from esign.xades.signed import read_digest, read_time
from esign.xml.names import ds
from esign.xml.text import all_text
from esign.xml.tree import children

_SIGNATURE = ds("Signature")


def structure_findings(facts: SignatureFacts, key_info: KeyInfo) -> tuple[Finding, ...]:
    """Return everything found, worst first."""
    found = [
        *_core(facts),
        *_qualifying(facts),
        *_signed_properties(facts),
        *_content(facts),
        *_certificates(key_info),
    ]
    return tuple(sorted(found, key=lambda one: -one.severity))


def _core(facts: SignatureFacts) -> Iterator[Finding]:
    signature = facts.signature
    parts = (("SignedInfo", signature.signed_info), ("SignatureValue", signature.value_element))
    for name, part in parts:
        if part is None:
            count = sum(1 for _ in signature.element.iterchildren(ds(name)))
            yield _malformed(
                "signature-part-count",
                Message("A signature has one {name}, this one {count}.", name=name, count=count),
                "XML Signature 1.1 §4.1",
            )
    if signature.value_element is not None and not signature.value:
        yield _malformed(
            "signature-value-unreadable",
            Message("The signature value is not plain base64."),
            "XML Signature 1.1 §4.3",
        )
    info = signature.signed_info
    if info is None:
        return
    if signature.canonicalization is None:
        method = info.find(ds("CanonicalizationMethod"))
        name = "" if method is None else method.get("Algorithm", "")
        yield _malformed(
            "canonicalization-unknown",
            Message("The canonicalisation of SignedInfo is not known: {uri}.", uri=name or "-"),
            "XML Signature 1.1 §4.4.1",
        )
    if not signature.references:
        yield _malformed(
            "no-references", Message("SignedInfo has no reference."), "XML Signature 1.1 §4.4"
        )
    for one in facts.covered:
        if one.outcome.expected is None:
            yield _malformed(
                "digest-value-unreadable",
                Message(
                    "The digest value of {uri} is not plain base64.",
                    uri=repr(one.outcome.uri or ""),
                ),
                "XML Signature 1.1 §4.4.3.6",
            )
    if "#hmac-" in signature.algorithm_name:
        yield _malformed(
            "shared-key-algorithm",
            Message("An HMAC proves nothing to a third party: its key is shared."),
            "EN 319 132-1 §4.2",
        )


def _qualifying(facts: SignatureFacts) -> Iterator[Finding]:
    qualifying = facts.qualifying
    if qualifying.count == 0:
        yield _level(
            "qualifying-properties-missing",
            Message("The signature has no qualifying properties: it is plain XML Signature."),
            "EN 319 132-1 §4.3.1",
        )
        return
    if qualifying.count > 1:
        yield _constraint(
            "qualifying-properties-repeated",
            Message("The signature has {count} QualifyingProperties.", count=qualifying.count),
            "EN 319 132-1 §4.3.1",
        )
    if qualifying.signed_count > 1:
        yield _constraint(
            "signed-properties-repeated",
            Message("The signature has {count} SignedProperties.", count=qualifying.signed_count),
            "EN 319 132-1 §4.3.2",
        )
    if not qualifying.target_matches:
        yield _constraint(
            "target-mismatch",
            Message("The qualifying properties do not name this signature as their target."),
            "EN 319 132-1 §4.3.1",
        )
    if qualifying.signed is None and not qualifying.signed_count:
        yield _level(
            "signed-properties-missing",
            Message("The signature has no signed properties."),
            "EN 319 132-1 §4.3.2",
        )
    yield from _reference_to_properties(facts)


def _reference_to_properties(facts: SignatureFacts) -> Iterator[Finding]:
    references = [one for one in facts.covered if one.kind is ReferenceKind.SIGNED_PROPERTIES]
    if not references and facts.qualifying.signed_count:
        yield _constraint(
            "signed-properties-not-covered",
            Message("No reference covers the signed properties: they are mere text."),
            "EN 319 132-1 §4.3.2",
        )
    if len(references) > 1:
        yield _constraint(
            "signed-properties-reference-repeated",
            Message("{count} references name the signed properties.", count=len(references)),
            "EN 319 132-1 §4.3.2",
        )
    for one in references:
        if not is_signed_properties_type(one.outcome.type):
            yield _constraint(
                "signed-properties-reference-untyped",
                Message("The reference to the signed properties does not say so in its Type."),
                "EN 319 132-1 §4.3.2",
            )


def _signed_properties(facts: SignatureFacts) -> Iterator[Finding]:
    qualifying = facts.qualifying
    if qualifying.signed is None:
        return
    about = qualifying.signature_properties
    for name, count in about.repeated():
        yield _constraint(
            "property-repeated",
            Message("The property {name} occurs {count} times.", name=name, count=count),
            "EN 319 132-1 §6.3",
        )
    if about.named("SigningCertificate") and about.named("SigningCertificateV2"):
        yield _remark(
            "signing-certificate-both",
            Message("Both SigningCertificate and SigningCertificateV2 are there."),
            "EN 319 132-1 §5.2.2",
        )
    yield from _required(facts)
    yield from _policy(facts)
    yield from _object_references(facts)


def _required(facts: SignatureFacts) -> Iterator[Finding]:
    time = facts.qualifying.signature_properties.first("SigningTime")
    if time is None:
        yield _level(
            "signing-time-missing",
            Message("The signing time is not stated."),
            "EN 319 132-1 §5.2.1",
        )
    elif read_time(all_text(time)) is None:
        yield _constraint(
            "signing-time-unreadable",
            Message("The signing time is no xsd:dateTime."),
            "EN 319 132-1 §5.2.1",
        )
    references = facts.certificate_references
    if references is None:
        yield _level(
            "signing-certificate-missing",
            Message("The signing certificate is not referenced in the signed properties."),
            "EN 319 132-1 §5.2.2",
        )
    elif not references or not references[0].digest:
        yield _constraint(
            "signing-certificate-unreadable",
            Message("The reference to the signing certificate has no readable digest."),
            "EN 319 132-1 §5.2.2",
        )


def _policy(facts: SignatureFacts) -> Iterator[Finding]:
    about = facts.qualifying.signature_properties
    policy = first(about.first("SignaturePolicyIdentifier"), "SignaturePolicyId")
    if policy is not None and read_digest(first(policy, "SigPolicyHash"))[1] is None:
        yield _level(
            "policy-digest-missing",
            Message("The signature policy is named without the digest of its document."),
            "EN 319 132-1 §5.2.9",
        )


def _object_references(facts: SignatureFacts) -> Iterator[Finding]:
    identified = {"#" + one.get("Id", "") for one in facts.signature.references}
    for one in facts.qualifying.data_object_properties.named("DataObjectFormat"):
        wanted = one.get("ObjectReference", "")
        if wanted not in identified:
            yield _level(
                "data-object-reference",
                Message(
                    "A DataObjectFormat speaks of {reference}, which no reference is called.",
                    reference=repr(wanted),
                ),
                "EN 319 132-1 §5.2.4",
            )


def _content(facts: SignatureFacts) -> Iterator[Finding]:
    if facts.countersigned is not None:
        kinds = [one.kind for one in facts.covered]
        if ReferenceKind.COUNTER_SIGNED not in kinds:
            yield _constraint(
                "counter-signature-covers-nothing",
                Message("The counter-signature has no reference to the signature it is about."),
                "EN 319 132-1 §5.2.7",
            )
    elif facts.signature.references and not any(
        one.kind in CONTENT_KINDS or one.kind is ReferenceKind.COUNTER_SIGNED
        for one in facts.covered
    ):
        yield _constraint(
            "no-content-covered",
            Message("The signature covers its own parts alone, and no content."),
            "XML Signature 1.1 §8.1",
        )
    for holder in facts.qualifying.unsigned:
        if is_property(holder, "CounterSignature"):
            count = sum(one.tag == _SIGNATURE for one in children(holder))
            if count != 1:
                yield _constraint(
                    "counter-signature-count",
                    Message("A CounterSignature holds {count} signatures.", count=count),
                    "EN 319 132-1 §5.2.7.2",
                )


def _certificates(key_info: KeyInfo) -> Iterator[Finding]:
    for problem in key_info.problems:
        yield _level("key-info-unreadable", problem, "XML Signature 1.1 §4.5.4")


def _malformed(code: str, message: Message, clause: str) -> Finding:
    return Finding(code=code, severity=Severity.MALFORMED, message=message, clause=clause)


def _constraint(code: str, message: Message, clause: str) -> Finding:
    return Finding(code=code, severity=Severity.CONSTRAINT, message=message, clause=clause)


def _level(code: str, message: Message, clause: str) -> Finding:
    return Finding(code=code, severity=Severity.LEVEL, message=message, clause=clause)


def _remark(code: str, message: Message, clause: str) -> Finding:
    return Finding(code=code, severity=Severity.REMARK, message=message, clause=clause)
