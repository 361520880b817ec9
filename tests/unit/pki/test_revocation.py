"""What all evidence together says; nothing turns ignorance into GOOD.

Spec: RFC 5280 §6.3, RFC 6960 §3.2, EN 319 102-1 §5.2.5
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from random import Random

from cryptography import x509
from cryptography.x509.oid import ObjectIdentifier
from hypothesis import given, settings
from hypothesis import strategies as st

from esign.errors import EsignError
from esign.limits import Budget
from esign.pki.crl import CRL
from esign.pki.ocsp import OCSPResponse
from esign.pki.revocation import (
    RevocationState,
    RevocationStatus,
    exemption,
    freshness_problem,
    revocation_status,
)
from esign.pki.trust import TrustStore
from esign.terms import Purpose
from tests.support.chains import NOW, OCSP_SIGNING, Made, make, make_crl, make_ocsp

ROOT = make("Root")
ANNA = make("Anna", ROOT, ca=False)
BORIS = make("Boris", ROOT, ca=False)
GOOD, REVOKED, ON_HOLD, UNKNOWN = RevocationState


def status(
    *evidence: CRL | OCSPResponse,
    certificate: Made = ANNA,
    issuer: Made = ROOT,
    candidates: Sequence[Made] = (),
    at: datetime = NOW,
) -> RevocationStatus:
    """Return the status of a certificate under the evidence."""
    return revocation_status(
        certificate.ours,
        issuer.ours,
        evidence_crls=[e for e in evidence if isinstance(e, CRL)],
        evidence_ocsp=[e for e in evidence if isinstance(e, OCSPResponse)],
        candidates=[c.ours for c in candidates],
        trust=TrustStore.of(ROOT.ours),
        purpose=Purpose.SIGNER,
        at=at,
        budget=Budget(),
    )


def test_no_evidence_is_unknown() -> None:
    """Without evidence nothing is known."""
    found = status()
    assert found.state is UNKNOWN
    assert found.source is None


def test_listed_and_unlisted_differ() -> None:
    """The one on the list is revoked, with date and reason; the other is good."""
    crl = make_crl(ROOT, revoked={ANNA: "key_compromise"})
    found = status(crl)
    assert found.state is REVOKED
    assert found.revoked_at == NOW - timedelta(days=2)
    assert found.reason == "keyCompromise"
    assert found.source == crl
    assert found.responder == ROOT.ours
    assert status(crl, certificate=BORIS).state is GOOD


def test_revocation_wins_over_any_newer_good() -> None:
    """Revoked by any evidence is revoked, in whatever order the evidence comes."""
    old = make_crl(ROOT, revoked={ANNA: "superseded"}, days=(-10, -3))
    newer = make_ocsp(ANNA, ROOT, days=(-1, 6))
    for evidence in itertools.permutations([old, newer, make_crl(ROOT)]):
        assert status(*evidence).state is REVOKED


def test_hold_is_lifted_by_a_newer_list() -> None:
    """A hold counts until something newer says otherwise."""
    held = make_crl(ROOT, revoked={ANNA: "certificate_hold"}, days=(-5, 6))
    assert status(held).state is ON_HOLD
    assert status(held, make_crl(ROOT, days=(-1, 6))).state is GOOD
    assert status(held, make_crl(ROOT, days=(-9, -2))).state is ON_HOLD
    again = make_crl(ROOT, revoked={ANNA: "certificate_hold"}, days=(-0.5, 6))
    assert status(make_crl(ROOT, days=(-1, 6)), again).state is ON_HOLD


def test_newest_evidence_is_named() -> None:
    """Of several good answers the newest is the source."""
    older, newer = make_crl(ROOT, days=(-3, 6)), make_ocsp(ANNA, ROOT, days=(-1, 6))
    found = status(older, newer)
    assert found.source == newer
    assert found.this_update == NOW - timedelta(days=1)


def test_evidence_about_strangers_changes_nothing() -> None:
    """Lists and answers of others leave state and source as they were."""
    stranger = make("Stranger")
    strange = [
        make_crl(stranger, revoked={ANNA: None}),
        make_ocsp(BORIS, ROOT, status="REVOKED"),
        make_ocsp(ANNA, stranger, status="REVOKED"),
    ]
    assert status(*strange).state is UNKNOWN
    crl = make_crl(ROOT)
    found = status(*strange, crl)
    assert (found.state, found.source) == (GOOD, crl)


def test_unknown_answer_is_never_good() -> None:
    """A responder that does not know the certificate leaves it unknown, and that is said."""
    found = status(make_ocsp(ANNA, ROOT, status="UNKNOWN"))
    assert found.state is UNKNOWN
    assert "does not know" in str(found.problems[0].message)


def test_partial_reasons_are_good_only_together() -> None:
    """Lists for some reasons each make a GOOD only when all reasons are told of.

    Spec: RFC 5280 §6.3.3 (d), (e), (l)
    """
    reasons = set(x509.ReasonFlags) - {
        x509.ReasonFlags.unspecified,
        x509.ReasonFlags.remove_from_crl,
    }
    first = {x509.ReasonFlags.key_compromise, x509.ReasonFlags.ca_compromise}

    def partial(some: set[x509.ReasonFlags], revoked: dict[Made, str | None] | None = None) -> CRL:
        scope = x509.IssuingDistributionPoint(
            None, None, False, False, frozenset(some), False, False
        )
        return make_crl(ROOT, revoked=revoked, extensions=[(scope, True)])

    assert status(partial(first)).state is UNKNOWN
    assert "some revocation reasons" in str(status(partial(first)).problems[0].message)
    assert status(partial(first), partial(reasons - first)).state is GOOD
    assert status(partial(first, {ANNA: "key_compromise"})).state is REVOKED


def test_delegated_responder_needs_its_own_status() -> None:
    """A responder without ocsp-nocheck counts only when its own status is good."""
    responder = make("Responder", ROOT, ca=False, purposes=[OCSP_SIGNING])
    answer = make_ocsp(ANNA, ROOT, responder=responder)
    assert status(answer).state is UNKNOWN
    with_list = status(answer, make_crl(ROOT, days=(-3, 6)))
    assert with_list.source == answer
    revoked = make_crl(ROOT, revoked={responder: "key_compromise"}, days=(-3, 6))
    found = status(answer, revoked)
    assert found.source == revoked
    assert any("REVOKED" in str(p.message) for p in found.problems)


def test_answers_cannot_vouch_for_each_other() -> None:
    """Two responders that call each other good are not believed."""
    first = make("First", ROOT, ca=False, purposes=[OCSP_SIGNING])
    second = make("Second", ROOT, ca=False, purposes=[OCSP_SIGNING])
    found = status(
        make_ocsp(ANNA, ROOT, responder=first),
        make_ocsp(first, ROOT, responder=second),
        make_ocsp(second, ROOT, responder=first),
    )
    assert found.state is UNKNOWN


def test_freshness_is_what_the_evidence_states() -> None:
    """Evidence is fresh until its next update, and at no time when it states none."""
    found = status(make_crl(ROOT, days=(-1, 6)))
    assert freshness_problem(found, NOW) is None
    assert freshness_problem(found, NOW + timedelta(days=6)) is None
    assert freshness_problem(found, NOW + timedelta(days=6, seconds=1)) is not None
    endless = status(make_ocsp(ANNA, ROOT, days=(-1, None)))
    assert endless.state is GOOD
    assert freshness_problem(endless, NOW) is not None


def test_freshness_may_be_the_policys() -> None:
    """A maximal age of the policy replaces what the evidence states."""
    found = status(make_ocsp(ANNA, ROOT, days=(-1, None)))
    assert freshness_problem(found, NOW, timedelta(days=2)) is None
    assert freshness_problem(found, NOW, timedelta(hours=3)) is not None
    long = status(make_crl(ROOT, days=(-1, 30)))
    assert freshness_problem(long, NOW, timedelta(hours=3)) is not None


def test_unknown_is_neither_fresh_nor_stale() -> None:
    """Freshness says nothing where nothing is known."""
    assert freshness_problem(status(), NOW) is None


def test_late_responder_is_told() -> None:
    """A responder that expired since it answered is told, for a proof of existence to be asked."""
    nocheck = (x509.OCSPNoCheck(), False)
    responder = make(
        "Responder", ROOT, ca=False, purposes=[OCSP_SIGNING], extensions=[nocheck], days=(-9, 3)
    )
    answer = make_ocsp(ANNA, ROOT, responder=responder, days=(-1, 30))
    assert status(answer).responder_validity is None
    late = status(answer, at=NOW + timedelta(days=9))
    assert late.state is GOOD
    assert late.responder_validity is not None


def test_exemptions_are_for_end_users_only() -> None:
    """The three extensions that exempt from checking exempt no authority."""
    nocheck = (x509.OCSPNoCheck(), False)
    short = x509.UnrecognizedExtension(ObjectIdentifier("0.4.0.194121.2.1"), b"\x05\x00")
    none_available = x509.UnrecognizedExtension(ObjectIdentifier("2.5.29.56"), b"\x05\x00")
    responder = make("R", ROOT, ca=False, purposes=[OCSP_SIGNING], extensions=[nocheck])
    assert exemption(responder.ours) is not None
    assert exemption(make("N", ROOT, ca=False, extensions=[nocheck]).ours) is None
    for extension in (short, none_available):
        assert exemption(make("E", ROOT, ca=False, extensions=[(extension, False)]).ours)
        assert exemption(make("E", ROOT, extensions=[(extension, False)]).ours) is None
    assert exemption(ANNA.ours) is None


POOL = (
    make_crl(ROOT),
    make_crl(ROOT, number=2),
    make_crl(ROOT, days=(-3, 6), revoked={BORIS: None}),
    make_crl(ROOT, revoked={ANNA: "certificate_hold"}, days=(-4, 6)),
    make_crl(ROOT, days=(5, 6)),
    make_crl(ROOT, signed_with=make("Thief").key),
    make_ocsp(ANNA, ROOT),
    make_ocsp(ANNA, ROOT, status="UNKNOWN"),
    make_ocsp(BORIS, ROOT, status="REVOKED"),
    make_ocsp(ANNA, ROOT, signed_with=make("Thief").key),
)


@given(st.lists(st.sampled_from(POOL), max_size=8), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_order_and_repetition_change_nothing(
    evidence: list[CRL | OCSPResponse], random: Random
) -> None:
    """The same evidence in any order, with copies, gives the same status and problems."""
    expected = status(*evidence)
    shuffled = evidence * 2
    random.shuffle(shuffled)
    assert status(*shuffled) == expected


@given(st.lists(st.sampled_from(POOL), max_size=8))
@settings(max_examples=60, deadline=None)
def test_good_needs_an_authentic_good(evidence: list[CRL | OCSPResponse]) -> None:
    """GOOD comes only with evidence that says so, was signed by the issuer, and is not future."""
    found = status(*evidence)
    if found.state is GOOD:
        assert found.source in (POOL[0], POOL[1], POOL[2], POOL[6])


def test_no_revocation_available_must_not_be_contradicted() -> None:
    """A certificate that points to a CRL does not get round it by saying there is none.

    Spec: RFC 9608 §2
    """
    none_available = x509.UnrecognizedExtension(ObjectIdentifier("2.5.29.56"), b"\x05\x00")
    url = x509.UniformResourceIdentifier("http://ca.example/1.crl")
    points = x509.CRLDistributionPoints([x509.DistributionPoint([url], None, None, None)])
    both = make("E", ROOT, ca=False, extensions=[(none_available, False), (points, False)])
    assert exemption(both.ours) is None


def test_threads_agree_with_sequence() -> None:
    """Eight threads over fresh objects give the answers of one."""
    for number in range(10):
        crl = make_crl(ROOT, revoked={ANNA: None}, number=number)
        fresh = CRL.from_der(crl.der)
        with ThreadPoolExecutor(8) as pool:
            states = {s.state for s in pool.map(lambda _, c=fresh: status(c), range(16))}
        assert states == {REVOKED}


SIGNED = (make_crl(ROOT, revoked={BORIS: "key_compromise"}), make_ocsp(ANNA, ROOT))


@given(st.sampled_from(SIGNED), st.integers(min_value=0), st.binary(max_size=6), st.booleans())
@settings(max_examples=400, deadline=None)
def test_damaged_evidence_says_nothing(
    sound: CRL | OCSPResponse, position: int, junk: bytes, insert: bool
) -> None:
    """Changed octets make evidence unreadable or mute, unless what was signed is whole."""
    at = position % len(sound.der)
    damaged = sound.der[:at] + junk + sound.der[at if insert else at + len(junk) :]
    try:
        evidence = type(sound).from_der(damaged)
    except EsignError:
        return
    if status(evidence).state is not UNKNOWN:
        part = evidence._tbs if isinstance(evidence, CRL) else evidence._data
        assert part.encoded in sound.der
