"""The signature's markup follows the request and nothing else."""

from __future__ import annotations

import pytest

from esign.ades.format import XMLOptions
from esign.errors import UnsupportedAlgorithmError, UsageError
from esign.xades.builder import (
    Part,
    canonicalisation,
    decoding,
    signature_id,
    signature_markup,
    without_signatures,
)
from tests.support.xml_making import request, xml

PART = Part(uri="a", media_type="text/plain")


def _whole(**more: object) -> str:
    markup = signature_markup(request(**more), [PART])  # type: ignore[arg-type]
    return markup.head + markup.tail


def test_same_request_gives_the_same_markup() -> None:
    """Ids come from the request alone; another ``unique`` changes them all."""
    assert _whole() == _whole()
    assert signature_id(request()) in _whole()
    assert "0123456789abcdef" not in _whole(unique="f" * 16)


def test_digests_go_in_order() -> None:
    """The last digest is that of the signed properties."""
    markup = signature_markup(request(), [PART], [b"one", b"two"])
    assert markup.head.index("b25l") < markup.head.index("dHdv")


def test_markup_is_well_formed_with_any_transform() -> None:
    """Every transform can stand in a reference."""
    transforms = without_signatures(request()) + decoding() + canonicalisation(request())
    part = Part(uri="", media_type="a", transforms=transforms)
    markup = signature_markup(request(), [part])
    assert len(xml(markup.head + markup.tail).root[0][2][0]) == 3


def test_signature_covers_certificates_of_the_chain_once() -> None:
    """The signer's certificate is not repeated when the chain begins with it."""
    certificate = request().certificate
    assert _whole(chain=(certificate,)).count("<ds:X509Certificate>") == 1


def test_algorithm_without_a_name_in_xml_is_refused() -> None:
    """RSA PKCS#1 with SHA-3 has no URI in XML and is refused."""
    with pytest.raises(UnsupportedAlgorithmError):
        _whole(algorithm="RSA_PKCS1_SHA3-256")


def test_unknown_canonicalisation_is_refused() -> None:
    """A canonicalisation nobody could follow is not written."""
    with pytest.raises(UsageError):
        _whole(xml=XMLOptions(canonicalization="urn:x"))
