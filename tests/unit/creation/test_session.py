"""Sessions want one answer at a time and let nothing unsound leave."""

from __future__ import annotations

from dataclasses import replace

import pytest

from esign.api.signing import begin_timestamping, judge_of, order_for, wishes_of
from esign.creation.order import SignerFacts
from esign.creation.session import (
    TOKEN_MARGIN,
    EvidenceWanted,
    SignatureWanted,
    TimestampWanted,
    begin,
)
from esign.document import Document
from esign.errors import (
    CreationError,
    DeadlineExceededError,
    KeyMismatchError,
    TSATokenRefusedError,
    UsageError,
)
from esign.limits import Budget
from esign.terms import SignatureLevel
from tests.support.authorities import SceneAuthority, finish
from tests.support.pdf_making import document as minimal_pdf
from tests.support.scenes import Scene, flipped

CONTENT = b"what is signed"
XML = b"<form><amount>1</amount></form>"


def _order(pki, document=CONTENT, *, level="B", name="citizen", detached=(), **wishes):
    signer = pki.signer(name)
    given = dict.fromkeys(
        ("form", "packaging", "digest", "algorithm", "properties", "pdf", "xml")
    ) | {"level": level, **wishes}
    return order_for(
        Document.of(document),
        SignerFacts(
            certificate=signer.certificate, chain=signer.chain, algorithms=signer.algorithms
        ),
        wishes_of(**given),
        detached=detached,
        timeout=None,
        at=pki.now,
    )


def _judge(pki, **given):
    return judge_of(given.get("trust", pki.trust), None, given.get("unverified", False))


@pytest.mark.parametrize(
    "name",
    [
        "citizen",
        "citizen-rsa3072",
        "citizen-p256",
        "citizen-p384",
        "citizen-p521",
        "citizen-brainpool",
        "citizen-ed25519",
        "citizen-ed448",
    ],
)
@pytest.mark.parametrize("document", [CONTENT, XML], ids=["cades", "xades"])
def test_every_kind_of_key_signs_and_its_work_is_read_back(pki, name, document) -> None:
    """The session ends at level B with the value the key gave."""
    session = begin(_order(pki, document, name=name), None)
    assert isinstance(session.wanted, SignatureWanted)
    result = finish(session, pki, pki.signer(name))
    assert result.level is SignatureLevel.B
    assert result.warnings == ()


@pytest.mark.parametrize("document", [CONTENT, XML, minimal_pdf()], ids=["cades", "xades", "pades"])
def test_level_t_is_judged_and_built_in(pki, document) -> None:
    """Value, token, evidence; then a document at level T without warnings."""
    authority = SceneAuthority(Scene(pki), time=pki.now)
    session = begin(_order(pki, document, level="T"), _judge(pki))
    result = finish(session, pki, pki.signer(), authority)
    assert result.level is SignatureLevel.T
    assert result.warnings == ()
    assert not result.unsafe_unverified_tsa


def test_a_pdf_measures_the_token_first(pki) -> None:
    """The hole is cut for the measured size and the stated margin."""
    authority = SceneAuthority(Scene(pki), time=pki.now)
    session = begin(_order(pki, minimal_pdf(), level="T"), _judge(pki))
    wanted = session.wanted
    assert isinstance(wanted, TimestampWanted)
    assert wanted.measuring
    token = authority.timestamp(wanted.imprint, wanted.algorithm, Budget())
    session = session.feed(token, at=pki.now)
    if isinstance(session.wanted, EvidenceWanted):
        answers = [(want, pki.evidence()) for want in session.wanted.wants]
        session = session.feed_evidence(answers)
    assert isinstance(session.wanted, SignatureWanted)
    assert session.order.request.timestamp_reserve == len(token) + TOKEN_MARGIN


def test_opening_twice_gives_the_same_octets(pki) -> None:
    """The slot is a pure function of document and request."""
    order = _order(pki)
    assert begin(order, None).wanted.octets == begin(order, None).wanted.octets
    other = replace(order, request=replace(order.request, signing_time=pki.signing_time))
    assert begin(other, None).wanted.octets != begin(order, None).wanted.octets


def test_a_value_of_another_key_is_refused(pki) -> None:
    """The self-check names the certificate it does not fit; the right value passes."""
    session = begin(_order(pki), None)
    wanted = session.wanted
    stranger = pki.signer("citizen-rsa3072").sign(wanted.octets, wanted.algorithm)
    own = pki.signer().sign(wanted.octets, wanted.algorithm)
    assert session.feed(own, at=pki.now).wanted is None
    for value in (stranger, flipped(own), b"", own[:-1]):
        with pytest.raises((KeyMismatchError, CreationError)):
            session.feed(value, at=pki.now)


@pytest.mark.parametrize(
    "tsa",
    [
        "tsa-without-eku",
        "tsa-wrong-eku",
        "tsa-eku-not-critical",
        "tsa-eku-not-alone",
        "tsa-under-signer-root",
        "tsa-expired",
        "tsa-revoked",
    ],
)
def test_an_unfit_authority_is_refused(pki, tsa) -> None:
    """Its token is judged like any other and never built in; the fit sibling is."""
    authority = SceneAuthority(Scene(pki), tsa=tsa, time=pki.now)
    session = begin(_order(pki, level="T"), _judge(pki))
    with pytest.raises(TSATokenRefusedError):
        finish(session, pki, pki.signer(), authority)


@pytest.mark.parametrize(
    "rewrite",
    [
        flipped,
        lambda token: token[:-10],
        lambda _token: b"",
        lambda _token: b"\x30\x03\x02\x01\x00",
    ],
    ids=["flipped", "cut", "empty", "junk"],
)
def test_a_damaged_token_is_refused(pki, rewrite) -> None:
    """Octets changed on the way never reach the document."""
    authority = SceneAuthority(Scene(pki), time=pki.now, rewrite=rewrite)
    with pytest.raises(TSATokenRefusedError):
        finish(begin(_order(pki, level="T"), _judge(pki)), pki, pki.signer(), authority)


def test_a_replayed_token_is_refused(pki) -> None:
    """A sound token over something else is over something else, judged or not."""
    scene = Scene(pki)
    authority = SceneAuthority(scene, time=pki.now)

    def replay(token: bytes) -> bytes:
        from esign.crypto.algorithms import digest_by_name

        digest = digest_by_name("SHA256")
        return scene.token(digest.digest(b"old"), digest, time=pki.now)

    authority.rewrite = replay
    for unverified in (False, True):
        session = begin(_order(pki, level="T"), _judge(pki, unverified=unverified))
        with pytest.raises(TSATokenRefusedError):
            finish(session, pki, pki.signer(), authority)


def test_a_token_from_the_future_is_refused(pki) -> None:
    """A time after the moment of judging, beyond the allowed skew, is no time."""
    from datetime import timedelta

    for ahead, fine in ((timedelta(minutes=1), True), (timedelta(hours=1), False)):
        authority = SceneAuthority(Scene(pki), time=pki.now + ahead)
        session = begin(_order(pki, level="T"), _judge(pki))
        if fine:
            assert finish(session, pki, pki.signer(), authority).level is SignatureLevel.T
            continue
        with pytest.raises(TSATokenRefusedError):
            finish(session, pki, pki.signer(), authority)


def test_nobody_trusted_for_time_means_no_level_t(pki) -> None:
    """An anchor for signers is none for authorities; asked before the key signs."""
    signers_only = pki.trust_of(signer=("root",))
    with pytest.raises(UsageError, match="trusted"):
        begin(_order(pki, level="T"), _judge(pki, trust=signers_only))
    with pytest.raises(UsageError, match="judges"):
        begin(_order(pki, level="T"), None)


def test_the_unsafe_way_round_is_recorded(pki) -> None:
    """An unjudged token of a stranger is built in, and the result says so."""
    authority = SceneAuthority(Scene(pki), tsa="tsa-wrong-eku", time=pki.now)
    judge = _judge(pki, trust=None, unverified=True)
    result = finish(begin(_order(pki, level="T"), judge), pki, pki.signer(), authority)
    assert result.unsafe_unverified_tsa
    assert "without being judged" in result.describe()


def test_unknown_revocation_of_the_authority_is_a_warning(pki) -> None:
    """Where nothing can be learned the token goes in, and the result says what is unknown."""
    authority = SceneAuthority(Scene(pki), time=pki.now)
    session = begin(_order(pki, level="T"), _judge(pki))
    session = session.feed(
        pki.signer().sign(session.wanted.octets, session.wanted.algorithm), at=pki.now
    )
    token = authority.timestamp(session.wanted.imprint, session.wanted.algorithm, Budget())
    session = session.feed(token, at=pki.now)
    from esign.ades.evidence import Evidence

    while session.wanted is not None:
        session = session.feed_evidence([(want, Evidence()) for want in session.wanted.wants])
    assert len(session.result.warnings) == 1


def test_a_detached_signature_is_checked_against_its_content(pki) -> None:
    """The content lies outside and is found for the self-check."""
    from esign.terms import Packaging

    order = _order(pki, packaging=Packaging.DETACHED)
    result = finish(begin(order, None), pki, pki.signer())
    assert result.packaging is Packaging.DETACHED
    assert result.size < 6000


def test_an_existing_signature_is_raised(pki) -> None:
    """B becomes T, and the older octets stay."""
    signed = finish(begin(_order(pki), None), pki, pki.signer()).octets()
    authority = SceneAuthority(Scene(pki), time=pki.now)
    session = begin_timestamping(
        signed, judge=_judge(pki), signature=None, detached=(), timeout=None
    )
    raised = finish(session, pki, None, authority)
    assert raised.level is SignatureLevel.T
    assert CONTENT in raised.octets()


def test_a_broken_signature_is_not_time_stamped(pki) -> None:
    """A time-stamp would only preserve the wreck."""
    signed = finish(begin(_order(pki), None), pki, pki.signer()).octets()
    broken = signed.replace(CONTENT, CONTENT.upper())
    with pytest.raises(CreationError, match="broken"):
        begin_timestamping(broken, judge=_judge(pki), signature=None, detached=(), timeout=None)


def test_a_finished_session_takes_nothing_and_an_open_one_gives_nothing(pki) -> None:
    """Order is kept: no result before the end, no answer after it."""
    session = begin(_order(pki), None)
    with pytest.raises(UsageError):
        _ = session.result
    with pytest.raises(UsageError):
        session.feed_evidence([])
    wanted = session.wanted
    done = session.feed(pki.signer().sign(wanted.octets, wanted.algorithm), at=pki.now)
    with pytest.raises(UsageError):
        done.feed(b"", at=pki.now)


def test_the_deadline_ends_a_session(pki) -> None:
    """An answer after the caller's time is over is not taken."""
    order = replace(_order(pki), budget=Budget(deadline=0.0))
    session = begin(_order(pki), None)
    with pytest.raises(DeadlineExceededError):
        session._replace(budget=order.budget).feed(b"", at=pki.now)


def test_a_wrong_value_is_refused_however_often_the_signer_signed(pki) -> None:
    """Once a signature was read in full the next is compared with it, and its value verified."""
    for content in (b"first", b"second"):
        session = begin(_order(pki, content), None)
        finished = finish(session, pki, pki.signer("citizen"))
        assert finished.octets() != content
    session = begin(_order(pki, b"third"), None)
    value = pki.signer("citizen").sign(session.wanted.octets, session.wanted.algorithm)
    with pytest.raises(KeyMismatchError):
        session.feed(flipped(value), at=pki.signing_time)
    assert session.feed(value, at=pki.signing_time).outline is not None
