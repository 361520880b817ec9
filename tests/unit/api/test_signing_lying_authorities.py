"""Authorities that answer the question and still must not be believed.

Each token has the right imprint and nonce; something else is wrong with it. Its sound
sibling is built in by the first test.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import anyio
import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

import esign
from esign.ades.ports import Signer
from esign.errors import TSATokenRefusedError
from esign.pki.trust import TrustStore
from esign.terms import Purpose
from tests.support.authority import TIME_STAMPING, KeyInMemory, make_authority, stamp
from tests.support.faulty_server import Answer, FaultyServer, Request
from tests.support.pki import PKI

Stamping = Callable[[Request], bytes]


@pytest.fixture(scope="module")
def signer() -> Signer:
    """A citizen's key."""
    return PKI().signer("citizen")


def _now() -> datetime:
    return datetime.now(UTC)


def _answering(authority: KeyInMemory, *, at: datetime | None = None) -> Stamping:
    return lambda request: stamp(authority, request.body, at=at or _now())


def _sign(
    signer: Signer, stamping: Stamping, root: KeyInMemory, purpose: Purpose = Purpose.TSA
) -> object:
    trust = PKI().trust_of(signer=("root",)).merged(TrustStore.of(root.root, purposes={purpose}))
    with FaultyServer(lambda request: Answer(stamping(request))) as server:
        return esign.sign(
            b"document",
            signer=signer,
            form=esign.SignatureForm.CADES,
            level="T",
            tsa=server.url,
            trust=trust,
        )


def test_the_sound_sibling_is_built_in(signer: Signer) -> None:
    """A token of a proper authority makes the signature T."""
    authority = make_authority()
    signed = _sign(signer, _answering(authority), authority)
    assert signed.level is esign.SignatureLevel.T  # type: ignore[attr-defined]


def _flipped(request: Request) -> bytes:
    octets = bytearray(stamp(make_authority(), request.body, at=_now()))
    octets[-4] ^= 1
    return bytes(octets)


def _of_another_key(request: Request) -> bytes:
    """Name the trusted certificate, and sign with a key of one's own."""
    good, other = make_authority(), make_authority(key_usage=())
    forger = KeyInMemory(
        key=other.key, certificate=good.certificate, chain=good.chain, root=good.root
    )
    return stamp(forger, request.body, at=_now())


@pytest.mark.parametrize("stamping", [_flipped, _of_another_key])
def test_a_wrong_signature_is_refused(signer: Signer, stamping: Stamping) -> None:
    """A token whose value does not verify is not written, whatever it says."""
    with pytest.raises(TSATokenRefusedError, match="SIG_CRYPTO_FAILURE"):
        _sign(signer, stamping, make_authority())


@pytest.mark.parametrize(
    "made",
    [
        {"usages": ()},
        {"critical": False},
        {"usages": (ExtendedKeyUsageOID.CODE_SIGNING,)},
        {"usages": (TIME_STAMPING, ExtendedKeyUsageOID.CODE_SIGNING)},
        {"days": (-30, -1)},
    ],
)
def test_a_certificate_for_something_else_is_refused(
    signer: Signer, made: dict[str, object]
) -> None:
    """Without exactly the critical timeStamping usage, or expired, it is no authority's."""
    authority = make_authority(**made)  # type: ignore[arg-type]
    with pytest.raises(TSATokenRefusedError):
        _sign(signer, _answering(authority), authority)


def test_an_unknown_authority_is_refused(signer: Signer) -> None:
    """A perfect token under a root nobody gave is worth nothing."""
    with pytest.raises(TSATokenRefusedError):
        _sign(signer, _answering(make_authority()), make_authority(rsa_key=True))


def test_an_anchor_for_signers_is_none_for_time(signer: Signer) -> None:
    """The right root, given for signers only, does not make an authority."""
    authority = make_authority()
    with pytest.raises(esign.EsignError, match="time-stamping"):
        _sign(signer, _answering(authority), authority, Purpose.SIGNER)


@pytest.mark.parametrize(
    "off", [timedelta(days=-20), timedelta(minutes=-10), timedelta(minutes=10)]
)
def test_a_clock_that_is_off_is_refused(signer: Signer, off: timedelta) -> None:
    """A genuine token that does not speak of now was not made now."""
    authority = make_authority()
    with pytest.raises(TSATokenRefusedError):
        _sign(signer, _answering(authority, at=_now() + off), authority)


@pytest.mark.parametrize("off", [timedelta(minutes=-3), timedelta(minutes=3)])
def test_clocks_may_differ_by_minutes(signer: Signer, off: timedelta) -> None:
    """Two honest clocks differ, and the signature is made all the same."""
    authority = make_authority()
    assert _sign(signer, _answering(authority, at=_now() + off), authority)


def test_the_next_authority_is_asked_after_a_lie(signer: Signer) -> None:
    """A token that does not stand up costs its authority the turn, not the caller the call."""
    authority = make_authority()
    trust = (
        PKI()
        .trust_of(signer=("root",))
        .merged(TrustStore.of(authority.root, purposes={Purpose.TSA}))
    )
    honest = _answering(authority)
    with (
        FaultyServer(lambda request: Answer(_flipped(request))) as liar,
        FaultyServer(Answer(status=503)) as broken,
        FaultyServer(lambda request: Answer(honest(request))) as good,
    ):
        signed = esign.sign(
            b"document",
            signer=signer,
            form=esign.SignatureForm.CADES,
            level="T",
            tsa=[liar.url, broken.url, good.url],
            trust=trust,
        )
        assert signed.level is esign.SignatureLevel.T
        with pytest.raises(esign.EsignError) as caught:
            esign.sign(
                b"document",
                signer=signer,
                form=esign.SignatureForm.CADES,
                level="T",
                tsa=[liar.url, broken.url],
                trust=trust,
            )
    assert "SIG_CRYPTO_FAILURE" in str(caught.value)
    assert "503" in str(caught.value)


@pytest.mark.parametrize("stamping", [_flipped, _of_another_key])
def test_the_awaited_call_refuses_the_same(signer: Signer, stamping: Stamping) -> None:
    """Asynchronous signing believes no more than the other."""
    trust = (
        PKI()
        .trust_of(signer=("root",))
        .merged(TrustStore.of(make_authority().root, purposes={Purpose.TSA}))
    )

    async def sign(url: str) -> None:
        await esign.aio.sign(
            b"document",
            signer=signer,
            form=esign.SignatureForm.CADES,
            level="T",
            tsa=url,
            trust=trust,
        )

    with (
        FaultyServer(lambda request: Answer(stamping(request))) as server,
        pytest.raises(TSATokenRefusedError, match="SIG_CRYPTO_FAILURE"),
    ):
        anyio.run(sign, server.url)
