"""Wishes become a request, or are refused before any key is used."""

from __future__ import annotations

from datetime import timedelta

import pytest

from esign.ades.format import PDFOptions, XMLOptions
from esign.creation.order import (
    SignerFacts,
    Wishes,
    doubts_about,
    require_makeable,
    signature_request,
)
from esign.errors import (
    CreationError,
    KeyMismatchError,
    LevelUnreachableError,
    UnsupportedAlgorithmError,
    UsageError,
)
from esign.terms import Packaging, SignatureForm, SignatureLevel

UNIQUE = "0" * 32


def _facts(pki, name: str = "citizen") -> SignerFacts:
    signer = pki.signer(name)
    return SignerFacts(
        certificate=signer.certificate, chain=signer.chain, algorithms=signer.algorithms
    )


def _request(pki, name="citizen", form=SignatureForm.CADES, **wishes):
    return signature_request(form, _facts(pki, name), Wishes(**wishes), at=pki.now, unique=UNIQUE)


@pytest.mark.parametrize(
    ("form", "packaging"),
    [
        (SignatureForm.CADES, Packaging.ENVELOPING),
        (SignatureForm.XADES, Packaging.ENVELOPED),
        (SignatureForm.PADES, Packaging.ENVELOPED),
    ],
)
def test_each_form_has_its_default_packaging(pki, form, packaging) -> None:
    """CAdES carries the content; XML and PDF carry the signature."""
    assert _request(pki, form=form).packaging is packaging


def test_a_packaging_the_form_has_not_is_refused(pki) -> None:
    """A PDF cannot be detached; CAdES can."""
    assert _request(pki, packaging=Packaging.DETACHED).packaging is Packaging.DETACHED
    with pytest.raises(UsageError, match="PAdES"):
        _request(pki, form=SignatureForm.PADES, packaging=Packaging.DETACHED)


@pytest.mark.parametrize(
    ("name", "algorithm", "digest"),
    [
        ("citizen", "RSA_PKCS1_SHA256", "SHA256"),
        ("citizen-p384", "ECDSA_SHA384", "SHA384"),
        ("citizen-ed25519", "ED25519", "SHA512"),
        ("citizen-ed448", "ED448", "SHAKE256"),
    ],
)
def test_algorithm_and_digest_follow_the_key(pki, name, algorithm, digest) -> None:
    """Nobody need choose them."""
    request = _request(pki, name)
    assert (request.algorithm.name, request.digest_algorithm.name) == (algorithm, digest)


def test_xml_has_no_identifier_for_shake(pki) -> None:
    """Beside Ed448 XML references use SHA-512."""
    request = _request(pki, "citizen-ed448", SignatureForm.XADES)
    assert request.digest_algorithm.name == "SHA512"
    with pytest.raises(UsageError):
        _request(pki, form=SignatureForm.XADES, digest="SHAKE256", algorithm="RSA_PKCS1_SHA256")


def test_a_digest_chooses_the_algorithm(pki) -> None:
    """SHA-512 with an RSA key gives RSA with SHA-512; with RSA-PSS named, that."""
    assert _request(pki, digest="sha512").algorithm.name == "RSA_PKCS1_SHA512"
    both = _request(pki, digest="SHA384", algorithm="RSA_PSS_SHA384")
    assert both.algorithm.name == "RSA_PSS_SHA384"


def test_digest_and_algorithm_must_not_contradict_each_other_in_cms(pki) -> None:
    """CMS has one digest; XML may have another for its references."""
    wishes = {"digest": "SHA512", "algorithm": "RSA_PSS_SHA256"}
    with pytest.raises(UsageError):
        _request(pki, **wishes)
    assert _request(pki, form=SignatureForm.XADES, **wishes).digest_algorithm.name == "SHA512"


@pytest.mark.parametrize(
    ("wishes", "error"),
    [
        ({"digest": "SHA1"}, UsageError),
        ({"digest": "MD5"}, UsageError),
        ({"digest": "nonsense"}, UnsupportedAlgorithmError),
        ({"algorithm": "ECDSA_SHA256"}, KeyMismatchError),
        ({"algorithm": "RSA_PKCS1_SHA1"}, KeyMismatchError),
        ({"digest": "SHAKE256"}, KeyMismatchError),
    ],
)
def test_what_the_key_cannot_or_nobody_should_is_refused(pki, wishes, error) -> None:
    """Old digests, another key's algorithm, and words that mean nothing."""
    with pytest.raises(error):
        _request(pki, **wishes)


def test_xml_signs_only_with_what_has_a_uri(pki) -> None:
    """RSA PKCS#1 with SHA-3 has an identifier in CMS and none in XML."""
    wish = {"algorithm": "RSA_PKCS1_SHA3-256"}
    assert _request(pki, **wish).algorithm.uri is None
    with pytest.raises(KeyMismatchError):
        _request(pki, form=SignatureForm.XADES, **wish)


@pytest.mark.parametrize("name", ["citizen-expired", "citizen-not-yet-valid"])
def test_a_certificate_out_of_its_time_signs_nothing(pki, name) -> None:
    """The sentence names the certificate's subject and the date."""
    with pytest.raises(CreationError, match="nothing was signed"):
        _request(pki, name)


def test_the_chain_leaves_roots_out(pki) -> None:
    """A root inside a document convinces nobody, so it is not embedded."""
    facts = _facts(pki)
    with_root = SignerFacts(
        certificate=facts.certificate,
        chain=(*facts.chain, pki.certificate("root")),
        algorithms=facts.algorithms,
    )
    request = signature_request(SignatureForm.CADES, with_root, Wishes(), at=pki.now, unique=UNIQUE)
    assert request.chain == (pki.certificate("issuing"),)


def test_the_signing_time_has_whole_seconds(pki) -> None:
    """CMS cannot write fractions; every form claims the same time."""
    at = pki.now + timedelta(microseconds=5)
    request = signature_request(SignatureForm.CADES, _facts(pki), Wishes(), at=at, unique=UNIQUE)
    assert request.signing_time == pki.now


@pytest.mark.parametrize("level", [SignatureLevel.LT, SignatureLevel.LTA])
def test_levels_not_yet_made_are_named_so(level) -> None:
    """The error has the level as a field."""
    with pytest.raises(LevelUnreachableError) as caught:
        require_makeable(level)
    assert caught.value.values["level"] == level.value
    require_makeable(SignatureLevel.T)


@pytest.mark.parametrize(
    ("name", "count"), [("citizen", 0), ("citizen-wrong-key-usage", 1), ("issuing", 2)]
)
def test_doubts_about_a_certificate_are_told(pki, name, count) -> None:
    """A key usage for something else, or a CA's certificate, is worth a warning."""
    assert len(doubts_about(pki.certificate(name))) == count


@pytest.mark.parametrize(
    ("wishes", "form", "fitting"),
    [
        (Wishes(pdf=PDFOptions(reason="Approved")), SignatureForm.CADES, SignatureForm.PADES),
        (Wishes(xml=XMLOptions(target_id="a")), SignatureForm.PADES, SignatureForm.XADES),
    ],
)
def test_options_of_another_form_are_refused(pki, wishes, form, fitting) -> None:
    """A reason that no signature would carry is told, not dropped."""
    with pytest.raises(UsageError, match=fitting.value):
        signature_request(form, _facts(pki), wishes, at=pki.now, unique=UNIQUE)
    signature_request(fitting, _facts(pki), wishes, at=pki.now, unique=UNIQUE)
