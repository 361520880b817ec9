"""A CAdES signature just made, read back in outline.

The shell is read from the document as any reader would read it; what stands behind the
content is then compared with what the slot fixed, octet for octet. What is left is the
outline: everything but the message digest, the signing time and the value.

Spec: RFC 5652 §5.1, §5.3
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from esign.ades.format import Outline, SignatureRequest
from esign.asn1 import writer
from esign.asn1.reader import parse, read_time
from esign.cms.content import document_digest
from esign.cms.envelope import Envelope, open_envelope
from esign.cms.facts import signature_id
from esign.crypto.algorithms import DigestAlgorithm
from esign.document import Document
from esign.limits import Budget


def outline_of(
    made: Document,
    value: bytes,
    *,
    content: Document,
    request: SignatureRequest,
    attributes: bytes,
    budget: Budget,
) -> Outline | None:
    """Return the outline of ``made``, or None where it is not what was to be made.

    Args:
        made: the document with the value in its place.
        value: what the key gave.
        content: what was signed.
        request: how it was signed.
        attributes: the octets the key signed.
        budget: what this call may cost.

    Raises:
        MalformedError: the shell of the SignedData cannot be read.
    """
    envelope = open_envelope(made, budget)
    algorithm = request.digest_algorithm
    if envelope.content is not None and not _is_same(envelope.content, content, algorithm):
        return None
    digest = document_digest(content, algorithm)
    frame = _frame(attributes, digest, request)
    around = _around(envelope, attributes, value)
    if frame is None or around is None or envelope.after != made.size:
        return None
    start = envelope.version
    fixed = (
        start.octets[start.start : envelope.digest_algorithms.after],
        envelope.content_type.encoded,
        envelope.content is None,
        envelope.content_tag,
        *around,
        *frame,
    )
    (info,) = envelope.tail[-1].children
    own = info.octets[info.body : info.end]
    return Outline(fixed, signature_id(own), request.packaging, attributes)


_SMALL = 64 * 1024


def _is_same(held: Document, content: Document, algorithm: DigestAlgorithm) -> bool:
    """Return whether the document holds the content, by its octets or by their digest.

    A large result shares the content's octets, and their digest is known.
    """
    if held.size != content.size:
        return False
    if held.size <= _SMALL:
        return held.read(0, _SMALL) == content.read(0, _SMALL)
    return document_digest(held, algorithm) == document_digest(content, algorithm)


def _around(envelope: Envelope, attributes: bytes, value: bytes) -> tuple[bytes, bytes] | None:
    """Return what stands before the signed attributes, and between them and the value.

    Spec: RFC 5652 §5.4 (the tag under which they stand is [0], the one signed is SET OF)
    """
    octets = envelope.tail[0].octets[envelope.tail[0].start : envelope.tail[-1].after]
    before, found, behind = octets.partition(attributes[1:])
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
