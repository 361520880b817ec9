"""Suites say until when; what they do not list they never accept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa

from esign.asn1 import writer
from esign.crypto.algorithms import SignatureAlgorithm, digest_by_name, rsa_pss, signature_by_name
from esign.crypto.signatures import PublicKey
from esign.crypto.suites import SUITES, load_suite
from esign.errors import UsageError

SUITE = load_suite()
LEGACY = load_suite("unsafe-legacy")
NOW = datetime(2026, 6, 15, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def _key(private: object) -> PublicKey:
    return PublicKey.from_cryptography(private.public_key())


RSA1024 = _key(rsa.generate_private_key(65537, 1024))
RSA2048 = _key(rsa.generate_private_key(65537, 2048))
RSA3072 = _key(rsa.generate_private_key(65537, 3072))
P256 = _key(ec.generate_private_key(ec.SECP256R1()))
P224 = _key(ec.generate_private_key(ec.SECP224R1()))


@pytest.mark.parametrize(
    ("name", "end"),
    [
        ("MD5", datetime(2004, 8, 1, tzinfo=UTC)),
        ("SHA1", datetime(2012, 8, 1, tzinfo=UTC)),
        ("SHA224", datetime(2029, 1, 1, tzinfo=UTC)),
        ("RIPEMD160", datetime(2014, 8, 1, tzinfo=UTC)),
    ],
)
def test_a_digest_ends_on_its_day(name: str, end: datetime) -> None:
    """Accepted a second before, refused from the first second on, and the end is told."""
    digest = digest_by_name(name)
    before, after = SUITE.accepts_digest(digest, end - SECOND), SUITE.accepts_digest(digest, end)
    assert (before.ok, before.until) == (True, end)
    assert (after.ok, after.known, after.until) == (False, True, end)
    assert str(end.date()) in str(after.reason)


@pytest.mark.parametrize("name", ["SHA256", "SHA384", "SHA512", "SHA3-256", "SHA3-512"])
def test_current_digests_have_no_end(name: str) -> None:
    """Open means accepted without an end."""
    verdict = SUITE.accepts_digest(digest_by_name(name), NOW)
    assert (verdict.ok, verdict.until, verdict.reason) == (True, None, None)


@pytest.mark.parametrize("name", ["SHA3-224", "SHAKE128", "SHAKE256", "SHA512-256"])
def test_what_is_not_listed_is_never_accepted(name: str) -> None:
    """Unlisted is unknown at every time."""
    for at in (NOW, datetime(1990, 1, 1, tzinfo=UTC)):
        verdict = SUITE.accepts_digest(digest_by_name(name), at)
        assert (verdict.ok, verdict.known) == (False, False)


def test_shake256_is_accepted_only_beside_eddsa() -> None:
    """RFC 8419 fixes it beside Ed448, where nobody chooses it."""
    shake = digest_by_name("SHAKE256")
    assert SUITE.accepts_digest(shake, NOW, beside_eddsa=True).ok
    assert not SUITE.accepts_digest(shake, NOW).ok
    assert not SUITE.accepts_digest(digest_by_name("SHA1"), NOW, beside_eddsa=True).ok


@pytest.mark.parametrize(
    ("name", "key", "ok"),
    [
        ("RSA_PKCS1_SHA256", RSA2048, True),
        ("RSA_PKCS1_SHA256", RSA1024, False),
        ("RSA_PKCS1_SHA1", RSA2048, False),
        ("RSA_PSS_SHA512", RSA3072, True),
        ("ECDSA_SHA256", P256, True),
        ("ECDSA_SHA256", P224, False),
        ("ECDSA_SHA256", _key(ec.generate_private_key(ec.BrainpoolP256R1())), True),
        ("ECDSA_SHA256", _key(ec.generate_private_key(ec.SECP256K1())), False),
        ("ED25519", _key(ed25519.Ed25519PrivateKey.generate()), True),
        ("ED448", _key(ed448.Ed448PrivateKey.generate()), True),
        ("DSA_SHA256", _key(dsa.generate_private_key(1024)), False),
    ],
)
def test_algorithm_and_key_size_are_judged_together(name: str, key: PublicKey, ok: bool) -> None:
    """The verdict of June 2026 for each kind of key."""
    assert SUITE.accepts_signature(signature_by_name(name), key, NOW).ok is ok


def test_the_earliest_end_counts() -> None:
    """RSA-2048 ends in 2029 although SHA-256 is open; 3072 with PSS has no end."""
    end = datetime(2029, 1, 1, tzinfo=UTC)
    pkcs1 = signature_by_name("RSA_PKCS1_SHA256")
    pss = signature_by_name("RSA_PSS_SHA256")
    assert SUITE.accepts_signature(pkcs1, RSA2048, NOW).until == end
    assert SUITE.accepts_signature(pkcs1, RSA3072, NOW).until == end
    assert SUITE.accepts_signature(pss, RSA3072, NOW).until is None


def test_a_weak_mask_digest_counts_too() -> None:
    """SHA-256 with a mask over SHA-1 ends with SHA-1."""
    weak = rsa_pss(digest_by_name("SHA256"), digest_by_name("SHA1"), 32)
    sound = rsa_pss(digest_by_name("SHA256"), digest_by_name("SHA256"), 32)
    assert not SUITE.accepts_signature(weak, RSA3072, NOW).ok
    assert SUITE.accepts_signature(sound, RSA3072, NOW).ok


def test_a_key_below_the_smallest_row_was_never_accepted() -> None:
    """RSA with 512 bits is unknown to the suite, at any time."""
    numbers = writer.sequence(writer.integer(1 << 511 | 1), writer.integer(65537))
    identifier = writer.sequence(writer.oid("1.2.840.113549.1.1.1"), writer.null())
    tiny = PublicKey.from_spki(writer.sequence(identifier, writer.bit_string(numbers)))
    assert tiny.size == 512
    verdict = SUITE.accepts_signature(signature_by_name("RSA_PKCS1_SHA256"), tiny, NOW)
    assert (verdict.ok, verdict.known) == (False, False)


@pytest.mark.parametrize("name", ["RSA_PKCS1_SHA1", "RSA_PKCS1_MD5", "RSA_PKCS1_SHA256"])
def test_the_legacy_suite_accepts_what_was_broken(name: str) -> None:
    """It says that it is unsafe, and accepts SHA-1 and MD5 at any time."""
    algorithm: SignatureAlgorithm = signature_by_name(name)
    assert LEGACY.accepts_signature(algorithm, RSA1024, NOW).ok
    assert LEGACY.unsafe
    assert not SUITE.unsafe


def test_suites_name_themselves() -> None:
    """Name, version and date of each appear in reports; deviations are stated."""
    for identifier in SUITES:
        suite = load_suite(identifier)
        assert suite.version in str(suite)
        assert str(suite.date) in str(suite)
        assert suite.deviations


def test_an_unknown_suite_is_refused() -> None:
    """The error names those there are."""
    with pytest.raises(UsageError, match="ts-119-312"):
        load_suite("../../secret")
