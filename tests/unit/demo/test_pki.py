"""The demonstration's PKI keeps the rules it demonstrates."""

from __future__ import annotations

from datetime import UTC, datetime

from cryptography.hazmat.primitives.serialization import Encoding

from esign.demo.pki import DemoPKI
from esign.keys.files import load_signer
from esign.pki.certificate import Certificate
from esign.tsa.issuing import require_timestamping_certificate

PKI = DemoPKI.make("http://127.0.0.1:1", datetime(2026, 5, 1, tzinfo=UTC))
HOLDERS = ("root", "issuing", "responder", "tsa", "citizen", "agency")


def _ours(name: str) -> Certificate:
    return Certificate.from_der(getattr(PKI, name).certificate.public_bytes(Encoding.DER))


def test_every_certificate_keeps_its_profile_and_is_signed_by_its_issuer() -> None:
    """None has problems; each verifies under the CA that names it."""
    authorities = {_ours(name).subject: _ours(name) for name in ("root", "issuing")}
    for name in HOLDERS:
        certificate = _ours(name)
        assert certificate.problems == ()
        assert certificate.signed_by(authorities[certificate.issuer].public_key)


def test_the_authority_is_fit_to_stamp_and_the_people_to_sign() -> None:
    """Critical timeStamping and nothing else; nonRepudiation for signers."""
    require_timestamping_certificate(_ours("tsa"))
    for name in ("citizen", "agency"):
        assert _ours(name).key_usage == frozenset({"nonRepudiation"})


def test_keys_open_with_their_password() -> None:
    """The PKCS#12 holds key, certificate and issuing CA."""
    signer = load_signer(PKI.citizen.pkcs12((PKI.issuing.certificate,), b"demo"), password="demo")
    assert signer.chain == (_ours("issuing"),)
