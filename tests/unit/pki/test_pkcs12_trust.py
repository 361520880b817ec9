"""PKCS#12 files as trust stores: made by keytool and by OpenSSL; signers' files are none."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from esign.errors import InputError, WrongPasswordError
from esign.pki.pkcs12_trust import is_pkcs12, read_pkcs12
from tests.support.keystores import PASSWORD, java_store
from tests.support.pki import PKI


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A trust store of keytool with two certificates."""
    path = tmp_path_factory.mktemp("p12") / "trust.p12"
    names = {"root": PKI().path("root"), "ec": PKI().path("ec-root")}
    return java_store(path, "PKCS12", names).read_bytes()


def test_a_store_of_keytool(store: bytes, pki: PKI) -> None:
    """Aliases and certificates, with the password."""
    assert is_pkcs12(store)
    assert dict(read_pkcs12(store, PASSWORD, "trust.p12")) == {
        "root": pki.certificate("root"),
        "ec": pki.certificate("ec-root"),
    }


def test_the_password_is_needed_and_checked(store: bytes) -> None:
    """None and a wrong one are refused; neither error says a password."""
    with pytest.raises(InputError, match="needs its password"):
        read_pkcs12(store, None, "trust.p12")
    with pytest.raises(WrongPasswordError, match=r"trust\.p12") as raised:
        read_pkcs12(store, "letmein", "trust.p12")
    assert "letmein" not in str(raised.value)


def test_a_signers_file_is_no_trust_store(tmp_path: Path, pki: PKI) -> None:
    """With a key in it every certificate beside the key is refused; without, they are read."""
    path = tmp_path / "signer.p12"
    certificate, key = str(pki.path("citizen")), str(pki.key_path("citizen"))
    common = ("openssl", "pkcs12", "-export", "-in", certificate, "-out", str(path))
    protected = ("-passout", f"pass:{PASSWORD}")
    subprocess.run([*common, "-inkey", key, *protected], check=True, capture_output=True)
    with pytest.raises(InputError, match="private key"):
        read_pkcs12(path.read_bytes(), PASSWORD, "signer.p12")
    subprocess.run([*common, "-nokeys", *protected], check=True, capture_output=True)
    ((_, found),) = read_pkcs12(path.read_bytes(), PASSWORD, "trust.p12")
    assert found == pki.certificate("citizen")


def test_other_files_are_not_taken_for_one(pki: PKI) -> None:
    """Certificates, CRLs and noise are something else."""
    crl = pki.crl("root").der
    for octets in (pki.certificate("root").der, crl, b"", b"\x30", b"\x30\x03\x02\x01\x03"):
        assert not is_pkcs12(octets)
