"""Time-stamps inside a SignerInfo, each with the octets it must cover.

The octets are computed by one function per kind, used when checking and when making.

Spec: EN 319 122-1 §5.2.8 (content), §5.3 (signature), §5.5 (archive), §A.1.5 (references)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from esign.ades.signature import EmbeddedTimestamp, Reference, TimestampToken
from esign.asn1.reader import Element
from esign.cms import oids
from esign.cms.archive import archive_imprint, listed_values
from esign.cms.facts import SignerFacts
from esign.crypto.algorithms import DigestAlgorithm
from esign.errors import InputError, UnsupportedAlgorithmError
from esign.messages import Message
from esign.terms import ReferenceKind, TimestampKind

Imprint = Callable[[SignerFacts, DigestAlgorithm], bytes]
"""Computes what a token must be over, by the token's digest algorithm."""


def embedded_timestamps(facts: SignerFacts) -> tuple[EmbeddedTimestamp, ...]:
    """Return the time-stamps of the signed and then of the unsigned attributes.

    A content time-stamp counts only where the signer signed it. Unsigned, anybody may have
    added one long afterwards: it would "prove" that the signature is younger than it is.
    """
    found: list[tuple[Element, EmbeddedTimestamp]] = []
    for attributes, kinds in (
        (facts.signed_attributes, _SIGNED_KINDS),
        (facts.unsigned_attributes, _UNSIGNED_KINDS),
    ):
        if kinds.isdisjoint(attributes.by_oid):
            continue
        for attribute in attributes:
            if attribute.oid in kinds:
                found.extend((v, _embedded(facts, attribute.oid, v)) for v in attribute.values)
    return tuple(_with_covered_tokens(facts, value, stamp, found) for value, stamp in found)


def _with_covered_tokens(
    facts: SignerFacts,
    value: Element,
    stamp: EmbeddedTimestamp,
    every: list[tuple[Element, EmbeddedTimestamp]],
) -> EmbeddedTimestamp:
    """Return an archive time-stamp with the tokens it also proves; any other as it is.

    It covers the time-stamps among the signed attributes, and those its hash index names.
    """
    if stamp.kind is not TimestampKind.ARCHIVE_TIMESTAMP or not stamp.imprint.found:
        return stamp
    listed = listed_values(facts, value)
    tokens = tuple(
        other.token.id
        for at, other in every
        if other.token is not None
        and (other.kind is TimestampKind.CONTENT_TIMESTAMP or any(at is one for one in listed))
    )
    return replace(stamp, covered=stamp.covered + tokens)


def signature_imprint(facts: SignerFacts, algorithm: DigestAlgorithm) -> bytes:
    """Return the digest over the signature value, without tag and length.

    Spec: EN 319 122-1 §5.3
    """
    return algorithm.digest(facts.signer_info.signature)


def content_imprint(facts: SignerFacts, algorithm: DigestAlgorithm) -> bytes:
    """Return the digest over the content, without tag and length.

    Raises:
        InputError: the content is not at hand.

    Spec: EN 319 122-1 §5.2.8
    """
    if facts.content.digest is None:
        raise InputError("The content that this time-stamp covers is not at hand.")
    return facts.content.digest(algorithm)


def complete_imprint(facts: SignerFacts, algorithm: DigestAlgorithm) -> bytes:
    """Return the digest over the signature value, its time-stamps and the references.

    Spec: EN 319 122-1 §A.1.5.2
    """
    parts = (facts.signer_info.signature, _attributes(facts, oids.SIGNATURE_TIMESTAMP))
    return algorithm.digest(b"".join(parts) + _references(facts))


def references_imprint(facts: SignerFacts, algorithm: DigestAlgorithm) -> bytes:
    """Return the digest over the certificate and revocation references.

    Spec: EN 319 122-1 §A.1.5.1
    """
    return algorithm.digest(_references(facts))


_KINDS: dict[str, tuple[TimestampKind, Imprint | None]] = {
    oids.CONTENT_TIMESTAMP: (TimestampKind.CONTENT_TIMESTAMP, content_imprint),
    oids.SIGNATURE_TIMESTAMP: (TimestampKind.SIGNATURE_TIMESTAMP, signature_imprint),
    oids.ESC_TIMESTAMP: (TimestampKind.REFERENCES_TIMESTAMP, complete_imprint),
    oids.REFERENCES_TIMESTAMP: (TimestampKind.REFERENCES_TIMESTAMP, references_imprint),
    oids.ARCHIVE_TIMESTAMP_V3: (TimestampKind.ARCHIVE_TIMESTAMP, None),
    oids.ARCHIVE_TIMESTAMP_V2: (TimestampKind.ARCHIVE_TIMESTAMP, None),
    oids.ARCHIVE_TIMESTAMP: (TimestampKind.ARCHIVE_TIMESTAMP, None),
}
"""Archive time-stamps depend on what lies in the token; :func:`_imprint` knows them."""
_SIGNED_KINDS = frozenset({oids.CONTENT_TIMESTAMP})
_UNSIGNED_KINDS = frozenset(_KINDS) - _SIGNED_KINDS
_PROVES_SIGNATURE = frozenset(_KINDS) - {oids.CONTENT_TIMESTAMP, oids.REFERENCES_TIMESTAMP}


def _embedded(facts: SignerFacts, oid: str, value: Element) -> EmbeddedTimestamp:
    token, problem = _token(facts, value)
    return EmbeddedTimestamp(
        kind=_KINDS[oid][0],
        name=oids.name_of(oid),
        token=token,
        imprint=_imprint_reference(facts, oid, value, token),
        covered=(facts.id,) if oid in _PROVES_SIGNATURE else (),
        problem=problem,
    )


def _imprint(facts: SignerFacts, oid: str, value: Element, algorithm: DigestAlgorithm) -> bytes:
    compute = _KINDS[oid][1]
    if compute is not None:
        return compute(facts, algorithm)
    if oid == oids.ARCHIVE_TIMESTAMP_V3:
        return archive_imprint(facts, value, algorithm)
    raise InputError(
        "This archive time-stamp has a form that was withdrawn; what it covers is not checked."
    )


def _token(facts: SignerFacts, value: Element) -> tuple[TimestampToken | None, Message | None]:
    read = facts.surroundings.read_timestamp
    if read is None:
        return None, Message("Time-stamps within time-stamps are not read.")
    try:
        return read(value.encoded, facts.signed_data.budget), None
    except InputError as error:
        return None, error.message


def _imprint_reference(
    facts: SignerFacts, oid: str, value: Element, token: TimestampToken | None
) -> Reference:
    intact, found, problem = False, False, None
    algorithm = None if token is None else token.imprint_algorithm
    if token is None:
        problem = Message("The time-stamp token cannot be read.")
    elif algorithm is None:
        problem = Message("The digest algorithm of the time-stamp's imprint is unknown here.")
    else:
        try:
            intact = _imprint(facts, oid, value, algorithm) == token.imprint
            found = True
        except (InputError, UnsupportedAlgorithmError) as error:
            problem = error.message
    return Reference(
        name=oids.name_of(oid),
        kind=ReferenceKind.MESSAGE_IMPRINT,
        found=found,
        intact=intact,
        digest_algorithm=algorithm,
        problem=problem,
    )


def _attributes(facts: SignerFacts, oid: str) -> bytes:
    """Return type and values of the attributes of a kind, without the SEQUENCE around them."""
    found = facts.unsigned_attributes.by_oid.get(oid, ())
    return b"".join(each.element.content for each in found)


def _references(facts: SignerFacts) -> bytes:
    certificates = _attributes(facts, oids.COMPLETE_CERTIFICATE_REFERENCES)
    return certificates + _attributes(facts, oids.COMPLETE_REVOCATION_REFERENCES)
