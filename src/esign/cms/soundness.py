"""Whether a signature of the commonest shape breaks none of the rules on its structure.

Nearly all signatures do not. Here all rules are asked in one pass; whoever fails one, or
has another shape, is asked each rule by name in :mod:`esign.cms.structure`, which says what
is wrong. What depends on the octets of unvarying attributes alone is read once for them.

Spec: RFC 5652 §5 and §11, RFC 5035, RFC 6211, EN 319 122-1 §6.3
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from esign.cms import oids, properties
from esign.cms.attributes import (
    Attributes,
    Octets,
    algorithm_content,
    read_algorithm_protection,
    read_signing_certificate,
)
from esign.cms.facts import SignerFacts
from esign.cms.signed_data import looks_like_attributes
from esign.errors import InputError
from esign.terms import ReferenceKind, SignatureForm

_CONTENT = ReferenceKind.CONTENT
_TIMESTAMP = SignatureForm.TIMESTAMP
_DATA_TYPE = bytes.fromhex("06092a864886f70d010701")


def is_sound(facts: SignerFacts) -> bool:
    """True where no rule of :mod:`esign.cms.structure` has anything to say."""
    content = facts.content
    return (
        content.kind is _CONTENT
        and facts.surroundings.form is not _TIMESTAMP
        and _are_attributes_sound(facts)
        and _are_surroundings_sound(facts)
        and not (content.document is not None and looks_like_attributes(content.document))
    )


def _are_attributes_sound(facts: SignerFacts) -> bool:
    attributes, info = facts.signed_attributes, facts.signer_info
    element, fixed = attributes.element, attributes.fixed
    if element is None or fixed is None or element.end != element.after:
        return False
    # As many types as members: each can be read, and none occurs twice.
    if len(attributes.by_oid) != len(attributes.encoded) or not attributes.is_der_order():
        return False
    if facts.message_digest is None or facts.claims[0].signing_time is None:
        return False
    said = _said(fixed)
    if said is None:
        return False
    protected = said.digest, said.signature
    return protected == (None, None) or protected == (
        algorithm_content(info.digest_algorithm),
        algorithm_content(info.signature_algorithm),
    )


def _are_surroundings_sound(facts: SignerFacts) -> bool:
    signed_data, info, algorithm = facts.signed_data, facts.signer_info, facts.algorithm
    return (
        algorithm is not None
        and info.digest is not None
        and info.digest == algorithm.cms_digest
        and info.version == 1
        and info.issuer_and_serial is not None
        and info.unsigned_attributes is None
        and info.digest_oid in signed_data.digest_oids
        and signed_data.encap_content_type == oids.DATA
        and (signed_data.content is None or signed_data.envelope.content_tag == 4)
        and signed_data.crls_element is None
        and len(signed_data.signer_info_elements) == 1
        and 1 <= signed_data.version <= 5
        and not signed_data.material.problems
        and len(facts.candidates) > 0
    )


class _Said(NamedTuple):
    """What CMSAlgorithmProtection protects; nothing without the attribute."""

    digest: bytes | None
    signature: bytes | None


@lru_cache(maxsize=256)
def _said(members: Octets) -> _Said | None:
    """Return what attributes say that keep all rules on themselves; None for others."""
    attributes = Attributes.of(members)
    kinds = attributes.by_oid
    single = all(len(found) == 1 and len(found[0].values) == 1 for found in kinds.values())
    if attributes.unreadable or not single or not kinds.keys() <= oids.NAMES.keys():
        return None
    if properties.read(attributes)[1] or not _is_data(attributes) or not _names_signer(attributes):
        return None
    value = attributes.single(oids.ALGORITHM_PROTECTION)
    if value is None:
        return _Said(None, None)
    try:
        digest, signature = read_algorithm_protection(value)
    except InputError:
        return None
    if signature is None:
        return None
    return _Said(algorithm_content(digest), algorithm_content(signature))


def _is_data(attributes: Attributes) -> bool:
    value = attributes.single(oids.CONTENT_TYPE)
    return value is not None and value.encoded == _DATA_TYPE


def _names_signer(attributes: Attributes) -> bool:
    """True where the references to the signer's certificate are there, and can be read."""
    found = False
    for oid in (oids.SIGNING_CERTIFICATE_V2, oids.SIGNING_CERTIFICATE):
        for value in attributes.values(oid):
            try:
                if not read_signing_certificate(value, v2=oid == oids.SIGNING_CERTIFICATE_V2):
                    return False
            except (InputError, IndexError):
                return False
            found = True
    return found
