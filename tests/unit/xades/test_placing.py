"""Each packaging asks of the document what it needs, and says what is missing."""

from __future__ import annotations

import pytest

from esign.ades.format import SignerProperties, XMLOptions
from esign.document import Document
from esign.errors import MalformedXMLError, UsageError
from esign.limits import Budget
from esign.terms import Packaging
from esign.xades.placing import prepare_signature
from esign.xml.names import TRANSFORM_ENVELOPED
from tests.support.xml_making import is_sound, read, request, sign

ENVELOPED, INTERNAL = Packaging.ENVELOPED, Packaging.INTERNALLY_DETACHED


def test_opening_twice_gives_the_same_octets() -> None:
    """What is to be signed depends on document and request alone."""
    document = Document.of(b"<a/>")
    one, two = (prepare_signature(document, request(), Budget(), ()) for _ in range(2))
    assert one.octets == two.octets


@pytest.mark.parametrize("packaging", [ENVELOPED, INTERNAL])
@pytest.mark.parametrize("content", [b"", b"no xml", b"<!DOCTYPE a><a/>"])
def test_what_goes_into_xml_must_be_xml(packaging: Packaging, content: bytes) -> None:
    """A document that is no XML cannot take a signature in."""
    with pytest.raises(MalformedXMLError):
        sign(content, packaging)


def test_enveloping_and_detached_take_anything() -> None:
    """Octets that are no XML are carried or named."""
    document = Document.of(b"\x00\xff", name="a.bin")
    assert is_sound(read(sign(document, Packaging.ENVELOPING))[0])
    assert is_sound(read(sign(document, Packaging.DETACHED), [document])[0])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (XMLOptions(), "target_id"),
        (XMLOptions(target_id="none"), "none"),
        (XMLOptions(target_id="two"), "more than one"),
        (XMLOptions(target_id="root"), "inside the element"),
        (XMLOptions(target_id="o", placement="//o"), "inside the element"),
        (XMLOptions(target_id="o", placement="//none"), "exactly one"),
    ],
)
def test_internally_detached_needs_an_element_outside(options: XMLOptions, words: str) -> None:
    """Without one clear element, or inside of it, nothing is signed."""
    content = b'<a Id="root"><o Id="o"/><t Id="two"/><t ID="two"/></a>'
    with pytest.raises(UsageError, match=words):
        sign(content, INTERNAL, xml=options)


def test_enveloped_over_one_element_goes_into_it() -> None:
    """The signature over an element is placed in it, or further in where asked."""
    content = b'<a><o Id="o"><inner/></o></a>'
    signed = sign(content, xml=XMLOptions(target_id="o"))
    assert is_sound(read(signed)[0])
    assert b"</ds:Signature></o></a>" in signed.whole()
    deeper = sign(content, xml=XMLOptions(target_id="o", placement="//inner"))
    assert b"</ds:Signature></inner></o></a>" in deeper.whole()
    with pytest.raises(UsageError, match="inside"):
        sign(content, xml=XMLOptions(target_id="o", placement="/a"))


def test_signing_a_signature_enveloped_is_refused() -> None:
    """A document that is nothing but a signature leaves nothing to be signed."""
    enveloping = sign(b"content", Packaging.ENVELOPING)
    with pytest.raises(UsageError, match="Nothing"):
        sign(enveloping, unique="f" * 16)


def test_adding_must_not_break_another_signature() -> None:
    """A signature that would be broken by one more stops it; one that survives does not."""
    first = sign(b"<a/>").whole()
    start, end = first.index(b"<ds:Transforms>"), first.index(b"</ds:Transforms>")
    plain = f'<ds:Transforms><ds:Transform Algorithm="{TRANSFORM_ENVELOPED}"/>'.encode()
    fragile = first[:start] + plain + first[end:]
    digest = read(fragile)[0].facts.covered[0].outcome
    assert digest.target is not None
    # The same content, canonicalised the default way, gives the digest to put in.
    import base64
    import hashlib

    octets = read(fragile)[0].facts.processor.octets(digest.target)
    value = base64.b64encode(hashlib.sha256(octets).digest())
    at = fragile.index(b"<ds:DigestValue>") + len(b"<ds:DigestValue>")
    fragile = fragile[:at] + value + fragile[fragile.index(b"</ds:DigestValue>") :]
    assert all(one.intact for one in read(fragile)[0].references())
    with pytest.raises(UsageError, match="would break the signature id-0123456789abcdef"):
        sign(fragile, unique="f" * 16)
    assert len(read(sign(first, unique="f" * 16))) == 2


@pytest.mark.parametrize("names", [("a", "a"), ("a", ""), ("", "b")])
def test_several_detached_need_names_of_their_own(names: tuple[str, str]) -> None:
    """Two files of one name, or one without, cannot be told apart later."""
    files = [Document.of(str(number).encode(), name=name) for number, name in enumerate(names)]
    with pytest.raises(UsageError, match="names"):
        sign(files[0], Packaging.DETACHED, detached=files[1:])


@pytest.mark.parametrize(
    ("document", "asked", "expected"),
    [
        (Document.of(b"x", name="a.pdf"), None, "application/pdf"),
        (Document.of(b"x", name="a"), None, "application/octet-stream"),
        (Document.of(b"x", name="a.pdf"), "text/plain", "text/plain"),
    ],
)
def test_media_type(document: Document, asked: str | None, expected: str) -> None:
    """The type asked for wins over the name's, and there is always one."""
    wanted = SignerProperties(media_type=asked)
    (signature,) = read(sign(document, Packaging.DETACHED, properties=wanted), [document])
    assert signature.signed_properties.content_formats[0].media_type == expected
