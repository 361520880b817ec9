"""Raw signature values with a private key in memory.

Spec: RFC 8017 §8, FIPS 186-5, RFC 8032
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa

from esign.crypto.algorithms import Scheme, SignatureAlgorithm
from esign.crypto.signatures import HASHES, PKCS1, pss_padding
from esign.errors import KeyMismatchError, UnsupportedAlgorithmError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes


def sign_octets(key: PrivateKeyTypes, octets: bytes, algorithm: SignatureAlgorithm) -> bytes:
    """Return the value over ``octets``, ECDSA as DER.

    Raises:
        UnsupportedAlgorithmError: the algorithm may only be read, or OpenSSL lacks it.
        KeyMismatchError: key and algorithm do not belong together.
    """
    if not algorithm.signable:
        raise UnsupportedAlgorithmError(
            "{algorithm} can be verified but is never used to sign.", algorithm=algorithm.name
        )
    try:
        value = _value(key, octets, algorithm)
    except UnsupportedAlgorithm as error:
        raise UnsupportedAlgorithmError(
            "The OpenSSL of this machine cannot sign with {algorithm}.", algorithm=algorithm.name
        ) from error
    if value is None:
        raise KeyMismatchError(
            "This key cannot sign with {algorithm}; choose an algorithm for its kind.",
            algorithm=algorithm.name,
        )
    return value


def _value(key: PrivateKeyTypes, octets: bytes, algorithm: SignatureAlgorithm) -> bytes | None:
    if algorithm.digest is None:
        kind = ed448.Ed448PrivateKey if algorithm.name == "ED448" else ed25519.Ed25519PrivateKey
        return key.sign(octets) if isinstance(key, kind) else None
    # The scheme is asked first: whether a key is of a kind is the slower question.
    scheme, hashed = algorithm.scheme, HASHES[algorithm.digest.name]
    if scheme is Scheme.PKCS1 and isinstance(key, rsa.RSAPrivateKey):
        return key.sign(octets, PKCS1, hashed)
    if scheme is Scheme.ECDSA and isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(octets, _ECDSA[algorithm.digest.name])
    if scheme is Scheme.PSS and isinstance(key, rsa.RSAPrivateKey):
        return key.sign(octets, pss_padding(hashed, algorithm.salt_length or 0), hashed)
    return None


_ECDSA = {name: ec.ECDSA(hashed) for name, hashed in HASHES.items()}
