"""Chains, constraints and validity (EN 319 102-1 §5.2.6)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from esign.ades.evidence import Evidence
from esign.pki.trust import TrustAnchor, TrustStore
from tests.support.scenes import (
    Scene,
    outcome,
)

DAY = timedelta(days=1)


def test_no_chain_without_trust(scene: Scene) -> None:
    """Without any anchor a sound signature is NO_CERTIFICATE_CHAIN_FOUND, and loudly so."""
    report = scene.judge(scene.cades(), trust=TrustStore.empty())
    assert outcome(report.signatures[0]) == "INDETERMINATE/NO_CERTIFICATE_CHAIN_FOUND"
    assert "No trust anchor" in str(report.warnings[0])


def test_an_anchor_of_the_same_name_is_no_anchor(scene: Scene) -> None:
    """A root that only bears the same name leads nowhere; the true one passes."""
    parsed = scene.cades("citizen-other-root")
    evidence = Evidence(crls=(scene.crl("other-root"),))
    found = outcome(scene.first(parsed, evidence=evidence))
    assert found == "INDETERMINATE/NO_CERTIFICATE_CHAIN_FOUND"
    trust = scene.pki.trust_of(signer=("other-root",))
    assert outcome(scene.first(parsed, evidence=evidence, trust=trust)) == "TOTAL_PASSED"


def test_an_anchor_for_time_stamps_serves_no_signer(scene: Scene) -> None:
    """The right root given for the wrong purpose is no anchor."""
    report = scene.first(scene.cades(), trust=scene.pki.trust_of(tsa=("root",)))
    assert outcome(report) == "INDETERMINATE/NO_CERTIFICATE_CHAIN_FOUND"


def test_anchor_after_its_sunset(scene: Scene) -> None:
    """An anchor trusted until last year; trusted until next year, it passes."""
    parsed = scene.cades()
    for until, expected in (
        (scene.pki.now - DAY, "INDETERMINATE/NO_CERTIFICATE_CHAIN_FOUND_NO_POE"),
        (scene.pki.now + DAY, "TOTAL_PASSED"),
    ):
        anchor = TrustAnchor(certificate=scene.certificate("root"), not_after=until)
        assert outcome(scene.first(parsed, trust=TrustStore((anchor,)))) == expected


@pytest.mark.parametrize("purpose", ["serverAuth", "timeStamping", "OCSPSigning"])
def test_certificates_of_services_sign_no_documents(scene: Scene, purpose: str) -> None:
    """An authority's time-stamping or OCSP key is no person's; for documents too, it passes."""
    alone = scene.variant(f"only-{purpose}", "citizen", extended_key_usage=[purpose])
    found = outcome(scene.first(scene.cades(alone)))
    assert found == "INDETERMINATE/CHAIN_CONSTRAINTS_FAILURE"
    both = scene.variant(
        f"also-{purpose}", "citizen", extended_key_usage=[purpose, "emailProtection"]
    )
    assert outcome(scene.first(scene.cades(both))) == "TOTAL_PASSED"


@pytest.mark.parametrize(
    "usages", [["nonRepudiation"], ["digitalSignature"], ["digitalSignature", "nonRepudiation"]]
)
def test_key_usages_of_signers(scene: Scene, usages: list[str]) -> None:
    """Either usage of EN 319 412-2 is enough; keyEncipherment alone is a chain constraint."""
    name = scene.variant("citizen-usage", "citizen", key_usage=usages)
    assert outcome(scene.first(scene.cades(name))) == "TOTAL_PASSED"
    report = scene.first(scene.cades("citizen-wrong-key-usage"))
    assert outcome(report) == "INDETERMINATE/CHAIN_CONSTRAINTS_FAILURE"


@pytest.mark.parametrize(
    "name",
    [
        "citizen-bad-signature",
        "citizen-unknown-critical",
        "citizen-under-ca-false",
        "citizen-under-without-cert-sign",
        "citizen-under-length-0",
        "citizen-under-permits-other",
        "citizen-under-expired",
    ],
)
def test_broken_chains(scene: Scene, name: str) -> None:
    """What breaks RFC 5280 anywhere in the chain is CERTIFICATE_CHAIN_GENERAL_FAILURE."""
    report = scene.first(scene.cades(name))
    assert outcome(report) == "INDETERMINATE/CERTIFICATE_CHAIN_GENERAL_FAILURE"
    assert all(reason.remedy is not None for reason in report.reasons)


def test_expired_authority_and_signer(scene: Scene) -> None:
    """Where both are out of time, the signer's is the word: OUT_OF_BOUNDS_NO_POE."""
    report = scene.first(scene.cades("citizen-under-expired"), at=scene.pki.now + 5000 * DAY)
    assert outcome(report) == "INDETERMINATE/OUT_OF_BOUNDS_NO_POE"


def test_a_signer_who_is_the_anchor(scene: Scene) -> None:
    """A certificate trusted itself needs no chain and no revocation data, but its validity."""
    for name, expected in (
        ("citizen", "TOTAL_PASSED"),
        ("citizen-expired", "INDETERMINATE/OUT_OF_BOUNDS_NOT_REVOKED"),
        ("citizen-wrong-key-usage", "INDETERMINATE/CHAIN_CONSTRAINTS_FAILURE"),
    ):
        trust = scene.pki.trust_of(signer=(name,))
        report = scene.first(scene.cades(name), trust=trust, evidence=Evidence())
        assert outcome(report) == expected


def test_the_chain_is_reported(scene: Scene) -> None:
    """The report holds the chain with its anchor, and the state of each certificate below it."""
    report = scene.first(scene.cades())
    names = [scene.certificate(name) for name in ("citizen", "issuing", "root")]
    assert list(report.chain) == names
    assert [(each.certificate, each.state) for each in report.revocation] == [
        (names[0], "good"),
        (names[1], "good"),
    ]


def test_a_certificate_without_key_usage_is_not_restricted(scene: Scene) -> None:
    """RFC 5280 §4.2.1.3: without the extension every usage is allowed."""
    name = scene.variant("citizen-free", "citizen", key_usage=[])
    assert outcome(scene.first(scene.cades(name))) == "TOTAL_PASSED"


def test_an_issuer_by_name_alone(scene: Scene) -> None:
    """Where only the name fits the issuer is missing; where its key is meant, it is wrong."""
    other = scene.variant("issuing-other-key", "issuing", key="sub-rsa")
    name = scene.variant("citizen-elsewhere", "citizen", issuer=other)
    request = {"chain": (scene.certificate("issuing"),)}
    report = scene.first(scene.cades(name, **request))
    assert outcome(report) == "INDETERMINATE/NO_CERTIFICATE_CHAIN_FOUND"
    evidence = Evidence(
        certificates=(scene.certificate(other),),
        crls=(scene.crl(other), scene.pki.crl("root")),
    )
    assert outcome(scene.first(scene.cades(name, **request), evidence=evidence)) == "TOTAL_PASSED"
    forged = scene.first(scene.cades("citizen-bad-signature"))
    assert outcome(forged) == "INDETERMINATE/CERTIFICATE_CHAIN_GENERAL_FAILURE"
