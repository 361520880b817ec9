"""Attributes are found by type, and broken ones do not hide the others."""

from __future__ import annotations

import pytest

from esign.asn1 import writer
from esign.asn1.reader import parse
from esign.cms import oids
from esign.cms.attributes import (
    Attributes,
    read_algorithm_protection,
    read_signing_certificate,
    same_algorithm,
)
from esign.cms.claims import attribute
from esign.errors import MalformedError
from tests.support import cms_making as make

ONE = attribute("1.2.3", writer.integer(1))
TWO = attribute("1.2.4", writer.integer(2), writer.integer(3))


def _set(*parts: bytes) -> Attributes:
    return Attributes(parse(writer.encode(0x31, b"".join(parts))))


def test_values_are_found_by_type() -> None:
    """All values of all attributes of a type, and the single one where there is one."""
    found = _set(ONE, TWO, ONE)
    assert [value.content for value in found.values("1.2.4")] == [b"\x02", b"\x03"]
    assert len(found.values("1.2.3")) == 2
    assert found.values("1.2.5") == ()
    assert found.single("1.2.3") is None
    assert found.single("1.2.4") is None
    alone = _set(ONE).single("1.2.3")
    assert alone is not None
    assert alone.content == b"\x01"


def test_broken_attributes_are_counted_and_passed_over() -> None:
    """Something that is no attribute does not stop its neighbours from being read."""
    broken = (
        writer.integer(5),
        writer.sequence(writer.oid("1.2.9")),
        writer.sequence(writer.oid("1.2.9"), writer.integer(1)),
        writer.sequence(writer.oid("1.2.9"), b"\x31\x03\x02\x05\x01"),
        b"\x30\x02\x06\x05",
        writer.sequence(b"\x06\x01\x80", writer.set_of(writer.null())),
    )
    found = _set(ONE, *broken, TWO)
    assert found.unreadable == len(broken)
    assert [attribute.oid for attribute in found] == ["1.2.3", "1.2.4"]


@pytest.mark.parametrize("size", [0, 1, 100, 127, 128, 200, 255, 256, 60_000, 70_000])
def test_values_of_every_length_are_read(size: int) -> None:
    """Whatever form the lengths take, the one value is the same."""
    value = writer.octet_string(bytes(size))
    found = _set(attribute("1.2.3", value)).single("1.2.3")
    assert found is not None
    assert found.encoded == value
    opened = b"\x30\x80" + writer.oid("1.2.3") + b"\x31\x80" + value + b"\0\0\0\0"
    found = _set(opened).single("1.2.3")
    assert found is not None
    assert found.encoded == value


def test_no_attributes_is_an_empty_set() -> None:
    """An absent set answers like an empty one."""
    found = Attributes(None)
    assert list(found) == []
    assert found.values("1.2.3") == ()
    assert found.is_der_order()


def test_order_is_judged_by_octets() -> None:
    """DER order is that of the encodings."""
    assert _set(ONE, TWO).is_der_order() is (ONE < TWO)
    assert _set(TWO, ONE).is_der_order() is (TWO < ONE)


def test_signing_certificate_version_1_is_sha1() -> None:
    """ESSCertID has no algorithm: it is SHA-1."""
    value = writer.sequence(writer.sequence(writer.sequence(writer.octet_string(b"d" * 20))))
    (found,) = read_signing_certificate(parse(value), v2=False)
    assert found.digest_algorithm is make.digest_by_name("SHA1")
    assert found.digest == b"d" * 20
    assert found.issuer_name is None
    assert found.serial_number is None


def test_signing_certificate_version_2_defaults_to_sha256() -> None:
    """ESSCertIDv2 leaves SHA-256 out, names others, and may name issuer and serial number."""
    certificate = make.certificate()
    names = writer.sequence(writer.explicit(4, certificate.issuer_der))
    issuer_serial = writer.sequence(names, writer.integer(certificate.serial_number))
    first = writer.sequence(writer.octet_string(b"d" * 32), issuer_serial)
    sha512 = make.digest_by_name("SHA512")
    second = writer.sequence(sha512.identifier(), writer.octet_string(b"e" * 64))
    unknown = writer.sequence(writer.sequence(writer.oid("1.2.3")), writer.octet_string(b"f" * 64))
    value = parse(writer.sequence(writer.sequence(first, second, unknown)))
    read = read_signing_certificate(value, v2=True)
    assert [each.digest_algorithm for each in read] == [make.digest_by_name("SHA256"), sha512, None]
    assert read[0].issuer_name == certificate.issuer_der
    assert read[0].serial_number == certificate.serial_number


@pytest.mark.parametrize(
    "value",
    [
        writer.sequence(),
        writer.sequence(writer.null()),
        writer.sequence(writer.sequence(writer.sequence())),
        writer.sequence(writer.sequence(writer.sequence(writer.integer(1)))),
        writer.sequence(
            writer.sequence(writer.sequence(writer.octet_string(b""), writer.sequence()))
        ),
    ],
)
def test_broken_signing_certificate_is_our_error(value: bytes) -> None:
    """What names no certificate is malformed."""
    with pytest.raises(MalformedError):
        read_signing_certificate(parse(value), v2=True)


def test_our_own_reference_is_read_back() -> None:
    """The reference we write names exactly the signer's certificate."""
    (reference,) = make.only(make.signed()).signer.references
    certificate = make.certificate()
    assert reference.digest == make.digest_by_name("SHA256").digest(certificate.der)
    assert reference.issuer_name == certificate.issuer_der
    assert reference.serial_number == certificate.serial_number


def test_protection_without_signature_is_read_as_such() -> None:
    """CMSAlgorithmProtection for a MAC names no signature algorithm."""
    digest = make.digest_by_name("SHA256").identifier()
    found, signature = read_algorithm_protection(parse(writer.sequence(digest)))
    assert found.encoded == digest
    assert signature is None
    with pytest.raises(MalformedError):
        read_algorithm_protection(parse(writer.sequence()))


def test_algorithms_agree_under_any_tag() -> None:
    """Tag and NULL do not matter; the OID and true parameters do."""
    oid = writer.oid(oids.DATA)
    plain = parse(writer.sequence(oid))
    null = parse(writer.implicit(1, writer.sequence(oid, writer.null())))
    other = parse(writer.sequence(oid, writer.integer(1)))
    assert same_algorithm(plain, null)
    assert not same_algorithm(plain, other)
