"""CMS signatures made for tests: honest ones, and ones that break one rule each.

The keys sign through ``cryptography`` alone, so a value never comes from the code under test.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa

from esign.ades.format import SignatureRequest
from esign.ades.signature import AdESSignature
from esign.asn1 import writer
from esign.cades.format import CADES
from esign.cms import builder, oids
from esign.cms.claims import attribute
from esign.crypto.algorithms import digest_by_name, signature_by_name
from esign.document import Document
from esign.errors import EsignError
from esign.limits import Budget
from esign.pki.certificate import Certificate, load_certificates
from esign.terms import Packaging, SignatureForm
from fixtures import pki_files

__all__ = ["EsignError", "digest_by_name"]

CONTENT = b"An application for a building permit.\n"
TIME = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
HASHES = {"SHA256": hashes.SHA256(), "SHA384": hashes.SHA384(), "SHA512": hashes.SHA512()}


@cache
def certificate(name: str = "citizen") -> Certificate:
    """Return a certificate of the test PKI."""
    path = pki_files.HERE / "certificates" / f"{name}.crt"
    return load_certificates(path.read_bytes())[0]


@cache
def key(name: str = "citizen") -> Any:
    """Return the private key of a certificate."""
    path = pki_files.KEYS / f"{pki_files.entry('certificate', name)['key']}.pem"
    return serialization.load_pem_private_key(path.read_bytes(), None)


def request(
    name: str = "citizen", algorithm: str = "RSA_PKCS1_SHA256", **changes: Any
) -> SignatureRequest:
    """Return a request to sign as one of the test PKI's people."""
    signing = signature_by_name(algorithm)
    made = SignatureRequest(
        form=SignatureForm.CADES,
        packaging=Packaging.ENVELOPING,
        certificate=certificate(name),
        algorithm=signing,
        digest_algorithm=signing.cms_digest,
        signing_time=TIME,
        unique="0123456789abcdef",
    )
    return replace(made, **changes)


def value(octets: bytes, name: str = "citizen", algorithm: str = "RSA_PKCS1_SHA256") -> bytes:
    """Return the raw signature value of a person over octets."""
    private = key(name)
    if isinstance(private, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey):
        return private.sign(octets)
    digest = HASHES[algorithm.rpartition("_")[2]]
    if isinstance(private, ec.EllipticCurvePrivateKey):
        return private.sign(octets, ec.ECDSA(digest))
    assert isinstance(private, rsa.RSAPrivateKey)
    if "PSS" in algorithm:
        pss = padding.PSS(padding.MGF1(digest), digest.digest_size)
        return private.sign(octets, pss, digest)
    return private.sign(octets, padding.PKCS1v15(), digest)


def signed(
    content: bytes = CONTENT,
    name: str = "citizen",
    algorithm: str = "RSA_PKCS1_SHA256",
    **changes: Any,
) -> bytes:
    """Return an honest CAdES signature over the content, through the format's own verbs."""
    wanted = request(name, algorithm, **changes)
    slot = CADES.open_slot(Document.of(content), wanted, Budget())
    assert slot.octets is not None
    document = CADES.fill(slot, value(slot.octets, name, algorithm))
    return document.read(0, document.size)


def attributes(content: bytes = CONTENT, *leave_out: str, **changes: Any) -> list[bytes]:
    """Return the honest signed attributes one by one, but for those left out (by OID)."""
    from esign.asn1.reader import parse, read_oid

    digest = digest_by_name("SHA256").digest(content)
    octets = builder.signed_attributes(
        request(**changes), digest, media_type="application/octet-stream"
    )
    return [
        each.encoded
        for each in parse(octets).children
        if read_oid(each.children[0]) not in leave_out
    ]


def with_attributes(
    parts: Sequence[bytes], *, content: bytes | None = CONTENT, sort: bool = True, **options: Any
) -> bytes:
    """Return a SignedData whose signed attributes are exactly these, honestly signed."""
    octets = writer.set_of(*parts) if sort else writer.encode(0x31, b"".join(parts))
    info = builder.signer_info(request(), octets, value(octets), options.pop("unsigned", ()))
    return builder.signed_data(request(), info, content=content, **options)


def without_attributes(content: bytes) -> bytes:
    """Return a SignedData without signed attributes: the value is over the content itself."""
    wanted = request()
    info = writer.sequence(
        writer.integer(1),
        writer.sequence(
            wanted.certificate.issuer_der, writer.integer(wanted.certificate.serial_number)
        ),
        wanted.digest_algorithm.identifier(),
        wanted.algorithm.identifier(),
        writer.octet_string(value(content)),
    )
    return builder.signed_data(wanted, info, content=content)


def message_digest(content: bytes = CONTENT) -> bytes:
    """Return a message-digest attribute."""
    digest = digest_by_name("SHA256").digest(content)
    return attribute(oids.MESSAGE_DIGEST, writer.octet_string(digest))


def parsed(octets: bytes, *detached: bytes) -> tuple[AdESSignature, ...]:
    """Return the signatures read from octets."""
    documents = [Document.of(each, name=f"part {number}") for number, each in enumerate(detached)]
    return CADES.parse(Document.of(octets), Budget(), detached=documents).signatures


def only(octets: bytes, *detached: bytes) -> AdESSignature:
    """Return the one signature read from octets."""
    (signature,) = parsed(octets, *detached)
    return signature


def codes(signature: AdESSignature) -> set[str]:
    """Return the codes of the findings."""
    return {finding.code for finding in signature.structure_findings()}


def is_sound(signature: AdESSignature, name: str = "citizen") -> bool:
    """True when content and value verify, whatever the findings are."""
    intact = all(each.found and each.intact for each in signature.references())
    return intact and signature.value_verifies(certificate(name).public_key)


def berified(octets: bytes, *, segment: int = 7) -> bytes:
    """Return an attached SignedData re-wrapped with indefinite lengths and a segmented content.

    The SignerInfos and everything else that is signed are taken over octet for octet.
    """
    from esign.asn1.reader import parse, read_octets

    info = parse(octets)
    signed_data = info.children[1].children[0]
    version, algorithms, encapsulated, *rest = signed_data.children
    content = read_octets(encapsulated.children[1].children[0])
    pieces = [content[at : at + segment] for at in range(0, len(content), segment)]
    segmented = _open(0x24, *(writer.octet_string(piece) for piece in pieces))
    inner = _open(0x30, encapsulated.children[0].encoded, _open(0xA0, segmented))
    data = _open(0x30, version.encoded, algorithms.encoded, inner, *(each.encoded for each in rest))
    return _open(0x30, info.children[0].encoded, _open(0xA0, data))


def _open(tag: int, *parts: bytes) -> bytes:
    return bytes((tag, 0x80)) + b"".join(parts) + b"\0\0"


def token(imprint: bytes, *, digest: str = "SHA256", unsigned: Sequence[bytes] = ()) -> bytes:
    """Return a time-stamp token over a digest, signed by the test PKI's authority."""
    info = writer.sequence(
        writer.integer(1),
        writer.oid("1.2.3.4.5"),
        writer.sequence(digest_by_name(digest).identifier(), writer.octet_string(imprint)),
        writer.integer(77),
        writer.generalized_time(TIME),
    )
    wanted = request("tsa")
    octets = builder.signed_attributes(
        wanted, digest_by_name("SHA256").digest(info), content_type=oids.TST_INFO
    )
    signer = builder.signer_info(wanted, octets, value(octets, "tsa"), unsigned)
    return builder.signed_data(wanted, signer, content_type=oids.TST_INFO, content=info)
