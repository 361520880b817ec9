"""Certificates are sliced exactly, judged by others, and read even where they are strange."""

from __future__ import annotations

import pickle
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, pkcs7
from cryptography.x509.oid import NameOID

from esign.asn1 import reader, tags, writer
from esign.crypto.algorithms import KeyType
from esign.errors import MalformedCertificateError
from esign.pki.certificate import Certificate, load_certificates

FOLDER = Path(__file__).parents[3] / "fixtures" / "pki" / "certificates"
KEY = ec.generate_private_key(ec.SECP256R1())
NAMES = sorted(path.stem for path in FOLDER.glob("*.crt"))


def _theirs(name: str = "citizen") -> x509.Certificate:
    return x509.load_pem_x509_certificate((FOLDER / f"{name}.crt").read_bytes())


def _ours(name: str = "citizen") -> Certificate:
    return Certificate.from_der(_theirs(name).public_bytes(Encoding.DER))


@pytest.mark.parametrize("name", NAMES)
def test_slices_are_those_of_another_library(name: str) -> None:
    """Names, serial number, validity, key, signed part and value agree with ``cryptography``."""
    ours, theirs = _ours(name), _theirs(name)
    assert ours.subject_der == theirs.subject.public_bytes()
    assert ours.issuer_der == theirs.issuer.public_bytes()
    assert ours.serial_number == theirs.serial_number
    assert ours.not_before == theirs.not_valid_before_utc
    assert ours.not_after == theirs.not_valid_after_utc
    assert ours.tbs == theirs.tbs_certificate_bytes
    assert ours.signature == theirs.signature
    assert ours.fingerprint == theirs.fingerprint(hashes.SHA256()).hex()
    assert ours.public_key.spki == theirs.public_key().public_bytes(
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )
    assert ours.signature_algorithm_oid == theirs.signature_algorithm_oid.dotted_string
    assert [(e.oid, e.critical) for e in ours.extensions] == [
        (e.oid.dotted_string, e.critical) for e in theirs.extensions
    ]


def test_the_same_octets_are_the_same_object() -> None:
    """Interned, also through pickling; another certificate is another."""
    assert _ours() is _ours()
    assert pickle.loads(pickle.dumps(_ours())) is _ours()
    assert _ours() != _ours("agency")
    assert _ours().id == f"C-{_ours().fingerprint}"


def test_a_signature_verifies_under_the_issuers_key_alone() -> None:
    """The answer is the same when it is remembered."""
    issuer, stranger = _ours("issuing").public_key, _ours("other-root").public_key
    for _ in range(2):
        assert _ours().signed_by(issuer)
        assert not _ours().signed_by(stranger)
        assert not _ours("citizen-bad-signature").signed_by(issuer)


def test_the_memory_is_bounded() -> None:
    """After many questions the oldest are forgotten, and answers stay right."""
    from esign.pki.certificate import _Remembered

    memory = _Remembered(4)
    for number in range(20):
        memory.put((bytes([number]), b""), number % 2 == 0)
    kept = [number for number in range(20) if memory.get((bytes([number]), b"")) is not None]
    assert 4 <= len(kept) <= 8
    assert all(memory.get((bytes([n]), b"")) is (n % 2 == 0) for n in kept)


def test_validity_includes_both_ends() -> None:
    """RFC 5280 §4.1.2.5."""
    certificate = _ours()
    second = timedelta(seconds=1)
    assert certificate.is_valid_at(certificate.not_before)
    assert certificate.is_valid_at(certificate.not_after)
    assert not certificate.is_valid_at(certificate.not_before - second)
    assert not certificate.is_valid_at(certificate.not_after + second)


def test_sound_certificates_have_no_problems() -> None:
    """No certificate of the test PKI breaks its profile."""
    assert not any(_ours(name).problems for name in NAMES)


def _rebuilt(
    *,
    version: bytes = writer.explicit(0, writer.integer(2)),
    serial: bytes = writer.integer(7),
    inner: bytes | None = None,
    issuer: bytes | None = None,
    validity: bytes | None = None,
    spki: bytes | None = None,
    extensions: tuple[bytes, ...] = (),
) -> Certificate:
    """Return a certificate with one part replaced; it need not verify."""
    fields = reader.parse(_ours().tbs).children
    algorithm = fields[2].encoded
    tbs = writer.sequence(
        version,
        serial,
        algorithm if inner is None else inner,
        fields[3].encoded if issuer is None else issuer,
        fields[4].encoded if validity is None else validity,
        fields[5].encoded,
        fields[6].encoded if spki is None else spki,
        writer.explicit(3, writer.sequence(*extensions)) if extensions else b"",
    )
    return Certificate.from_der(writer.sequence(tbs, algorithm, writer.bit_string(b"value")))


def _extension(oid: str, value: bytes) -> bytes:
    return writer.sequence(writer.oid(oid), writer.octet_string(value))


USAGE = _extension("2.5.29.15", writer.bit_string(b"\x40", 6))


def _times(start: str, end: str) -> bytes:
    return writer.sequence(
        writer.encode(tags.UTC_TIME, start.encode()), writer.encode(tags.UTC_TIME, end.encode())
    )


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"version": b"", "extensions": (USAGE,)}, "version 1"),
        ({"version": writer.explicit(0, writer.integer(5))}, "version"),
        ({"serial": writer.integer(0)}, "not positive"),
        ({"serial": writer.integer(-5)}, "not positive"),
        ({"serial": writer.integer(1 << 200)}, "octets"),
        ({"inner": writer.sequence(writer.oid("1.2.840.113549.1.1.12"), writer.null())}, "inside"),
        ({"validity": _times("300101000000Z", "290101000000Z")}, "ends before"),
        ({"issuer": writer.sequence()}, "no name"),
        ({"extensions": (USAGE, USAGE)}, "twice"),
        ({"extensions": (writer.null(),)}, "cannot be read"),
        ({"extensions": (_extension("2.5.29.15", b"junk"),)}, "2.5.29.15"),
    ],
)
def test_what_breaks_the_profile_is_told_and_read_all_the_same(changes: dict, word: str) -> None:
    """Each defect alone gives one problem; the sibling without it has none."""
    assert _rebuilt().problems == ()
    problems = _rebuilt(**changes).problems
    assert len(problems) == 1
    assert word in str(problems[0])


def test_repeated_extensions_do_not_hide_each_other() -> None:
    """All are listed, the first answers, and the certificate is refused by its problems."""
    other = _extension("2.5.29.15", writer.bit_string(b"\x80", 7))
    certificate = _rebuilt(extensions=(USAGE, other))
    assert len(certificate.extensions) == 2
    assert certificate.key_usage == frozenset({"nonRepudiation"})
    assert certificate.problems


def test_a_broken_key_leaves_a_readable_certificate() -> None:
    """The key is of unknown kind and verifies nothing."""
    certificate = _rebuilt(spki=writer.sequence(writer.null()))
    assert certificate.public_key.key_type is KeyType.UNKNOWN
    assert certificate.serial_number == 7


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\x30\x00",
        b"\x30\x80\x00\x00",
        writer.sequence(writer.sequence(), writer.sequence(), writer.bit_string(b"")),
        writer.sequence(writer.null(), writer.null(), writer.null()),
    ],
)
def test_what_cannot_be_sliced_is_malformed(octets: bytes) -> None:
    """Only then is a certificate refused outright."""
    with pytest.raises(MalformedCertificateError):
        Certificate.from_der(octets)


def test_every_truncation_is_malformed() -> None:
    """No prefix of a certificate is one, and none raises another error."""
    der = _ours().der
    for length in range(0, len(der), 7):
        with pytest.raises(MalformedCertificateError):
            Certificate.from_der(der[:length])


def test_trailing_octets_are_refused() -> None:
    """What follows a certificate is no part of it."""
    with pytest.raises(MalformedCertificateError):
        Certificate.from_der(_ours().der + b"\0")


def _p7() -> list[x509.Certificate]:
    return [_theirs("citizen"), _theirs("issuing")]


@pytest.mark.parametrize(
    "octets",
    [
        b"".join(each.public_bytes(Encoding.PEM) for each in _p7()),
        pkcs7.serialize_certificates(_p7(), Encoding.DER),
        pkcs7.serialize_certificates(_p7(), Encoding.PEM),
        b"Bag Attributes\r\n"
        + b"\r\n".join(each.public_bytes(Encoding.PEM) for each in _p7()).replace(b"\n", b"\r\n"),
    ],
    ids=["pem", "p7-der", "p7-pem", "bags"],
)
def test_files_of_every_kind_give_their_certificates(octets: bytes) -> None:
    """PEM with any text around it, and PKCS#7 in both clothes."""
    found = load_certificates(octets)
    assert {each.serial_number for each in found} == {each.serial_number for each in _p7()}


def test_a_der_file_holds_one() -> None:
    """Bare DER is one certificate."""
    assert load_certificates(_ours().der) == (_ours(),)


def test_openssls_trusted_form_is_read(tmp_path: Path) -> None:
    """``openssl x509 -trustout`` appends what is not part of the certificate."""
    out = tmp_path / "trusted.pem"
    subprocess.run(
        ["openssl", "x509", "-in", FOLDER / "root.crt", "-trustout", "-setalias", "x", "-out", out],
        check=True,
        capture_output=True,
    )
    assert load_certificates(out.read_bytes()) == (_ours("root"),)


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"text",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        b"-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n",
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        writer.sequence(writer.oid("1.2.840.113549.1.7.1"), writer.explicit(0, b"")),
        writer.sequence(writer.oid("1.2.840.113549.1.7.2"), writer.explicit(0, writer.sequence())),
    ],
)
def test_files_without_certificates_are_said_to_have_none(octets: bytes) -> None:
    """Text, keys, junk in PEM, and PKCS#7 of another kind or empty."""
    with pytest.raises(MalformedCertificateError):
        load_certificates(octets)


def test_what_another_library_refuses_is_still_read() -> None:
    """A negative serial number keeps ``cryptography`` from loading, not us."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a")]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a")]))
        .public_key(KEY.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2027, 1, 1, tzinfo=UTC))
        .sign(KEY, hashes.SHA256())
    )
    der = builder.public_bytes(Encoding.DER)
    broken = Certificate.from_der(der.replace(b"\x02\x01\x01", b"\x02\x01\xff", 1))
    assert broken.serial_number == -1
    assert Certificate.from_der(der).problems == ()
    assert broken.problems


def test_thousands_of_open_blocks_cost_nothing() -> None:
    """A file of PEM beginnings that never end is refused at once."""
    with pytest.raises(MalformedCertificateError, match="not closed"):
        load_certificates(b"-----BEGIN CERTIFICATE-----\n" * 100_000)
