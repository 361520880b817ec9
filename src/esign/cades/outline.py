"""A small CAdES signature just made, read back in outline.

The SignedData is cut apart as it stands in the document; its content is compared with what
was signed, and what stands behind the content with what the slot fixed, octet for octet.
What is left is the outline: everything but content, message digest, signing time and value.

Spec: RFC 5652 §5.1, §5.3
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from esign.ades.format import Outline, SignatureRequest
from esign.asn1 import writer
from esign.asn1.reader import Element, parse, read_time
from esign.cms.content import document_digest
from esign.cms.facts import signature_id
from esign.document import Document
from esign.errors import MalformedASN1Error

SMALL = 64 * 1024
"""Octets; reading in full what is longer is nothing beside hashing it."""


def outline_of(
    made: Document, value: bytes, *, content: Document, request: SignatureRequest, attributes: bytes
) -> Outline | None:
    """Return the outline of ``made``, or None where it is large or not what was to be made.

    Args:
        made: the document with the value in its place.
        value: what the key gave.
        content: what was signed.
        request: how it was signed.
        attributes: the octets the key signed.
    """
    if made.size > SMALL:
        return None
    octets = made.read(0, SMALL)
    try:
        parts = _cut(octets)
    except (MalformedASN1Error, ValueError):  # other parts than a SignedData of ours has
        return None
    if parts.content is not None and parts.content.content != content.read(0, SMALL):
        return None
    around = _around(octets[parts.tail :], attributes, value)
    frame = _frame(attributes, document_digest(content, request.digest_algorithm), request)
    if around is None or frame is None:
        return None
    own = parts.signer_info.content
    fixed = (*parts.fixed, *around, *frame)
    return Outline(fixed, signature_id(own), request.packaging, attributes)


class _Parts(NamedTuple):
    fixed: tuple[bytes, ...]
    """What stands before the content, and the tags of what encloses."""
    content: Element | None
    tail: int
    """Where encapContentInfo ends: certificates and SignerInfo follow."""
    signer_info: Element


def _cut(octets: bytes) -> _Parts:
    """Return the parts of a SignedData with one SignerInfo, all of it under definite lengths.

    Raises:
        MalformedASN1Error: it cannot be cut.
        ValueError: it has other parts, or one that does not end where it should.

    Spec: RFC 5652 §3, §5.1, §5.2
    """
    info = parse(octets)
    kind, explicit = info.children
    (signed_data,) = explicit.children
    version, algorithms, encapsulated, *_, infos = signed_data.children
    (signer_info,) = infos.children
    content_type, *inside = encapsulated.children
    wraps = [encapsulated, *inside]
    if inside:
        wraps += inside[0].children
    end = wraps[-1].end
    if not info.end == explicit.end == signed_data.end == infos.end == signer_info.end:
        raise ValueError("a value goes on after the SignerInfo")
    if inside and not (len(wraps) == 3 and encapsulated.end == wraps[1].end == end):
        raise ValueError("a value goes on after the content")
    tags = [each.tag for each in (info, explicit, signed_data, infos, signer_info, *wraps)]
    return _Parts(
        (
            bytes(tags),
            kind.encoded,
            octets[version.start : algorithms.after],
            content_type.encoded,
        ),
        wraps[-1] if inside else None,
        encapsulated.after,
        signer_info,
    )


def _around(tail: bytes, attributes: bytes, value: bytes) -> tuple[bytes, bytes] | None:
    """Return what stands before the signed attributes, and between them and the value.

    Spec: RFC 5652 §5.4 (the tag under which they stand is [0], the one signed is SET OF)
    """
    before, found, behind = tail.partition(attributes[1:])
    if not found or not behind.endswith(value):
        return None
    return before, behind[: -len(value)]


def _frame(attributes: bytes, digest: bytes, request: SignatureRequest) -> list[bytes] | None:
    """Return the signed attributes cut where digest and time stand, each of them once."""
    time = _time(request.signing_time)
    if time is None:
        return None
    before, found, after = attributes.partition(digest)
    pieces = [*before.split(time), b"message-digest", *after.split(time)]
    return pieces if found and len(pieces) == 4 else None


@lru_cache(maxsize=16)
def _time(moment: datetime) -> bytes | None:
    """Return the encoded time if it reads as the moment."""
    encoded = writer.utc_or_generalized(moment)
    return encoded if read_time(parse(encoded)) == moment else None
