"""Names read as RFC 4514 writes them and match as RFC 5280 compares them."""

from __future__ import annotations

import pickle

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from esign.asn1 import writer
from esign.errors import MalformedCertificateError
from esign.pki.names import COMMON_NAME, ORGANIZATION_IDENTIFIER, SERIAL_NUMBER, Name

ESCAPED_ALIKE = {
    NameOID.COMMON_NAME,
    NameOID.ORGANIZATION_NAME,
    NameOID.LOCALITY_NAME,
}


def _name(*relative: bytes) -> Name:
    return Name.from_der(writer.sequence(*relative))


def _rdn(*attributes: tuple[str, bytes]) -> bytes:
    return writer.set_of(*(writer.sequence(writer.oid(oid), value) for oid, value in attributes))


@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(ESCAPED_ALIKE, key=lambda oid: oid.dotted_string)),
            st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_text_is_that_of_another_library(attributes: list) -> None:
    """``cryptography`` writes the same RFC 4514 string, escapes included."""
    theirs = x509.Name([x509.NameAttribute(oid, text) for oid, text in attributes])
    assert str(Name.from_der(theirs.public_bytes())) == theirs.rfc4514_string()


def test_attributes_are_found_by_identifier() -> None:
    """The first value of each kind, None for what is absent."""
    name = _name(
        _rdn((SERIAL_NUMBER, writer.printable_string("1AB"))),
        _rdn((ORGANIZATION_IDENTIFIER, writer.utf8_string("NTRAZ-1"))),
    )
    assert name.get(SERIAL_NUMBER) == "1AB"
    assert name.get(COMMON_NAME) is None
    assert str(name) == "organizationIdentifier=NTRAZ-1,serialNumber=1AB"


def test_an_unknown_attribute_is_written_in_hex() -> None:
    """RFC 4514 §2.4: no descriptor, so the encoding stands for the value."""
    assert str(_name(_rdn(("1.2.3.4", writer.utf8_string("x"))))) == "1.2.3.4=#0c0178"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (writer.utf8_string("Test CA"), writer.printable_string("Test CA"), True),
        (writer.utf8_string("Test CA"), writer.utf8_string("test  ca "), True),
        (writer.utf8_string("\u01c4x"), writer.utf8_string("\u01c6X"), True),
        (writer.utf8_string("Test CA"), writer.utf8_string("TestCA"), False),
        (writer.utf8_string("Test CA"), writer.utf8_string("Test CB"), False),
        (writer.octet_string(b"a"), writer.octet_string(b"A"), False),
    ],
)
def test_names_match_whatever_case_spacing_and_string_type(
    one: bytes, other: bytes, same: bool
) -> None:
    """RFC 5280 §7.1: prepared values are compared, not encodings."""
    first, second = (_name(_rdn((COMMON_NAME, value))) for value in (one, other))
    assert (first == second) is same
    if same:
        assert hash(first) == hash(second)


def test_order_counts_between_relative_names_and_not_within_one() -> None:
    """CN then O is another name than O then CN, unless both are one relative name."""
    common, organization = (
        (COMMON_NAME, writer.utf8_string("a")),
        ("2.5.4.10", writer.utf8_string("b")),
    )
    assert _name(_rdn(common), _rdn(organization)) != _name(_rdn(organization), _rdn(common))
    assert _name(_rdn(common, organization)) == _name(_rdn(organization, common))
    assert _name(_rdn(common)) != _name(_rdn(common), _rdn(organization))


def test_text_that_looks_like_hex_is_text() -> None:
    """A string ``#0c0161`` never equals a value that could not be read."""
    text = _name(_rdn((COMMON_NAME, writer.utf8_string("#040161"))))
    octets = _name(_rdn((COMMON_NAME, writer.octet_string(b"a"))))
    assert text != octets
    assert str(text) == "CN=\\#040161"


@pytest.mark.parametrize("octets", [b"", b"\x04\x00", b"\x30\x02\x31\x01", b"\x30\x02\x05\x00"])
def test_broken_names_are_malformed(octets: bytes) -> None:
    """Broken octets are refused when the name is made."""
    with pytest.raises(MalformedCertificateError):
        Name.from_der(octets)


def test_the_same_octets_are_one_object_even_after_pickling() -> None:
    """Names are kept once."""
    name = _name(_rdn((COMMON_NAME, writer.utf8_string("a"))))
    assert pickle.loads(pickle.dumps(name)) is name
    assert Name.from_der(b"\x30\x00").is_empty
