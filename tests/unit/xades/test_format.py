"""The five verbs: every packaging is signed, read back, augmented, and spliced not rewritten."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from esign.ades.format import Slot, XMLOptions
from esign.document import Document
from esign.errors import EsignError, UsageError
from esign.limits import Budget
from esign.terms import Packaging, Scope, SignatureForm, SlotKind
from esign.xades.format import XADES
from esign.xml.markup import tag, text
from tests.support.cms_making import token
from tests.support.xml_making import is_sound, read, sign, timestamp_slot

FORM = (
    b'<?xml version="1.0"?>\r\n'
    b'<?xml-stylesheet href="a.xsl"?><f:form xmlns:f="urn:f" xml:lang="az">'
    b"<name a='1' >Salam  d\xc3\xbcnya</name><empty/></f:form>\n<!-- end -->\n"
)


@pytest.mark.parametrize("key", ["rsa", "ec", "ed25519", "ed448"])
@pytest.mark.parametrize("packaging", [Packaging.ENVELOPED, Packaging.ENVELOPING])
def test_signature_is_read_back_sound(packaging: Packaging, key: str) -> None:
    """What is signed with any key is found, intact, full and verifies."""
    (signature,) = read(sign(FORM, packaging, key=key))
    assert is_sound(signature)
    assert signature.packaging is packaging
    assert signature.structure_findings() == ()
    assert signature.is_ades_baseline
    assert signature.references()[0].scope is Scope.FULL


@pytest.mark.parametrize(
    ("algorithm", "digest"),
    [
        ("RSA_PSS_SHA256", "SHA384"),
        ("RSA_PKCS1_SHA512", "SHA512"),
        ("RSA_PSS_SHA3-256", "SHA3-256"),
    ],
)
def test_algorithms_are_named_and_verify(algorithm: str, digest: str) -> None:
    """PSS, SHA-2 and SHA-3 go by their URIs and come back under their names."""
    (signature,) = read(sign(FORM, algorithm=algorithm, digest=digest))
    assert is_sound(signature)
    assert signature.algorithm is not None
    assert signature.algorithm.name == algorithm
    assert digest in {one.name for one in signature.digest_algorithms}


def test_every_octet_of_the_document_stays() -> None:
    """An enveloped signature goes in before the end tag and changes nothing else."""
    signed = sign(FORM).whole()
    start = signed.index(b"<ds:Signature")
    end = signed.index(b"</ds:Signature>") + len(b"</ds:Signature>")
    assert signed[:start] + signed[end:] == FORM


def test_parallel_signatures_survive() -> None:
    """A second and a third signature leave those before them sound."""
    document = sign(FORM)
    for number in ("1", "2"):
        document = sign(document, unique=number * 16, key="ec")
    signatures = read(document)
    assert len(signatures) == 3
    assert all(map(is_sound, signatures))
    assert all(one.references()[0].scope is Scope.FULL for one in signatures)


def test_detached_covers_every_file() -> None:
    """A detached signature over two files names both, and misses each that is not given."""
    files = [Document.of(b"one", name="one file.txt"), Document.of(b"two", name="two.bin")]
    document = sign(files[0], Packaging.DETACHED, detached=files[1:])
    (signature,) = read(document, files)
    assert is_sound(signature)
    assert signature.packaging is Packaging.DETACHED
    assert [one.found for one in read(document, files[:1])[0].references()] == [True, False, True]
    assert [one.found for one in read(document)[0].references()] == [False, False, True]


def test_detached_without_a_name() -> None:
    """One document without a name is signed without a URI and is the one given later."""
    document = sign(Document.of(b"content"), Packaging.DETACHED)
    assert is_sound(read(document, [Document.of(b"content")])[0])
    assert not is_sound(read(document, [Document.of(b"Content")])[0])


def test_internally_detached() -> None:
    """One element is signed from outside of it."""
    content = b"<bundle><order Id='o' sum='1'>x</order></bundle>"
    (signature,) = read(sign(content, Packaging.INTERNALLY_DETACHED, xml=XMLOptions(target_id="o")))
    assert is_sound(signature)
    assert signature.packaging is Packaging.INTERNALLY_DETACHED
    assert signature.references()[0].scope is Scope.FULL


@pytest.mark.parametrize(
    "uri",
    [
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
        "http://www.w3.org/2006/12/xml-c14n11",
        "http://www.w3.org/2006/12/xml-c14n11#WithComments",
        "http://www.w3.org/2001/10/xml-exc-c14n#",
        "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
    ],
)
def test_every_canonicalisation_signs(uri: str) -> None:
    """Each canonicalisation can be used for SignedInfo and references."""
    assert is_sound(read(sign(FORM, xml=XMLOptions(canonicalization=uri)))[0])


def test_timestamp_goes_in_without_changing_the_signature() -> None:
    """A signature-time-stamp matches, keeps the id, and leaves every reference intact."""
    document = sign(FORM)
    (before,) = read(document)
    slot = timestamp_slot(document)
    assert slot.imprint is not None
    stamped = XADES.fill(slot, token(slot.imprint))
    (signature,) = read(stamped)
    (stamp,) = signature.timestamps
    assert signature.id == before.id
    assert is_sound(signature)
    assert stamp.imprint.intact
    assert stamp.covered == (signature.id,)


def test_second_timestamp_and_archive_timestamp() -> None:
    """Further time-stamps stand after the first; the archive one covers them all."""
    document = sign(FORM)
    kinds = (SlotKind.SIGNATURE_TIMESTAMP, SlotKind.SIGNATURE_TIMESTAMP, SlotKind.ARCHIVE_TIMESTAMP)
    for kind in kinds:
        slot = timestamp_slot(document, kind)
        assert slot.imprint is not None
        document = XADES.fill(slot, token(slot.imprint))
    (signature,) = read(document)
    assert [one.imprint.intact for one in signature.timestamps] == [True, True, True]
    assert len(signature.timestamps[2].covered) == 3
    assert len({one.name for one in signature.timestamps}) == 3


def test_slot_opened_twice_is_the_same() -> None:
    """Opening the same slot twice gives the same octets, so a session can be resumed."""
    document = sign(FORM)
    assert timestamp_slot(document).imprint == timestamp_slot(document).imprint


def test_foreign_slot_is_refused() -> None:
    """A slot that another format opened is not filled."""
    slot = Slot(kind=SlotKind.SIGNATURE, form=SignatureForm.CADES, state=object())
    with pytest.raises(UsageError):
        XADES.fill(slot, b"value")


@pytest.mark.parametrize("kind", [SlotKind.CONTENT_TIMESTAMP, SlotKind.COUNTER_SIGNATURE])
def test_other_kinds_are_refused(kind: SlotKind) -> None:
    """What cannot be added here is said before anything is done."""
    with pytest.raises(UsageError):
        timestamp_slot(sign(FORM), kind)


def test_recognise_goes_by_content() -> None:
    """XML is recognised by how it begins; other content is not."""
    assert XADES.recognise(Document.of(FORM, name="a.pdf"))
    assert XADES.recognise(Document.of("<a/>".encode("utf-16")))
    assert not XADES.recognise(Document.of(b"%PDF-1.7", name="a.xml"))
    assert not XADES.recognise(Document.of(b""))


def test_hundreds_of_files_are_no_trap() -> None:
    """Five hundred files are signed and verified in a moment, each name looked up once."""
    files = [Document.of(b"%d" % number, name=f"file {number}") for number in range(500)]
    start = time.perf_counter()
    document = sign(files[0], Packaging.DETACHED, detached=files[1:])
    (signature,) = read(document, files)
    assert is_sound(signature)
    assert len(signature.references()) == 501
    assert time.perf_counter() - start < 10


def test_threads_come_to_the_same_results() -> None:
    """Eight threads at once find what one finds."""
    signed = sign(FORM).whole()
    expected = [(one.id, is_sound(one)) for one in read(signed)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: [(s.id, is_sound(s)) for s in read(signed)], range(64)))
    assert found == [expected] * 64


_VALUES = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=20
)
_ELEMENTS = st.recursive(
    _VALUES.map(text),
    lambda inner: st.builds(
        lambda name, value, content: tag(name, *content, a=value),
        st.sampled_from(["x", "y", "z"]),
        _VALUES,
        st.lists(inner, max_size=3),
    ),
    max_leaves=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_ELEMENTS, max_size=3), st.sampled_from(list(Packaging)))
def test_any_document_comes_back_sound(inside: list[str], packaging: Packaging) -> None:
    """Signing and reading are inverse for any document and packaging."""
    content = tag("root", tag("t", *inside, Id="t")).encode()
    document = Document.of(content, name="content.xml")
    options = XMLOptions(target_id="t" if packaging is Packaging.INTERNALLY_DETACHED else None)
    signed = sign(document, packaging, key="ed25519", xml=options)
    given_files = [document] if packaging is Packaging.DETACHED else []
    (signature,) = read(signed, given_files)
    assert is_sound(signature)
    assert signature.references()[0].scope is Scope.FULL


_SIGNED = sign(FORM, key="ed25519").whole()


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(_SIGNED) - 1), st.integers(0, 7))
def test_flipped_bit_never_stays_sound_unless_it_means_the_same(at: int, bit: int) -> None:
    """A changed octet leaves something broken, or says the same to a canonicaliser."""
    changed = bytearray(_SIGNED)
    changed[at] ^= 1 << bit
    try:
        signatures = XADES.parse(Document.of(bytes(changed)), Budget()).signatures
        sound = [one for one in read(bytes(changed)) if one.signer.candidates and is_sound(one)]
    except EsignError:
        return
    if len(signatures) == 1 and sound and sound[0].references()[0].scope is Scope.FULL:
        assert _is_outside_of_what_is_signed(at)


def _is_outside_of_what_is_signed(at: int) -> bool:
    """The prolog, white space in tags, the KeyInfo, unsigned ids and comments are not signed."""
    # Exclusive canonicalisation drops a declaration that only an expression makes use of.
    unused = _SIGNED.index(b'xmlns:ds="', _SIGNED.index(b"<dsig-filter2:XPath"))
    first = _SIGNED.index(b"<?xml-stylesheet")
    free = [
        (0, first),
        (unused, unused + len(b'xmlns:ds="')),
        (_SIGNED.index(b"</ds:SignedInfo>"), _SIGNED.index(b"<xades:SignedProperties")),
        (_SIGNED.index(b"</xades:SignedProperties>"), len(_SIGNED)),
        (_SIGNED.index(b"<ds:Signature "), _SIGNED.index(b"<ds:SignedInfo>")),
    ]
    # Quotes and blanks inside a tag are no part of the canonical form.
    inert = b"'\" \t\r\n"
    return any(start <= at < end for start, end in free) or _SIGNED[at] in inert
