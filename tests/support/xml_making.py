"""XML signatures made on the spot, with keys of the ``cryptography`` library.

document = sign(b"<form/>")                              # enveloped, RSA
document = sign(b"<form/>", key="ec", packaging=Packaging.ENVELOPING)
(signature,) = read(document)
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa

from esign.ades.format import SignatureRequest, Slot
from esign.crypto.algorithms import Scheme, SignatureAlgorithm, digest_by_name, signature_by_name
from esign.document import Document
from esign.limits import Budget
from esign.pki.certificate import Certificate
from esign.terms import Packaging, SignatureForm, SlotKind
from esign.xades.format import XADES
from esign.xades.signature import XAdESSignature
from esign.xml.dsig import SignatureElement, signatures_in
from esign.xml.parser import XMLDocument, parse_xml
from esign.xml.references import Outcome, ReferenceProcessor

TIME = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DSIG = "http://www.w3.org/2000/09/xmldsig#"
ALGORITHMS = {
    "rsa": "RSA_PKCS1_SHA256",
    "ec": "ECDSA_SHA256",
    "ed25519": "ED25519",
    "ed448": "ED448",
}


@cache
def key_of(kind: str) -> Any:
    """Return the one key of its kind for this run."""
    if kind == "rsa":
        return rsa.generate_private_key(65537, 2048)
    if kind == "ec":
        return ec.generate_private_key(ec.SECP256R1())
    return {"ed25519": ed25519.Ed25519PrivateKey, "ed448": ed448.Ed448PrivateKey}[kind].generate()


@cache
def certificate_of(kind: str) -> Certificate:
    """Return a self-signed certificate over the key."""
    key = key_of(kind)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"Signer {kind}")])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(77)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2036, 1, 1, tzinfo=UTC))
        .sign(key, None if kind.startswith("ed") else hashes.SHA256())
    )
    return Certificate.from_der(built.public_bytes(serialization.Encoding.DER))


def request(
    packaging: Packaging = Packaging.ENVELOPED,
    *,
    key: str = "rsa",
    algorithm: str | None = None,
    digest: str = "SHA256",
    **more: Any,
) -> SignatureRequest:
    """Return a request with everything settled."""
    more.setdefault("unique", "0123456789abcdef")
    return SignatureRequest(
        form=SignatureForm.XADES,
        packaging=packaging,
        certificate=certificate_of(key),
        algorithm=signature_by_name(algorithm or ALGORITHMS[key]),
        digest_algorithm=digest_by_name(digest),
        signing_time=TIME,
        **more,
    )


def value_of(octets: bytes, algorithm: SignatureAlgorithm, kind: str) -> bytes:
    """Return the raw signature value, as a signer gives it."""
    key = key_of(kind)
    if algorithm.digest is None:
        return bytes(key.sign(octets))
    digest = getattr(hashes, algorithm.digest.name.replace("-", "_"))()
    if kind == "ec":
        return bytes(key.sign(octets, ec.ECDSA(digest)))
    pss = padding.PSS(padding.MGF1(digest), algorithm.salt_length or 0)
    scheme = pss if algorithm.scheme is Scheme.PSS else padding.PKCS1v15()
    return bytes(key.sign(octets, scheme, digest))


def sign(
    content: bytes | Document,
    packaging: Packaging = Packaging.ENVELOPED,
    *,
    detached: Sequence[Document] = (),
    key: str = "rsa",
    **more: Any,
) -> Document:
    """Return the signed document."""
    document = content if isinstance(content, Document) else Document.of(content, name="form.xml")
    wanted = request(packaging, key=key, **more)
    slot = XADES.open_slot(document, wanted, Budget(), detached=detached)
    assert slot.octets is not None
    return XADES.fill(slot, value_of(slot.octets, wanted.algorithm, key))


def timestamp_slot(document: Document, kind: SlotKind = SlotKind.SIGNATURE_TIMESTAMP) -> Slot:
    """Return the slot of a time-stamp on the document's first signature."""
    return XADES.open_timestamp_slot(
        document,
        kind,
        Budget(),
        signature_id=read(document)[0].id,
        digest_algorithm=digest_by_name("SHA256"),
    )


def read(
    document: Document | bytes, detached: Sequence[Document] = ()
) -> tuple[XAdESSignature, ...]:
    """Return the signatures in a document."""
    parsed = XADES.parse(Document.of(document), Budget(), detached=detached)
    return tuple(one for one in parsed.signatures if isinstance(one, XAdESSignature))


def is_sound(signature: XAdESSignature) -> bool:
    """True when every reference matches and the value verifies under KeyInfo's first."""
    key = signature.signer.candidates[0].public_key
    return all(one.intact for one in signature.references()) and signature.value_verifies(key)


def xml(content: bytes | str) -> XMLDocument:
    """Return parsed XML."""
    return parse_xml(content.encode() if isinstance(content, str) else content, Budget())


def reference(uri: str | None, *transforms: str, type_: str = "", digest: str = "") -> str:
    """Return a ds:Reference, SHA-256; a transform is a URI or a whole element."""
    written = "".join(
        one if one.startswith("<") else f'<ds:Transform Algorithm="{one}"/>' for one in transforms
    )
    listed = f"<ds:Transforms>{written}</ds:Transforms>" if written else ""
    named = "" if uri is None else f' URI="{uri}"'
    return (
        f'<ds:Reference Type="{type_}"{named}>{listed}'
        '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
        f"<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference>"
    )


def unsigned(*references: str, more: str = "") -> str:
    """Return a ds:Signature with the references and without a value."""
    return (
        f'<ds:Signature xmlns:ds="{DSIG}"><ds:SignedInfo><ds:CanonicalizationMethod'
        ' Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/><ds:SignatureMethod'
        ' Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>'
        + "".join(references)
        + f"</ds:SignedInfo><ds:SignatureValue/>{more}</ds:Signature>"
    )


def outcomes(content: str, detached: Sequence[Document] = ()) -> list[Outcome]:
    """Follow every reference of the first signature in a document."""
    document = xml(content)
    signature = SignatureElement(next(signatures_in(document.root)), document)
    processor = ReferenceProcessor(document, detached, Budget())
    return [processor.check(one, signature.element) for one in signature.references]


def octets_of(content: str, detached: Sequence[Document] = ()) -> bytes:
    """Return the octets the first reference of the first signature leads to."""
    document = xml(content)
    signature = SignatureElement(next(signatures_in(document.root)), document)
    processor = ReferenceProcessor(document, detached, Budget())
    target = processor.dereference(signature.references[0], signature.element)
    return processor.octets(target)
