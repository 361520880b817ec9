"""OpenSSL's OCSP responder, honest and behind a network that fails in every way.

Whatever happens, the answer is right or there is a named reason why there is none, and it
comes within the time allowed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from esign.ades.evidence import Evidence, Want, WantKind
from esign.limits import Budget
from esign.net.questions import OCSPManner
from esign.net.sources import OnlineSource
from esign.net.transport import HTTPTransport
from esign.pki.revocation import (
    RevocationState,
    RevocationStatus,
    freshness_problem,
    revocation_status,
)
from esign.pki.trust import TrustStore
from esign.terms import CertificateRole, Purpose
from tests.support.fault_proxy import Fault, FaultProxy
from tests.support.openssl_responder import Identity, OpenSSLResponder, identity

pytestmark = pytest.mark.interop

AUTHORITY = identity("Authority")
STRANGER = identity("Authority")  # the same name, another key
CERTIFICATES = {name: identity(name, AUTHORITY) for name in ("good", "revoked", "hold")}
UNLISTED = identity("unlisted", AUTHORITY)
SECONDS = 2.0


@pytest.fixture(scope="module")
def responder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenSSLResponder]:
    """The authority's own responder."""
    folder = tmp_path_factory.mktemp("responder")
    with OpenSSLResponder(folder, AUTHORITY, CERTIFICATES, options=("-nmin", "30")) as running:
        yield running


@pytest.fixture
def proxy(responder: OpenSSLResponder) -> Iterator[FaultProxy]:
    """The way to that responder, without faults at first."""
    with FaultProxy(responder.address) as running:
        yield running


def _fetched(url: str, about: Identity, manner: OCSPManner | None = None) -> Evidence:
    want = Want(
        kind=WantKind.OCSP,
        certificate=about.ours,
        issuer=AUTHORITY.ours,
        role=CertificateRole.SIGNER,
        urls=(url,),
    )
    transport = HTTPTransport(["127.0.0.1"], timeout=SECONDS, environ={})
    return OnlineSource(transport, manner).fetch(want, Budget.within(4 * SECONDS))


def _status(evidence: Evidence, about: Identity, at: datetime | None = None) -> RevocationStatus:
    return revocation_status(
        about.ours,
        AUTHORITY.ours,
        evidence_crls=(),
        evidence_ocsp=evidence.ocsp_responses,
        candidates=(),
        trust=TrustStore.of(AUTHORITY.ours),
        purpose=Purpose.SIGNER,
        at=at or datetime.now(UTC),
        budget=Budget(),
    )


EXPECTED = {
    "good": RevocationState.GOOD,
    "revoked": RevocationState.REVOKED,
    "hold": RevocationState.ON_HOLD,
}


@pytest.mark.parametrize("manner", [OCSPManner(), OCSPManner(get_first=True)])
@pytest.mark.parametrize("name", EXPECTED)
def test_listed_certificate(proxy: FaultProxy, name: str, manner: OCSPManner) -> None:
    """By POST with a nonce and by GET without, the responder's word arrives as it was said."""
    about = CERTIFICATES[name]
    status = _status(_fetched(proxy.url, about, manner), about)
    assert status.state is EXPECTED[name]
    assert freshness_problem(status, datetime.now(UTC)) is None


def test_nonce_is_repeated(proxy: FaultProxy) -> None:
    """The responder repeats the nonce, so that even a policy that requires it is content."""
    evidence = _fetched(proxy.url, CERTIFICATES["good"], OCSPManner(require_nonce=True))
    assert evidence.ocsp_responses[0].nonce is not None


def test_unknown_is_not_good(proxy: FaultProxy) -> None:
    """A certificate the responder does not know is not good."""
    status = _status(_fetched(proxy.url, UNLISTED), UNLISTED)
    assert status.state is RevocationState.UNKNOWN
    assert "does not know" in str(status.problems[0].message)


def test_stale_answer_is_not_fresh(proxy: FaultProxy) -> None:
    """An answer is not fresh any more after its nextUpdate."""
    about = CERTIFICATES["good"]
    later = datetime.now(UTC) + timedelta(hours=1)
    status = _status(_fetched(proxy.url, about), about, later)
    assert status.state is RevocationState.GOOD
    assert freshness_problem(status, later) is not None


def test_replayed_answer_is_refused(proxy: FaultProxy) -> None:
    """An answer to another request has another nonce, and counts for nothing."""
    about = CERTIFICATES["good"]
    proxy.fault = Fault.REPLAY
    assert _fetched(proxy.url, about).ocsp_responses  # the first passes and is recorded
    replayed = _fetched(proxy.url, about)
    assert replayed.ocsp_responses == ()
    assert "another nonce" in str(replayed.failures[0].causes[0][1])


@pytest.mark.parametrize("fault", [each for each in Fault if each is not Fault.REPLAY])
@pytest.mark.parametrize("name", EXPECTED)
def test_fault_ends_with_a_right_answer_or_a_reason(
    proxy: FaultProxy, fault: Fault, name: str
) -> None:
    """No fault turns one answer into another; what fails is named, within the time allowed."""
    about = CERTIFICATES[name]
    proxy.fault = fault
    start = time.monotonic()
    evidence = _fetched(proxy.url, about)
    assert time.monotonic() - start < 4 * SECONDS
    state = _status(evidence, about).state
    if fault is Fault.NONE:
        assert state is EXPECTED[name]
        return
    assert state is RevocationState.UNKNOWN
    if not evidence.ocsp_responses:
        (failure,) = evidence.failures
        assert failure.causes


@pytest.mark.parametrize(
    ("signer", "options", "reason"),
    [
        (identity("Delegate", AUTHORITY, ocsp=True), (), None),
        (identity("Delegate", AUTHORITY), (), "may not answer"),
        (STRANGER, (), "not appointed"),
        (identity("Delegate", STRANGER, ocsp=True), (), "not appointed"),
        (None, ("-badsig",), "signature"),
    ],
    ids=["delegated", "no purpose", "namesake", "appointed by a namesake", "broken signature"],
)
def test_only_whom_the_issuer_appointed_may_answer(
    tmp_path: Path, signer: Identity | None, options: tuple[str, ...], reason: str | None
) -> None:
    """A delegated responder counts; one that is none, or a broken signature, does not."""
    about = CERTIFICATES["good"]
    with OpenSSLResponder(tmp_path, AUTHORITY, CERTIFICATES, signer, options) as running:
        evidence = _fetched(f"http://127.0.0.1:{running.address[1]}", about)
    status = _status(evidence, about)
    if reason is None:
        assert status.state is RevocationState.GOOD
        return
    assert status.state is RevocationState.UNKNOWN
    assert reason in " ".join(str(each.message) for each in status.problems)
