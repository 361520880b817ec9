"""Validation context: the signature's own policy (EN 319 102-1 §5.2.4)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from esign.ades.format import SignerProperties
from esign.ades.signature import SignaturePolicyIdentifier
from esign.crypto.algorithms import digest_by_name
from esign.validation.checks import Outcome
from esign.validation.policy import Policy
from tests.support.facts import exchanged
from tests.support.scenes import (
    Scene,
    outcome,
    sha256,
)

POLICY_DOCUMENT = b"Signatures under this policy bind the agency."
POLICY_IDENTIFIER = "1.3.6.1.4.1.99999.5"


def policy_property(digest: bytes) -> SignerProperties:
    """Return properties with an explicit signature policy."""
    return SignerProperties(
        policy=SignaturePolicyIdentifier(
            identifier="1.3.6.1.4.1.99999.5",
            digest_algorithm=digest_by_name("SHA256"),
            digest=digest,
        )
    )


def test_signature_policy_not_available(scene: Scene) -> None:
    """A policy document that is asked for and not given; given, it passes."""
    parsed = scene.cades(properties=policy_property(sha256(POLICY_DOCUMENT)))
    asked = Policy(require_signature_policy_document=True)
    report = scene.first(parsed, policy=asked)
    assert outcome(report) == "INDETERMINATE/SIGNATURE_POLICY_NOT_AVAILABLE"
    given = Policy(
        require_signature_policy_document=True,
        signature_policy_documents={POLICY_IDENTIFIER: POLICY_DOCUMENT},
    )
    assert outcome(scene.first(parsed, policy=given)) == "TOTAL_PASSED"


def test_signature_policy_digest_differs(scene: Scene) -> None:
    """Another version of the policy document than the one signed under."""
    documents = {POLICY_IDENTIFIER: POLICY_DOCUMENT}
    policy = Policy(signature_policy_documents=documents)
    parsed = scene.cades(properties=policy_property(sha256(b"an older version")))
    assert outcome(scene.first(parsed, policy=policy)) == "INDETERMINATE/POLICY_PROCESSING_ERROR"
    parsed = scene.cades(properties=policy_property(sha256(POLICY_DOCUMENT)))
    assert outcome(scene.first(parsed, policy=policy)) == "TOTAL_PASSED"


@pytest.mark.parametrize(
    ("properties", "accepted", "expected"),
    [
        (policy_property(b"d" * 32), "1.2.3", "INDETERMINATE/POLICY_PROCESSING_ERROR"),
        (SignerProperties(), "1.2.3", "INDETERMINATE/POLICY_PROCESSING_ERROR"),
        (policy_property(b"d" * 32), POLICY_IDENTIFIER, "TOTAL_PASSED"),
    ],
)
def test_accepted_signature_policies(
    scene: Scene, properties: SignerProperties, accepted: str, expected: str
) -> None:
    """Where policies are named, another or none is refused."""
    policy = Policy(accepted_signature_policies=frozenset({accepted}))
    assert outcome(scene.first(scene.cades(properties=properties), policy=policy)) == expected


def test_any_signature_policy_is_noted_by_default(scene: Scene) -> None:
    """A policy whose document is not at hand is told in the checks and passes."""
    report = scene.first(scene.cades(properties=policy_property(b"d" * 32)))
    assert outcome(report) == "TOTAL_PASSED"
    (noted,) = (check for check in report.checks if check.name == "signature-policy")
    assert noted.outcome is Outcome.INFORMATION


def test_a_policy_digest_that_cannot_be_computed(scene: Scene) -> None:
    """Under an unknown digest, or one this machine lacks, no policy document matches."""
    parsed = scene.cades(properties=policy_property(sha256(POLICY_DOCUMENT)))
    claims = parsed.signatures[0].signed_properties
    assert claims.policy is not None
    lacking = replace(digest_by_name("SHA256"), hashlib_name="no such digest")
    policy = Policy(signature_policy_documents={POLICY_IDENTIFIER: POLICY_DOCUMENT})
    for algorithm in (None, lacking):
        changed = replace(claims, policy=replace(claims.policy, digest_algorithm=algorithm))
        report = scene.first(exchanged(parsed, signed_properties=changed), policy=policy)
        assert outcome(report) == "INDETERMINATE/POLICY_PROCESSING_ERROR"
