"""What an archive-time-stamp-v3 covers: the signature, and what its hash index lists.

The index inside the token names certificates, revocation data and unsigned attributes by
digest. Objects it does not name were added later and are not covered; a digest in it that
fits nothing means that something covered was taken away or changed.

Spec: EN 319 122-1 §5.5.2 (ats-hash-index-v3), §5.5.3 (archive-time-stamp-v3)
"""

from __future__ import annotations

from esign.asn1 import tags
from esign.asn1.reader import Element, read_octets, read_oid
from esign.cms import oids
from esign.cms.attributes import Values
from esign.cms.facts import SignerFacts
from esign.cms.signed_data import SignerInfo, parse_signed_data
from esign.crypto.algorithms import DigestAlgorithm, digest_by_name, digest_by_oid
from esign.errors import InputError, MalformedCMSError

_INDEXES = (oids.ATS_HASH_INDEX_V3, oids.ATS_HASH_INDEX_V2, oids.ATS_HASH_INDEX)


def archive_imprint(facts: SignerFacts, value: Element, algorithm: DigestAlgorithm) -> bytes:
    """Return the digest an archive-time-stamp-v3 token must have as its imprint.

    Raises:
        InputError: the content is not at hand, or the hash index is missing, broken, or
            lists something that is not there.

    Spec: EN 319 122-1 §5.5.3
    """
    if facts.content.digest is None:
        raise InputError("The content that this time-stamp covers is not at hand.")
    oid, index = _hash_index(value, facts)
    _require_resolved(facts, oid, index)
    info = facts.signer_info
    parts = (
        facts.signed_data.envelope.content_type.encoded,
        facts.content.digest(algorithm),
        info.own_octets,
        index.encoded,
    )
    return algorithm.digest(b"".join(parts))


def listed_values(facts: SignerFacts, token: Element) -> tuple[Element, ...]:
    """Return the values of unsigned attributes that the token's hash index names.

    Spec: EN 319 122-1 §5.5.2
    """
    try:
        oid, index = _hash_index(token, facts)
        algorithm, lists = _lists(index)
        digests = {read_octets(digest) for digest in lists[2].children}
    except InputError:
        return ()
    return tuple(
        value
        for octets, values in _attribute_parts(facts, oid)
        if algorithm.digest(octets) in digests
        for value in values
    )


def _hash_index(token: Element, facts: SignerFacts) -> tuple[str, Element]:
    """Return the kind and value of the hash index among the token's unsigned attributes."""
    signed_data = parse_signed_data(token.encoded, facts.signed_data.budget)
    if len(signed_data.signer_info_elements) != 1:
        raise MalformedCMSError("A time-stamp token must have exactly one signer.")
    _, unsigned = SignerInfo(signed_data.signer_info_elements[0]).attributes()
    for oid in _INDEXES:
        value = unsigned.single(oid)
        if value is not None:
            return oid, value
    raise MalformedCMSError("The archive time-stamp has no hash index, so it covers nothing.")


def _lists(index: Element) -> tuple[DigestAlgorithm, list[Element]]:
    """Return the digest algorithm and the lists of certificates, CRLs and attributes."""
    parts = list(index.children)
    algorithm: DigestAlgorithm | None = digest_by_name("SHA256")
    if parts and parts[0].children and parts[0].children[0].tag == tags.OID:
        algorithm = digest_by_oid(read_oid(parts.pop(0).children[0]))
    if algorithm is None or len(parts) != 3:
        raise MalformedCMSError("The hash index of the archive time-stamp cannot be read.")
    return algorithm, parts


def _require_resolved(facts: SignerFacts, oid: str, index: Element) -> None:
    """Raise unless every digest in the index belongs to an object that is there."""
    algorithm, lists = _lists(index)
    data = facts.signed_data
    present = (
        _members(data.certificates_element),
        _members(data.crls_element),
        [octets for octets, _ in _attribute_parts(facts, oid)],
    )
    for listed, octets in zip(lists, present, strict=True):
        known = {algorithm.digest(each) for each in octets}
        if any(read_octets(digest) not in known for digest in listed.children):
            raise InputError(
                "The archive time-stamp lists an object that is no longer there as it was."
            )


def _members(element: Element | None) -> list[bytes]:
    return [] if element is None else [child.encoded for child in element.children]


def _attribute_parts(facts: SignerFacts, oid: str) -> list[tuple[bytes, Values]]:
    """Return what the index digests of unsigned attributes, each with the values it stands for.

    The newer kinds take each value with its type, the first the whole attribute.

    Spec: EN 319 122-1 §5.5.2
    """
    attributes = facts.unsigned_attributes
    if oid == oids.ATS_HASH_INDEX:
        return [(each.element.encoded, each.values) for each in attributes]
    return [
        (each.element.children[0].encoded + value.encoded, (value,))
        for each in attributes
        for value in each.values
    ]
