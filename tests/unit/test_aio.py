"""The awaited calls give the same results, end in time, and can be cancelled."""

from __future__ import annotations

import asyncio
import time

import pytest

import esign
from esign.errors import DeadlineExceededError, UsageError
from esign.service.tsa import TSAServer
from tests.support.faulty_server import Answer, FaultyServer
from tests.support.pdf_making import document as minimal_pdf
from tests.support.scenes import flipped

XML = b"<form><amount>1</amount></form>"


async def test_signing_and_verifying_agree_with_the_other_api(pki) -> None:
    """Signed awaited, verified both ways, same report."""
    signed = await esign.aio.sign(XML, signer=pki.signer(), at=pki.now)
    given = {"trust": pki.trust, "evidence": pki.evidence(), "at": pki.now, "offline": True}
    awaited = await esign.aio.verify(signed.octets(), **given)
    assert awaited == esign.verify(signed.octets(), **given)
    awaited.require_passed()
    assert (await esign.aio.inspect(signed.octets())).form is esign.SignatureForm.XADES


async def test_a_tampered_document_fails_alike(pki) -> None:
    """The sibling with one changed character is TOTAL_FAILED."""
    signed = await esign.aio.sign(XML, signer=pki.signer(), at=pki.now)
    report = await esign.aio.verify(
        signed.octets().replace(b"<amount>1", b"<amount>2"),
        trust=pki.trust,
        evidence=pki.evidence(),
        at=pki.now,
        offline=True,
    )
    assert report.signatures[0].indication is esign.Indication.TOTAL_FAILED


class _Later:
    """A signer that answers later, as a remote service does."""

    def __init__(self, signer) -> None:
        self._signer = signer
        self.certificate = signer.certificate
        self.chain = signer.chain
        self.algorithms = signer.algorithms
        self.spoil = False

    async def sign(self, octets, algorithm) -> bytes:
        await asyncio.sleep(0)
        value = self._signer.sign(octets, algorithm)
        return flipped(value) if self.spoil else value


async def test_a_signer_may_be_awaited(pki) -> None:
    """Its value is checked like any other."""
    signer = _Later(pki.signer())
    assert (await esign.aio.sign(b"x", signer=signer, at=pki.now)).level.value == "B"
    signer.spoil = True
    with pytest.raises(esign.EsignError):
        await esign.aio.sign(b"x", signer=signer, at=pki.now)


@pytest.fixture
def stamping(responders, tmp_path):
    """A real authority on loopback whose certificate points to running responders."""
    issued = responders.issue("tsa", crl_url=f"{responders.url}/tsa-root.crl", ocsp_url=None)
    tsa = responders.signer(issued, tmp_path)
    with TSAServer(tsa, policy="1.2.3.4", serials=tmp_path / "serials") as server:
        yield server


async def test_level_t_over_the_network(responders, stamping, tmp_path) -> None:
    """Token and revocation data are fetched; a PDF is measured; B is raised to T."""
    signer = responders.signer(responders.issue("citizen"), tmp_path)
    given = {"tsa": stamping.url, "trust": responders.trust, "allow_hosts": ("127.0.0.1",)}
    for document in (b"x", minimal_pdf()):
        signed = await esign.aio.sign(document, signer=signer, level="T", **given)
        assert signed.level is esign.SignatureLevel.T
    once = await esign.aio.sign(b"x", signer=signer)
    raised = await esign.aio.timestamp(
        once.octets(), **{**given, "tsa": [esign.TimestampClient(stamping.url)]}
    )
    report = await esign.aio.verify(
        raised.octets(), trust=responders.trust, allow_hosts=("127.0.0.1",)
    )
    assert report.signatures[0].level is esign.SignatureLevel.T


async def test_level_t_without_an_authority_is_a_mistake(pki) -> None:
    """The same sentence as in the other API."""
    with pytest.raises(UsageError, match="tsa="):
        await esign.aio.sign(b"x", signer=pki.signer(), level="T", trust=pki.trust, at=pki.now)


async def test_the_timeout_covers_waiting(pki) -> None:
    """A server that never answers ends the call in the caller's time."""
    with FaultyServer(Answer(b"", delay=30)) as server:
        started = time.monotonic()
        with pytest.raises((DeadlineExceededError, esign.EsignError)):
            await esign.aio.sign(
                b"x",
                signer=pki.signer(),
                level="T",
                tsa=server.url,
                trust=pki.trust,
                at=pki.now,
                timeout=0.5,
            )
        assert time.monotonic() - started < 10


async def test_cancelling_ends_the_call(pki) -> None:
    """The task is gone at once; nothing is left waiting."""
    with FaultyServer(Answer(b"", delay=30)) as server:
        task = asyncio.ensure_future(
            esign.aio.sign(
                b"x",
                signer=pki.signer(),
                level="T",
                tsa=server.url,
                trust=pki.trust,
                at=pki.now,
            )
        )
        await asyncio.sleep(0.3)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, 5)
