"""Every sub-indication reachable at B and T, each beside a sibling that passes.

The siblings differ in one thing, named in the test. Signatures are real CAdES over the test
PKI; what holds here holds for every form, because the judge knows none.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from esign.ades.evidence import Evidence
from esign.ades.format import SignerProperties
from esign.ades.signature import SignaturePolicyIdentifier
from esign.cms import oids
from esign.crypto.algorithms import digest_by_name, signature_by_name
from esign.errors import LimitExceededError, UsageError
from esign.limits import Budget, Limits
from esign.pki.trust import TrustAnchor, TrustStore
from esign.terms import (
    BlockStatus,
    CertificateRole,
    Purpose,
    Scope,
    SignatureLevel,
    SubIndication,
    TimestampKind,
)
from esign.tsa.token import parse_token
from esign.validation.checks import Outcome
from esign.validation.policy import Policy
from esign.validation.process import validate, validate_timestamp
from tests.support.pki import PKI
from tests.support.scenes import (
    CONTENT,
    Scene,
    attribute,
    flipped,
    outcome,
    sha256,
    with_attribute,
    without_attribute,
)

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def scene(pki: PKI) -> Scene:
    """Makes and judges documents."""
    return Scene(pki)


def policy_property(digest: bytes) -> SignerProperties:
    """Return properties with an explicit signature policy."""
    return SignerProperties(
        policy=SignaturePolicyIdentifier(
            identifier="1.3.6.1.4.1.99999.5",
            digest_algorithm=digest_by_name("SHA256"),
            digest=digest,
        )
    )


POLICY_DOCUMENT = b"Signatures under this policy bind the agency."
POLICY_IDENTIFIER = "1.3.6.1.4.1.99999.5"


def expired(scene: Scene) -> str:
    """Issue a certificate that ended before the sound evidence was made; return its name."""
    return scene.variant("citizen-old", "citizen", not_after=scene.pki.now - 3.5 * DAY)


def content_stamp(scene: Scene, time, tsa: str = "tsa") -> bytes:
    """Return a content-time-stamp attribute over the usual content."""
    token = scene.token(sha256(CONTENT), digest_by_name("SHA256"), time=time, tsa=tsa)
    return attribute(oids.CONTENT_TIMESTAMP, token)


# ------------------------------------------------------------------ passing


@pytest.mark.parametrize(
    "name", ["citizen", "agency", "citizen-p256", "citizen-ed25519", "citizen-ed448"]
)
def test_a_sound_signature_passes(scene: Scene, name: str) -> None:
    """A sound B-B signature of any key type is TOTAL_PASSED and proves no time."""
    report = scene.first(scene.cades(name))
    assert outcome(report) == "TOTAL_PASSED"
    assert report.level is SignatureLevel.B
    assert report.proven_time is None
    assert report.coverage is Scope.FULL
    assert report.reasons == ()


def test_a_time_stamped_signature_reaches_t(scene: Scene) -> None:
    """A time-stamp that passes makes level T and proves its own time."""
    report = scene.first(scene.cades(tsa="tsa"))
    assert outcome(report) == "TOTAL_PASSED"
    assert report.level is SignatureLevel.T
    assert report.proven_time == scene.pki.signing_time
    assert report.timestamps[0].passed


def test_same_input_gives_same_report(scene: Scene) -> None:
    """Order and repetition of evidence never change the report."""
    parsed = scene.cades(tsa="tsa")
    evidence = scene.pki.evidence()
    turned = Evidence(crls=(*evidence.crls[::-1], *evidence.crls))
    assert scene.judge(parsed, evidence=turned) == scene.judge(parsed, evidence=evidence)


def test_evidence_about_strangers_changes_nothing(scene: Scene) -> None:
    """Certificates and answers about others never change a verdict."""
    parsed = scene.cades()
    more = scene.pki.evidence(ocsp=("agency",), certificates=("other-root", "citizen-p256"))
    assert scene.judge(parsed, evidence=more) == scene.judge(parsed)


# ------------------------------------------------------------------ TOTAL_FAILED


def test_format_failure(scene: Scene) -> None:
    """The same signature twice in one document is FORMAT_FAILURE; once it passes."""
    parsed = scene.cades()
    from dataclasses import replace

    twice = replace(parsed, signatures=parsed.signatures * 2)
    assert outcome(scene.first(twice)) == "TOTAL_FAILED/FORMAT_FAILURE"
    assert outcome(scene.first(parsed)) == "TOTAL_PASSED"


def test_hash_failure(scene: Scene) -> None:
    """One octet of the content changed is HASH_FAILURE, and the value still is intact."""
    octets = scene.octets()
    changed = octets.replace(CONTENT, CONTENT[:-1] + b"!")
    report = scene.first(scene.parse(changed))
    assert outcome(report) == "TOTAL_FAILED/HASH_FAILURE"
    assert report.signature_intact
    assert report.coverage is Scope.NONE
    assert outcome(scene.first(scene.parse(octets))) == "TOTAL_PASSED"


def test_signature_value_failure(scene: Scene) -> None:
    """One bit of the value changed is SIG_CRYPTO_FAILURE, and the reference is intact."""
    report = scene.first(scene.cades(value=flipped))
    assert outcome(report) == "TOTAL_FAILED/SIG_CRYPTO_FAILURE"
    assert not report.signature_intact
    assert report.references[0].intact


def test_hash_failure_outranks_missing_trust(scene: Scene) -> None:
    """A changed content is TOTAL_FAILED even where nobody is trusted."""
    changed = scene.octets().replace(CONTENT, CONTENT[:-1] + b"!")
    report = scene.first(scene.parse(changed), trust=TrustStore.empty())
    assert outcome(report) == "TOTAL_FAILED/HASH_FAILURE"


def test_revoked_by_content_time_stamp(scene: Scene) -> None:
    """Content time-stamped after the revocation is REVOKED; before it, unproven."""
    later = with_attribute(content_stamp(scene, scene.pki.signing_time))
    report = scene.first(scene.cades("citizen-revoked", attributes=later))
    assert outcome(report) == "TOTAL_FAILED/REVOKED"
    earlier = with_attribute(content_stamp(scene, scene.pki.signing_time - 20 * DAY))
    report = scene.first(scene.cades("citizen-revoked", attributes=earlier))
    assert outcome(report) == "INDETERMINATE/REVOKED_NO_POE"


def test_expired_by_content_time_stamp(scene: Scene) -> None:
    """Content time-stamped after the certificate's end is EXPIRED; before it, unproven."""
    after = scene.pki.signing_time + 3 * DAY
    later = with_attribute(content_stamp(scene, after))
    report = scene.first(scene.cades(expired(scene), attributes=later))
    assert outcome(report) == "TOTAL_FAILED/EXPIRED"
    earlier = with_attribute(content_stamp(scene, scene.pki.signing_time))
    report = scene.first(scene.cades(expired(scene), attributes=earlier))
    assert outcome(report) == "INDETERMINATE/OUT_OF_BOUNDS_NO_POE"


def test_not_yet_valid(scene: Scene) -> None:
    """A time-stamp older than the certificate is NOT_YET_VALID; a younger one passes."""
    early, fit = scene.pki.now - 400 * DAY, scene.pki.now - DAY
    start = scene.pki.now - 300 * DAY
    name = scene.variant("citizen-young", "citizen", not_before=start)
    report = scene.first(scene.cades(name, tsa="tsa", time=early))
    assert outcome(report) == "TOTAL_FAILED/NOT_YET_VALID"
    assert outcome(scene.first(scene.cades(name, tsa="tsa", time=fit))) == "TOTAL_PASSED"


def test_not_yet_valid_at_the_time_judged_for(scene: Scene) -> None:
    """A certificate of the future is NOT_YET_VALID today and passes when its time has come."""
    start = scene.pki.now + DAY
    name = scene.variant("citizen-future", "citizen", not_before=start)
    assert outcome(scene.first(scene.cades(name))) == "TOTAL_FAILED/NOT_YET_VALID"
    issuing = scene.crl("issuing", this_update=start, next_update=start + DAY)
    evidence = Evidence(crls=(issuing, scene.pki.crl("root")))
    parsed = scene.cades(name, signing_time=start)
    assert outcome(scene.first(parsed, evidence=evidence, at=start + HOUR)) == "TOTAL_PASSED"


# ------------------------------------------------------------------ INDETERMINATE: properties


def test_missing_certificate_reference(scene: Scene) -> None:
    """Without a signed certificate reference it is not AdES and does not pass by default."""
    parsed = scene.cades(attributes=without_attribute(oids.SIGNING_CERTIFICATE_V2))
    report = scene.first(parsed)
    assert outcome(report) == "INDETERMINATE/SIG_CONSTRAINTS_FAILURE"
    assert report.level is None
    lax = Policy(unsafe_without_signing_certificate_reference=True)
    assert outcome(scene.first(parsed, policy=lax)) == "TOTAL_PASSED"


def test_missing_signing_time(scene: Scene) -> None:
    """Without signing-time it does not pass, unless the policy does not ask for one."""
    parsed = scene.cades(attributes=without_attribute(oids.SIGNING_TIME))
    assert outcome(scene.first(parsed)) == "INDETERMINATE/SIG_CONSTRAINTS_FAILURE"
    report = scene.first(parsed, policy=Policy(require_signing_time=False))
    assert outcome(report) == "TOTAL_PASSED"


def test_signing_time_outside_validity(scene: Scene) -> None:
    """A claimed time before the certificate existed breaks a rule; inside it passes."""
    parsed = scene.cades(signing_time=scene.pki.now - 1000 * DAY)
    assert outcome(scene.first(parsed)) == "INDETERMINATE/SIG_CONSTRAINTS_FAILURE"
    lax = Policy(signing_time_within_validity=False)
    assert outcome(scene.first(parsed, policy=lax)) == "TOTAL_PASSED"


def test_signing_time_in_the_future_is_told(scene: Scene) -> None:
    """A claimed time after the time judged for is a warning and no more."""
    report = scene.first(scene.cades(signing_time=scene.pki.now + DAY))
    assert outcome(report) == "TOTAL_PASSED"
    assert "future" in str(report.warnings[0])


def test_delay_of_the_time_stamp(scene: Scene) -> None:
    """A limit on the delay between claimed and proven time is kept where one is set."""
    parsed = scene.cades(tsa="tsa", time=scene.pki.signing_time + 2 * HOUR)
    strict = Policy(maximum_timestamp_delay=HOUR)
    assert outcome(scene.first(parsed, policy=strict)) == "INDETERMINATE/SIG_CONSTRAINTS_FAILURE"
    enough = Policy(maximum_timestamp_delay=3 * HOUR)
    assert outcome(scene.first(parsed, policy=enough)) == "TOTAL_PASSED"


def test_repeated_attribute(scene: Scene) -> None:
    """A signing-time twice breaks a rule of the form; once it passes."""
    time = attribute(oids.SIGNING_TIME, b"\x17\x0d260610093000Z")
    report = scene.first(scene.cades(attributes=with_attribute(time)))
    assert outcome(report) == "INDETERMINATE/SIG_CONSTRAINTS_FAILURE"


# ------------------------------------------------------------------ INDETERMINATE: policy


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


# ------------------------------------------------------------------ INDETERMINATE: certificates


def test_no_signing_certificate(scene: Scene) -> None:
    """A certificate that is nowhere; supplied as evidence, it passes."""
    octets = scene.octets()
    der = scene.certificate("citizen").der
    other = scene.certificate("agency").der
    stripped = _without_certificates(octets)
    assert der not in stripped
    assert other not in stripped
    parsed = scene.parse(stripped)
    assert outcome(scene.first(parsed)) == "INDETERMINATE/NO_SIGNING_CERTIFICATE_FOUND"
    given = scene.pki.evidence(certificates=("citizen", "issuing"))
    assert outcome(scene.first(parsed, evidence=given)) == "TOTAL_PASSED"


def _without_certificates(octets: bytes) -> bytes:
    """Return the SignedData without its certificates field."""
    from esign.asn1 import reader, tags, writer

    outer = reader.parse(octets)
    inner = outer.children[1].children[0]
    kept = [c.encoded for c in inner.children if c.tag != tags.context(0)]
    return writer.sequence(outer.children[0].encoded, writer.explicit(0, writer.sequence(*kept)))


def test_reference_to_another_certificate(scene: Scene) -> None:
    """A reference that holds another certificate's digest identifies nobody here."""
    wrong = scene.certificate("citizen-revoked").der
    right = scene.certificate("citizen").der

    def exchange(octets: bytes) -> bytes:
        assert sha256(right) in octets
        return octets.replace(sha256(right), sha256(wrong))

    report = scene.first(scene.cades(attributes=exchange))
    assert outcome(report) == "INDETERMINATE/NO_SIGNING_CERTIFICATE_FOUND"
    assert "another certificate" in str(report.reasons[0].message)


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


# ------------------------------------------------------------------ INDETERMINATE: validity


def test_outside_validity_but_not_revoked(scene: Scene) -> None:
    """Expired and known unrevoked; a time-stamp from before the end makes it pass."""
    lists = {"this_update": scene.pki.now - 4 * DAY, "next_update": scene.pki.now + 3 * DAY}
    evidence = Evidence(
        crls=(scene.crl("issuing", **lists), scene.pki.crl("root"), scene.pki.crl("tsa-root"))
    )
    report = scene.first(scene.cades(expired(scene)), evidence=evidence)
    assert outcome(report) == "INDETERMINATE/OUT_OF_BOUNDS_NOT_REVOKED"
    stamped = scene.cades(expired(scene), tsa="tsa")
    assert outcome(scene.first(stamped, evidence=evidence)) == "TOTAL_PASSED"


def test_outside_validity_with_stale_data(scene: Scene) -> None:
    """Expired, and the data was not fresh at the proven time: the time-stamp does not help."""
    lists = {"this_update": scene.pki.now - 20 * DAY, "next_update": scene.pki.now - 10 * DAY}
    evidence = Evidence(
        crls=(scene.crl("issuing", **lists), scene.pki.crl("root"), scene.pki.crl("tsa-root"))
    )
    stamped = scene.cades(expired(scene), tsa="tsa")
    assert outcome(scene.first(stamped, evidence=evidence)) == "INDETERMINATE/TRY_LATER"


def test_outside_validity_without_proof(scene: Scene) -> None:
    """Expired, and the list is younger than the end: it may have forgotten the certificate."""
    report = scene.first(scene.cades(expired(scene), tsa="tsa"))
    assert outcome(report) == "INDETERMINATE/OUT_OF_BOUNDS_NO_POE"


def test_expired_authority_and_signer(scene: Scene) -> None:
    """Where both are out of time, the signer's is the word: OUT_OF_BOUNDS_NO_POE."""
    report = scene.first(scene.cades("citizen-under-expired"), at=scene.pki.now + 5000 * DAY)
    assert outcome(report) == "INDETERMINATE/OUT_OF_BOUNDS_NO_POE"


# ------------------------------------------------------------------ INDETERMINATE: revocation


def test_revoked_without_proof(scene: Scene) -> None:
    """Revoked before any proven time; a time-stamp from before the revocation clears it."""
    report = scene.first(scene.cades("citizen-revoked"))
    assert outcome(report) == "INDETERMINATE/REVOKED_NO_POE"
    later = scene.pki.evidence(crls=("root", "issuing-revoked-later", "tsa-root"))
    stamped = scene.cades("citizen-revoked", tsa="tsa")
    assert outcome(scene.first(stamped, evidence=later)) == "TOTAL_PASSED"
    unstamped = scene.cades("citizen-revoked")
    assert outcome(scene.first(unstamped, evidence=later)) == "INDETERMINATE/REVOKED_NO_POE"


def test_revoked_at_the_very_moment(scene: Scene) -> None:
    """A time-stamp of the revocation's own second proves nothing."""
    at = scene.pki.signing_time
    crl = scene.crl("issuing", revoked=[("citizen", at, "keyCompromise")])
    evidence = Evidence(crls=(crl, scene.pki.crl("root"), scene.pki.crl("tsa-root")))
    stamped = scene.cades(tsa="tsa", time=at)
    assert outcome(scene.first(stamped, evidence=evidence)) == "INDETERMINATE/REVOKED_NO_POE"
    stamped = scene.cades(tsa="tsa", time=at - timedelta(seconds=1))
    assert outcome(scene.first(stamped, evidence=evidence)) == "TOTAL_PASSED"


def test_revoked_authority(scene: Scene) -> None:
    """A revoked authority is REVOKED_CA_NO_POE; a time-stamp from before clears it."""
    parsed = scene.cades("citizen-under-revoked")
    assert outcome(scene.first(parsed)) == "INDETERMINATE/REVOKED_CA_NO_POE"
    early = scene.cades("citizen-under-revoked", tsa="tsa", time=scene.pki.signing_time - 60 * DAY)
    assert outcome(scene.first(early)) == "TOTAL_PASSED"


def test_both_revoked_needs_a_proof_before_both(scene: Scene) -> None:
    """A cleared revocation of the signer leaves that of the authority standing."""
    time = scene.pki.signing_time
    issuing = scene.crl("issuing", revoked=[("citizen-under-revoked", time, None)])
    evidence = Evidence(crls=(issuing, scene.pki.crl("root"), scene.pki.crl("tsa-root")))
    stamped = scene.cades("citizen-under-revoked", tsa="tsa", time=time - DAY)
    assert outcome(scene.first(stamped, evidence=evidence)) == "INDETERMINATE/REVOKED_CA_NO_POE"


def test_no_revocation_data(scene: Scene) -> None:
    """Without revocation data nothing passes, but for a policy with Unsafe in its name."""
    parsed = scene.cades()
    report = scene.first(parsed, evidence=Evidence())
    assert outcome(report) == "INDETERMINATE/CERTIFICATE_CHAIN_GENERAL_FAILURE"
    assert {reason.role for reason in report.reasons} == {
        CertificateRole.SIGNER,
        CertificateRole.CA,
    }
    unsafe = Policy.unsafe_without_revocation()
    report = scene.judge(parsed, evidence=Evidence(), policy=unsafe)
    assert outcome(report.signatures[0]) == "TOTAL_PASSED"
    assert "no revocation data" in str(report.warnings[0])


def test_unsafe_policy_still_sees_a_revocation(scene: Scene) -> None:
    """Even a policy that asks no revocation data does not close its eyes to what is there."""
    unsafe = Policy.unsafe_without_revocation()
    report = scene.first(scene.cades("citizen-revoked"), policy=unsafe)
    assert outcome(report) == "INDETERMINATE/REVOKED_NO_POE"


@pytest.mark.parametrize(
    "name",
    [
        "issuing-signed-by-stranger",
        "issuing-only-authorities",
        "issuing-other-shard",
        "issuing-some-reasons",
        "issuing-unknown-critical",
        "issuing-of-the-future",
    ],
)
def test_lists_that_are_no_evidence(scene: Scene, name: str) -> None:
    """A list that does not speak of the certificate never shows it good."""
    evidence = scene.pki.evidence(crls=("root", name))
    report = scene.first(scene.cades(), evidence=evidence)
    assert outcome(report) == "INDETERMINATE/CERTIFICATE_CHAIN_GENERAL_FAILURE"
    for sound in ("issuing", "issuing-only-users"):
        good = scene.pki.evidence(crls=("root", sound))
        assert outcome(scene.first(scene.cades(), evidence=good)) == "TOTAL_PASSED"


def test_stale_list(scene: Scene) -> None:
    """A list past its nextUpdate is TRY_LATER; a time-stamp it was fresh for clears it."""
    stale = {
        "this_update": scene.pki.signing_time - DAY,
        "next_update": scene.pki.signing_time + DAY,
    }
    crls = (scene.crl("issuing", **stale), scene.pki.crl("root"), scene.pki.crl("tsa-root"))
    evidence = Evidence(crls=crls)
    assert outcome(scene.first(scene.cades(), evidence=evidence)) == "INDETERMINATE/TRY_LATER"
    assert outcome(scene.first(scene.cades(tsa="tsa"), evidence=evidence)) == "TOTAL_PASSED"
    lax = Policy(unsafe_without_freshness=True)
    assert outcome(scene.first(scene.cades(), evidence=evidence, policy=lax)) == "TOTAL_PASSED"


def test_policy_limit_on_age(scene: Scene) -> None:
    """The policy's own limit replaces the interval to nextUpdate."""
    parsed = scene.cades()
    strict = Policy(maximum_revocation_age=HOUR)
    assert outcome(scene.first(parsed, policy=strict)) == "INDETERMINATE/TRY_LATER"
    enough = Policy(maximum_revocation_age=2 * DAY)
    assert outcome(scene.first(parsed, policy=enough)) == "TOTAL_PASSED"


def test_on_hold(scene: Scene) -> None:
    """A suspended certificate is TRY_LATER; a time-stamp from before the suspension passes."""
    assert outcome(scene.first(scene.cades("citizen-on-hold"))) == "INDETERMINATE/TRY_LATER"
    early = scene.cades("citizen-on-hold", tsa="tsa", time=scene.pki.signing_time - 20 * DAY)
    assert outcome(scene.first(early)) == "TOTAL_PASSED"


def test_ocsp_without_next_update(scene: Scene) -> None:
    """An answer without nextUpdate is fresh for an hour, and not longer."""
    for age, expected in ((HOUR / 2, "TOTAL_PASSED"), (2 * HOUR, "INDETERMINATE/TRY_LATER")):
        answer = scene.ocsp("citizen", this_update=scene.pki.now - age, next_update=False)
        evidence = Evidence(crls=(scene.pki.crl("root"),), ocsp_responses=(answer,))
        assert outcome(scene.first(scene.cades(), evidence=evidence)) == expected


def test_expired_responder(scene: Scene) -> None:
    """A responder that expired since needs a proof of existence; a valid one passes."""
    for until, expected in (
        (scene.pki.now - DAY / 2, "INDETERMINATE/REVOCATION_OUT_OF_BOUNDS_NO_POE"),
        (scene.pki.now + DAY, "TOTAL_PASSED"),
    ):
        responder = scene.variant("responder", "ocsp", not_after=until)
        answer = scene.ocsp("citizen", responder=responder)
        evidence = Evidence(crls=(scene.pki.crl("root"),), ocsp_responses=(answer,))
        assert outcome(scene.first(scene.cades(), evidence=evidence)) == expected


@pytest.mark.parametrize(
    "name",
    [
        "citizen-responder-without-eku",
        "citizen-responder-of-other-issuer",
        "citizen-signed-by-stranger",
        "citizen-unknown",
        "citizen-of-the-future",
    ],
)
def test_answers_that_are_no_evidence(scene: Scene, name: str) -> None:
    """An answer by somebody not appointed never shows a certificate good."""
    evidence = scene.pki.evidence(crls=("root",), ocsp=(name,))
    signer = "citizen-unknown-to-ocsp" if name == "citizen-unknown" else "citizen"
    report = scene.first(scene.cades(signer), evidence=evidence)
    assert outcome(report) == "INDETERMINATE/CERTIFICATE_CHAIN_GENERAL_FAILURE"


@pytest.mark.parametrize("name", ["citizen", "citizen-by-issuer", "citizen-sha256-id"])
def test_answers_that_are_evidence(scene: Scene, name: str) -> None:
    """The issuer's own answer and that of its appointed responder are evidence."""
    evidence = scene.pki.evidence(crls=("root",), ocsp=(name,))
    assert outcome(scene.first(scene.cades(), evidence=evidence)) == "TOTAL_PASSED"


def test_responder_without_no_check_needs_a_status(scene: Scene) -> None:
    """A responder that is not exempt is judged itself; with a list that shows it good, it passes."""
    responder = scene.variant("responder-checked", "ocsp", ocsp_no_check=False)
    answer = scene.ocsp("citizen", responder=responder)
    root = scene.pki.crl("root")
    bare = Evidence(crls=(root,), ocsp_responses=(answer,))
    found = outcome(scene.first(scene.cades(), evidence=bare))
    assert found == "INDETERMINATE/CERTIFICATE_CHAIN_GENERAL_FAILURE"
    whole = Evidence(crls=(root, scene.pki.crl("issuing")), ocsp_responses=(answer,))
    assert outcome(scene.first(scene.cades(), evidence=whole)) == "TOTAL_PASSED"


def test_responder_whose_status_is_stale(scene: Scene) -> None:
    """A responder shown good by old data only cannot vouch for others today."""
    responder = scene.variant("responder-checked", "ocsp", ocsp_no_check=False)
    answer = scene.ocsp("citizen", responder=responder)
    root, stale = scene.pki.crl("root"), scene.pki.crl("issuing-stale")
    evidence = Evidence(crls=(root, stale), ocsp_responses=(answer,))
    report = scene.first(scene.cades(), evidence=evidence)
    assert not report.passed


# ------------------------------------------------------------------ INDETERMINATE: algorithms


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


# ------------------------------------------------------------------ INDETERMINATE: data and time


def test_signed_data_not_found(scene: Scene) -> None:
    """A detached signature without its content; with it, it passes; with another, it fails."""
    octets = scene.octets(attached=False)
    report = scene.first(scene.parse(octets))
    assert outcome(report) == "INDETERMINATE/SIGNED_DATA_NOT_FOUND"
    assert report.signature_intact
    assert outcome(scene.first(scene.parse(octets, detached=[CONTENT]))) == "TOTAL_PASSED"
    other = scene.parse(octets, detached=[b"something else"])
    assert outcome(scene.first(other)) == "TOTAL_FAILED/HASH_FAILURE"


def test_time_stamps_out_of_order(scene: Scene) -> None:
    """A content time-stamp later than the one over the signature is out of order."""
    time = scene.pki.signing_time
    for content_time, expected in (
        (time + DAY, "INDETERMINATE/TIMESTAMP_ORDER_FAILURE"),
        (time - DAY, "TOTAL_PASSED"),
    ):
        stamp = with_attribute(content_stamp(scene, content_time))
        parsed = scene.cades(attributes=stamp, tsa="tsa", time=time)
        assert outcome(scene.first(parsed)) == expected


# ------------------------------------------------------------------ time-stamps


@pytest.mark.parametrize(
    ("tsa", "expected"),
    [
        ("tsa-without-eku", SubIndication.CHAIN_CONSTRAINTS_FAILURE),
        ("tsa-eku-not-critical", SubIndication.CHAIN_CONSTRAINTS_FAILURE),
        ("tsa-eku-not-alone", SubIndication.CHAIN_CONSTRAINTS_FAILURE),
        ("tsa-wrong-eku", SubIndication.CHAIN_CONSTRAINTS_FAILURE),
        ("tsa-expired", SubIndication.OUT_OF_BOUNDS_NO_POE),
        ("tsa-revoked", SubIndication.REVOKED_NO_POE),
        ("tsa-under-signer-root", SubIndication.NO_CERTIFICATE_CHAIN_FOUND),
    ],
)
def test_bad_authorities_prove_nothing(scene: Scene, tsa: str, expected: SubIndication) -> None:
    """A token of an unfit authority is ignored, named, and leaves the level at B."""
    report = scene.first(scene.cades(tsa=tsa))
    assert outcome(report) == "TOTAL_PASSED"
    assert report.level is SignatureLevel.B
    assert report.proven_time is None
    assert report.timestamps[0].sub_indication is expected
    assert "proves nothing" in str(report.warnings[0])


def test_bad_time_stamp_does_not_save_a_revoked_signer(scene: Scene) -> None:
    """Where only an unfit authority says it was earlier, the revocation stands."""
    later = scene.pki.evidence(crls=("root", "issuing-revoked-later", "tsa-root"))
    parsed = scene.cades("citizen-revoked", tsa="tsa-eku-not-alone")
    assert outcome(scene.first(parsed, evidence=later)) == "INDETERMINATE/REVOKED_NO_POE"


def test_copied_time_stamp(scene: Scene) -> None:
    """A token over another signature's value has a bad imprint and proves nothing."""
    octets = scene.octets()
    stamped = scene.stamped(octets, imprint=sha256(b"another signature's value"))
    report = scene.first(scene.parse(stamped))
    (timestamp,) = report.timestamps
    assert not timestamp.imprint_intact
    assert timestamp.signature_intact
    assert (timestamp.indication, timestamp.sub_indication) == (
        BlockStatus.FAILED,
        SubIndication.HASH_FAILURE,
    )
    assert report.level is SignatureLevel.B


def test_earliest_of_several_counts(scene: Scene) -> None:
    """Of two time-stamps that pass the earlier is the best-signature-time."""
    time = scene.pki.signing_time
    octets = scene.stamped(scene.stamped(scene.octets(), time=time), time=time - HOUR)
    report = scene.first(scene.parse(octets))
    assert report.proven_time == time - HOUR


def test_time_stamp_from_the_future(scene: Scene) -> None:
    """A token later than the time judged for did not exist then; a little skew is allowed."""
    now = scene.pki.now
    late = scene.first(scene.cades(tsa="tsa", time=now + HOUR))
    assert late.timestamps[0].sub_indication is SubIndication.SIG_CONSTRAINTS_FAILURE
    assert late.proven_time is None
    skewed = scene.first(scene.cades(tsa="tsa", time=now + timedelta(minutes=1)))
    assert skewed.timestamps[0].passed


def test_level_without_any_trust_tells_what_is_there(scene: Scene) -> None:
    """Judged without anchors, an intact time-stamp still makes the level T, proving nothing."""
    report = scene.first(scene.cades(tsa="tsa"), trust=TrustStore.empty())
    assert outcome(report) == "INDETERMINATE/NO_CERTIFICATE_CHAIN_FOUND"
    assert report.level is SignatureLevel.T
    assert report.proven_time is None
    signer_only = scene.pki.trust_of(signer=("root",))
    report = scene.first(scene.cades(tsa="tsa"), trust=signer_only)
    assert outcome(report) == "TOTAL_PASSED"
    assert report.level is SignatureLevel.B


def test_a_token_alone(scene: Scene) -> None:
    """A token is judged before it is built in; an unfit authority does not pass."""
    digest = digest_by_name("SHA256")
    for tsa, passes in (("tsa", True), ("tsa-p256", True), ("tsa-eku-not-alone", False)):
        token = parse_token(scene.token(sha256(b"value"), digest, tsa=tsa))
        report = validate_timestamp(
            token,
            None,
            scene.pki.evidence(),
            trust=scene.pki.trust,
            policy=Policy(),
            at=scene.pki.now,
            budget=Budget(),
        )
        assert report.passed is passes
        assert report.kind is TimestampKind.SIGNATURE_TIMESTAMP
        assert not report.imprint_intact


def test_authority_name_is_compared(scene: Scene) -> None:
    """A token that names another authority than its certificate is warned of."""
    digest = digest_by_name("SHA256")
    name = scene.certificate("citizen").subject.der
    from esign.asn1 import writer

    token = parse_token(
        scene.token(sha256(b"value"), digest, authority_name=writer.explicit(4, name))
    )
    report = validate_timestamp(
        token,
        None,
        scene.pki.evidence(),
        trust=scene.pki.trust,
        policy=Policy(),
        at=scene.pki.now,
        budget=Budget(),
    )
    assert report.passed
    assert "another authority" in str(report.warnings[0])


# ------------------------------------------------------------------ the caller


def test_naive_time_is_refused(scene: Scene) -> None:
    """A time without a zone is the caller's mistake."""
    with pytest.raises(UsageError, match="time zone"):
        scene.judge(scene.cades(), at=scene.pki.now.replace(tzinfo=None))


def test_budget_of_signatures(scene: Scene) -> None:
    """More signatures than the limit end in a named error."""
    parsed = scene.cades()
    with pytest.raises(LimitExceededError) as caught:
        validate(
            parsed,
            trust=scene.pki.trust,
            policy=Policy(),
            at=scene.pki.now,
            budget=Budget(Limits(signatures=0)),
        )
    assert caught.value.values["limit"] == "signatures"
