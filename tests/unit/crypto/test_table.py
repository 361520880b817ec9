"""The rows of the table agree with independent lists."""

from __future__ import annotations

import hashlib

import pytest
from asn1crypto import algos

from esign.crypto import table


@pytest.mark.parametrize("row", table.DIGEST_ROWS, ids=lambda row: row[0])
def test_digest_rows_agree_with_asn1crypto_and_hashlib(row: tuple) -> None:
    """Identifier and size are those others know under the same name."""
    name, hashlib_name, oid, _, size, _ = row
    known = algos.DigestAlgorithmId._map
    if oid in known:
        assert known[oid].replace("_", "").replace("-", "") == hashlib_name.replace("_", "")
    state = hashlib.new(hashlib_name)
    assert (state.digest_size or size) == size, name


@pytest.mark.parametrize(
    "row",
    [row for row in table.SIGNATURE_ROWS if row[0] in ("RSA_PKCS1", "ECDSA", "DSA")],
    ids=lambda row: f"{row[0]}_{row[1]}",
)
def test_signature_rows_agree_with_asn1crypto(row: tuple) -> None:
    """Where asn1crypto knows the identifier, it names the same scheme and digest."""
    scheme, digest, oid, _ = row
    known = algos.SignedDigestAlgorithmId._map.get(oid)
    if known is not None:
        scheme_name = {"RSA_PKCS1": "rsa", "ECDSA": "ecdsa", "DSA": "dsa"}[scheme]
        assert known == f"{digest.lower().replace('-', '_')}_{scheme_name}"


def test_identifiers_and_uris_name_one_row_each() -> None:
    """No URI stands twice, and only RSA-PSS shares its identifier."""
    uris = [row[3] for row in (*table.DIGEST_ROWS, *table.SIGNATURE_ROWS) if row[3]]
    assert len(uris) == len(set(uris))
    oids = [row[2] for row in table.SIGNATURE_ROWS if row[0] != "RSA_PSS"]
    assert len(oids) == len(set(oids))
