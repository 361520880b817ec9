"""Trusted lists given to commands: anchors and qualification, and no list that is not signed."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import esign
from esign.cli.outcome import ExitCode
from esign.cli.trusted_lists import load_lists, with_lists
from esign.errors import TrustedListError, UsageError
from esign.pki.certificate import load_certificates
from esign.pki.trust import TrustStore
from esign.service.tsa import TSAServer
from esign.terms import Purpose
from fixtures import list_files
from tests.support.lists import (
    EXPIRED,
    GRANTED,
    ISSUED,
    NOW,
    altered,
    fixture,
    issue,
    kept,
    list_of_lists,
)
from tests.support.pki import PKI
from tests.support.scenes import Scene
from tests.support.shell import shell
from tests.unit.cli.conftest import Desk

_LIST = list_files.HERE / "zz.xml"
_AT = ("--at", "2026-06-15T12:00:00Z")


@pytest.fixture
def options(pki: PKI) -> tuple[str, ...]:
    """The list of Zedland and its announced signer."""
    return ("--trust-list", str(_LIST), "--trust-list-signer", str(pki.path("zz-list")))


@pytest.fixture
def evidence(pki: PKI, tmp_path: Path) -> tuple[str, ...]:
    """The lists that show the sound certificates good, and the listed authority itself."""
    found: list[str] = ["--offline", *_AT]
    for name in ("root", "issuing", "tsa-root"):
        (tmp_path / f"{name}.crl").write_bytes(pki.crl(name).der)
        found += ["--evidence", str(tmp_path / f"{name}.crl")]
    return (*found, "--evidence", str(pki.path("issuing")))


def _signed(pki: PKI, path: Path) -> Path:
    path.write_bytes(Scene(pki).octets())
    return path


def test_verify_trusts_and_qualifies_by_a_list(
    pki: PKI, tmp_path: Path, options: tuple[str, ...], evidence: tuple[str, ...]
) -> None:
    """With the list it passes and names the entry; without it nobody is trusted."""
    path = _signed(pki, tmp_path / "note.p7m")
    told = shell("verify", path, *options, *evidence, "--json")
    assert told.code == ExitCode.PASSED, told.err
    (signature,) = json.loads(told.out)["signatures"]
    assert signature["qualification"]["status"] == "AdES"
    assert "ZZ" in signature["qualification"]["list"]
    without = shell("verify", path, *evidence, "--json")
    assert without.code == ExitCode.INDETERMINATE
    assert json.loads(without.out)["signatures"][0]["qualification"] is None


def test_cert_check_trusts_and_qualifies_by_a_list(
    pki: PKI, options: tuple[str, ...], evidence: tuple[str, ...]
) -> None:
    """The listed authority is the anchor; a certificate under another stays untrusted."""
    told = shell("cert", "check", pki.path("citizen"), *options, *evidence, "--json")
    assert told.code == ExitCode.PASSED, told.err
    report = json.loads(told.out)
    assert report["qualification"]["status"] == "AdES"
    assert shell("cert", "check", pki.path("citizen"), *evidence).code == ExitCode.INDETERMINATE
    other = shell("cert", "check", pki.path("citizen-other-root"), *options, *evidence)
    assert other.code == ExitCode.INDETERMINATE


@pytest.mark.parametrize("command", ["verify", "cert check", "trust list"])
def test_a_list_needs_its_announced_signer(
    pki: PKI, tmp_path: Path, command: str, evidence: tuple[str, ...]
) -> None:
    """Unsigned, altered, by somebody else, or nobody announced: an error and no verdict."""
    unsigned, changed = tmp_path / "unsigned.xml", tmp_path / "changed.xml"
    unsigned.write_bytes(altered("zz.xml"))
    changed.write_bytes(fixture("zz.xml").replace(b"Svcstatus/granted", b"Svcstatus/withdraw"))
    subject = () if command == "trust list" else (_signed(pki, tmp_path / "note.p7m"),)
    if command == "cert check":
        subject = (pki.path("citizen"),)
    rest = _AT if command == "trust list" else evidence
    signer = ("--trust-list-signer", pki.path("zz-list"))
    sound = shell(*command.split(), *subject, "--trust-list", _LIST, *signer, *rest)
    assert sound.code == ExitCode.PASSED, sound.err
    for path, by, code, sentence in (
        (unsigned, signer, ExitCode.INPUT, "has 0 signatures"),
        (changed, signer, ExitCode.INPUT, "does not hold"),
        (_LIST, ("--trust-list-signer", pki.path("zy-list")), ExitCode.INPUT, "list of ZZ"),
        (_LIST, (), ExitCode.USAGE, "--trust-list-signer"),
    ):
        told = shell(*command.split(), *subject, "--trust-list", path, *by, *rest)
        assert told.code == code, told.err
        assert sentence in told.err
        assert told.out == ""


def test_signers_belong_to_a_list(pki: PKI) -> None:
    """Nothing given is no list; a signer without a list was meant otherwise."""
    assert load_lists((), ()) is None
    with pytest.raises(UsageError, match="--trust-list"):
        load_lists((), (str(pki.path("zz-list")),))


def test_a_list_tells_the_past_by_its_history(pki: PKI, tmp_path: Path) -> None:
    """A moment before a current list was issued is judged by it; an expired list is refused."""
    now = datetime.now(UTC)
    path = tmp_path / "zz.xml"
    path.write_bytes(issue(altered("zz.xml"), at=now - timedelta(days=2)))
    signers = (str(pki.path("zz-list")),)
    for at in (None, now, ISSUED - timedelta(days=90)):
        found = load_lists((str(path),), signers, at=at)
        assert found is not None
        store = with_lists(TrustStore.empty(), found)
        assert {each.not_before for each in store.anchors} == {GRANTED}
        assert {p for each in store.anchors for p in each.purposes} == set(Purpose)
    assert load_lists((str(_LIST),), signers, at=NOW) is not None
    with pytest.raises(TrustedListError, match="expired"):
        load_lists((str(_LIST),), signers, at=EXPIRED)


def test_several_lists_are_one_store(pki: PKI) -> None:
    """Each is checked; an anchor of one carries its own list's name, and one bad list ends it."""
    signers = tuple(str(pki.path(name)) for name in ("zz-list", "zy-list"))
    both = tuple(str(list_files.HERE / name) for name in ("zz.xml", "zy.xml"))
    found = load_lists(both, signers, at=NOW)
    assert found is not None
    assert [each.territory for each in found.lists] == ["ZZ", "ZY"]
    with pytest.raises(TrustedListError):
        load_lists(both, signers[:1], at=NOW)


def test_a_list_of_lists_has_its_lists_beside_it(pki: PKI, tmp_path: Path) -> None:
    """The lists it points to are read from its folder; one that is missing is an error."""
    place = "https://lists.esign.test/zy.xml"
    first = tmp_path / "lotl.xml"
    first.write_bytes(issue(list_of_lists(("ZY", place, "zy-list"))))
    signers = (str(pki.path("zz-list")),)
    missing = load_lists((str(first),), signers, at=NOW)
    with pytest.raises(TrustedListError, match="zy"):
        with_lists(TrustStore.empty(), missing)
    (tmp_path / "zy.xml").write_bytes(fixture("zy.xml"))
    store = with_lists(TrustStore.empty(), load_lists((str(first),), signers, at=NOW))
    assert len(store)
    assert store.valid_until == kept(fixture("zy.xml")).next_update
    assert load_certificates(pki.path("issuing").read_bytes())[0] in {
        each.certificate for each in store.anchors
    }


def test_trust_commands_take_lists(pki: PKI, tmp_path: Path, options: tuple[str, ...]) -> None:
    """Shown with its entry, ready until its end, and exported with its window."""
    shown = shell("trust", "list", *options, *_AT)
    assert "listed as    ZZ 1: Zedland Certification Ltd: issuing" in shown.out
    assert "2025-03-01 00:00:00 UTC to -" in shown.out
    both = ("--purpose", "signer", "--purpose", "tsa")
    assert shell("trust", "check", *options, *both, *_AT).code == ExitCode.PASSED
    late = shell("trust", "check", *options, *both, "--at", "2027-06-01")
    assert late.code == ExitCode.INPUT
    assert "expired on" in late.err
    only = shell("trust", "list", *options, *_AT, "--purpose", "tsa", "--json")
    (anchor,) = json.loads(only.out)["anchors"]
    assert anchor["purposes"] == ["tsa"]


@pytest.fixture
def current(pki: PKI, tmp_path: Path) -> tuple[str, ...]:
    """The list of Zedland as if issued yesterday, for commands that ask about now."""
    path = tmp_path / "current.xml"
    path.write_bytes(issue(altered("zz.xml"), at=datetime.now(UTC) - timedelta(days=1)))
    return ("--trust-list", str(path), "--trust-list-signer", str(pki.path("zz-list")))


def test_a_list_is_exported_added_and_compared(
    pki: PKI, tmp_path: Path, current: tuple[str, ...]
) -> None:
    """Both ways give the store of the list; a withdrawn service is a difference."""
    snapshot, grown = tmp_path / "lists.json", tmp_path / "grown.json"
    assert shell("trust", "export", *current, "--output", snapshot).code == ExitCode.PASSED
    lists = load_lists((current[1],), (current[3],))
    assert TrustStore.load(snapshot) == with_lists(TrustStore.empty(), lists)
    assert shell("trust", "add", grown, *current).code == ExitCode.PASSED
    assert TrustStore.load(grown) == TrustStore.load(snapshot)
    assert shell("trust", "diff", snapshot, *current).code == ExitCode.PASSED
    changed = altered("zz.xml", (b"Svcstatus/granted", b"Svcstatus/withdrawn"))
    start, tsa = changed.rsplit(b"Svcstatus/withdrawn", 1)
    other = tmp_path / "other.xml"
    other.write_bytes(
        issue(start + b"Svcstatus/granted" + tsa, at=datetime.now(UTC) - timedelta(days=1))
    )
    for old in (("--trust-list", current[1]), (snapshot,)):
        told = shell("trust", "diff", *old, "--trust-list", other, *current[2:])
        assert told.code == ExitCode.INDETERMINATE, told.err
        assert told.out.startswith("- ")
        assert "Zedland Certification Ltd" in told.out
    for too_few in ((snapshot,), (snapshot, grown, *current), (snapshot, grown, *current[2:])):
        assert shell("trust", "diff", *too_few).code == ExitCode.USAGE


def test_adding_a_list_only_narrows_its_windows(
    pki: PKI, tmp_path: Path, current: tuple[str, ...]
) -> None:
    """A date before the grant does not widen it, one after narrows it, none left is an error."""
    for begins, expected in (
        ("2020-01-01", GRANTED),
        ("2026-01-01", datetime(2026, 1, 1, tzinfo=UTC)),
    ):
        target = tmp_path / f"{begins}.json"
        assert shell("trust", "add", target, *current, "--from", begins).code == ExitCode.PASSED
        assert {each.not_before for each in TrustStore.load(target).anchors} == {expected}
    never = shell("trust", "add", tmp_path / "x.json", *current, "--until", "2025-01-01")
    assert never.code == ExitCode.USAGE
    assert "never" in never.err
    assert not (tmp_path / "x.json").exists()


@pytest.mark.parametrize("command", ["sign", "timestamp"])
def test_an_authority_is_believed_by_list(
    pki: PKI, desk: Desk, current: tuple[str, ...], command: str
) -> None:
    """Its root must stand in the list, and the list be signed by whom it should."""
    ours = load_certificates((desk / "root.pem").read_bytes())[0]
    listed = altered("zz.xml", (b64encode(pki.certificate("tsa-root").der), b64encode(ours.der)))
    (desk / "ours.xml").write_bytes(issue(listed, at=datetime.now(UTC) - timedelta(days=1)))
    named = ("--trust-list", desk / "ours.xml", *current[2:])
    subject: tuple[Path | str, ...] = (desk / "note.txt", *desk.key, "--level", "T")
    if command == "timestamp":
        shell("sign", *subject[:-2], "-o", desk / "b.p7m")
        subject = (desk / "b.p7m",)
    made = desk / "made.p7m"
    signer = esign.load_signer(desk / "tsa.pem")
    with TSAServer(signer, policy="1.2.3", serials=desk / "serials") as server:
        asked = (*subject, "--tsa", server.url, "--allow-host", "127.0.0.1", "-o", made)
        for lists, code in (
            (current, ExitCode.NETWORK),
            ((*named[:3], pki.path("zy-list")), ExitCode.INPUT),
            (named, ExitCode.PASSED),
        ):
            told = shell(command, *asked, *lists)
            assert (told.code, made.exists()) == (code, code is ExitCode.PASSED), told.err
