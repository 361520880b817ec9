"""What the X.509 block hands on."""

from __future__ import annotations

from esign.validation.x509_result import MissingKind, RevocationResult


def test_an_anchor_has_nothing_to_show() -> None:
    """Without arguments a result is what an anchor gets: no checks, nothing missing."""
    result = RevocationResult()
    assert (result.checks, result.missing, result.status) == ((), (), None)
    assert result.known_not_revoked


def test_kinds_of_what_is_missing() -> None:
    """Issuers and revocation data are what can be fetched."""
    assert set(MissingKind) == {"ISSUER", "REVOCATION"}
