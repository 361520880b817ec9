"""Which ds:Signature elements are signatures, and what belongs to which."""

from __future__ import annotations

import base64
import hashlib

import pytest

from esign.document import Document
from esign.errors import LimitExceededError, MalformedXMLError
from esign.limits import Budget, Limits
from esign.terms import ReferenceKind
from esign.xades.parse import parse_document, read_signatures
from esign.xml.names import C14N_EXCLUSIVE
from tests.support.xml_making import read, reference, sign, unsigned, xml

TYPE = "http://uri.etsi.org/01903#CountersignedSignature"


SIGNED = sign(b"<a/>").whole().decode()
VALUE = "#value-0123456789abcdef"
INSIDE = SIGNED.replace(
    "</xades:SignedProperties>",
    "</xades:SignedProperties><xades:UnsignedProperties><xades:UnsignedSignatureProperties>"
    "<xades:CounterSignature>HERE</xades:CounterSignature>"
    "</xades:UnsignedSignatureProperties></xades:UnsignedProperties>",
)


def test_documents_without_signature_have_none() -> None:
    """XML without a signature is read and has none; what is no XML is an error."""
    assert parse_document(Document.of(b"<a/>"), Budget()).signatures == ()
    for content in b"", b"no xml":
        with pytest.raises(MalformedXMLError):
            parse_document(Document.of(content), Budget())


def test_damaged_signature_takes_no_other_with_it() -> None:
    """An empty ds:Signature is one with findings beside a sound one."""
    empty = '<x:Signature xmlns:x="http://www.w3.org/2000/09/xmldsig#"/>'
    damaged, sound = read(SIGNED.replace("<a>", "<a>" + empty).encode())
    assert damaged.structure_findings()
    assert damaged.references() == ()
    assert sound.references()[0].intact


def test_counter_signature_inside() -> None:
    """A signature in CounterSignature belongs to the one around it and covers its value."""
    value = SIGNED[SIGNED.index("<ds:SignatureValue") : SIGNED.index("<ds:KeyInfo")]
    digest = base64.b64encode(hashlib.sha256(_canonical(value)).digest()).decode()
    counter = unsigned(reference(VALUE, C14N_EXCLUSIVE, type_=TYPE, digest=digest))
    (signature,) = read(INSIDE.replace("HERE", counter).encode())
    (found,) = signature.counter_signatures
    (covered,) = found.references()
    assert (covered.kind, covered.intact) == (ReferenceKind.COUNTER_SIGNED, True)


def _canonical(value: str) -> bytes:
    return value.replace(
        "<ds:SignatureValue", '<ds:SignatureValue xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'
    ).encode()


def test_counter_signature_of_something_else_does_not_count() -> None:
    """Over another element the counter-signature is found and never intact."""
    other = sign(b"<b/>", unique="f" * 16).whole().decode()
    value = other[other.index("<ds:SignatureValue") : other.index("<ds:KeyInfo")]
    digest = base64.b64encode(hashlib.sha256(_canonical(value)).digest()).decode()
    counter = unsigned(reference("#value-" + "f" * 16, C14N_EXCLUSIVE, type_=TYPE, digest=digest))
    content = f"<w>{INSIDE.replace('HERE', counter)}{other}</w>"
    (found,) = read(content.encode())[0].counter_signatures
    (covered,) = found.references()
    assert not covered.intact
    assert covered.problem is not None


def test_counter_signature_elsewhere_is_hung_onto_its_target() -> None:
    """A signature over nothing but another's value belongs to that other."""
    value = SIGNED[SIGNED.index("<ds:SignatureValue") : SIGNED.index("<ds:KeyInfo")]
    digest = base64.b64encode(hashlib.sha256(_canonical(value)).digest()).decode()
    counter = unsigned(reference(VALUE, C14N_EXCLUSIVE, type_=TYPE, digest=digest))
    (signature,) = read(SIGNED.replace("</a>", counter + "</a>").encode())
    (found,) = signature.counter_signatures
    assert found.references()[0].intact


def test_signatures_over_each_other_are_both_kept() -> None:
    """Two that claim to countersign each other both stay in the list."""
    first = unsigned(reference("#two", type_=TYPE)).replace(
        "SignatureValue", 'SignatureValue Id="one"'
    )
    second = unsigned(reference("#one", type_=TYPE)).replace(
        "SignatureValue", 'SignatureValue Id="two"'
    )
    assert len(read(f"<a>{first}{second}</a>".encode())) == 2


def test_signature_inside_a_claim_is_not_the_documents() -> None:
    """A signed assertion among the signer's roles is not a signature of the document."""
    inner = '<x:Signature xmlns:x="http://www.w3.org/2000/09/xmldsig#"/>'
    content = SIGNED.replace("<xades:SigningTime>", f"{inner}<xades:SigningTime>")
    assert len(read(content.encode())) == 1


def test_signatures_are_limited() -> None:
    """More signatures than allowed end the call."""
    with pytest.raises(LimitExceededError):
        read_signatures(xml(f"<a>{unsigned() * 3}</a>"), Budget(Limits(signatures=2)))
