"""Signed attributes, SignerInfo and SignedData written as DER; additions to existing ones.

What is already signed is never written again: an addition inserts octets and mends only
the lengths around them.

Spec: RFC 5652 §5, EN 319 122-1 §5 and §6.3
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from esign.ades.format import SignatureRequest
from esign.asn1 import tags, writer
from esign.asn1.reader import Element
from esign.cms import claims, oids
from esign.cms.envelope import Header
from esign.cms.signed_data import SignedData, SignerInfo, parse_signed_data
from esign.crypto.algorithms import (
    DigestAlgorithm,
    KeyType,
    SignatureAlgorithm,
    digest_by_name,
)
from esign.document import Document
from esign.errors import UsageError
from esign.pki.certificate import Certificate

_VERSION_1, _VERSION_3 = writer.integer(1), writer.integer(3)


def signed_attributes(
    request: SignatureRequest,
    message_digest: bytes,
    *,
    content_type: str = oids.DATA,
    pades: bool = False,
    media_type: str | None = None,
) -> bytes:
    """Return the DER SET OF signed attributes: exactly the octets to be signed.

    Args:
        request: who signs, how, when, and what the signer says.
        message_digest: over the content, under the request's digest algorithm.
        content_type: OID of the content's type.
        pades: leave out what a PDF says in its signature dictionary.
        media_type: of the content, where the signer's properties say none.

    Raises:
        UsageError: the digest does not fit the signature algorithm, or a property has no
            form in CMS.

    Spec: RFC 5652 §5.4, EN 319 122-1 §6.3, EN 319 142-1 §6.3
    """
    digest = request.digest_algorithm
    if digest != request.algorithm.cms_digest:
        raise UsageError(
            "A CMS signature with {algorithm} needs the digest {wanted}, not {digest}.",
            algorithm=request.algorithm.name,
            wanted=request.algorithm.cms_digest.name,
            digest=digest.name,
        )
    parts = [
        *_same_each_time(content_type, request.certificate, request.algorithm),
        claims.attribute(oids.MESSAGE_DIGEST, writer.octet_string(message_digest)),
    ]
    if not pades:
        time = writer.utc_or_generalized(request.signing_time)
        parts.append(claims.attribute(oids.SIGNING_TIME, time))
    parts += claims.attributes(request.properties, pades=pades, media_type=media_type)
    return writer.set_of(*parts)


def signer_info(
    request: SignatureRequest,
    attributes: bytes,
    signature: bytes,
    unsigned: Sequence[bytes] = (),
) -> bytes:
    """Return the SignerInfo around signed attributes and the value over them.

    Spec: RFC 5652 §5.3
    """
    parts = [
        _before_attributes(request.certificate, request.digest_algorithm),
        writer.implicit(0, attributes),
        request.algorithm.identifier(),
        writer.octet_string(signature),
    ]
    if unsigned:
        parts.append(writer.implicit(1, writer.set_of(*unsigned)))
    return writer.sequence(*parts)


def signed_data(
    request: SignatureRequest,
    info: bytes,
    *,
    content_type: str = oids.DATA,
    content: bytes | None = None,
    embed_certificates: bool = True,
) -> bytes:
    """Return the ContentInfo of a SignedData with one signer, the content small or absent.

    Spec: RFC 5652 §3, §5.1
    """
    head, tail = signed_data_parts(
        request,
        info,
        content_type=content_type,
        content_size=None if content is None else len(content),
        embed_certificates=embed_certificates,
    )
    return head + (content or b"") + tail


def signed_data_parts(
    request: SignatureRequest,
    info: bytes,
    *,
    content_type: str = oids.DATA,
    content_size: int | None = None,
    embed_certificates: bool = True,
) -> tuple[bytes, bytes]:
    """Return what stands before and after the content, so that it need not be held.

    Args:
        request: names the certificates to embed.
        info: the SignerInfo.
        content_type: OID of the content's type.
        content_size: octets of attached content; None when detached.
        embed_certificates: a time-stamp whose requester wants none has none.
    """
    start = _before_content(content_type, request.digest_algorithm)
    tail = writer.set_of(info)
    if embed_certificates:
        tail = _embedded((request.certificate, *request.chain)) + tail
    head, inner = writer.oid(content_type), 0
    if content_size is not None:
        # Headers from the inside out: OCTET STRING, its explicit [0].
        octets = writer.header(tags.OCTET_STRING, content_size)
        explicit = writer.header(tags.context(0), len(octets) + content_size)
        head += explicit + octets
        inner = content_size
    head = start + writer.header(tags.SEQUENCE, len(head) + inner) + head
    rest = inner + len(tail)
    head = writer.header(tags.SEQUENCE, len(head) + rest) + head
    head = _SIGNED_DATA + writer.header(tags.context(0), len(head) + rest) + head
    return writer.header(tags.SEQUENCE, len(head) + rest) + head, tail


def with_unsigned_attribute(octets: bytes, signer_index: int, attribute: bytes) -> bytes:
    """Return a SignedData with one more unsigned attribute, all else as it was.

    Raises:
        MalformedError: the octets are no SignedData.
    """
    joined = add_unsigned_attribute(parse_signed_data(octets), signer_index, attribute)
    return joined.read(0, joined.size)


def add_unsigned_attribute(parsed: SignedData, signer_index: int, attribute: bytes) -> Document:
    """Return the document with one more unsigned attribute, sharing every other octet.

    Spec: RFC 5652 §5.3 (unsignedAttrs)
    """
    shift = parsed.envelope.tail_offset
    info = SignerInfo(parsed.signer_info_elements[signer_index])
    around = [*_headers(shift, parsed.signer_infos_element, info.element), *_reversed_outer(parsed)]
    unsigned = info.unsigned_attributes
    if unsigned is None:
        attribute = writer.implicit(1, writer.set_of(attribute))
        at = info.element.end + shift
    else:
        around.insert(0, _header_of(unsigned, shift))
        at = unsigned.end + shift
    return _inserted(parsed.document, at, attribute, around)


def timestamp_attribute(token: bytes) -> bytes:
    """Return the signature-time-stamp attribute around a token.

    Spec: EN 319 122-1 §5.3
    """
    return claims.attribute(oids.SIGNATURE_TIMESTAMP, token)


def digest_identifier(algorithm: DigestAlgorithm) -> bytes:
    """Return the AlgorithmIdentifier for digestAlgorithm fields.

    Spec: RFC 5754 §2; RFC 8419 §2.3, which names SHAKE256 with its length for Ed448
    """
    return _SHAKE256_512 if algorithm.name == "SHAKE256" else algorithm.identifier()


def signer_info_size(request: SignatureRequest, *, pades: bool = True) -> int:
    """Return how many octets the finished SignedData has at most, without time-stamp.

    Only the length of an ECDSA or DSA value is not known beforehand; its largest is taken.
    """
    digest = bytes(request.digest_algorithm.size)
    attributes = signed_attributes(request, digest, pades=pades)
    value = bytes(_largest_value(request.certificate))
    return len(signed_data(request, signer_info(request, attributes, value)))


def _largest_value(certificate: Certificate) -> int:
    key = certificate.public_key
    size = (key.size + 7) // 8
    if key.key_type is KeyType.RSA:
        return size
    if key.key_type is KeyType.ED25519:
        return 64
    if key.key_type is KeyType.ED448:
        return 114
    # r and s have as many octets as the order, one more each when the first bit is set.
    number = len(writer.encode(tags.INTEGER, bytes(size + 1)))
    return len(writer.sequence(bytes(2 * number)))


@lru_cache(maxsize=64)
def _before_content(content_type: str, digest: DigestAlgorithm) -> bytes:
    """Return version and digest algorithms of a SignedData."""
    version = _VERSION_1 if content_type == oids.DATA else _VERSION_3
    return version + writer.set_of(digest_identifier(digest))


_SIGNED_DATA = writer.oid(oids.SIGNED_DATA)
_SHAKE256_512 = writer.sequence(writer.oid(oids.SHAKE256_LEN), writer.integer(512))


@lru_cache(maxsize=64)
def _same_each_time(
    content_type: str, certificate: Certificate, algorithm: SignatureAlgorithm
) -> tuple[bytes, ...]:
    """Return the attributes that do not depend on the content, for one signer."""
    digest = algorithm.cms_digest
    return (
        claims.attribute(oids.CONTENT_TYPE, writer.oid(content_type)),
        _signing_certificate(certificate, digest),
        _algorithm_protection(digest, algorithm),
    )


def _signing_certificate(certificate: Certificate, digest: DigestAlgorithm) -> bytes:
    """Return signing-certificate-v2; SHA-256 is the default and DER leaves it out.

    Spec: RFC 5035 §3, EN 319 122-1 §5.2.2.3
    """
    if digest.name == "SHAKE256":  # a certificate digest of fixed meaning is read by everybody
        digest = digest_by_name("SHA512")
    identifier = b"" if digest.name == "SHA256" else digest.identifier()
    names = writer.sequence(writer.explicit(4, certificate.issuer_der))
    issuer_serial = writer.sequence(names, writer.integer(certificate.serial_number))
    value = writer.octet_string(digest.digest(certificate.der))
    cert_id = writer.sequence(identifier, value, issuer_serial)
    return claims.attribute(oids.SIGNING_CERTIFICATE_V2, writer.sequence(writer.sequence(cert_id)))


def _algorithm_protection(digest: DigestAlgorithm, algorithm: SignatureAlgorithm) -> bytes:
    """Return the attribute that binds both algorithms.

    Spec: RFC 6211 §2
    """
    signature = writer.implicit(1, algorithm.identifier())
    value = writer.sequence(digest_identifier(digest), signature)
    return claims.attribute(oids.ALGORITHM_PROTECTION, value)


@lru_cache(maxsize=64)
def _embedded(certificates: tuple[Certificate, ...]) -> bytes:
    """Return SignedData.certificates, each certificate once."""
    once = dict.fromkeys(each.der for each in certificates)
    return writer.implicit(0, writer.set_of(*once))


@lru_cache(maxsize=64)
def _before_attributes(certificate: Certificate, digest: DigestAlgorithm) -> bytes:
    """Return version, issuer and serial number, and digest algorithm of a SignerInfo."""
    serial = writer.integer(certificate.serial_number)
    signer = writer.sequence(certificate.issuer_der, serial)
    return _VERSION_1 + signer + digest_identifier(digest)


def _reversed_outer(parsed: SignedData) -> tuple[Header, ...]:
    return parsed.envelope.outer[::-1]


def _headers(shift: int, infos: Element, info: Element) -> tuple[Header, Header]:
    return _header_of(info, shift), _header_of(infos, shift)


def _header_of(element: Element, shift: int) -> Header:
    end = -1 if element.after != element.end else element.end + shift
    return Header(element.tag, element.start + shift, element.body + shift, end)


def _inserted(document: Document, at: int, octets: bytes, around: Sequence[Header]) -> Document:
    """Return the document with octets inserted and the definite lengths around them mended."""
    growth = len(octets)
    edits = [(at, at, octets)]
    for header in around:
        if header.end < 0:
            continue
        renewed = writer.header(header.tag, header.end - header.body + growth)
        edits.append((header.start, header.body, renewed))
        growth += len(renewed) - (header.body - header.start)
    parts: list[bytes | object] = []
    position = 0
    for start, end, replacement in sorted(edits):
        parts += (document.range(position, start), replacement)
        position = end
    parts.append(document.range(position))
    return Document.join(parts, name=document.name)  # type: ignore[arg-type]
