"""Each reference has its kind, and certain kinds must lead to certain elements."""

from __future__ import annotations

import base64
import hashlib

import pytest

from esign.ades.signature import Reference
from esign.document import Document
from esign.terms import Packaging, ReferenceKind, Scope
from esign.xml.names import C14N_10, C14N_EXCLUSIVE, TRANSFORM_XPATH, TYPE_MANIFEST
from tests.support.xml_making import octets_of, read, reference, sign, unsigned

SIGNED = sign(b"<a/>").whole()


def _digest(octets: bytes) -> str:
    return base64.b64encode(hashlib.sha256(octets).digest()).decode()


def _references(content: bytes | str, *given: Document) -> tuple[Reference, ...]:
    octets = content.encode() if isinstance(content, str) else content
    return read(octets, given)[0].references()


def test_kinds_of_a_plain_signature() -> None:
    """Content and signed properties are told apart, and only content has an extent."""
    content, properties = _references(SIGNED)
    assert (content.kind, content.scope) == (ReferenceKind.CONTENT, Scope.FULL)
    assert (properties.kind, properties.scope) == (ReferenceKind.SIGNED_PROPERTIES, Scope.NONE)


def test_properties_of_another_signature_are_not_taken() -> None:
    """A reference of the right Type that leads elsewhere is not found."""
    start = SIGNED.index(b"<xades:SignedProperties")
    end = SIGNED.index(b"</xades:SignedProperties>") + len(b"</xades:SignedProperties>")
    own = SIGNED[start:end]
    elsewhere = own.replace(
        b"<xades:SignedProperties",
        b'<xades:SignedProperties xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'
        b' xmlns:xades="http://uri.etsi.org/01903/v1.3.2#"',
    )
    fake = own.replace(b"xades-0123456789abcdef", b"fake").replace(b"2026", b"2020")
    moved = SIGNED.replace(own, fake).replace(b"<a>", b"<a>" + elsewhere)
    properties = _references(moved)[1]
    assert (properties.found, properties.intact) == (False, False)
    assert "does not lead to those of this signature" in str(properties.problem)


def test_properties_under_a_selecting_transform_are_not_taken() -> None:
    """A transform that leaves part of the properties out voids the reference."""
    select = (
        f'<ds:Transform Algorithm="{TRANSFORM_XPATH}"><ds:XPath>'
        "not(ancestor-or-self::ds:Signature)</ds:XPath></ds:Transform>"
    ).encode()
    at = SIGNED.index(b"<ds:Transforms>", SIGNED.index(b"#SignedProperties")) + 15
    assert not _references(SIGNED[:at] + select + SIGNED[at:])[1].found


def test_untyped_reference_to_own_properties_is_known_by_its_target() -> None:
    """Without a Type the target decides."""
    content = SIGNED.replace(b' Type="http://uri.etsi.org/01903#SignedProperties"', b"")
    properties = _references(content)[1]
    assert (properties.kind, properties.intact) == (ReferenceKind.SIGNED_PROPERTIES, True)


def _with_key_info_and_object() -> str:
    more = '<ds:KeyInfo Id="k"/><ds:Object Id="o">x</ds:Object>'
    return unsigned(reference("#k"), reference("#o"), more=more)


def test_key_info_and_object() -> None:
    """References into the signature itself have their own kinds."""
    key_info, item = _references(_with_key_info_and_object())
    assert (key_info.kind, item.kind) == (ReferenceKind.KEY_INFO, ReferenceKind.OBJECT)
    assert read(_with_key_info_and_object().encode())[0].packaging is Packaging.ENVELOPING


def _manifest(*entries: str) -> str:
    listed = "".join(entries)
    held = f'<ds:Object><ds:Manifest Id="m">{listed}</ds:Manifest></ds:Object>'
    open_ = unsigned(reference("#m", type_=TYPE_MANIFEST), more=held)
    return unsigned(
        reference("#m", type_=TYPE_MANIFEST, digest=_digest(octets_of(open_))), more=held
    )


def test_manifest_entries_have_outcomes_of_their_own() -> None:
    """A manifest is intact while one of its entries is not; then the whole is not covered."""
    content = _manifest(
        reference("one", digest=_digest(b"1")), reference("two", digest=_digest(b"2"))
    )
    one, two, bad = (
        Document.of(o, name=n) for o, n in ((b"1", "one"), (b"2", "two"), (b"3", "two"))
    )
    (manifest,) = _references(content, one, two)
    assert manifest.kind is ReferenceKind.MANIFEST
    assert manifest.intact
    assert manifest.scope is Scope.FULL
    assert [entry.intact for entry in manifest.entries] == [True, True]
    (manifest,) = _references(content, one, bad)
    assert manifest.intact
    assert manifest.scope is Scope.PARTIAL
    assert [(entry.found, entry.intact) for entry in manifest.entries] == [
        (True, True),
        (True, False),
    ]


def test_repeated_manifest_entry_is_ambiguous() -> None:
    """Two entries of one name are both out."""
    entry = reference("one", digest=_digest(b"1"))
    (manifest,) = _references(_manifest(entry, entry), Document.of(b"1", name="one"))
    assert manifest.intact
    assert all(one.ambiguous and not one.found for one in manifest.entries)


@pytest.mark.parametrize(
    ("uri", "transforms", "packaging"),
    [
        ("", (), Packaging.ENVELOPED),
        ("#a", (), Packaging.ENVELOPED),
        ("#b", (C14N_EXCLUSIVE,), Packaging.INTERNALLY_DETACHED),
        ("file.txt", (C14N_10,), Packaging.DETACHED),
        ("#none", (), None),
    ],
)
def test_packaging(uri: str, transforms: tuple[str, ...], packaging: Packaging | None) -> None:
    """Where the content lies says how it is packaged, found or not."""
    content = f'<a Id="a"><b Id="b"/>{unsigned(reference(uri, *transforms))}</a>'
    assert read(content.encode())[0].packaging is packaging


def test_type_does_not_make_content_a_counter_signature_target() -> None:
    """Calling content a countersigned value gives it no extent."""
    type_ = "http://uri.etsi.org/01903#CountersignedSignature"
    (found,) = _references(f'<a><b Id="b"/>{unsigned(reference("#b", type_=type_))}</a>')
    assert (found.kind, found.scope) == (ReferenceKind.COUNTER_SIGNED, Scope.NONE)
