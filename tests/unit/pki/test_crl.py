"""CRLs read in place.

Spec: RFC 5280 §5
"""

from __future__ import annotations

import pickle
import time
from base64 import encodebytes
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ObjectIdentifier
from hypothesis import given, settings
from hypothesis import strategies as st

from esign.asn1.reader import parse
from esign.asn1.writer import (
    bit_string,
    encode,
    enumerated,
    explicit,
    integer,
    octet_string,
    oid,
    sequence,
    utc_or_generalized,
)
from esign.errors import EsignError, MalformedCertificateError
from esign.pki.crl import CRL
from tests.support.chains import NOW, make, make_crl

ROOT = make("Root")
ANNA = make("Anna", ROOT, ca=False)
BORIS = make("Boris", ROOT, ca=False)
ED25519 = sequence(oid("1.3.101.112"))
ISSUER = ROOT.ours.subject


def craft(
    *entries: bytes, version: bytes = integer(1), extensions: bytes = b"", inner: bytes = ED25519
) -> CRL:
    """Return an unsigned list of encoded entries."""
    dates = utc_or_generalized(NOW) + utc_or_generalized(NOW + timedelta(days=1))
    tbs = sequence(version, inner, ISSUER.der, dates, sequence(*entries), extensions)
    return CRL.from_der(sequence(tbs, ED25519, bit_string(b"\0" * 64)))


def entry(serial: int, *extensions: bytes, serial_der: bytes | None = None) -> bytes:
    """Return an encoded entry."""
    last = sequence(*extensions) if extensions else b""
    return sequence(serial_der or integer(serial), utc_or_generalized(NOW), last)


def test_facts_agree_with_an_independent_library() -> None:
    """Dates, number, issuer and entries are those another library put in and reads."""
    crl = make_crl(ROOT, revoked={ANNA: "key_compromise"}, number=7)
    theirs = x509.load_der_x509_crl(crl.der)
    assert crl.issuer == ISSUER
    assert crl.this_update == theirs.last_update_utc
    assert crl.next_update == theirs.next_update_utc
    assert crl.number == 7
    assert crl.base_number is None
    assert not crl.is_delta
    (found,) = crl.entries(ANNA.ours.serial_number, ISSUER)
    revoked = theirs.get_revoked_certificate_by_serial_number(ANNA.x509.serial_number)
    assert revoked is not None
    assert found.revoked_at == revoked.revocation_date_utc
    assert found.reason == 1


def test_absent_serial_number_has_no_entry() -> None:
    """Whoever is not listed has no entry."""
    crl = make_crl(ROOT, revoked={ANNA: None})
    assert crl.entries(BORIS.ours.serial_number, ISSUER) == ()


def test_entry_of_another_issuer_is_none_of_ours() -> None:
    """The same serial number under another issuer's name is another certificate."""
    crl = make_crl(ROOT, revoked={ANNA: None})
    assert crl.entries(ANNA.ours.serial_number, ANNA.ours.subject) == ()


def test_signature_is_checked() -> None:
    """The list verifies under its issuer's key and no other."""
    crl = make_crl(ROOT)
    assert crl.signed_by(ROOT.ours.public_key)
    assert not crl.signed_by(ANNA.ours.public_key)


def test_changed_octet_breaks_the_signature() -> None:
    """One changed bit in the signed part is noticed."""
    crl = make_crl(ROOT, revoked={ANNA: None})
    at = crl.der.index(integer(ANNA.x509.serial_number)) + 5
    changed = crl.der[:at] + bytes([crl.der[at] ^ 1]) + crl.der[at + 1 :]
    assert not CRL.from_der(changed).signed_by(ROOT.ours.public_key)


def test_pem_and_der_are_the_same() -> None:
    """A PEM body, with text around it, gives the list of its DER."""
    crl = make_crl(ROOT)
    pem = x509.load_der_x509_crl(crl.der).public_bytes(serialization.Encoding.PEM)
    assert CRL.load(b"text before\n" + pem) == CRL.load(crl.der) == crl
    assert hash(CRL.load(pem)) == hash(crl)
    assert CRL.load(pem).id == crl.id
    assert pickle.loads(pickle.dumps(crl)) == crl


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"no list",
        b"\x30\x00",
        b"-----BEGIN X509 CRL-----\n!!\n-----END X509 CRL-----",
        ROOT.ours.der,
        make_crl(ROOT).der[:-1],
        make_crl(ROOT).der + b"\0",
    ],
)
def test_what_is_no_list_is_refused(octets: bytes) -> None:
    """Anything but a whole revocation list is a named error."""
    with pytest.raises(MalformedCertificateError):
        CRL.load(octets)


def test_algorithms_inside_and_outside_must_agree() -> None:
    """Two different signature algorithms make no list."""
    with pytest.raises(MalformedCertificateError):
        craft(inner=sequence(oid("1.3.101.113")))


def test_version_1_has_no_extensions() -> None:
    """Extensions in a list without version 2 are refused."""
    number = sequence(oid("2.5.29.20"), octet_string(integer(1)))
    extensions = explicit(0, sequence(number))
    assert craft(extensions=extensions).number == 1
    with pytest.raises(MalformedCertificateError):
        craft(version=b"", extensions=extensions)


@given(
    st.lists(
        st.integers(min_value=-(2**70), max_value=2**160), min_size=1, max_size=40, unique=True
    ),
    st.integers(min_value=0, max_value=2**160),
)
@settings(max_examples=60, deadline=None)
def test_look_up_finds_exactly_what_is_listed(serials: list[int], stranger: int) -> None:
    """Every listed number is found once, and no other, however the octets overlap."""
    crl = craft(*map(entry, serials))
    for serial in serials:
        assert [e.serial_number for e in crl.entries(serial, ISSUER)] == [serial]
    if stranger not in serials:
        assert crl.entries(stranger, ISSUER) == ()


def test_number_hidden_elsewhere_is_no_entry() -> None:
    """A number's octets inside another entry's extension do not list it."""
    hidden = sequence(oid("1.2.3.4"), octet_string(entry(77)))
    crl = craft(entry(5, hidden), entry(6))
    assert crl.entries(77, ISSUER) == ()
    assert len(crl.entries(6, ISSUER)) == 1


def test_number_written_too_long_is_found() -> None:
    """A number with needless leading zeros lists the certificate all the same."""
    crl = craft(entry(0, serial_der=encode(2, b"\0\0" + (12345).to_bytes(2, "big"))))
    assert len(crl.entries(12345, ISSUER)) == 1


def test_number_listed_twice_is_told_twice() -> None:
    """Both entries about one number are told, so that the graver one can count."""
    assert len(craft(entry(5), entry(6), entry(5)).entries(5, ISSUER)) == 2


def test_broken_entry_before_the_number_is_an_error() -> None:
    """A list that cannot be walked says nothing, rather than that nobody is listed."""
    crl = craft(encode(0x31, b""), entry(5))
    with pytest.raises(MalformedCertificateError):
        crl.entries(5, ISSUER)


def test_critical_extensions_not_understood_are_told() -> None:
    """Of the list and of its entries: the OID of what is critical and unknown."""
    unknown = sequence(oid("1.2.3.4"), b"\x01\x01\xff", octet_string(b"\x05\x00"))
    harmless = sequence(oid("1.2.3.4"), octet_string(b"\x01\x01\xff"))
    assert craft(extensions=explicit(0, sequence(unknown))).unknown_critical_extension == "1.2.3.4"
    assert craft(extensions=explicit(0, sequence(harmless))).unknown_critical_extension is None
    assert craft(entry(5), entry(6, unknown)).unknown_critical_entry_extension == "1.2.3.4"
    assert craft(entry(5), entry(6, harmless)).unknown_critical_entry_extension is None


@pytest.mark.parametrize("true", [b"\x01\x01\xff", b"\x01\x01\x01", b"\x01\x81\x01\xff"])
def test_critical_is_seen_however_true_is_written(true: bytes) -> None:
    """BER may write true with any octet and a padded length; it is critical all the same."""
    unknown = sequence(oid("1.2.3.4"), true, octet_string(b"\x05\x00"))
    crl = craft(*(entry(n) for n in range(40)), entry(41, unknown))
    assert crl.unknown_critical_entry_extension == "1.2.3.4"


def test_indirect_entries_follow_their_issuer() -> None:
    """In an indirect list an entry belongs to the last certificate issuer named before it.

    Spec: RFC 5280 §5.3.3
    """
    other = make("Other CA").ours.subject
    scope = x509.IssuingDistributionPoint(None, None, False, False, None, True, False)
    indirect = sequence(oid("2.5.29.28"), b"\x01\x01\xff", octet_string(scope.public_bytes()))
    named = sequence(
        oid("2.5.29.29"), b"\x01\x01\xff", octet_string(sequence(explicit(4, other.der)))
    )
    crl = craft(entry(1), entry(2, named), entry(3), extensions=explicit(0, sequence(indirect)))
    assert [len(crl.entries(n, ISSUER)) for n in (1, 2, 3)] == [1, 0, 0]
    assert [len(crl.entries(n, other)) for n in (1, 2, 3)] == [0, 1, 1]


def test_expired_certificates_on_the_list_are_told() -> None:
    """expiredCertsOnCRL gives the moment since which expired certificates stay listed."""
    since = b"\x18\x0f20200101000000Z"
    extension = x509.UnrecognizedExtension(ObjectIdentifier("2.5.29.60"), since)
    crl = make_crl(ROOT, extensions=[(extension, False)])
    assert crl.expired_certificates_since == datetime(2020, 1, 1, tzinfo=UTC)
    assert make_crl(ROOT).expired_certificates_since is None


def test_large_list_is_searched_without_reading_it() -> None:
    """In 200,000 entries a number is ruled out in milliseconds."""
    one = entry(2**63 + 1, sequence(oid("2.5.29.21"), octet_string(enumerated(1))))
    numbers = range(2**63, 2**63 + 200_000)
    at = one.index((2**63 + 1).to_bytes(9, "big"))
    entries = b"".join(one[:at] + n.to_bytes(9, "big") + one[at + 9 :] for n in numbers)
    crl = craft(entries)
    start = time.perf_counter()
    assert crl.entries(2**150 + 12345, ISSUER) == ()
    assert crl.unknown_critical_entry_extension is None
    assert time.perf_counter() - start < 0.5
    assert len(crl.entries(numbers[1000], ISSUER)) == 1


@given(st.binary(max_size=60), st.integers(min_value=0, max_value=300))
@settings(max_examples=200, deadline=None)
def test_damage_ends_in_our_own_errors(junk: bytes, at: int) -> None:
    """A damaged list is read or refused; nothing but our own errors comes out."""
    good = make_crl(ROOT, revoked={ANNA: "certificate_hold"}).der
    damaged = good[:at] + junk + good[at + len(junk) :]
    try:
        crl = CRL.load(damaged)
        crl.entries(ANNA.x509.serial_number, ISSUER)
        _ = (crl.scope, crl.number, crl.unknown_critical_entry_extension, crl.freshest)
        if crl.signed_by(ROOT.ours.public_key):
            assert crl._tbs.encoded in good
    except EsignError:
        pass


def test_base64_without_armour_is_refused() -> None:
    """Bare base64 is neither DER nor PEM, and the sentence says what is accepted."""
    with pytest.raises(MalformedCertificateError, match="PEM"):
        CRL.load(encodebytes(make_crl(ROOT).der))
    assert parse(make_crl(ROOT).der).is_constructed


def test_list_without_next_update_is_read() -> None:
    """nextUpdate may be absent in old lists; then no end is known."""
    tbs = sequence(ED25519, ISSUER.der, utc_or_generalized(NOW))
    crl = CRL.from_der(sequence(tbs, ED25519, bit_string(b"\0" * 64)))
    assert crl.next_update is None
    assert crl.entries(1, ISSUER) == ()
    assert crl.unknown_critical_entry_extension is None


def test_entry_longer_than_the_list_is_an_error() -> None:
    """An entry that reaches beyond its list is not read into what follows."""
    crl = craft(entry(5)[:1] + b"\x7f" + entry(5)[2:])
    with pytest.raises(MalformedCertificateError):
        crl.entries(5, ISSUER)


def test_delta_pointers_are_read() -> None:
    """freshestCRL tells where the list's deltas are; absent, nowhere."""
    point = x509.DistributionPoint(
        [x509.UniformResourceIdentifier("http://ca.example/delta.crl")], None, None, None
    )
    crl = make_crl(ROOT, extensions=[(x509.FreshestCRL([point]), False)])
    (found,) = crl.freshest
    assert found.name is not None
    assert found.name.full[0].text == "http://ca.example/delta.crl"
    assert make_crl(ROOT).freshest == ()


def test_list_is_shown_without_its_entries() -> None:
    """The representation names issuer and date, not a million entries."""
    assert repr(make_crl(ROOT)) == "CRL(issuer='CN=Root', this_update=2026-05-31T12:00:00Z)"
    assert make_crl(ROOT) != make_crl(ROOT, number=2)


def test_thousands_of_open_blocks_cost_nothing() -> None:
    """A file of PEM beginnings that never end is refused at once."""
    start = time.perf_counter()
    with pytest.raises(MalformedCertificateError):
        CRL.load(b"-----BEGIN X509 CRL-----\n" * 100_000)
    assert time.perf_counter() - start < 1
