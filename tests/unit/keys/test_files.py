"""Key files of every kind open, and refuse with the reason."""

from __future__ import annotations

import copy
import pickle
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from esign.crypto.algorithms import signature_by_name
from esign.errors import (
    KeyAccessError,
    KeyMismatchError,
    KeyNotFoundError,
    UnsupportedAlgorithmError,
    UsageError,
    WrongPasswordError,
)
from esign.keys.files import load_signer

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class _Pair:
    key: object
    certificate: x509.Certificate

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    def key_pem(
        self, form: PrivateFormat = PrivateFormat.PKCS8, password: bytes | None = None
    ) -> bytes:
        encryption = BestAvailableEncryption(password) if password else NoEncryption()
        return self.key.private_bytes(Encoding.PEM, form, encryption)


def _pair(key: object, name: str = "Leyla") -> _Pair:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    plain = isinstance(key, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=30))
        .sign(key, None if plain else hashes.SHA256())
    )
    return _Pair(key, certificate)


@pytest.fixture(scope="module")
def rsa_pair() -> _Pair:
    return _pair(rsa.generate_private_key(65537, 2048))


@pytest.fixture(scope="module")
def ec_pair() -> _Pair:
    return _pair(ec.generate_private_key(ec.SECP256R1()))


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
@pytest.mark.parametrize("password", [None, b"geheim"])
def test_pem_of_every_form_opens(
    rsa_pair: _Pair, form: PrivateFormat, password: bytes | None
) -> None:
    """PKCS#1 and PKCS#8, plain and encrypted, with the certificate in the same file."""
    signer = load_signer(rsa_pair.pem + rsa_pair.key_pem(form, password), password=password)
    value = signer.sign(b"text", signer.algorithms[0])
    assert signer.certificate.public_key.verify(value, b"text", signer.algorithms[0])


def test_ec_parameters_before_the_key_do_not_confuse(ec_pair: _Pair) -> None:
    """``openssl ecparam -genkey`` writes a block of parameters before the SEC1 key."""
    parameters = b"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
    key = ec_pair.key_pem(PrivateFormat.TraditionalOpenSSL)
    signer = load_signer(parameters + key + ec_pair.pem)
    assert signer.algorithms[0].name == "ECDSA_SHA256"


@pytest.mark.parametrize(
    ("key", "first"),
    [
        (ec.generate_private_key(ec.SECP384R1()), "ECDSA_SHA384"),
        (ec.generate_private_key(ec.SECP521R1()), "ECDSA_SHA512"),
        (ec.generate_private_key(ec.BrainpoolP256R1()), "ECDSA_SHA256"),
        (ed25519.Ed25519PrivateKey.generate(), "ED25519"),
        (ed448.Ed448PrivateKey.generate(), "ED448"),
    ],
)
def test_the_digest_follows_the_key(key: object, first: str) -> None:
    """The preferred algorithm fits the curve, and its value verifies."""
    pair = _pair(key)
    signer = load_signer(pair.key_pem(), certificate=pair.pem)
    assert signer.algorithms[0].name == first
    for algorithm in signer.algorithms:
        value = signer.sign(b"text", algorithm)
        assert signer.certificate.public_key.verify(value, b"text", algorithm)
        assert not signer.certificate.public_key.verify(value, b"texT", algorithm)


def test_pkcs12_opens_with_its_chain(ec_pair: _Pair, rsa_pair: _Pair) -> None:
    """Key, certificate and further certificates come out of one file."""
    octets = pkcs12.serialize_key_and_certificates(
        b"x",
        ec_pair.key,
        ec_pair.certificate,
        [rsa_pair.certificate],
        BestAvailableEncryption(b"p"),
    )
    signer = load_signer(octets, password="p")
    assert [each.der for each in signer.chain] == [rsa_pair.certificate.public_bytes(Encoding.DER)]


def test_the_password_is_asked_only_when_needed(ec_pair: _Pair) -> None:
    """An open file asks nobody; an encrypted one asks once."""
    asked = []

    def ask() -> str:
        asked.append(1)
        return "p"

    load_signer(ec_pair.key_pem() + ec_pair.pem, password=ask)
    assert not asked
    load_signer(ec_pair.key_pem(password=b"p") + ec_pair.pem, password=ask)
    assert len(asked) == 1


@pytest.mark.parametrize("password", ["wrong", None, lambda: "wrong", b"\xff", "\udcff"])
@pytest.mark.parametrize("kind", ["pem", "der", "p12"])
def test_a_wrong_or_missing_password_has_its_name(
    ec_pair: _Pair, kind: str, password: object
) -> None:
    """Neither a crash nor 'no key': the password is what must be mended."""
    secret = BestAvailableEncryption(b"right")
    octets = {
        "pem": lambda: ec_pair.key_pem(password=b"right") + ec_pair.pem,
        "der": lambda: ec_pair.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, secret),
        "p12": lambda: pkcs12.serialize_key_and_certificates(
            b"x", ec_pair.key, ec_pair.certificate, None, secret
        ),
    }[kind]()
    with pytest.raises(WrongPasswordError) as caught:
        load_signer(octets, password=password, certificate=ec_pair.pem)
    assert "right" not in str(caught.value)
    assert "wrong" not in str(caught.value)


def test_a_password_for_an_open_file_does_no_harm(ec_pair: _Pair) -> None:
    """A password nobody needs is not an error."""
    load_signer(ec_pair.key_pem() + ec_pair.pem, password="unneeded")


def test_key_and_certificate_must_belong_together(ec_pair: _Pair, rsa_pair: _Pair) -> None:
    """A certificate of another key is refused; the right one passes."""
    load_signer(ec_pair.key_pem(), certificate=ec_pair.pem)
    with pytest.raises(KeyMismatchError):
        load_signer(ec_pair.key_pem(), certificate=rsa_pair.pem)


def test_a_key_alone_needs_a_certificate(ec_pair: _Pair) -> None:
    """The error says what to add."""
    with pytest.raises(KeyNotFoundError, match="certificate="):
        load_signer(ec_pair.key_pem())


@pytest.mark.parametrize("octets", [b"", b"nothing", b"\x30\x03\x02\x01\x03", b"\x30\x80"])
def test_what_is_no_key_is_said_to_be_none(octets: bytes) -> None:
    """Junk and broken PKCS#12 raise errors of the key, never others."""
    with pytest.raises(KeyAccessError):
        load_signer(octets, password="p")


def test_weak_keys_do_not_sign(tmp_path: Path) -> None:
    """RSA-1024, P-224 and DSA are refused when loaded."""
    for key in (
        rsa.generate_private_key(65537, 1024),
        ec.generate_private_key(ec.SECP224R1()),
        dsa.generate_private_key(1024),
    ):
        pair = _pair(key)
        with pytest.raises(KeyAccessError):
            load_signer(pair.key_pem() + pair.pem)


def test_a_signer_signs_only_with_its_own_algorithms(ec_pair: _Pair, rsa_pair: _Pair) -> None:
    """Another kind of key and a digest that may only be read are refused."""
    signer = load_signer(ec_pair.key_pem() + ec_pair.pem)
    with pytest.raises(KeyMismatchError):
        signer.sign(b"", load_signer(rsa_pair.key_pem() + rsa_pair.pem).algorithms[0])
    with pytest.raises((KeyMismatchError, UnsupportedAlgorithmError)):
        signer.sign(b"", signature_by_name("ECDSA_SHA1"))


def test_a_signer_is_never_pickled_and_shows_no_secret(ec_pair: _Pair) -> None:
    """Its repr names the subject; copying shares it; pickling is refused."""
    signer = load_signer(ec_pair.key_pem() + ec_pair.pem)
    assert repr(signer) == "FileSigner('CN=Leyla')"
    assert copy.deepcopy(signer) is signer
    with pytest.raises(UsageError):
        pickle.dumps(signer)
