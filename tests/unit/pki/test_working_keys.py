"""Keys whose parameters stand in the issuer's certificate only."""

from __future__ import annotations

from esign.crypto.signatures import PublicKey
from esign.limits import Budget
from esign.pki.certificate import Certificate
from esign.pki.paths import PathResult, find_path
from esign.pki.revocation import RevocationState, revocation_status
from esign.pki.trust import TrustStore
from esign.terms import CertificateRole, Purpose
from tests.support import dsa_chain
from tests.support.chains import NOW, make


def _path(trusted: Certificate, *bag: Certificate) -> PathResult:
    return find_path(
        dsa_chain.chain()[0],
        candidates=bag,
        trust=TrustStore.of(trusted),
        purpose=Purpose.SIGNER,
        at=NOW,
        budget=Budget(),
        role=CertificateRole.SIGNER,
    )


def _state(trusted: Certificate) -> RevocationState:
    citizen, authority, root = dsa_chain.chain()
    return revocation_status(
        citizen,
        authority,
        evidence_crls=[dsa_chain.crl()],
        evidence_ocsp=[],
        candidates=[authority, root],
        trust=TrustStore.of(trusted),
        purpose=Purpose.SIGNER,
        at=NOW,
        budget=Budget(),
    ).state


def test_path_inherits_parameters() -> None:
    """A path through a DSA key without parameters holds with those of its issuer."""
    _, authority, root = dsa_chain.chain()
    found = _path(root, authority)
    assert found.holds
    assert found.path is not None
    assert not found.path.keys[1].lacks_parameters


def test_path_needs_the_issuer_with_the_parameters() -> None:
    """Where the key without parameters is the anchor itself, nothing says what they are."""
    _, authority, _ = dsa_chain.chain()
    assert not _path(authority).holds


def test_list_verifies_under_the_inherited_key() -> None:
    """The authority's list is evidence, once its path shows the parameters."""
    _, _, root = dsa_chain.chain()
    assert _state(root) is RevocationState.GOOD


def test_list_proves_nothing_without_the_path() -> None:
    """Without the path to the parameters the same list is no evidence."""
    assert _state(make("Other root").ours) is RevocationState.UNKNOWN


def test_only_a_bare_dsa_key_inherits() -> None:
    """Keys with parameters, and keys of other kinds, stay as they are."""
    bare = dsa_chain.bare_key()
    root, own = (PublicKey.from_spki(dsa_chain.spki(key)) for key in dsa_chain.key_pair())
    other = make("Root").ours.public_key
    assert bare.lacks_parameters
    assert bare.inheriting(root) == own
    assert bare.inheriting(other) is bare
    assert bare.inheriting(bare) is bare
    assert root.inheriting(own) is root
    assert other.inheriting(root) is other
