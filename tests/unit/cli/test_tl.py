"""``esign tl`` as the keeper of a list meets it."""

from __future__ import annotations

from pathlib import Path

from fixtures import pki_files
from tests.support.lists import fixture
from tests.support.shell import Shell, shell

CERTIFICATES = pki_files.HERE / "certificates"
KEYS = pki_files.HERE / "keys"
ADDRESS = (
    "--street", "1 Street", "--locality", "Town", "--email", "a@b.test",
    "--website", "https://b.test",
)  # fmt: skip


def _new(path: Path) -> Shell:
    return shell(
        "tl", "new", path, "--territory", "zz", "--operator", "Office", "--scheme-name", "List",
        "--information", "https://b.test/about", "--legal-notice", "Law 1", "--published-at",
        "https://b.test/zz.xml", *ADDRESS,
    )  # fmt: skip


def _add(path: Path, *more: str) -> Shell:
    return shell(
        "tl", "add-service", path, "--provider", "P Ltd", "--provider-id", "NTRZZ-1", "--name",
        "Issuer", "--certificate", CERTIFICATES / "issuing.crt", "--type", "CA/QC", "--use",
        "esig", *ADDRESS, *more,
    )  # fmt: skip


def _sign(path: Path, output: Path) -> Shell:
    return shell(
        "tl", "sign", path, "--key", KEYS / "zz-list-rsa.pem", "--certificate",
        CERTIFICATES / "zz-list.crt", "-o", output,
    )  # fmt: skip


def _check(path: Path, *more: str | Path) -> Shell:
    return shell("tl", "check", path, "--signer", CERTIFICATES / "zz-list.crt", *more)


def test_a_list_is_begun_filled_signed_and_checked(tmp_path: Path) -> None:
    """Four commands from nothing to an issue that its own check accepts."""
    draft, issue = tmp_path / "draft.xml", tmp_path / "zz.xml"
    for run in (_new(draft), _add(draft, "--since", "2026-01-01"), _sign(draft, issue)):
        assert run.code == 0, run.err
    assert len((tmp_path / "zz.sha2").read_bytes()) == 32
    checked = _check(issue, "--territory", "ZZ")
    assert checked.code == 0, checked.err
    assert "ZZ, sequence number 1" in checked.out
    assert "P Ltd: Issuer (CA/QC) granted since 2026-01-01" in checked.out


def test_a_status_changes_in_the_next_issue(tmp_path: Path) -> None:
    """The signed issue becomes a draft, and the older one is refused beside it."""
    path = tmp_path / "zz.xml"
    _new(path)
    _add(path, "--since", "2026-01-01")
    first = tmp_path / "first.xml"
    _sign(path, first)
    path.write_bytes(first.read_bytes())
    assert _add(path, "--since", "2026-02-01", "--status", "withdrawn").code == 0
    second = tmp_path / "second.xml"
    assert _sign(path, second).code == 0
    assert "withdrawn since 2026-02-01" in _check(second, "--previous", first).out
    back = _check(first, "--previous", second)
    assert back.code != 0
    assert "An old list is being served" in back.err


def test_what_does_not_hold_ends_with_an_error(tmp_path: Path) -> None:
    """Altered, of another territory, expired, or without a word on whom to believe."""
    path = tmp_path / "zz.xml"
    path.write_bytes(fixture("zz.xml").replace(b"Svcstatus/granted", b"Svcstatus/withdraw"))
    now = ("--at", "2026-06-15")
    assert "does not hold" in _check(path, *now).err
    path.write_bytes(fixture("zz.xml"))
    assert _check(path, *now).code == 0
    assert "ZY was expected" in _check(path, *now, "--territory", "ZY").err
    assert "expired" in _check(path, "--at", "2027-01-01").err
    assert "--signer" in shell("tl", "check", path).err


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """Neither a new list nor an issue replaces a file that exists."""
    path = tmp_path / "zz.xml"
    assert _new(path).code == 0
    assert "exists already" in _new(path).err
    assert "exists already" in _sign(path, path).err
