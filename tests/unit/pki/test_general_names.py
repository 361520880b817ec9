"""GeneralName in all its kinds.

Spec: RFC 5280 §4.2.1.6
"""

from __future__ import annotations

import ipaddress

import pytest
from cryptography import x509
from cryptography.x509.oid import ObjectIdentifier

from esign.asn1.reader import parse
from esign.asn1.writer import encode
from esign.errors import MalformedError
from esign.pki.general_names import NameKind, read_general_name, read_general_names


def test_names_are_read_as_an_independent_library_writes_them() -> None:
    """Each kind comes out with its content; a directory name with its encoding."""
    directory = x509.Name.from_rfc4514_string("CN=Anna")
    names = read_general_names(
        parse(
            x509.SubjectAlternativeName(
                [
                    x509.OtherName(ObjectIdentifier("1.2.3"), b"\x05\x00"),
                    x509.RFC822Name("anna@example.test"),
                    x509.DNSName("example.test"),
                    x509.DirectoryName(directory),
                    x509.UniformResourceIdentifier("https://example.test/"),
                    x509.IPAddress(ipaddress.ip_address("192.0.2.1")),
                    x509.RegisteredID(ObjectIdentifier("1.2.3")),
                ]
            ).public_bytes()
        )
    )
    assert [n.kind for n in names] == [
        NameKind.OTHER,
        NameKind.EMAIL,
        NameKind.DNS,
        NameKind.DIRECTORY,
        NameKind.URI,
        NameKind.IP,
        NameKind.REGISTERED_ID,
    ]
    assert names[1].text == "anna@example.test"
    assert names[3].value == directory.public_bytes()
    assert names[5].value == bytes([192, 0, 2, 1])


@pytest.mark.parametrize("tag", [0x89, 0x30, 0x04, 0x49, 0xC1])
def test_unknown_alternatives_are_refused(tag: int) -> None:
    """A tag that is none of the nine alternatives is an error, never another kind."""
    with pytest.raises(MalformedError):
        read_general_name(parse(encode(tag, b"")))
