"""adbe.x509.rsa_sha1: a bare value is judged by its certificate alone."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from esign.asn1 import writer
from tests.support import cms_making
from tests.support.pdf_making import codes, document, is_sound, only, signed, signed_with


def _raw(*, certificate: bytes, octets: bytes | None = None, behind: bytes = b"") -> bytes:
    base = signed_with(document(), Cert=b"<" + certificate.hex().encode() + b">")
    base = base.replace(b"/ETSI.CAdES.detached", b"/adbe.x509.rsa_sha1 ")
    start = base.rindex(b"/Contents <") + 11
    end = base.index(b">", start)
    subject = base[: start - 1] + base[end + 1 :] if octets is None else octets
    value = cms_making.key().sign(subject, padding.PKCS1v15(), hashes.SHA1())
    filled = (writer.octet_string(value) + behind).hex().encode()
    return base[:start] + filled.ljust(end - start, b"0") + base[end:]


CERTIFICATE = cms_making.certificate().der


def test_a_sound_value_is_sound_and_no_ades() -> None:
    """The value verifies under the first certificate, and nothing binds anything."""
    signature = only(_raw(certificate=CERTIFICATE))
    assert is_sound(signature)
    assert not signature.is_ades_baseline
    assert codes(signature) == {"sub-filter-not-etsi", "no-signed-attributes"}
    assert signature.algorithm_name == "adbe.x509.rsa_sha1"
    assert signature.material.certificates == (cms_making.certificate(),)
    assert not signature.signer.present


@pytest.mark.parametrize(
    "octets",
    [
        _raw(certificate=CERTIFICATE, octets=b"another document"),
        _raw(certificate=cms_making.certificate("agency").der),
        _raw(certificate=b"no certificate"),
    ],
)
def test_another_document_or_certificate_is_not_intact(octets: bytes) -> None:
    """Each sibling differs in one thing."""
    assert not is_sound(only(octets))
    assert not only(octets).references()[0].intact


def test_octets_behind_the_value_are_told() -> None:
    """The hole may not carry anything else."""
    assert "octets-after-signature" in codes(only(_raw(certificate=CERTIFICATE, behind=b"x")))


def test_a_value_that_is_no_octet_string_is_damaged() -> None:
    """A CMS under this kind is not taken for a value."""
    octets = signed().replace(b"/ETSI.CAdES.detached", b"/adbe.x509.rsa_sha1 ")
    assert not is_sound(only(octets))
