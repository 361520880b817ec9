"""Algorithms and key sizes with their end dates (EN 319 102-1 §5.2.8.4.2)."""

from __future__ import annotations

from datetime import timedelta

from esign.ades.evidence import Evidence
from esign.cms import oids
from esign.crypto.algorithms import digest_by_name, signature_by_name
from esign.pki.trust import TrustStore
from esign.terms import (
    Purpose,
    SubIndication,
)
from esign.validation.cryptographic_constraints import NEVER, OPEN, digest_end, signature_end
from esign.validation.policy import Policy
from tests.support.scenes import (
    CONTENT,
    Scene,
    attribute,
    outcome,
    sha256,
    with_attribute,
)

DAY = timedelta(days=1)


def content_stamp(scene: Scene, time, tsa: str = "tsa") -> bytes:
    """Return a content-time-stamp attribute over the usual content."""
    token = scene.token(sha256(CONTENT), digest_by_name("SHA256"), time=time, tsa=tsa)
    return attribute(oids.CONTENT_TIMESTAMP, token)


def test_small_key(scene: Scene) -> None:
    """A 1024-bit key is not accepted today, and was in 2018."""
    parsed = scene.cades("citizen-small-rsa")
    report = scene.first(parsed)
    assert outcome(report) == "INDETERMINATE/CRYPTO_CONSTRAINTS_FAILURE_NO_POE"


def test_weak_digest(scene: Scene) -> None:
    """SHA-1 is not accepted; SHA-256 is."""
    sha1 = signature_by_name("RSA_PKCS1_SHA1")
    report = scene.first(scene.cades(algorithm=sha1))
    assert report.sub_indication is SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE
    assert not report.passed


def test_signed_before_the_end_of_an_algorithm(scene: Scene) -> None:
    """A time-stamp from before an algorithm's end clears it, and one from after does not."""
    at = scene.pki.now.replace(year=2030)
    fresh = {"this_update": at - DAY, "next_update": at + DAY}
    strong = Evidence(
        crls=(
            scene.crl("ec-issuing", **fresh),
            scene.crl("ec-root", **fresh),
            scene.crl("issuing", **fresh),
            scene.crl("root", **fresh),
        )
    )
    name = scene.variant("citizen-under-ec", "citizen", issuer="ec-issuing")
    root = scene.variant("time-root", "ec-root", issuer="time-root")
    tsa = scene.variant("tsa-strong", "tsa-p256", issuer=root)
    trust = TrustStore.of(scene.certificate("ec-root"), purposes={Purpose.SIGNER}).merged(
        TrustStore.of(scene.certificate(root), purposes={Purpose.TSA})
    )
    time_list = scene.crl(root, **fresh)
    evidence = Evidence(
        certificates=(scene.certificate("ec-issuing"),), crls=(*strong.crls, time_list)
    )
    given = {"evidence": evidence, "trust": trust, "at": at}
    no_proof = scene.first(scene.cades(name), **given)
    assert outcome(no_proof) == "INDETERMINATE/CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
    before = scene.cades(name, tsa=tsa)
    assert outcome(scene.first(before, **given)) == "TOTAL_PASSED"
    after = scene.cades(name, tsa=tsa, time=at - 100 * DAY)
    found = outcome(scene.first(after, **given))
    assert found == "INDETERMINATE/CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
    stamp = with_attribute(content_stamp(scene, at - 100 * DAY, tsa=tsa))
    proven = scene.first(scene.cades(name, attributes=stamp), **given)
    assert outcome(proven) == "INDETERMINATE/CRYPTO_CONSTRAINTS_FAILURE"


def test_ends_are_remembered_and_right(scene: Scene) -> None:
    """Open, dated and never: the three kinds of ends."""
    suite = Policy().suite
    assert digest_end(suite, digest_by_name("SHA256")) == OPEN
    assert digest_end(suite, digest_by_name("SHA1")).year == 2012
    assert digest_end(suite, digest_by_name("SHAKE256")) == NEVER
    assert digest_end(suite, digest_by_name("SHAKE256"), beside_eddsa=True) == OPEN
    assert signature_end(suite, None, scene.certificate("citizen").public_key) == NEVER


def test_a_chain_with_a_weak_link_is_not_cleared(scene: Scene) -> None:
    """A certificate signed by a weak key can be forged today; a time-stamp does not help."""
    weak = scene.variant("issuing-weak", "issuing", key="citizen-rsa1024")
    name = scene.variant("citizen-weak-issuer", "citizen", issuer=weak)
    evidence = Evidence(
        certificates=(scene.certificate(weak),),
        crls=(scene.crl(weak), scene.pki.crl("root"), scene.pki.crl("tsa-root")),
    )
    report = scene.first(scene.cades(name, tsa="tsa"), evidence=evidence)
    assert report.proven_time is not None
    assert outcome(report) == "INDETERMINATE/CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
