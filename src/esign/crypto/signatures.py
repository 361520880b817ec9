"""Public keys, and whether a raw value verifies under one.

A value that does not verify, a key of the wrong kind and an algorithm this machine lacks
all give False: a bad signature is an answer, not an accident.

Spec: RFC 8017, FIPS 186-5, RFC 8032, RFC 5280 §4.1.2.7
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa, utils

from esign.asn1 import reader, tags, writer
from esign.asn1.lazy import lazy
from esign.crypto.algorithms import (
    DigestAlgorithm,
    KeyType,
    Scheme,
    SignatureAlgorithm,
    signature_from_identifier,
)
from esign.errors import MalformedASN1Error, UnsupportedAlgorithmError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

# ``serialization.load_der_public_key`` is this very function, but its package also loads
# SSH keys, which costs a command line a twentieth of its life.
_load = openssl.keys.load_der_public_key
_PSS_KEY = "1.2.840.113549.1.1.10"
_KEY_TYPES = {
    "1.2.840.113549.1.1.1": KeyType.RSA,
    _PSS_KEY: KeyType.RSA,
    "1.2.840.10045.2.1": KeyType.EC,
    "1.3.101.112": KeyType.ED25519,
    "1.3.101.113": KeyType.ED448,
    "1.2.840.10040.4.1": KeyType.DSA,
}
_CURVE_NAMES = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}


class PublicKey:
    """A public key as its SubjectPublicKeyInfo says; equal when those octets are equal."""

    def __init__(self, spki: bytes, key_type: KeyType, *, pss_only: bool = False) -> None:
        self.spki = spki
        self.key_type = key_type
        self.pss_only = pss_only
        """The key is bound to RSA-PSS. Spec: RFC 4055 §1.2"""

    @classmethod
    def from_spki(cls, spki: bytes) -> PublicKey:
        """Return the key of a DER SubjectPublicKeyInfo; one object for the same octets.

        A kind of key unknown here gives a key that nothing verifies under.

        Raises:
            MalformedASN1Error: the octets are no SubjectPublicKeyInfo.
        """
        return _interned(spki)

    @classmethod
    def from_cryptography(cls, key: PublicKeyTypes) -> PublicKey:
        """Return the key that ``cryptography`` already loaded."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        return _interned(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))

    @lazy
    def size(self) -> int:
        """Bits of the modulus or of the curve's field; 0 when the key cannot be used."""
        key = self._key
        if isinstance(key, rsa.RSAPublicKey | dsa.DSAPublicKey | ec.EllipticCurvePublicKey):
            return key.key_size
        return {KeyType.ED25519: 256, KeyType.ED448: 448}.get(self.key_type, 0) if key else 0

    @lazy
    def curve(self) -> str | None:
        """The curve's name: ``P-256``, ``brainpoolP256r1``; None for other kinds of keys."""
        key = self._key
        if not isinstance(key, ec.EllipticCurvePublicKey):
            return None
        return _CURVE_NAMES.get(key.curve.name, key.curve.name)

    @property
    def is_usable(self) -> bool:
        """False when OpenSSL refuses the key: explicit curve parameters, a point off the curve."""
        return self._key is not None

    @lazy
    def lacks_parameters(self) -> bool:
        """A DSA key that is written without its domain parameters.

        Spec: RFC 3279 §2.3.2, RFC 5280 §6.1.4 (d) to (f)
        """
        if self.key_type is not KeyType.DSA:
            return False
        identifier = reader.parse(self.spki).children[0].children
        return len(identifier) < 2 or identifier[1].tag == tags.NULL

    def inheriting(self, issuer: PublicKey) -> PublicKey:
        """Return this key with the parameters of its issuer's key where it lacks its own.

        Only a validated path says who the issuer is: with other parameters the same value
        may verify under a key that somebody made up.
        """
        if (
            not self.lacks_parameters
            or issuer.key_type is not KeyType.DSA
            or issuer.lacks_parameters
        ):
            return self
        theirs = reader.parse(issuer.spki).children[0]
        own = reader.parse(self.spki).children[1]
        return PublicKey.from_spki(writer.sequence(theirs.encoded, own.encoded))

    def verify(self, signature: bytes, data: bytes, algorithm: SignatureAlgorithm) -> bool:
        """Return whether ``signature`` is this key's value over ``data``."""
        if not self.fits(algorithm):
            return False
        if algorithm.digest is not None:
            try:
                digest = algorithm.digest.digest(data)
            except UnsupportedAlgorithmError:
                return False
            return self._verify_digest(signature, digest, algorithm)
        key = self._key
        if not isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
            return False
        try:
            key.verify(signature, data)
        except InvalidSignature:
            return False
        return True

    def verify_digest(self, signature: bytes, digest: bytes, algorithm: SignatureAlgorithm) -> bool:
        """Return whether ``signature`` is this key's value over data with this ``digest``.

        EdDSA needs the data itself, so for it the answer is False.
        """
        return self.fits(algorithm) and self._verify_digest(signature, digest, algorithm)

    def is_same_key(self, other: PublicKey) -> bool:
        """Return whether both are one key, however each was written (RFC 4055, RFC 5480)."""
        return self.spki == other.spki or (self._key is not None and self._key == other._key)

    def fits(self, algorithm: SignatureAlgorithm) -> bool:
        """Return whether algorithm and key belong together.

        Spec: RFC 4055 §1.2 (a key marked for RSA-PSS serves nothing else)
        """
        if algorithm.key_type is not self.key_type:
            return False
        if not self.pss_only:
            return True
        return algorithm.scheme is Scheme.PSS and _pss_allows(self._pss_parameters, algorithm)

    @lazy
    def _pss_parameters(self) -> SignatureAlgorithm | None:
        identifier = reader.parse(self.spki).children[0]
        if len(identifier.children) < 2 or identifier.children[1].tag == tags.NULL:
            return None
        return signature_from_identifier(identifier, None)

    @lazy
    def _key(self) -> PublicKeyTypes | None:
        try:
            return _load(self.spki)
        except (ValueError, UnsupportedAlgorithm):
            return None

    @lazy
    def _rsa_key(self) -> rsa.RSAPublicKey | None:
        key = self._key
        return key if isinstance(key, rsa.RSAPublicKey) else None

    def _verify_digest(
        self, signature: bytes, digest: bytes, algorithm: SignatureAlgorithm
    ) -> bool:
        key = self._key
        try:
            # Whether a key is of a class is a slow question: it is asked once, or asked last.
            if (rsa_key := self._rsa_key) is not None:
                return _verify_rsa(rsa_key, signature, digest, algorithm)
            if self.key_type is KeyType.EC and isinstance(key, ec.EllipticCurvePublicKey):
                if algorithm.scheme is Scheme.PLAIN_ECDSA:
                    signature = ecdsa_raw_to_der(signature)
                key.verify(signature, digest, _ECDSA_BY_SIZE[len(digest)])
                return True
            if isinstance(key, dsa.DSAPublicKey):
                key.verify(signature, digest, _BY_SIZE[len(digest)])
                return True
        except (InvalidSignature, UnsupportedAlgorithm, ValueError, MalformedASN1Error, KeyError):
            return False
        return False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PublicKey) and self.spki == other.spki

    def __hash__(self) -> int:
        return hash(self.spki)

    def __repr__(self) -> str:
        return f"PublicKey({self.key_type}, {self.size} bits)"


def ecdsa_der_to_raw(der: bytes, key_size_bits: int) -> bytes:
    """Return r‖s, each as long as the curve's field, from the DER SEQUENCE.

    Raises:
        MalformedASN1Error: it is no pair of integers, or one is too large for the curve.

    Spec: RFC 9231 §2.3.6
    """
    width = (key_size_bits + 7) // 8
    pair = reader.require(reader.parse(der), tags.SEQUENCE, "An ECDSA value").children
    try:
        r, s = (reader.read_integer(each).to_bytes(width, "big") for each in pair)
    except (ValueError, OverflowError) as error:
        raise MalformedASN1Error("An ECDSA value does not fit its curve.") from error
    return r + s


def ecdsa_raw_to_der(raw: bytes) -> bytes:
    """Return the DER SEQUENCE of r‖s.

    Raises:
        MalformedASN1Error: the octets cannot be cut in halves.
    """
    half, odd = divmod(len(raw), 2)
    if odd or not half:
        raise MalformedASN1Error(
            "An ECDSA value of {length} octets has no two halves.", length=len(raw)
        )
    r, s = (int.from_bytes(part, "big") for part in (raw[:half], raw[half:]))
    return writer.sequence(writer.integer(r), writer.integer(s))


@lru_cache(maxsize=4096)
def _interned(spki: bytes) -> PublicKey:
    info = reader.require(reader.parse(spki), tags.SEQUENCE, "A public key").children
    if len(info) != 2 or not info[0].children:
        raise MalformedASN1Error("A public key is no SubjectPublicKeyInfo.")
    oid = reader.read_oid(info[0].children[0])
    return PublicKey(spki, _KEY_TYPES.get(oid, KeyType.UNKNOWN), pss_only=oid == _PSS_KEY)


def _pss_allows(bound: SignatureAlgorithm | None, algorithm: SignatureAlgorithm) -> bool:
    """Return whether a key's own RSA-PSS parameters allow the algorithm (None: all do)."""
    if bound is None:
        return True
    return (
        algorithm.digest is bound.digest
        and algorithm.mgf_digest is bound.mgf_digest
        and (algorithm.salt_length or 0) >= (bound.salt_length or 0)
    )


def _verify_rsa(
    key: rsa.RSAPublicKey, signature: bytes, digest: bytes, algorithm: SignatureAlgorithm
) -> bool:
    assert algorithm.digest is not None
    hashed = _PREHASHED.get(algorithm.digest.name)
    if algorithm.scheme is Scheme.PSS:
        mask = None if algorithm.mgf_digest is None else HASHES.get(algorithm.mgf_digest.name)
        if hashed is None or mask is None or algorithm.salt_length is None:
            return False
        key.verify(signature, digest, pss_padding(mask, algorithm.salt_length), hashed)
        return True
    if hashed is None:  # a digest OpenSSL's RSA does not know, but hashlib does
        recovered = key.recover_data_from_signature(signature, PKCS1, None)
        return recovered == _digest_info(algorithm.digest, digest)
    key.verify(signature, digest, PKCS1, hashed)
    return True


def pss_padding(mask: hashes.HashAlgorithm, salt_length: int) -> padding.PSS:
    """Return RSA-PSS with MGF1 over ``mask``, as ``cryptography`` wants it."""
    return padding.PSS(mgf=padding.MGF1(mask), salt_length=salt_length)


def _digest_info(digest: DigestAlgorithm, octets: bytes) -> bytes:
    """Return the DigestInfo that EMSA-PKCS1-v1_5 pads.

    Spec: RFC 8017 §9.2
    """
    identifier = writer.sequence(writer.oid(digest.oid), writer.null())
    return writer.sequence(identifier, writer.octet_string(octets))


PKCS1 = padding.PKCS1v15()
HASHES: dict[str, hashes.HashAlgorithm] = {
    "SHA256": hashes.SHA256(),
    "SHA384": hashes.SHA384(),
    "SHA512": hashes.SHA512(),
    "SHA3-256": hashes.SHA3_256(),
    "SHA3-384": hashes.SHA3_384(),
    "SHA3-512": hashes.SHA3_512(),
    "SHA3-224": hashes.SHA3_224(),
    "SHA224": hashes.SHA224(),
    "SHA512-224": hashes.SHA512_224(),
    "SHA512-256": hashes.SHA512_256(),
    "SHA1": hashes.SHA1(),  # noqa: S303 - read, never used to sign
    "MD5": hashes.MD5(),  # noqa: S303 - read, never used to sign
}
_PREHASHED = {name: utils.Prehashed(digest) for name, digest in HASHES.items()}
# ECDSA and DSA take the digest's octets and nothing else, so its length alone selects.
_BY_SIZE = {
    20: utils.Prehashed(hashes.SHA1()),  # noqa: S303 - names a length
    28: utils.Prehashed(hashes.SHA224()),
    32: utils.Prehashed(hashes.SHA256()),
    48: utils.Prehashed(hashes.SHA384()),
    64: utils.Prehashed(hashes.SHA512()),
}
_ECDSA_BY_SIZE = {size: ec.ECDSA(digest) for size, digest in _BY_SIZE.items()}
