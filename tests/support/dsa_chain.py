"""A chain whose authority has a DSA key that is written without its parameters.

Root (DSA, with parameters) → authority (DSA, the root's parameters) → citizen (Ed25519).
"""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from esign.asn1.reader import parse
from esign.asn1.writer import (
    bit_string,
    boolean,
    explicit,
    integer,
    octet_string,
    oid,
    sequence,
    utc_or_generalized,
)
from esign.crypto.signatures import PublicKey
from esign.pki.certificate import Certificate
from esign.pki.crl import CRL
from tests.support.chains import NOW, key_of, name_of

DSA_SHA256 = sequence(oid("2.16.840.1.101.3.4.3.2"))
BASIC_CONSTRAINTS = sequence(oid("2.5.29.19"), boolean(True), octet_string(sequence(boolean(True))))


@cache
def key_pair() -> tuple[dsa.DSAPrivateKey, dsa.DSAPrivateKey]:
    """Return the root's and the authority's key, over the same parameters."""
    parameters = dsa.generate_parameters(2048)
    return parameters.generate_private_key(), parameters.generate_private_key()


def spki(key: dsa.DSAPrivateKey, *, bare: bool = False) -> bytes:
    """Return the public key's DER, ``bare`` without its parameters."""
    whole = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if not bare:
        return whole
    identifier, bits = parse(whole).children
    return sequence(sequence(identifier.children[0].encoded), bits.encoded)


def certify(
    subject: str, key: bytes, issuer: str, signer: dsa.DSAPrivateKey, *, ca: bool = True
) -> Certificate:
    """Return a certificate signed with DSA and SHA-256."""
    tbs = sequence(
        explicit(0, integer(2)),
        integer(len(subject)),
        DSA_SHA256,
        name_of(issuer).public_bytes(),
        sequence(
            utc_or_generalized(NOW - timedelta(days=9)), utc_or_generalized(NOW + timedelta(days=9))
        ),
        name_of(subject).public_bytes(),
        key,
        explicit(3, sequence(BASIC_CONSTRAINTS)) if ca else b"",
    )
    value = signer.sign(tbs, hashes.SHA256())
    return Certificate.from_der(sequence(tbs, DSA_SHA256, bit_string(value)))


def chain(*, bare: bool = True) -> tuple[Certificate, Certificate, Certificate]:
    """Return citizen, authority and root."""
    root_key, authority_key = key_pair()
    citizen = key_of("citizen").public_key()
    citizen_spki = citizen.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return (
        certify("Citizen", citizen_spki, "Authority", authority_key, ca=False),
        certify("Authority", spki(authority_key, bare=bare), "Root", root_key),
        certify("Root", spki(root_key), "Root", root_key),
    )


def bare_key() -> PublicKey:
    """Return the authority's key without parameters."""
    return PublicKey.from_spki(spki(key_pair()[1], bare=True))


def crl() -> CRL:
    """Return an empty list by the authority."""
    tbs = sequence(
        integer(1),
        DSA_SHA256,
        name_of("Authority").public_bytes(),
        utc_or_generalized(NOW - timedelta(days=1)),
        utc_or_generalized(NOW + timedelta(days=1)),
    )
    value = key_pair()[1].sign(tbs, hashes.SHA256())
    return CRL.from_der(sequence(tbs, DSA_SHA256, bit_string(value)))
