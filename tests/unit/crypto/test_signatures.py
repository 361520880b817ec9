"""Values verify under their key and algorithm, and under nothing else."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa, utils
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from esign.asn1 import reader, writer
from esign.crypto.algorithms import KeyType, digest_by_name, rsa_pss, signature_by_name
from esign.crypto.signatures import PublicKey, ecdsa_der_to_raw, ecdsa_raw_to_der
from esign.errors import MalformedASN1Error

RSA = rsa.generate_private_key(65537, 2048)
EC = ec.generate_private_key(ec.SECP256R1())
DSA = dsa.generate_private_key(2048)
ED25519 = ed25519.Ed25519PrivateKey.generate()
ED448 = ed448.Ed448PrivateKey.generate()
TEXT = b"text to be signed"
HASHES = {
    "SHA1": hashes.SHA1(),
    "MD5": hashes.MD5(),
    "SHA256": hashes.SHA256(),
    "SHA512": hashes.SHA512(),
    "SHA3-256": hashes.SHA3_256(),
}


def _public(key: object) -> PublicKey:
    return PublicKey.from_cryptography(key.public_key())


def _cases() -> list[tuple[str, object, bytes]]:
    cases = [("ED25519", ED25519, ED25519.sign(TEXT)), ("ED448", ED448, ED448.sign(TEXT))]
    for name, hashed in HASHES.items():
        cases.append((f"RSA_PKCS1_{name}", RSA, RSA.sign(TEXT, padding.PKCS1v15(), hashed)))
        if name != "MD5":
            pss = padding.PSS(padding.MGF1(hashed), hashed.digest_size)
            cases.append((f"RSA_PSS_{name}", RSA, RSA.sign(TEXT, pss, hashed)))
            cases.append((f"ECDSA_{name}", EC, EC.sign(TEXT, ec.ECDSA(hashed))))
    cases += [(f"DSA_{name}", DSA, DSA.sign(TEXT, HASHES[name])) for name in ("SHA1", "SHA256")]
    return cases


CASES = _cases()


@pytest.mark.parametrize(("name", "key", "value"), CASES, ids=[case[0] for case in CASES])
def test_a_value_verifies_under_its_own_key_text_and_algorithm_alone(
    name: str, key: object, value: bytes
) -> None:
    """Every change of text, value, algorithm or key makes it False, never an exception."""
    algorithm, public = signature_by_name(name), _public(key)
    assert public.verify(value, TEXT, algorithm)
    assert not public.verify(value, TEXT + b".", algorithm)
    assert not public.verify(value[:-1] + bytes([value[-1] ^ 1]), TEXT, algorithm)
    assert not public.verify(b"", TEXT, algorithm)
    others = [other for other, _, _ in CASES if other != name]
    assert not any(public.verify(value, TEXT, signature_by_name(other)) for other in others)


@pytest.mark.parametrize(("name", "key", "value"), CASES, ids=[case[0] for case in CASES])
def test_a_digest_is_as_good_as_the_text_but_for_eddsa(
    name: str, key: object, value: bytes
) -> None:
    """Prehashed verification agrees; EdDSA, which needs the text, says False."""
    algorithm = signature_by_name(name)
    if algorithm.digest is None:
        assert not _public(key).verify_digest(value, hashlib.sha512(TEXT).digest(), algorithm)
        return
    digest = algorithm.digest.digest(TEXT)
    assert _public(key).verify_digest(value, digest, algorithm)
    assert not _public(key).verify_digest(value, digest[:-1], algorithm)
    assert not _public(key).verify_digest(value, digest[::-1], algorithm)


def test_ripemd160_is_verified_where_openssl_cannot() -> None:
    """The DigestInfo is compared octet for octet."""
    digest = digest_by_name("RIPEMD160")
    info = writer.sequence(
        writer.sequence(writer.oid(digest.oid), writer.null()),
        writer.octet_string(digest.digest(TEXT)),
    )
    numbers = RSA.private_numbers()
    size = 256
    padded = b"\0\1" + b"\xff" * (size - 3 - len(info)) + b"\0" + info
    modulus = numbers.public_numbers.n
    value = pow(int.from_bytes(padded, "big"), numbers.d, modulus).to_bytes(size, "big")
    algorithm = signature_by_name("RSA_PKCS1_RIPEMD160")
    assert _public(RSA).verify(value, TEXT, algorithm)
    assert not _public(RSA).verify(value, TEXT + b".", algorithm)
    assert not _public(RSA).verify(value, TEXT, signature_by_name("RSA_PKCS1_SHA1"))


def test_plain_ecdsa_takes_halves() -> None:
    """BSI's r‖s verifies under its own identifier and not under the DER one."""
    der = EC.sign(TEXT, ec.ECDSA(hashes.SHA256()))
    raw = ecdsa_der_to_raw(der, 256)
    public = _public(EC)
    assert public.verify(raw, TEXT, signature_by_name("PLAIN_ECDSA_SHA256"))
    assert not public.verify(der, TEXT, signature_by_name("PLAIN_ECDSA_SHA256"))
    assert not public.verify(raw, TEXT, signature_by_name("ECDSA_SHA256"))


def test_pss_with_another_mask_and_salt_verifies() -> None:
    """Parameters read from a signature are used as they were read."""
    pss = padding.PSS(padding.MGF1(hashes.SHA1()), 20)
    value = RSA.sign(TEXT, pss, hashes.SHA256())
    sha256, sha1 = digest_by_name("SHA256"), digest_by_name("SHA1")
    assert _public(RSA).verify(value, TEXT, rsa_pss(sha256, sha1, 20))
    assert not _public(RSA).verify(value, TEXT, rsa_pss(sha256, sha1, 32))
    assert not _public(RSA).verify(value, TEXT, rsa_pss(sha256, sha256, 20))


def _as_pss_key(parameters: bytes) -> PublicKey:
    bits = reader.parse(_public(RSA).spki).children[1].encoded
    identifier = writer.sequence(writer.oid("1.2.840.113549.1.1.10"), parameters)
    return PublicKey.from_spki(writer.sequence(identifier, bits))


def test_a_key_bound_to_pss_verifies_nothing_else() -> None:
    """RFC 4055 §1.2: neither PKCS#1 nor another digest than the key's own."""
    sha256 = signature_by_name("RSA_PSS_SHA256")
    bound = _as_pss_key(reader.parse(sha256.identifier()).children[1].encoded)
    free = _as_pss_key(b"")
    for name in ("SHA256", "SHA512"):
        pss = padding.PSS(padding.MGF1(HASHES[name]), HASHES[name].digest_size)
        value = RSA.sign(TEXT, pss, HASHES[name])
        algorithm = signature_by_name(f"RSA_PSS_{name}")
        assert free.fits(algorithm)
        assert bound.fits(algorithm) == (name == "SHA256")
        assert not bound.verify(value, TEXT, algorithm) or name == "SHA256"
    pkcs1 = signature_by_name("RSA_PKCS1_SHA256")
    assert not free.fits(pkcs1)
    assert _public(RSA).fits(pkcs1)


def test_an_unknown_kind_of_key_verifies_nothing() -> None:
    """A GOST or X25519 key is a key, and no signature holds under it."""
    spki = writer.sequence(
        writer.sequence(writer.oid("1.2.643.7.1.1.1.1")), writer.bit_string(b"\x04\x02ab")
    )
    key = PublicKey.from_spki(spki)
    assert (key.key_type, key.size, key.is_usable) == (KeyType.UNKNOWN, 0, False)
    assert not key.verify(b"", TEXT, signature_by_name("RSA_PKCS1_SHA256"))


def test_a_point_off_the_curve_is_no_usable_key() -> None:
    """OpenSSL refuses it, so nothing verifies; the honest sibling does."""
    spki = _public(EC).spki
    broken = PublicKey.from_spki(spki[:-1] + bytes([spki[-1] ^ 1]))
    assert _public(EC).is_usable
    assert not broken.is_usable
    value = EC.sign(TEXT, ec.ECDSA(hashes.SHA256()))
    assert not broken.verify(value, TEXT, signature_by_name("ECDSA_SHA256"))


@pytest.mark.parametrize("octets", [b"", b"\x30\x00", b"\x02\x01\x01", b"\x30\x02\x30\x00"])
def test_what_is_no_key_is_malformed(octets: bytes) -> None:
    """Neither empty nor other octets make a key."""
    with pytest.raises(MalformedASN1Error):
        PublicKey.from_spki(octets)


def test_curves_and_sizes_are_told() -> None:
    """Curve names are those of the standards."""
    assert _public(EC).curve == "P-256"
    assert _public(ec.generate_private_key(ec.BrainpoolP384R1())).curve == "brainpoolP384r1"
    assert (_public(RSA).size, _public(RSA).curve) == (2048, None)


def test_the_same_octets_are_the_same_key() -> None:
    """Keys are compared by their octets and kept once."""
    assert _public(EC) is _public(EC)
    assert _public(EC) != _public(RSA)
    assert _public(EC).is_same_key(_public(EC))
    assert not _public(EC).is_same_key(_public(RSA))


def test_one_key_may_be_written_in_two_ways() -> None:
    """A compressed point is the same key as the full one, though its octets differ."""
    point = EC.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    identifier = reader.parse(_public(EC).spki).children[0].encoded
    compressed = PublicKey.from_spki(writer.sequence(identifier, writer.bit_string(point)))
    assert compressed != _public(EC)
    assert compressed.is_same_key(_public(EC))


@given(st.integers(1, 2**256 - 1), st.integers(1, 2**256 - 1))
def test_der_and_halves_are_inverse(r: int, s: int) -> None:
    """r‖s becomes DER and back; the DER is that of ``cryptography``."""
    der = utils.encode_dss_signature(r, s)
    assert ecdsa_raw_to_der(ecdsa_der_to_raw(der, 256)) == der


@pytest.mark.parametrize("raw", [b"", b"abc"])
def test_halves_need_an_even_length(raw: bytes) -> None:
    """An odd or empty value is malformed."""
    with pytest.raises(MalformedASN1Error):
        ecdsa_raw_to_der(raw)


def test_a_value_too_large_for_the_curve_is_malformed() -> None:
    """An integer of 300 bits has no place in a field of 256, nor has a negative one."""
    for r in (2**300, -1):
        with pytest.raises(MalformedASN1Error):
            ecdsa_der_to_raw(writer.sequence(writer.integer(r), writer.integer(1)), 256)
