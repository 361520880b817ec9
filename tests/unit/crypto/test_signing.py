"""Keys sign what their kind allows, with algorithms that may sign."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from esign.crypto.algorithms import algorithms_for, signature_by_name
from esign.crypto.signatures import PublicKey
from esign.crypto.signing import sign_octets
from esign.errors import KeyMismatchError, UnsupportedAlgorithmError

KEYS = {
    "rsa": rsa.generate_private_key(65537, 2048),
    "p256": ec.generate_private_key(ec.SECP256R1()),
    "ed25519": ed25519.Ed25519PrivateKey.generate(),
}


@pytest.mark.parametrize("name", KEYS)
def test_every_algorithm_of_a_key_signs_and_verifies(name: str) -> None:
    """What is offered works."""
    key = KEYS[name]
    public = PublicKey.from_cryptography(key.public_key())
    offered = algorithms_for(public)
    assert offered
    for algorithm in offered:
        assert public.verify(sign_octets(key, b"text", algorithm), b"text", algorithm)


def test_key_and_algorithm_must_fit() -> None:
    """An RSA key makes no ECDSA value."""
    with pytest.raises(KeyMismatchError):
        sign_octets(KEYS["rsa"], b"", signature_by_name("ECDSA_SHA256"))
    with pytest.raises(KeyMismatchError):
        sign_octets(KEYS["p256"], b"", signature_by_name("ED25519"))


@pytest.mark.parametrize("name", ["RSA_PKCS1_SHA1", "RSA_PKCS1_MD5", "RSA_PSS_SHA1"])
def test_what_may_only_be_read_never_signs(name: str) -> None:
    """SHA-1 and MD5 are refused even with the right key."""
    with pytest.raises(UnsupportedAlgorithmError):
        sign_octets(KEYS["rsa"], b"", signature_by_name(name))
