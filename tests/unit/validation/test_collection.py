"""Collecting: what is wanted, in which order, once each, until nothing more helps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from esign.ades.evidence import Evidence, FetchFailure, Want, WantKind
from esign.ades.format import ParsedDocument
from esign.limits import Budget
from esign.messages import Message
from esign.terms import CertificateRole
from esign.validation.collection import Collection
from esign.validation.policy import Policy
from tests.support.facts import exchanged
from tests.support.scenes import Scene, flipped, outcome

Source = Callable[[Want], Evidence]


def collect(
    scene: Scene,
    parsed: ParsedDocument,
    source: Source,
    *,
    evidence: Evidence | None = None,
    policy: Policy | None = None,
) -> tuple[Evidence, list[Want]]:
    """Drive a collection as a driver would; return what came and what was asked."""
    state = Collection.start(
        parsed,
        trust=scene.pki.trust,
        policy=policy or Policy(),
        at=scene.pki.now,
        budget=Budget(),
        evidence=evidence or Evidence(),
    )
    asked: list[Want] = []
    while wants := state.wants():
        assert len(asked) < 50, "the collection does not end"
        for want in wants:
            asked.append(want)
            state = state.feed(want, source(want))
    return state.evidence, asked


def nothing(want: Want) -> Evidence:
    """Answer every want with a recorded failure."""
    causes = tuple((url, Message("no answer")) for url in want.urls)
    return Evidence(failures=(FetchFailure(want=want, causes=causes),))


def everything(scene: Scene) -> Source:
    """Answer like sound authorities: OCSP for citizens, lists for all, issuers."""
    lists = {"root.crl": "root", "tsa-root.crl": "tsa-root", "issuing.crl": "issuing"}
    lists["responders.crl"] = "issuing"

    def answer(want: Want) -> Evidence:
        if want.kind is WantKind.ISSUER:
            return Evidence(certificates=(scene.pki.certificate("issuing"),))
        if want.kind is WantKind.OCSP:
            return Evidence(ocsp_responses=(scene.pki.ocsp("citizen"),))
        return Evidence(crls=(scene.pki.crl(lists[want.urls[0].rpartition("/")[2]]),))

    return answer


def test_nothing_is_wanted_where_all_is_known(scene: Scene) -> None:
    """With sound evidence at hand nobody is asked."""
    _, asked = collect(scene, scene.cades(), nothing, evidence=scene.pki.evidence())
    assert asked == []


def test_ocsp_comes_before_crl(scene: Scene) -> None:
    """For the signer OCSP is asked first and, where it answers, no list."""
    evidence, asked = collect(scene, scene.cades(), everything(scene))
    kinds = [(want.kind, want.role) for want in asked]
    assert kinds == [
        (WantKind.OCSP, CertificateRole.SIGNER),
        (WantKind.CRL, CertificateRole.CA),
    ]
    assert outcome(scene.first(scene.cades(), evidence=evidence)) == "TOTAL_PASSED"


def test_crl_makes_up_for_a_silent_responder(scene: Scene) -> None:
    """Where OCSP does not answer the list is fetched, and the failure is kept."""

    def silent(want: Want) -> Evidence:
        return nothing(want) if want.kind is WantKind.OCSP else everything(scene)(want)

    evidence, asked = collect(scene, scene.cades(), silent)
    assert [want.kind for want in asked if want.role is CertificateRole.SIGNER] == [
        WantKind.OCSP,
        WantKind.CRL,
    ]
    assert outcome(scene.first(scene.cades(), evidence=evidence)) == "TOTAL_PASSED"
    assert len(evidence.failures) == 1


def test_time_stamping_authorities_are_collected_for_too(scene: Scene) -> None:
    """The authority's certificate needs revocation data as well."""
    _, asked = collect(scene, scene.cades(tsa="tsa"), everything(scene))
    assert CertificateRole.TSA in {want.role for want in asked}


def test_a_missing_issuer_is_fetched(scene: Scene) -> None:
    """A chain that ends too early is continued from the address in the certificate."""
    parsed = scene.cades(chain=())
    evidence, asked = collect(scene, parsed, everything(scene))
    assert asked[0].kind is WantKind.ISSUER
    assert outcome(scene.first(parsed, evidence=evidence)) == "TOTAL_PASSED"


def test_everything_is_asked_once(scene: Scene) -> None:
    """Where nobody answers each address is tried once, and all failures are in the report."""
    parsed = scene.cades(tsa="tsa")
    evidence, asked = collect(scene, parsed, nothing)
    assert len({(want.kind, want.certificate, want.urls) for want in asked}) == len(asked)
    report = scene.judge(parsed, evidence=evidence)
    assert len(report.failures) == len(asked)
    assert "no answer" in str(report.signatures[0].reasons[0].message)


def test_nothing_is_fetched_for_a_broken_value(scene: Scene) -> None:
    """A signature that is decided already sends nobody into the network."""
    _, asked = collect(scene, scene.cades(value=flipped), nothing)
    assert asked == []


def test_a_policy_without_revocation_fetches_none(scene: Scene) -> None:
    """Where no revocation data is asked none is fetched, but issuers still are."""
    unsafe = Policy.unsafe_without_revocation()
    _, asked = collect(scene, scene.cades(), nothing, policy=unsafe)
    assert asked == []
    _, asked = collect(scene, scene.cades(chain=()), everything(scene), policy=unsafe)
    assert [want.kind for want in asked] == [WantKind.ISSUER]


def test_a_responder_that_is_not_exempt_is_asked_about(scene: Scene) -> None:
    """The status of a responder without ocsp-nocheck is collected like any other."""
    urls = {"crl_url": "http://pki.esign.test/responders.crl"}
    responder = scene.variant("responder-asked", "ocsp", ocsp_no_check=False, **urls)
    answer = scene.ocsp("citizen", responder=responder)

    def by_responder(want: Want) -> Evidence:
        if want.kind is WantKind.OCSP:
            return Evidence(ocsp_responses=(answer,))
        if want.role is CertificateRole.SIGNER:
            return nothing(want)
        return everything(scene)(want)

    evidence, asked = collect(scene, scene.cades(), by_responder)
    assert CertificateRole.OCSP_RESPONDER in {want.role for want in asked}
    assert outcome(scene.first(scene.cades(), evidence=evidence)) == "TOTAL_PASSED"


def test_nothing_is_fetched_for_a_time_stamp_of_something_else(scene: Scene) -> None:
    """A time-stamp that cannot be read, or is over something else, sends nobody anywhere."""
    parsed = scene.cades(tsa="tsa")
    (stamp,) = parsed.signatures[0].timestamps
    other = replace(stamp, imprint=replace(stamp.imprint, intact=False))
    for useless in (replace(stamp, token=None), other):
        given = exchanged(parsed, timestamps=(useless,))
        _, asked = collect(scene, given, nothing)
        assert CertificateRole.TSA not in {want.role for want in asked}
