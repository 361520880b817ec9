"""Signing through the public call: forms, levels, and what is refused."""

from __future__ import annotations

import os
import sys
from datetime import timedelta

import pytest

import esign
from esign.errors import CreationError, LevelUnreachableError, UsageError
from tests.support.authorities import SceneAuthority
from tests.support.pdf_making import document as minimal_pdf
from tests.support.scenes import Scene

XML = b"<form xmlns='urn:x'><amount>1</amount></form>"


def _verify(pki, octets, detached=()):
    return esign.verify(
        octets,
        detached=detached,
        trust=pki.trust,
        evidence=pki.evidence(),
        at=pki.now,
        offline=True,
    )


@pytest.mark.parametrize("level", ["B", "T"])
@pytest.mark.parametrize("document", [b"text", XML, minimal_pdf()], ids=["cades", "xades", "pades"])
def test_what_is_signed_verifies(pki, document, level) -> None:
    """Each form at B and T passes under the same trust, at the level asked for."""
    signed = esign.sign(
        document,
        signer=pki.signer(),
        level=level,
        tsa=SceneAuthority(Scene(pki), time=pki.now),
        trust=pki.trust,
        at=pki.now,
    )
    report = _verify(pki, signed.octets())
    report.require_passed()
    assert [each.level for each in report.signatures] == [signed.level]
    assert report.signatures[0].id == signed.signature_id


@pytest.mark.parametrize("packaging", ["enveloped", "enveloping", "detached"])
def test_xml_in_every_packaging(pki, packaging) -> None:
    """The signature says which it is, and verifies."""
    signed = esign.sign(XML, signer=pki.signer(), packaging=packaging, at=pki.now)
    detached = (XML,) if packaging == "detached" else ()
    _verify(pki, signed.octets(), detached).require_passed()


@pytest.mark.parametrize("level", ["LT", "LTA"])
def test_levels_not_yet_made_are_refused_before_the_key_signs(pki, level) -> None:
    """The error names the level."""
    with pytest.raises(LevelUnreachableError):
        esign.sign(b"x", signer=pki.signer(), level=level, at=pki.now)


def test_an_expired_certificate_signs_nothing(pki) -> None:
    """Named with the date; the valid sibling signs."""
    esign.sign(b"x", signer=pki.signer("citizen"), at=pki.now)
    with pytest.raises(CreationError, match="expired"):
        esign.sign(b"x", signer=pki.signer("citizen-expired"), at=pki.now)


def test_each_signature_is_its_own(pki) -> None:
    """Two signatures over the same XML at the same time have different identifiers."""
    first, second = (esign.sign(XML, signer=pki.signer(), at=pki.now) for _ in range(2))
    assert first.octets() != second.octets()


def test_time_stamping_raises_one_of_several(pki) -> None:
    """Two parallel signatures: the one named is raised, none named is refused."""
    once = esign.sign(XML, signer=pki.signer(), at=pki.now).octets()
    twice = esign.sign(once, signer=pki.signer("agency"), at=pki.now).octets()
    authority = SceneAuthority(Scene(pki), time=pki.now)
    given = {"tsa": authority, "trust": pki.trust, "at": pki.now}
    with pytest.raises(UsageError, match="Say which"):
        esign.timestamp(twice, **given)
    wanted = esign.inspect(twice).signatures[1].id
    raised = esign.timestamp(twice, signature=wanted, **given)
    report = _verify(pki, raised.octets())
    report.require_passed()
    assert [each.level.value for each in report.signatures] == ["B", "T"]


def test_time_stamping_needs_a_signature(pki) -> None:
    """An unsigned XML document has nothing to raise."""
    authority = SceneAuthority(Scene(pki), time=pki.now)
    with pytest.raises(UsageError, match="no signature"):
        esign.timestamp(XML, tsa=authority, trust=pki.trust, at=pki.now)


def test_a_naive_time_is_refused(pki) -> None:
    """A claimed time needs a zone."""
    with pytest.raises(UsageError):
        esign.sign(b"x", signer=pki.signer(), at=pki.now.replace(tzinfo=None))


def test_the_result_does_not_overwrite_its_sources(pki, tmp_path) -> None:
    """Neither the document nor a detached content, even with ``overwrite``."""
    source = tmp_path / "a.txt"
    source.write_bytes(b"original")
    signed = esign.sign(source, signer=pki.signer(), at=pki.now)
    with pytest.raises(esign.EsignError):
        signed.write(source, overwrite=True)
    assert source.read_bytes() == b"original"
    signed.write(tmp_path / "a.p7m")


@pytest.mark.skipif(sys.platform == "win32", reason="runs on Windows only")
def test_a_forked_process_goes_on_signing(pki) -> None:
    """Signer, caches and random numbers survive a fork; both sides make sound signatures."""
    signer = pki.signer("citizen-p256")
    esign.sign(b"before", signer=signer, at=pki.now)
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        octets = esign.sign(b"x", signer=signer, at=pki.now).octets()
        os.write(write_end, octets)
        os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as pipe:
        theirs = pipe.read()
    assert os.waitpid(child, 0)[1] == 0
    ours = esign.sign(b"x", signer=signer, at=pki.now).octets()
    assert theirs != ours, "two ECDSA signatures with the same random number betray the key"
    for octets in (ours, theirs):
        _verify(pki, octets).require_passed()


def test_the_signing_time_is_the_moment_of_the_call(pki) -> None:
    """What is claimed is what was given."""
    at = pki.now - timedelta(hours=1)
    octets = esign.sign(b"x", signer=pki.signer(), at=at).octets()
    assert esign.inspect(octets).signatures[0].signed_properties.signing_time == at


@pytest.mark.parametrize(
    ("document", "given"),
    [
        (b"text", {"properties": esign.SignerProperties(claimed_roles=("\udce9",))}),
        (b"text", {"properties": esign.SignerProperties(media_type="\ud800")}),
        (XML, {"xml": esign.XMLOptions(placement="\ud800")}),
        (XML, {"xml": esign.XMLOptions(placement="\0")}),
        (minimal_pdf(), {"pdf": esign.PDFOptions(reason="\udce9")}),
    ],
)
def test_what_is_no_text_is_refused(pki, document, given) -> None:
    """Arguments in another encoding reach Python as broken characters; nothing is signed."""
    with pytest.raises(UsageError):
        esign.sign(document, signer=pki.signer(), at=pki.now, **given)
