"""Java key stores as trust stores: made by keytool, and cut or changed in every way."""

from __future__ import annotations

from pathlib import Path

import pytest

from esign.errors import EsignError, InputError, WrongPasswordError
from esign.pki.jks import is_jks, read_jks
from tests.support.keystores import PASSWORD, java_store, run
from tests.support.pki import PKI


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A JKS file with two trusted certificates and a key of its own."""
    path = tmp_path_factory.mktemp("jks") / "trust.jks"
    java_store(path, "JKS", {"root": PKI().path("root"), "ec": PKI().path("ec-root")})
    run(
        "-genkeypair", "-alias", "own", "-dname", "CN=Own", "-keyalg", "EC", "-keystore",
        str(path), "-storetype", "JKS", "-storepass", PASSWORD, "-keypass", PASSWORD,
    )  # fmt: skip
    return path.read_bytes()


@pytest.mark.parametrize("password", [PASSWORD, None])
def test_trusted_entries_are_read_and_keys_passed_over(
    store: bytes, pki: PKI, password: str | None
) -> None:
    """Aliases and certificates of the trusted entries; the key's own certificate is none."""
    assert is_jks(store)
    assert dict(read_jks(store, password, "trust.jks")) == {
        "root": pki.certificate("root"),
        "ec": pki.certificate("ec-root"),
    }


def test_a_wrong_password_is_refused(store: bytes) -> None:
    """The error names the file and never the password."""
    with pytest.raises(WrongPasswordError, match=r"trust\.jks") as raised:
        read_jks(store, "letmein", "trust.jks")
    assert "letmein" not in str(raised.value)


def test_a_changed_octet_is_found_with_the_password(store: bytes) -> None:
    """One flipped bit anywhere breaks the integrity check."""
    for place in range(4, len(store), 97):
        changed = bytearray(store)
        changed[place] ^= 1
        with pytest.raises(WrongPasswordError):
            read_jks(bytes(changed), PASSWORD, "trust.jks")


def test_a_cut_file_is_never_a_smaller_store(store: bytes) -> None:
    """Without the password too: cut anywhere, it is an error."""
    for end in range(4, len(store), 53):
        with pytest.raises(EsignError):
            read_jks(store[:end], None, "trust.jks")


def test_jceks_is_refused_with_a_way_out(tmp_path: Path, pki: PKI) -> None:
    """The other format of the family is recognised, and the error tells how to convert it."""
    path = java_store(tmp_path / "x.jceks", "JCEKS", {"root": pki.path("root")})
    assert is_jks(path.read_bytes())
    with pytest.raises(InputError, match="-importkeystore"):
        read_jks(path.read_bytes(), PASSWORD, "x.jceks")


def test_certificates_are_no_key_store(pki: PKI) -> None:
    """PEM and DER do not look like one."""
    assert not is_jks(pki.path("root").read_bytes())
    assert not is_jks(pki.certificate("root").der)
