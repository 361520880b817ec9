"""What is wrong with a SignerInfo and the SignedData around it, as findings.

Severities: MALFORMED where the form itself is broken or abused, CONSTRAINT where a rule
on attributes is, LEVEL where only the AdES baseline is missed, REMARK for the rest.

Spec: RFC 5652 §5 and §11, RFC 5035, RFC 6211, EN 319 122-1 §6.3
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from esign.ades.signature import Finding
from esign.asn1 import tags
from esign.asn1.reader import Element, read_oid
from esign.cms import oids
from esign.cms.attributes import (
    read_algorithm_protection,
    same_algorithm,
)
from esign.cms.facts import SignerFacts
from esign.cms.signed_data import SignedData, looks_like_attributes
from esign.crypto.algorithms import Scheme
from esign.errors import InputError
from esign.messages import Message
from esign.terms import ReferenceKind, Severity, SignatureForm

_ONCE = frozenset(
    (
        oids.CONTENT_TYPE,
        oids.MESSAGE_DIGEST,
        oids.SIGNING_TIME,
        oids.SIGNING_CERTIFICATE,
        oids.SIGNING_CERTIFICATE_V2,
        oids.ALGORITHM_PROTECTION,
        oids.SIGNATURE_POLICY,
        oids.SIGNER_LOCATION,
    )
)
"""Attributes that must not occur twice, nor with two values."""

_DECISIVE = _ONCE
"""Attributes whose broken value is a CONSTRAINT; others broken cost the level only."""


def findings(facts: SignerFacts) -> tuple[Finding, ...]:
    """Return everything noticed about one signature."""
    signed: tuple[Finding, ...]
    if facts.signer_info.signed_attributes is None:
        signed = _one(
            "no-signed-attributes",
            Severity.CONSTRAINT,
            "The signature has no signed attributes: it names neither its certificate nor its "
            "time, and content can be exchanged for the attributes of another signature.",
            "EN 319 122-1 §6.3",
        )
    else:
        signed = (
            *_occurrences(facts),
            *_content_type(facts),
            *_message_digest(facts),
            *_certificate_reference(facts),
            *_unreadable(facts),
            *_unknown(facts),
            *_signing_time(facts),
            *_encoding(facts),
            *_protection(facts),
        )
    return (
        *_imitation(facts),
        *_statement(facts),
        *signed,
        *_unsigned(facts),
        *_algorithms(facts),
        *_versions(facts),
        *_surroundings(facts),
    )


def _imitation(facts: SignerFacts) -> tuple[Finding, ...]:
    """Signed attributes of an honest signature, replayed as content, verify as content.

    Spec: draft-ietf-lamps-cms-euf-cma-signeddata §3
    """
    document = facts.content.document
    if facts.content.kind is ReferenceKind.CONTENT and document and looks_like_attributes(document):
        return _one(
            "content-imitates-signed-attributes",
            Severity.MALFORMED,
            "The signed content is itself a set of signed attributes, as in the attack that "
            "passes another signature's attributes off as content.",
            "draft-ietf-lamps-cms-euf-cma-signeddata §3",
        )
    return ()


def _statement(facts: SignerFacts) -> tuple[Finding, ...]:
    """A time-stamp token is signed by an authority about a digest, not by a signer of a document.

    Spec: RFC 3161 §2.4.2
    """
    token = facts.signed_data.encap_content_type == oids.TST_INFO
    over_content = facts.content.kind is ReferenceKind.CONTENT
    if token and over_content and facts.surroundings.form is not SignatureForm.TIMESTAMP:
        return _one(
            "content-is-a-timestamp",
            Severity.CONSTRAINT,
            "What is signed is the statement of a time-stamping authority: this is a time-stamp "
            "token, not the signature of a document.",
            "RFC 3161 §2.4.2",
        )
    return ()


def _occurrences(facts: SignerFacts) -> list[Finding]:
    attributes = facts.signed_attributes
    noticed = [
        _finding(
            "signed-attribute-repeated",
            Severity.CONSTRAINT,
            "The signed attribute {name} must occur once, with one value; here it does not.",
            "RFC 5652 §11",
            name=oids.name_of(oid),
        )
        for oid, found in attributes.by_oid.items()
        if (len(found) != 1 or len(found[0].values) != 1) and oid in _ONCE
    ]
    if attributes.unreadable:
        noticed += _one(
            "signed-attribute-malformed",
            Severity.MALFORMED,
            "{count} of the signed attributes are no attributes at all.",
            "RFC 5652 §5.3",
            count=attributes.unreadable,
        )
    return noticed


def _unsigned(facts: SignerFacts) -> Iterable[Finding]:
    return _wrongly_unsigned(facts) if facts.unsigned_attributes.by_oid else ()


def _wrongly_unsigned(facts: SignerFacts) -> Iterator[Finding]:
    """Look for attributes that say nothing unless they are signed.

    Spec: RFC 5652 §11.1 to §11.3, RFC 2634 §5.4, RFC 6211 §2
    """
    for oid in facts.unsigned_attributes.by_oid:
        if oid in _ONCE:
            yield _finding(
                "signed-attribute-not-signed",
                Severity.CONSTRAINT,
                "The attribute {name} must be signed; here somebody added it unsigned.",
                "RFC 5652 §11",
                name=oids.name_of(oid),
            )
    if oids.CONTENT_TIMESTAMP in facts.unsigned_attributes:
        yield _finding(
            "content-timestamp-not-signed",
            Severity.REMARK,
            "A time-stamp over the content was added without being signed; it is ignored.",
            "EN 319 122-1 §5.2.8",
        )


def _content_type(facts: SignerFacts) -> tuple[Finding, ...]:
    """Compare content-type with the content; counter-signatures must not have one.

    Spec: RFC 5652 §11.1, §11.4
    """
    attributes = facts.signed_attributes
    present = oids.CONTENT_TYPE in attributes
    if facts.content.kind is ReferenceKind.COUNTER_SIGNED:
        if present:
            return _one(
                "counter-signature-has-content-type",
                Severity.LEVEL,
                "A counter-signature must not have the attribute content-type.",
                "RFC 5652 §11.4",
            )
        return ()
    if not present:
        return _one(
            "content-type-missing",
            Severity.CONSTRAINT,
            "The signed attribute content-type is missing.",
            "RFC 5652 §11.1",
        )
        return ()
    value = attributes.single(oids.CONTENT_TYPE)
    claimed = None if value is None else _oid_or_none(value)
    if value is not None and claimed != facts.signed_data.encap_content_type:
        return _one(
            "content-type-differs",
            Severity.CONSTRAINT,
            "The signed attribute content-type says {claimed}, but the content is {actual}.",
            "RFC 5652 §11.1",
            claimed=claimed or "something unreadable",
            actual=facts.signed_data.encap_content_type,
        )
    return ()


def _message_digest(facts: SignerFacts) -> tuple[Finding, ...]:
    if oids.MESSAGE_DIGEST not in facts.signed_attributes:
        return _one(
            "message-digest-missing",
            Severity.CONSTRAINT,
            "The signed attribute message-digest is missing, so nothing binds the content.",
            "RFC 5652 §11.2",
        )
    return ()


def _certificate_reference(facts: SignerFacts) -> tuple[Finding, ...]:
    """Look for the reference to the signer's certificate.

    Spec: EN 319 122-1 §5.2.2
    """
    if not facts.has_certificate_reference:
        return _one(
            "signing-certificate-missing",
            Severity.LEVEL,
            "No signed attribute says which certificate the signer used.",
            "EN 319 122-1 §5.2.2",
        )
    return ()


def _unreadable(facts: SignerFacts) -> Iterable[Finding]:
    unreadable = facts.unreadable_attributes
    if not unreadable:
        return ()
    return [
        _finding(
            "signed-attribute-unreadable",
            Severity.CONSTRAINT if oid in _DECISIVE else Severity.LEVEL,
            "The signed attribute {name} cannot be read.",
            "RFC 5652 §11",
            name=oids.name_of(oid),
        )
        for oid in sorted(unreadable)
    ]


def _unknown(facts: SignerFacts) -> Iterable[Finding]:
    present = facts.signed_attributes.by_oid
    if present.keys() <= oids.NAMES.keys():
        return ()
    return [
        _finding(
            "signed-attribute-unknown",
            Severity.REMARK,
            "The signed attribute {oid} is not known here; its meaning was not judged.",
            "RFC 5652 §5.3",
            oid=oid,
        )
        for oid in present
        if oid not in oids.NAMES
    ]


def _signing_time(facts: SignerFacts) -> tuple[Finding, ...]:
    """Look for the claimed time, which a baseline signature must have.

    Spec: EN 319 122-1 §6.3; EN 319 142-1 §6.3 has it in the signature dictionary
    """
    surroundings = facts.surroundings
    if surroundings.form is SignatureForm.TIMESTAMP:
        return ()
    if facts.content.kind is ReferenceKind.COUNTER_SIGNED:
        return ()
    elsewhere = surroundings.claims is not None and surroundings.claims.signing_time is not None
    if oids.SIGNING_TIME not in facts.signed_attributes and not elsewhere:
        return _one(
            "signing-time-missing",
            Severity.LEVEL,
            "The signature claims no signing time.",
            "EN 319 122-1 §6.3",
        )
    return ()


def _encoding(facts: SignerFacts) -> tuple[Finding, ...]:
    element = facts.signer_info.signed_attributes
    definite = element is not None and element.end == element.after
    if not definite or not facts.signed_attributes.is_der_order():
        return _one(
            "signed-attributes-not-der",
            Severity.REMARK,
            "The signed attributes are not in DER; they were verified as they were sent.",
            "RFC 5652 §5.3",
        )
    return ()


def _protection(facts: SignerFacts) -> tuple[Finding, ...]:
    """Compare the protected algorithms with those in use.

    Spec: RFC 6211 §3
    """
    value = facts.signed_attributes.single(oids.ALGORITHM_PROTECTION)
    if value is None:
        return ()
    if not _is_protected(value, facts):
        return _one(
            "algorithm-protection-differs",
            Severity.CONSTRAINT,
            "The algorithms the signer protected are not those named beside the signature: "
            "somebody has exchanged them.",
            "RFC 6211 §3",
        )
    return ()


def _is_protected(value: Element, facts: SignerFacts) -> bool:
    """True when the attribute can be read and names the algorithms in use."""
    info = facts.signer_info
    try:
        digest, signature = read_algorithm_protection(value)
    except InputError:
        return False
    if signature is None or not same_algorithm(digest, info.digest_algorithm):
        return False
    return same_algorithm(signature, info.signature_algorithm)


def _algorithms(facts: SignerFacts) -> list[Finding]:
    digest, algorithm = facts.digest_algorithm, facts.algorithm
    found: list[Finding] = []
    if facts.signer_info.digest_oid not in facts.signed_data.digest_oids and (
        facts.content.kind is ReferenceKind.CONTENT
    ):
        found += _one(
            "digest-algorithm-not-announced",
            Severity.REMARK,
            "The digest algorithm {oid} is not announced before the content.",
            "RFC 5652 §5.1",
            oid=facts.signer_info.digest_oid,
        )
    if digest is None or algorithm is None or facts.signer_info.signed_attributes is None:
        return found
    if digest is not algorithm.cms_digest and digest != algorithm.cms_digest:
        pss = algorithm.scheme is Scheme.PSS
        found += _one(
            "digest-differs-from-signature",
            Severity.REMARK if pss else Severity.CONSTRAINT,
            "The content is digested with {digest}, but the signature is {algorithm}.",
            "RFC 8419 §3" if algorithm.scheme is Scheme.EDDSA else "RFC 5754 §3",
            digest=digest.name,
            algorithm=algorithm.name,
        )
    return found


def _versions(facts: SignerFacts) -> list[Finding]:
    """Compare the versions with those that the parts ask for.

    Spec: RFC 5652 §5.1, §5.3
    """
    noticed: list[Finding] = []
    by_name = facts.signer_info.subject_key_identifier is None
    wanted = 1 if by_name else 3
    if facts.signer_info.version != wanted:
        noticed += _one(
            "signer-info-version",
            Severity.REMARK,
            "The SignerInfo has version {found} where {wanted} belongs.",
            "RFC 5652 §5.3",
            found=facts.signer_info.version,
            wanted=wanted,
        )
    if facts.content.kind is not ReferenceKind.CONTENT:
        return noticed
    found, least = facts.signed_data.version, _least_version(facts.signed_data)
    if not least <= found <= 5:
        noticed += _one(
            "signed-data-version",
            Severity.REMARK,
            "The SignedData has version {found} where {wanted} belongs.",
            "RFC 5652 §5.1",
            found=found,
            wanted=least,
        )
    return noticed


def _least_version(signed_data: SignedData) -> int:
    """Return the version that RFC 5652 §5.1 computes, but for attribute certificates."""
    crls = signed_data.crls_element
    if crls is not None and any(each.tag != tags.SEQUENCE for each in crls.children):
        return 5
    if signed_data.encap_content_type != oids.DATA:
        return 3
    for each in signed_data.signer_info_elements:
        if _is_version_3(each):
            return 3
    return 1


def _is_version_3(signer_info: Element) -> bool:
    start = signer_info.octets[signer_info.body : signer_info.body + 3]
    return start == b"\x02\x01\x03"


def _surroundings(facts: SignerFacts) -> list[Finding]:
    noticed: list[Finding] = []
    form, signed_data = facts.surroundings.form, facts.signed_data
    baseline = form is not SignatureForm.TIMESTAMP
    if baseline and facts.content.kind is ReferenceKind.CONTENT and not facts.candidates:
        noticed += _one(
            "signer-certificate-not-embedded",
            Severity.LEVEL,
            "The signer's certificate is not among the embedded ones.",
            "EN 319 122-1 §6.3",
        )
    for problem in signed_data.material.problems:
        noticed.append(
            Finding(
                code="embedded-object-unreadable",
                severity=Severity.REMARK,
                message=problem,
                clause="RFC 5652 §5.1",
            )
        )
    if signed_data.content is not None and signed_data.envelope.content_tag & ~0x20 != 4:
        noticed += _one(
            "content-not-octet-string",
            Severity.REMARK,
            "The content is encapsulated as PKCS #7 did it, not as an OCTET STRING.",
            "RFC 5652 §5.2.1",
        )
    if facts.unsigned_attributes.unreadable:
        noticed += _one(
            "unsigned-attribute-malformed",
            Severity.REMARK,
            "{count} of the unsigned attributes are no attributes at all.",
            "RFC 5652 §5.3",
            count=facts.unsigned_attributes.unreadable,
        )
    return noticed


def _oid_or_none(value: Element) -> str | None:
    try:
        return read_oid(value)
    except InputError:
        return None


def _one(
    code: str, severity: Severity, template: str, clause: str, **values: object
) -> tuple[Finding]:
    return (_finding(code, severity, template, clause, **values),)


def _finding(
    code: str, severity: Severity, template: str, clause: str, **values: object
) -> Finding:
    return Finding(code=code, severity=severity, message=Message(template, **values), clause=clause)
