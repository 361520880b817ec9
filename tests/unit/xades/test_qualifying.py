"""Only a signature's own qualifying properties are its own."""

from __future__ import annotations

from esign.xades.qualifying import Qualifying, find_qualifying, holds_only_qualifying
from esign.xml.dsig import SignatureElement, signatures_in
from tests.support.xml_making import DSIG, sign, xml

XADES = "http://uri.etsi.org/01903/v1.3.2#"
SIGNED = sign(b"<a/>").whole()


def _qualifying(content: bytes) -> Qualifying:
    document = xml(content)
    return find_qualifying(SignatureElement(next(signatures_in(document.root)), document))


def _properties() -> bytes:
    end = b"</xades:QualifyingProperties>"
    start = SIGNED.index(b"<xades:QualifyingProperties")
    return SIGNED[start : SIGNED.index(end) + len(end)]


def _declared() -> bytes:
    return _properties().replace(b" Target", f' xmlns:ds="{DSIG}" Target'.encode())


def test_own_properties_are_found() -> None:
    """The signature's one QualifyingProperties names it as its target."""
    found = _qualifying(SIGNED)
    assert (found.count, found.signed_count, found.target_matches) == (1, 1, True)
    assert found.signed is not None
    assert found.signed.get("Id") == "xades-0123456789abcdef"
    assert found.unsigned == ()


def test_properties_elsewhere_do_not_count() -> None:
    """The same element beside the signature, or deeper in an Object, is not its own."""
    moved = SIGNED.replace(_properties(), b"").replace(b"<a>", b"<a>" + _declared())
    assert _qualifying(moved).count == 0
    deeper = SIGNED.replace(_properties(), b"<x>" + _properties() + b"</x>")
    assert _qualifying(deeper).count == 0


def test_wrong_target_is_seen() -> None:
    """Properties about another signature do not match."""
    assert not _qualifying(SIGNED.replace(b'Target="#id-', b'Target="#other-')).target_matches
    assert not _qualifying(SIGNED.replace(b' Target="#id-0123456789abcdef"', b"")).target_matches


def test_of_two_the_referenced_is_taken() -> None:
    """With two SignedProperties the one the reference leads to counts, wherever it stands."""
    other = _properties().replace(b"xades-0123456789abcdef", b"other")
    for both in (other + _properties(), _properties() + other):
        found = _qualifying(SIGNED.replace(_properties(), both))
        assert (found.count, found.signed_count) == (2, 2)
        assert found.signed is not None
        assert found.signed.get("Id") == "xades-0123456789abcdef"


def test_of_two_with_one_id_none_is_taken() -> None:
    """Two SignedProperties of the same id are both out."""
    found = _qualifying(SIGNED.replace(_properties(), _properties() * 2))
    assert found.signed is None
    assert found.signature_properties.children == found.data_object_properties.children == ()


def test_object_with_more_is_no_mere_holder() -> None:
    """An Object counts as the properties' holder only when nothing else is in it."""
    inside = f'<q:QualifyingProperties xmlns:q="{XADES}"/>'
    for content, expected in (
        (inside, True),
        (f" <!-- c -->\n{inside} ", True),
        (f"{inside}<b/>", False),
        (f"text{inside}", False),
        (f"{inside}text", False),
        ("", False),
    ):
        root = xml(f'<ds:Object xmlns:ds="{DSIG}">{content}</ds:Object>').root
        assert holds_only_qualifying(root) is expected, content
    assert not holds_only_qualifying(xml(f"<o>{inside}</o>").root)
