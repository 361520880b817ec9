"""Verification collects only what could help, and never contacts anybody when told so."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

import esign
from esign.ades.evidence import Evidence
from esign.api.verification import is_settled
from esign.errors import DeadlineExceededError, MalformedError, UnrecognisedFormatError, UsageError
from esign.pki.crl import CRL
from esign.terms import Indication
from tests.support.scenes import Scene, flipped


def _signed(pki, document=b"content", **given) -> bytes:
    return esign.sign(document, signer=pki.signer(), at=pki.now, **given).octets()


def test_evidence_given_is_enough(pki) -> None:
    """With the CRLs at hand the signature passes offline."""
    report = esign.verify(
        _signed(pki), trust=pki.trust, evidence=pki.evidence(), at=pki.now, offline=True
    )
    report.require_passed()


def test_without_trust_nothing_passes(pki) -> None:
    """The empty store is a loud state; the sibling with anchors passes."""
    report = esign.verify(
        _signed(pki),
        trust=esign.TrustStore.empty(),
        evidence=pki.evidence(),
        at=pki.now,
        offline=True,
    )
    (signature,) = report.signatures
    assert signature.indication is Indication.INDETERMINATE
    assert signature.signature_intact


def test_a_report_is_no_truth_value(pki) -> None:
    """``if verify(...)`` fails on its first run."""
    with pytest.raises(Exception, match="require_passed"):
        bool(esign.verify(_signed(pki), trust=pki.trust, at=pki.now, offline=True))


def test_revocation_is_fetched_where_the_certificate_points(responders, tmp_path) -> None:
    """Good before, revoked after; offline nobody is asked."""
    issued = responders.issue("citizen")
    signed = esign.sign(b"content", signer=responders.signer(issued, tmp_path)).octets()
    above = Evidence(crls=(CRL.from_der(responders.crl("root")),))
    given = {"trust": responders.trust, "allow_hosts": ("127.0.0.1",), "evidence": above}
    before = len(responders.requests)
    assert not esign.verify(signed, offline=True, **given).passed
    assert len(responders.requests) == before
    esign.verify(signed, **given).require_passed()
    assert len(responders.requests) > before
    responders.revoke(issued)
    (signature,) = esign.verify(signed, **given).signatures
    assert signature.sub_indication is esign.SubIndication.REVOKED_NO_POE


def test_loopback_is_not_contacted_unless_allowed(responders, tmp_path) -> None:
    """A document may not send us to this machine by itself."""
    issued = responders.issue("citizen")
    signed = esign.sign(b"content", signer=responders.signer(issued, tmp_path)).octets()
    before = len(responders.requests)
    report = esign.verify(signed, trust=responders.trust)
    assert not report.passed
    assert len(responders.requests) == before
    assert report.failures


def test_threads_share_everything(pki) -> None:
    """Eight threads over one store, policy and signer give what a sequence gives."""
    signer, policy = pki.signer(), esign.Policy()
    documents = [f"document {number}".encode() for number in range(24)]

    def work(octets: bytes) -> tuple[Indication, bytes]:
        signed = esign.sign(octets, signer=signer, at=pki.now).octets()
        report = esign.verify(
            signed,
            trust=pki.trust,
            policy=policy,
            evidence=pki.evidence(),
            at=pki.now,
            offline=True,
        )
        return report.signatures[0].indication, signed

    expected = [work(each) for each in documents]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, documents)) == expected
    assert {indication for indication, _ in expected} == {Indication.TOTAL_PASSED}


def test_the_timeout_ends_the_call(pki) -> None:
    """A call that is over before it began says so."""
    with pytest.raises(DeadlineExceededError):
        esign.verify(_signed(pki), trust=pki.trust, timeout=0.0, offline=True)


@pytest.mark.parametrize(
    ("document", "error"),
    [
        (b"", UnrecognisedFormatError),
        (b"text", UnrecognisedFormatError),
        (b"%PDF-1.7 but no more", MalformedError),
        (b"<open>", MalformedError),
    ],
)
def test_what_cannot_be_read_is_an_error_and_no_verdict(pki, document, error) -> None:
    """Empty, plain and broken files."""
    with pytest.raises(error):
        esign.verify(document, trust=pki.trust, offline=True)


def test_trust_must_be_a_store(pki) -> None:
    """A path is not silently taken for nobody."""
    with pytest.raises(UsageError):
        esign.verify(_signed(pki), trust="roots/")


def test_inspect_judges_nothing(pki) -> None:
    """The facts are there; a flipped value is still inspected."""
    octets = _signed(pki)
    (signature,) = esign.inspect(octets).signatures
    assert signature.references()[0].intact
    assert len(esign.inspect(flipped(octets)).signatures) <= 1


def test_detached_content_is_given_beside(pki) -> None:
    """With the content it passes, without it nothing was found."""
    octets = _signed(pki, packaging="detached")
    given = {"trust": pki.trust, "evidence": pki.evidence(), "at": pki.now, "offline": True}
    esign.verify(octets, detached=b"content", **given).require_passed()
    (signature,) = esign.verify(octets, **given).signatures
    assert signature.sub_indication is esign.SubIndication.SIGNED_DATA_NOT_FOUND
    (signature,) = esign.verify(octets, detached=b"c0ntent", **given).signatures
    assert signature.indication is Indication.TOTAL_FAILED


def test_stale_data_excused_by_a_time_stamp_is_renewed(pki) -> None:
    """A signer may embed a list from before his revocation; fresh data needs no question."""
    scene, day = Scene(pki), timedelta(days=1)
    parsed = scene.parse(scene.stamped(scene.octets(), time=pki.signing_time))
    assert is_settled(scene.judge(parsed))
    old = {"this_update": pki.signing_time - day, "next_update": pki.signing_time + day}
    others = pki.evidence(crls=("root", "tsa-root")).crls
    evidence = Evidence(crls=(scene.crl("issuing", **old), *others))
    report = scene.judge(parsed, evidence=evidence)
    report.require_passed()
    assert not is_settled(report)
