"""One certificate by itself: online, offline with what was found, and in a coroutine."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

import esign
from esign import certificates
from esign.errors import MalformedCertificateError, UsageError
from esign.reports.certificate_json import certificate_to_json
from esign.terms import BlockStatus, SubIndication
from tests.support.pki import PKI
from tests.support.responders import Responders


def test_a_sound_certificate_passes(pki: PKI) -> None:
    """With issuer and lists at hand: chain to the anchor, each status good, nothing missing."""
    report = certificates.check(
        pki.path("citizen"),
        trust=pki.trust,
        evidence=pki.evidence(certificates=["issuing"]),
        at=pki.now,
        offline=True,
    )
    assert report.passed
    assert [str(each.subject.get("2.5.4.3")) for each in report.chain][1:] == [
        "Test Issuing CA",
        "Test Root CA",
    ]
    assert [each.state for each in report.revocation] == ["good", "good"]
    assert report.anchor is not None
    assert (report.missing, report.plan, report.reasons) == ((), (), ())
    assert str(report.subject.national_id) == "FIN AZ 1AB2C3D"


def test_a_file_may_bring_its_chain(pki: PKI) -> None:
    """The first certificate is judged; the others are material."""
    octets = pki.path("citizen").read_bytes() + pki.path("issuing").read_bytes()
    report = certificates.check(
        octets, trust=pki.trust, evidence=pki.evidence(), at=pki.now, offline=True
    )
    assert report.passed
    assert report.certificate == pki.certificate("citizen")


def test_what_is_missing_comes_with_a_plan(pki: PKI) -> None:
    """Without revocation data each certificate below the anchor is named, and whom to ask."""
    report = certificates.check(
        pki.certificate("citizen"),
        trust=pki.trust,
        evidence=pki.evidence(crls=(), certificates=["issuing"]),
        at=pki.now,
        offline=True,
    )
    assert report.indication is BlockStatus.INDETERMINATE
    assert {each.certificate for each in report.missing} == set(report.chain[:2])
    assert {url for want in report.plan for url in want.urls} >= {"http://pki.esign.test/root.crl"}


@pytest.mark.parametrize(
    ("name", "indication", "word"),
    [
        ("citizen-revoked", BlockStatus.FAILED, SubIndication.REVOKED),
        ("citizen-expired", BlockStatus.FAILED, SubIndication.EXPIRED),
        ("citizen-not-yet-valid", BlockStatus.FAILED, SubIndication.NOT_YET_VALID),
        ("citizen-on-hold", BlockStatus.INDETERMINATE, SubIndication.TRY_LATER),
    ],
)
def test_the_moment_itself_is_asked_about(
    pki: PKI, name: str, indication: BlockStatus, word: SubIndication
) -> None:
    """Revoked and out of its validity are definite; a suspension may end."""
    report = certificates.check(
        pki.certificate(name),
        trust=pki.trust,
        evidence=pki.evidence(certificates=["issuing"]),
        at=pki.now,
        offline=True,
    )
    assert (report.indication, report.sub_indication) == (indication, word)
    assert report.reasons[0].sub_indication is word


def test_nobody_is_trusted_unless_given(pki: PKI) -> None:
    """Without anchors the chain ends nowhere, and a warning says why nothing can pass."""
    report = certificates.check(
        pki.certificate("citizen"), trust=esign.TrustStore.empty(), at=pki.now, offline=True
    )
    assert report.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND
    assert report.anchor is None
    assert any("No trust anchor" in str(each) for each in report.warnings)


def test_anchors_serve_their_own_purpose(pki: PKI) -> None:
    """A time-stamping authority passes for its purpose and not as a signer."""
    evidence = pki.evidence()
    asked = {"trust": pki.trust, "evidence": evidence, "at": pki.now, "offline": True}
    assert certificates.check(pki.certificate("tsa"), purpose="tsa", **asked).passed
    assert not certificates.check(pki.certificate("tsa"), **asked).passed


def test_authorities_are_judged_as_authorities(pki: PKI) -> None:
    """An issuing certificate needs no usage for documents; an anchor needs no status."""
    asked = {"trust": pki.trust, "evidence": pki.evidence(), "at": pki.now, "offline": True}
    assert certificates.check(pki.certificate("issuing"), **asked).passed
    assert certificates.check(pki.certificate("root"), **asked).passed


def test_offline_says_the_same_with_the_same_evidence(responders: Responders) -> None:
    """What was collected online, judged again without the network, gives the same report."""
    issued = responders.issue("citizen")
    octets = issued.pem
    online = certificates.check(octets, trust=responders.trust, allow_hosts=["127.0.0.1"])
    assert online.passed, [str(each.message) for each in online.reasons]
    again = certificates.check(
        octets, trust=responders.trust, evidence=online.evidence, at=online.at, offline=True
    )
    assert certificate_to_json(again) == certificate_to_json(online)
    alone = certificates.check(octets, trust=responders.trust, at=online.at, offline=True)
    assert not alone.passed


def test_the_awaited_call_says_the_same(pki: PKI) -> None:
    """One core, two drivers."""
    asked = {
        "trust": pki.trust,
        "evidence": pki.evidence(certificates=["issuing"]),
        "at": pki.now,
        "offline": True,
    }
    awaited = asyncio.run(esign.aio.check_certificate(pki.path("citizen"), **asked))
    assert awaited == certificates.check(pki.path("citizen"), **asked)


def test_mistakes_are_named(pki: PKI) -> None:
    """No certificate, no such purpose, a naive time, and a report asked for its truth."""
    with pytest.raises(MalformedCertificateError):
        certificates.check(b"nothing", trust=pki.trust, offline=True)
    with pytest.raises(UsageError):
        certificates.check(pki.path("citizen"), trust=pki.trust, purpose="server", offline=True)
    with pytest.raises(UsageError):
        certificates.check(
            pki.path("citizen"), trust=pki.trust, at=pki.now.replace(tzinfo=None), offline=True
        )
    report = certificates.check(pki.path("citizen"), trust=pki.trust, at=pki.now, offline=True)
    with pytest.raises(UsageError):
        bool(report)


def test_later_evidence_does_not_answer_for_an_earlier_moment(pki: PKI) -> None:
    """Lists made after the moment are no evidence of it, so they are missing."""
    report = certificates.check(
        pki.certificate("citizen"),
        trust=pki.trust,
        evidence=pki.evidence(certificates=["issuing"]),
        at=pki.now - timedelta(days=200),
        offline=True,
    )
    assert report.indication is BlockStatus.INDETERMINATE
    assert report.missing
