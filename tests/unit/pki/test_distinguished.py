"""Parts of distinguished names.

Spec: RFC 5280 §4.2.1.10, §7.1
"""

from __future__ import annotations

from cryptography import x509

from esign.asn1.reader import parse
from esign.pki.distinguished import relative_name, relative_names


def _der(text: str) -> bytes:
    return x509.Name.from_rfc4514_string(text).public_bytes()


def test_equal_names_have_equal_parts() -> None:
    """Case and spacing do not count, order from the top does."""
    one = relative_names(_der("CN=Anna  Aliyeva,O=Ministry,C=AZ"))
    other = relative_names(_der("CN=ANNA aliyeva,O=ministry,C=az"))
    assert one == other
    assert one[:2] == relative_names(_der("O=Ministry,C=AZ"))
    assert one != relative_names(_der("C=AZ,O=Ministry,CN=Anna Aliyeva"))


def test_attributes_of_one_part_have_no_order() -> None:
    """A part with two attributes is the same whichever comes first."""
    assert relative_names(_der("CN=Anna+L=Baku")) == relative_names(_der("L=Baku+CN=Anna"))


def test_single_part_is_read_behind_any_tag() -> None:
    """A relative name under an implicit tag is the last part of the whole name."""
    whole = parse(_der("CN=Anna,C=AZ"))
    last = whole.children[1].encoded
    hidden = parse(b"\xa1" + last[1:])
    assert relative_name(hidden) == relative_names(whole.encoded)[1]
