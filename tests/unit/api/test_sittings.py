"""Signing in two sittings ends in the same document, or nowhere."""

from __future__ import annotations

import pytest

import esign
from esign.errors import CreationError, SessionMismatchError, UsageError
from tests.support.authorities import SceneAuthority
from tests.support.pdf_making import document as minimal_pdf
from tests.support.scenes import Scene, flipped

XML = b"<form><amount>1</amount></form>"
DOCUMENTS = pytest.mark.parametrize(
    "document", [b"text", XML, minimal_pdf()], ids=["cades", "xades", "pades"]
)


def _prepare(pki, document=b"text", name="citizen", **given):
    signer = pki.signer(name)
    given = {"at": pki.now, **given}
    return esign.prepare(document, certificate=signer.certificate, chain=signer.chain, **given)


def _value(pki, prepared, name="citizen") -> bytes:
    return pki.signer(name).sign(prepared.octets, prepared.request.algorithm)


@DOCUMENTS
def test_two_sittings_give_what_verifies(pki, document) -> None:
    """Through JSON and back, in every form."""
    stored = _prepare(pki, document).to_json()
    prepared = esign.PreparedSignature.from_json(stored)
    signed = esign.complete(document, prepared, _value(pki, prepared), at=pki.now)
    esign.verify(
        signed.octets(), trust=pki.trust, evidence=pki.evidence(), at=pki.now, offline=True
    ).require_passed()


@DOCUMENTS
def test_level_t_is_reached_in_the_second_sitting(pki, document) -> None:
    """The time-stamp is asked for after the value, and judged."""
    authority = SceneAuthority(Scene(pki), time=pki.now)
    given = {"tsa": authority, "trust": pki.trust, "at": pki.now}
    prepared = _prepare(pki, document, level="T", **given)
    signed = esign.complete(document, prepared, _value(pki, prepared), **given)
    assert signed.level is esign.SignatureLevel.T


@DOCUMENTS
def test_another_document_is_refused(pki, document) -> None:
    """One octet more; the same document passes."""
    prepared = _prepare(pki, document)
    value = _value(pki, prepared)
    esign.complete(document, prepared, value, at=pki.now)
    with pytest.raises(SessionMismatchError):
        esign.complete(document + b" ", prepared, value, at=pki.now)


def test_a_value_of_another_key_or_session_is_refused(pki) -> None:
    """Another key, a flipped value, and the value of another session."""
    prepared = _prepare(pki)
    from datetime import timedelta

    later = _prepare(pki, at=pki.now + timedelta(hours=1))
    for value in (
        pki.signer("citizen-rsa3072").sign(prepared.octets, prepared.request.algorithm),
        flipped(_value(pki, prepared)),
        _value(pki, later),
        b"",
    ):
        with pytest.raises(SessionMismatchError):
            esign.complete(b"text", prepared, value, at=pki.now)


def test_octets_exchanged_in_storage_are_noticed(pki) -> None:
    """Whoever changes what was signed in the stored session gets nothing built."""
    from dataclasses import replace

    prepared = _prepare(pki)
    other = replace(prepared, octets=_prepare(pki, b"other").octets)
    with pytest.raises(SessionMismatchError, match="octets"):
        esign.complete(b"text", other, _value(pki, other), at=pki.now)


def test_a_certificate_that_expired_meanwhile_is_refused(pki) -> None:
    """The second sitting asks again."""
    from datetime import timedelta

    prepared = _prepare(pki)
    late = pki.certificate("citizen").not_after + timedelta(days=1)
    with pytest.raises(CreationError, match="expired"):
        esign.complete(b"text", prepared, _value(pki, prepared), at=late)


def test_detached_contents_must_be_the_same(pki) -> None:
    """A second reference of a detached XML signature is part of the session."""
    first, second, other = (
        esign.Document.of(octets, name=name)
        for octets, name in ((b"1", "a.txt"), (b"2", "b.txt"), (b"3", "b.txt"))
    )
    given = {"form": "xades", "packaging": "detached", "detached": [second]}
    prepared = _prepare(pki, first, **given)
    value = _value(pki, prepared)
    esign.complete(first, prepared, value, detached=[second], at=pki.now)
    for detached in ([other], []):
        with pytest.raises(SessionMismatchError):
            esign.complete(first, prepared, value, detached=detached, at=pki.now)


def test_a_weak_key_is_refused_in_the_first_sitting(pki) -> None:
    """Before anybody is asked to sign."""
    with pytest.raises(UsageError, match="not used to sign"):
        esign.prepare(b"x", certificate=pki.certificate("citizen-small-rsa"), at=pki.now)


def test_certificates_may_be_files(pki) -> None:
    """A path does as well as an object."""
    prepared = esign.prepare(
        b"x", certificate=pki.path("citizen"), chain=[pki.path("issuing")], at=pki.now
    )
    assert prepared.request.certificate == pki.certificate("citizen")
    assert prepared.request.chain == (pki.certificate("issuing"),)
