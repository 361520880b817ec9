"""Which CRLs are evidence about a certificate.

Each refused list has a sibling that is accepted and differs in one thing.

Spec: RFC 5280 §6.3.3
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cryptography import x509
from cryptography.x509.oid import ObjectIdentifier

from esign.limits import DEFAULT_LIMITS, Budget
from esign.pki.crl import CRL
from esign.pki.crl_evidence import crl_statements
from esign.pki.revocation import RevocationState, RevocationStatus, revocation_status
from esign.pki.revocation_model import RevocationQuestion
from esign.pki.trust import TrustStore
from esign.terms import Purpose
from tests.support.chains import NOW, Made, make, make_crl

ROOT = make("Root")
CA = make("CA", ROOT)
ANNA = make("Anna", CA, ca=False)
UNKNOWN_EXTENSION = x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4"), b"\x05\x00")


def question(
    *crls: CRL, certificate: Made = ANNA, issuer: Made = CA, candidates: Sequence[Made] = ()
) -> RevocationQuestion:
    """Return the question that lists are asked."""

    def answer(asked: RevocationQuestion) -> RevocationStatus:
        return revocation_status(
            asked.certificate,
            asked.issuer,
            evidence_crls=asked.crls,
            evidence_ocsp=asked.ocsp_responses,
            candidates=asked.candidates,
            trust=asked.trust,
            purpose=asked.purpose,
            at=asked.at,
            budget=asked.budget,
        )

    return RevocationQuestion(
        certificate=certificate.ours,
        issuer=issuer.ours,
        crls=crls,
        ocsp_responses=(),
        candidates=tuple(c.ours for c in candidates),
        trust=TrustStore.of(ROOT.ours),
        purpose=Purpose.SIGNER,
        at=NOW,
        budget=Budget(),
        answer=answer,
    )


def said(asked: RevocationQuestion) -> list[RevocationState]:
    """Return the states of accepted lists."""
    return [s.state for s in crl_statements(asked)[0]]


def refused(asked: RevocationQuestion) -> str:
    """Return the sentences about refused lists."""
    statements, problems = crl_statements(asked)
    assert statements == ()
    return " ".join(str(p.message) for p in problems)


def test_issuers_list_is_evidence() -> None:
    """A list signed by the issuer's own key is evidence."""
    assert said(question(make_crl(CA))) == [RevocationState.GOOD]


def test_strangers_list_is_passed_over() -> None:
    """A list of another issuer is not about this certificate and is no problem either."""
    assert crl_statements(question(make_crl(ROOT))) == ((), ())


def test_forged_list_is_refused() -> None:
    """A list in the issuer's name with a stranger's signature is no evidence."""
    assert "signature" in refused(question(make_crl(CA, signed_with=make("Thief").key)))


def test_issuer_must_be_allowed_to_sign_lists() -> None:
    """An authority without cRLSign signs no list."""
    unable = make("CA", ROOT, usage=("key_cert_sign",))
    assert "cRLSign" in refused(question(make_crl(unable), issuer=unable))


def test_future_list_is_refused() -> None:
    """A list issued after the time of judgement is no evidence; five minutes are forgiven."""
    assert "after the time" in refused(question(make_crl(CA, days=(0.1, 6))))
    assert said(question(make_crl(CA, days=(0.002, 6)))) == [RevocationState.GOOD]


def test_critical_extension_not_understood_is_refused() -> None:
    """What is critical and unknown makes the list no evidence; uncritical it does not."""
    critical = make_crl(CA, extensions=[(UNKNOWN_EXTENSION, True)])
    harmless = make_crl(CA, extensions=[(UNKNOWN_EXTENSION, False)])
    assert "1.2.3.4" in refused(question(critical))
    assert said(question(harmless)) == [RevocationState.GOOD]


def test_list_older_than_the_certificate_proves_nothing() -> None:
    """A list from before the certificate existed cannot show that it is good."""
    assert "older" in refused(question(make_crl(CA, days=(-366, 6))))


def test_silence_about_an_expired_certificate_proves_nothing() -> None:
    """A list newer than the certificate's end need not name it, unless it says it does."""
    expired = make("Old", CA, ca=False, days=(-300, -30))
    assert "expired" in refused(question(make_crl(CA), certificate=expired))
    since = x509.UnrecognizedExtension(ObjectIdentifier("2.5.29.60"), b"\x18\x0f20200101000000Z")
    keeping = make_crl(CA, extensions=[(since, False)])
    assert said(question(keeping, certificate=expired)) == [RevocationState.GOOD]
    late = x509.UnrecognizedExtension(ObjectIdentifier("2.5.29.60"), b"\x18\x0f20260530000000Z")
    too_late = make_crl(CA, extensions=[(late, False)])
    assert "expired" in refused(question(too_late, certificate=expired))


def test_revocation_of_an_expired_certificate_counts() -> None:
    """An entry about an expired certificate counts in any list."""
    expired = make("Old", CA, ca=False, days=(-300, -30))
    crl = make_crl(CA, revoked={expired: "key_compromise"}, revoked_days=-100)
    assert said(question(crl, certificate=expired)) == [RevocationState.REVOKED]


def test_scopes_are_kept() -> None:
    """A list for authorities says nothing of a person, and the other way round."""

    def scoped(*, user: bool, ca: bool, attribute: bool = False) -> CRL:
        scope = x509.IssuingDistributionPoint(None, None, user, ca, None, False, attribute)
        return make_crl(CA, extensions=[(scope, True)])

    sub = make("Sub", CA)
    assert "authorities only" in refused(question(scoped(user=False, ca=True)))
    assert said(question(scoped(user=True, ca=False))) == [RevocationState.GOOD]
    assert "end users only" in refused(question(scoped(user=True, ca=False), certificate=sub))
    assert said(question(scoped(user=False, ca=True), certificate=sub)) == [RevocationState.GOOD]
    assert "attribute" in refused(question(scoped(user=False, ca=False, attribute=True)))


def test_crl_issuer_of_the_same_name_needs_a_path() -> None:
    """A second key of the issuer signs lists only if it is certified and unrevoked itself."""
    second = make("CA", ROOT, key="CA's list key", usage=("crl_sign",), ca=False)
    crl = make_crl(second)
    root_list = make_crl(ROOT)
    found = crl_statements(question(crl, root_list, candidates=[second]))[0]
    assert [s.state for s in found] == [RevocationState.GOOD]
    assert found[0].responder == second.ours
    assert found[0].responder_path is not None
    assert found[0].responder_path.holds
    assert "UNKNOWN" in refused(question(crl, candidates=[second]))
    revoked = make_crl(ROOT, revoked={second: "key_compromise"})
    assert "REVOKED" in refused(question(crl, revoked, candidates=[second]))


def test_crl_issuer_must_lead_to_the_same_anchor() -> None:
    """A CRL issuer under another anchor says nothing of this certificate."""
    elsewhere = make("Other root")
    second = make("CA", elsewhere, key="Elsewhere")
    crl = make_crl(second)
    asked = replace(
        question(crl, make_crl(elsewhere), candidates=[second]),
        trust=TrustStore.of(ROOT.ours, elsewhere.ours),
    )
    assert "trust anchor" in refused(asked)


def test_expired_crl_issuer_is_refused() -> None:
    """A CRL issuer whose certificate had ended when it signed is refused."""
    ended = make("CA", ROOT, key="CA's list key", days=(-300, -30))
    assert "no valid path" in refused(question(make_crl(ended), candidates=[ended]))


def test_renewed_issuer_certificate_is_the_issuer() -> None:
    """The issuer's name and key in a renewed certificate sign its lists all the same."""
    renewed = make("CA", ROOT, days=(-10, 5000))
    assert said(question(make_crl(renewed))) == [RevocationState.GOOD]


def _point(url: str, issuer: Made | None = None) -> x509.DistributionPoint:
    names = None if issuer is None else [x509.DirectoryName(issuer.x509.subject)]
    return x509.DistributionPoint([x509.UniformResourceIdentifier(url)], None, None, names)


def _scope(url: str | None, *, indirect: bool = False) -> x509.IssuingDistributionPoint:
    names = None if url is None else [x509.UniformResourceIdentifier(url)]
    return x509.IssuingDistributionPoint(names, None, False, False, None, indirect, False)


def test_shard_of_another_distribution_point_is_refused() -> None:
    """Another shard's list never shows a certificate as good."""
    points = x509.CRLDistributionPoints([_point("http://ca.example/1.crl")])
    certificate = make("Shard one", CA, ca=False, extensions=[(points, False)])
    mine = make_crl(CA, extensions=[(_scope("http://ca.example/1.crl"), True)])
    other = make_crl(CA, extensions=[(_scope("http://ca.example/2.crl"), True)])
    assert said(question(mine, certificate=certificate)) == [RevocationState.GOOD]
    assert "another distribution point" in refused(question(other, certificate=certificate))
    assert "another distribution point" in refused(question(mine))


def test_indirect_list_must_be_named_and_say_so() -> None:
    """A list by somebody else counts only if the certificate names him and the list is indirect."""
    lister = make("Lister", ROOT)
    points = x509.CRLDistributionPoints([_point("http://ca.example/all.crl", lister)])
    certificate = make("Named", CA, ca=False, extensions=[(points, False)])
    indirect = make_crl(lister, extensions=[(_scope(None, indirect=True), True)])
    asked = question(indirect, make_crl(ROOT), certificate=certificate, candidates=[lister])
    assert said(asked) == [RevocationState.GOOD]
    direct = make_crl(lister)
    asked = question(direct, make_crl(ROOT), certificate=certificate, candidates=[lister])
    assert "another distribution point" in refused(asked)
    assert crl_statements(question(indirect, make_crl(ROOT), candidates=[lister])) == ((), ())


def _delta(base: int, number: int, revoked: dict[Made, str | None] | None = None) -> CRL:
    indicator = (x509.DeltaCRLIndicator(base), True)
    return make_crl(CA, revoked=revoked, number=number, extensions=[indicator], days=(-0.5, 6))


def test_delta_list_brings_its_base_up_to_date() -> None:
    """A delta list revokes, holds and releases what its base says.

    Spec: RFC 5280 §5.2.4
    """
    base = make_crl(CA, number=10)
    held = make_crl(CA, number=10, revoked={ANNA: "certificate_hold"})
    assert said(question(base, _delta(10, 11))) == [RevocationState.GOOD]
    revoking = _delta(10, 11, {ANNA: "key_compromise"})
    assert said(question(base, revoking)) == [RevocationState.REVOKED]
    assert said(question(held, _delta(10, 11))) == [RevocationState.ON_HOLD]
    released = _delta(10, 11, {ANNA: "remove_from_crl"})
    assert said(question(held, released)) == [RevocationState.GOOD]


def test_delta_list_cannot_undo_a_revocation() -> None:
    """removeFromCRL releases from a hold only, never from a revocation."""
    base = make_crl(CA, number=10, revoked={ANNA: "key_compromise"})
    released = _delta(10, 11, {ANNA: "remove_from_crl"})
    assert said(question(base, released)) == [RevocationState.REVOKED]


def test_delta_list_without_its_base_shows_nobody_good() -> None:
    """A delta list alone, or with an older base, is no evidence that anybody is good."""
    assert "delta" in refused(question(_delta(10, 11)))
    statements, problems = crl_statements(question(make_crl(CA, number=9), _delta(10, 11)))
    assert [s.source.id for s in statements] == [make_crl(CA, number=9).id]
    assert len(problems) == 1


def test_delta_list_without_its_base_still_revokes() -> None:
    """Who stands on an authentic delta list is revoked, base or no base."""
    revoking = _delta(10, 11, {ANNA: "key_compromise"})
    assert RevocationState.REVOKED in said(question(revoking))


def test_unreadable_distribution_points_leave_everything_open() -> None:
    """A certificate whose CRL distribution points cannot be read is matched by no list."""
    broken = x509.UnrecognizedExtension(ObjectIdentifier("2.5.29.31"), b"\x30\x02\x30\x00")
    certificate = make("Broken", CA, ca=False, extensions=[(broken, False)])
    assert "cannot be read" in refused(question(make_crl(CA), certificate=certificate))


def test_list_that_ends_before_it_begins_is_refused() -> None:
    """A nextUpdate before thisUpdate makes no sense of either."""
    sound = make_crl(CA, days=(-1, 6))
    at = sound.der.index(b"260607120000Z")
    turned = sound.der[:at] + b"250607120000Z" + sound.der[at + 13 :]
    assert "before it begins" in refused(question(CRL.from_der(turned)))


def test_tries_are_counted() -> None:
    """No more bearers of the issuer's name are tried than signatures may be checked."""
    others = [make("CA", ROOT, key=f"Key {n}") for n in range(5)]
    right = make("CA", ROOT, key="List key", usage=("crl_sign",))
    asked = question(make_crl(right), make_crl(ROOT), candidates=[*others, right])
    assert said(asked) == [RevocationState.GOOD]
    few = Budget(replace(DEFAULT_LIMITS, path_signatures=4))
    assert "signature" in refused(replace(asked, budget=few))


def test_crl_issuer_without_an_anchor_to_compare_is_refused() -> None:
    """Where the certificate itself leads to no anchor, a CRL issuer of its own is not believed."""
    lonely = make("CA", make("Nobody"), key="CA")
    other = make("CA", ROOT, key="CA's list key", usage=("crl_sign",))
    asked = question(
        make_crl(other), make_crl(ROOT), certificate=make("Leaf", lonely, ca=False),
        issuer=lonely, candidates=[other],
    )  # fmt: skip
    assert "trust anchor" in refused(asked)


def test_anchor_may_sign_lists_for_its_own_name() -> None:
    """A second anchor certificate of the CRL issuer's name signs only for paths that end there."""
    renewed = make("Root", key="Root's list key", usage=("crl_sign",))
    asked = replace(
        question(make_crl(renewed), certificate=CA, issuer=ROOT),
        trust=TrustStore.of(ROOT.ours, renewed.ours),
    )
    assert "trust anchor" in refused(asked)
    (anchor,) = TrustStore.of(renewed.ours).anchors
    assert said(replace(asked, anchor=anchor)) == [RevocationState.GOOD]


def test_delta_without_numbers_extends_nothing() -> None:
    """Without CRL numbers on both sides a delta list cannot be combined."""
    indicator = (x509.DeltaCRLIndicator(10), True)
    numberless = make_crl(CA, number=None, extensions=[indicator])
    statements, problems = crl_statements(question(make_crl(CA, number=10), numberless))
    assert len(statements) == len(problems) == 1


def test_list_of_another_key_generation_shows_nobody_good() -> None:
    """After a renewal with a new key, the new key's list need not name what the old certified."""
    renewed = make("CA", ROOT, key="CA's new key")
    asked = question(make_crl(renewed), make_crl(ROOT), candidates=[renewed])
    assert "another key of its issuer" in refused(asked)


def test_list_of_another_key_generation_still_revokes() -> None:
    """Who stands on any authentic list of the issuer's name is revoked."""
    renewed = make("CA", ROOT, key="CA's new key")
    crl = make_crl(renewed, revoked={ANNA: "key_compromise"})
    asked = question(crl, make_crl(ROOT), candidates=[renewed])
    assert said(asked) == [RevocationState.REVOKED]


def test_tied_keys_speak_for_each_other() -> None:
    """A self-issued certificate between two keys makes the one's list speak for the other's."""
    tied = make("CA", CA, key="CA's new key")
    assert said(question(make_crl(tied), make_crl(CA), candidates=[tied])) == [
        RevocationState.GOOD,
        RevocationState.GOOD,
    ]
    renewed = make("CA", ROOT, key="CA's new key")
    old_with_new = make("CA", renewed)
    asked = question(
        make_crl(renewed), make_crl(ROOT), issuer=old_with_new, candidates=[renewed],
        certificate=make("Leaf", old_with_new, ca=False),
    )  # fmt: skip
    assert said(asked) == [RevocationState.GOOD]


def test_list_of_another_key_counts_where_the_certificate_points_to_it() -> None:
    """Another key's list is evidence when list and certificate name the same place."""
    renewed = make("CA", ROOT, key="CA's new key")
    points = x509.CRLDistributionPoints([_point("http://ca.example/1.crl")])
    leaf = make("Pointing", CA, ca=False, extensions=[(points, False)])
    crl = make_crl(renewed, extensions=[(_scope("http://ca.example/1.crl"), True)])
    asked = question(crl, make_crl(ROOT), certificate=leaf, candidates=[renewed])
    assert said(asked) == [RevocationState.GOOD]
    unscoped = question(make_crl(renewed), make_crl(ROOT), certificate=leaf, candidates=[renewed])
    assert "another key" in refused(unscoped)


def test_issuer_that_cannot_sign_lists_needs_another_key() -> None:
    """Where the issuer's own key may not sign lists, another of its keys speaks for it."""
    unable = make("CA", ROOT, usage=("key_cert_sign",))
    second = make("CA", ROOT, key="CA's other key")
    asked = question(make_crl(second), make_crl(ROOT), issuer=unable, candidates=[second])
    assert said(asked) == [RevocationState.GOOD]
