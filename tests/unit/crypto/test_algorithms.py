"""Algorithms are found by name, identifier and URI; strange parameters are unknown."""

from __future__ import annotations

import pickle

import pytest
from asn1crypto import algos

from esign.asn1 import reader, writer
from esign.crypto import algorithms
from esign.crypto.algorithms import (
    KeyType,
    digest_by_name,
    digest_by_oid,
    digest_by_uri,
    digest_from_identifier,
    rsa_pss,
    signature_by_name,
    signature_by_uri,
    signature_from_identifier,
)
from esign.errors import MalformedASN1Error, UnsupportedAlgorithmError

SHA1 = digest_by_name("SHA1")
SHA256 = digest_by_name("SHA256")


@pytest.mark.parametrize("name", ["SHA256", "sha-256", "Sha256", "SHA_256"])
def test_names_are_lenient(name: str) -> None:
    """Case and dashes do not matter, and there is one object."""
    assert digest_by_name(name) is SHA256


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    """The error tells what would work."""
    with pytest.raises(UnsupportedAlgorithmError, match="SHA512"):
        digest_by_name("SHA255")
    with pytest.raises(UnsupportedAlgorithmError, match="ED25519"):
        signature_by_name("RSA")


@pytest.mark.parametrize("name", ["SHA256", "SHA3-512", "MD5", "SHA1"])
def test_digests_are_found_by_their_identifiers(name: str) -> None:
    """Name, OID, URI and AlgorithmIdentifier lead to the same object."""
    digest = digest_by_name(name)
    assert digest_by_oid(digest.oid) is digest
    assert digest.uri is not None
    assert digest_by_uri(digest.uri) is digest
    assert digest_from_identifier(reader.parse(digest.identifier())) is digest


def test_digests_stay_single_through_pickling() -> None:
    """Another process gets the same object, so ``is`` goes on working."""
    assert pickle.loads(pickle.dumps(SHA256)) is SHA256


def test_shake_has_the_length_of_its_identifier() -> None:
    """RFC 8702 fixes 32 and 64 octets."""
    assert len(digest_by_name("SHAKE128").digest(b"")) == 32
    assert len(digest_by_name("SHAKE256").digest(b"")) == 64


@pytest.mark.parametrize("name", ["MD5", "SHA1", "RIPEMD160", "SHA224"])
def test_old_digests_are_read_and_never_signable(name: str) -> None:
    """They have values, and no signable algorithm uses them."""
    digest = digest_by_name(name)
    assert len(digest.digest(b"")) == digest.size
    assert not digest.signable
    assert not any(
        each.signable for each in algorithms._SIGNATURES.values() if each.digest is digest
    )


@pytest.mark.parametrize(
    "algorithm", algorithms._SIGNATURES.values(), ids=lambda algorithm: algorithm.name
)
def test_every_algorithm_is_read_from_its_own_identifier(
    algorithm: algorithms.SignatureAlgorithm,
) -> None:
    """Writing and reading the AlgorithmIdentifier are inverse."""
    assert signature_from_identifier(reader.parse(algorithm.identifier()), None) is algorithm
    if algorithm.uri:
        assert signature_by_uri(algorithm.uri) is algorithm


def test_pss_parameters_are_those_another_library_writes() -> None:
    """asn1crypto writes the same DER for RSA-PSS with SHA-256."""
    theirs = algos.SignedDigestAlgorithm(
        {
            "algorithm": "rsassa_pss",
            "parameters": {
                "hash_algorithm": {"algorithm": "sha256"},
                "mask_gen_algorithm": {
                    "algorithm": "mgf1",
                    "parameters": {"algorithm": "sha256"},
                },
                "salt_length": 32,
            },
        }
    ).dump()
    ours = signature_by_name("RSA_PSS_SHA256").identifier()
    assert reader.parse(ours).children[0].encoded == reader.parse(theirs).children[0].encoded
    assert signature_from_identifier(reader.parse(theirs), None) is signature_by_name(
        "RSA_PSS_SHA256"
    )


def _pss(*fields: bytes) -> reader.Element:
    return reader.parse(
        writer.sequence(writer.oid("1.2.840.113549.1.1.10"), writer.sequence(*fields))
    )


def _mgf(oid: str = "1.2.840.113549.1.1.8", digest: bytes = SHA256.identifier()) -> bytes:
    return writer.explicit(1, writer.sequence(writer.oid(oid), digest))


HASH = writer.explicit(0, SHA256.identifier())
SALT = writer.explicit(2, writer.integer(32))


def test_a_mask_over_another_digest_is_read_and_not_signable() -> None:
    """SHA-256 with a mask over SHA-1 occurs in the field."""
    found = signature_from_identifier(_pss(HASH, SALT), None)
    assert found is not None
    assert (found.digest, found.mgf_digest, found.salt_length) == (SHA256, SHA1, 32)
    assert not found.signable
    assert found == rsa_pss(SHA256, SHA1, 32)


@pytest.mark.parametrize(
    "fields",
    [
        (HASH, _mgf("1.2.3"), SALT),
        (HASH, _mgf(), SALT, writer.explicit(3, writer.integer(2))),
        (HASH, _mgf(), writer.explicit(2, writer.integer(-1))),
        (HASH, _mgf(), writer.explicit(2, writer.integer(100_000))),
        (HASH, HASH, _mgf(), SALT),
        (HASH, _mgf(), SALT, writer.explicit(4, writer.integer(1))),
        (writer.explicit(0, writer.sequence(writer.oid("1.2.3"))), _mgf(), SALT),
    ],
    ids=["mask", "trailer", "negative", "huge", "twice", "unknown-field", "digest"],
)
def test_strange_pss_parameters_are_unknown(fields: tuple[bytes, ...]) -> None:
    """Another mask, trailer or salt is never guessed at; the sound sibling is known."""
    assert signature_from_identifier(_pss(*fields), None) is None
    assert signature_from_identifier(_pss(HASH, _mgf(), SALT), None) is not None


def test_pss_without_parameters_is_unknown() -> None:
    """A signature must carry them (RFC 4055 §3.1)."""
    bare = reader.parse(writer.sequence(writer.oid("1.2.840.113549.1.1.10")))
    assert signature_from_identifier(bare, SHA256) is None


def test_rsa_encryption_takes_the_digest_beside_it() -> None:
    """The identifier of the key alone needs the digest; without one nothing is known."""
    element = reader.parse(writer.sequence(writer.oid("1.2.840.113549.1.1.1"), writer.null()))
    assert signature_from_identifier(element, SHA256) is signature_by_name("RSA_PKCS1_SHA256")
    assert signature_from_identifier(element, None) is None


@pytest.mark.parametrize("octets", [b"\x30\x00", b"\x04\x00", writer.sequence(writer.null())])
def test_what_is_no_identifier_is_malformed(octets: bytes) -> None:
    """An empty SEQUENCE, another type and a missing OID are refused."""
    with pytest.raises(MalformedASN1Error):
        signature_from_identifier(reader.parse(octets), None)


@pytest.mark.parametrize(
    ("name", "digest"), [("ED25519", "SHA512"), ("ED448", "SHAKE256"), ("ECDSA_SHA384", "SHA384")]
)
def test_cms_has_its_digest_beside_each(name: str, digest: str) -> None:
    """RFC 8419 §3.1 for EdDSA, the algorithm's own for the others."""
    assert signature_by_name(name).cms_digest is digest_by_name(digest)


class _Key:
    def __init__(self, key_type: KeyType, size: int, *, pss_only: bool = False) -> None:
        self.key_type, self.size, self.pss_only = key_type, size, pss_only


@pytest.mark.parametrize(
    ("key", "first"),
    [
        (_Key(KeyType.RSA, 2048), "RSA_PKCS1_SHA256"),
        (_Key(KeyType.RSA, 2048, pss_only=True), "RSA_PSS_SHA256"),
        (_Key(KeyType.EC, 384), "ECDSA_SHA384"),
        (_Key(KeyType.EC, 521), "ECDSA_SHA512"),
        (_Key(KeyType.ED448, 448), "ED448"),
    ],
)
def test_the_preferred_algorithm_fits_the_key(key: _Key, first: str) -> None:
    """The first algorithm is the one most verifiers expect of such a key."""
    assert algorithms.algorithms_for(key)[0].name == first


@pytest.mark.parametrize(
    "key", [_Key(KeyType.RSA, 1024), _Key(KeyType.EC, 224), _Key(KeyType.DSA, 3072)]
)
def test_keys_nobody_should_use_sign_nothing(key: _Key) -> None:
    """Short keys and DSA have no signing algorithm."""
    assert algorithms.algorithms_for(key) == ()
