"""CMS files made by other implementations, read and compared with what must come out.

Each entry must be read within five seconds and end in facts or one of our own errors.
Where we differ on purpose, ``fixtures/divergences.toml`` says why; a divergence that
is none any more fails the run.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from esign.ades.signature import AdESSignature
from esign.cades.format import CADES
from esign.document import Document
from esign.errors import EsignError
from esign.limits import Budget
from esign.terms import Severity
from tests.support.corpus import corpus_folder
from tests.support.divergences import divergences

SECONDS = 5.0
EXPECTED = {
    "valid": ("sound",),
    "crypto-valid": ("sound",),
    "invalid": ("not-sound", "content-missing", "unreadable"),
    "crypto-invalid": ("not-sound", "content-missing", "unreadable"),
    "rejected": ("not-sound", "content-missing", "unreadable"),
    "signature-ok-content-missing": ("content-missing",),
    "signed-data-missing": ("content-missing",),
    "no-signature": ("no-signature", "unreadable"),
}


@cache
def _index(name: str) -> tuple[dict[str, Any], ...]:
    folder = corpus_folder()
    if folder is None:
        return ()
    lines = (folder / name / "index.jsonl").read_text("utf-8").splitlines()
    return tuple(json.loads(line) for line in lines)


def _cades_entries() -> list[Any]:
    entries = [entry for entry in _index("ades") if entry["format"] == "cades"]
    skip = pytest.mark.skip("no corpus beside the checkout and ESIGN_CORPUS is not set")
    absent = [pytest.param({}, marks=skip, id="absent")]
    return [
        pytest.param(entry, id=f"{number}-{entry['file']}") for number, entry in enumerate(entries)
    ] or absent


@pytest.mark.parametrize("entry", _cades_entries())
def test_entry_comes_out_as_asserted(entry: dict[str, Any], corpus: Path) -> None:
    """Found, intact and value agree with the index, or the divergence is written down."""
    detached = [corpus / "ades" / each["file"] for each in entry["detached"]]
    ours, signatures = _outcome(corpus / "ades" / entry["file"], detached)
    expected = EXPECTED.get(entry["verdict"])
    divergence = divergences("cades").get(_plain(entry["id"]))
    if divergence is not None:
        assert ours == divergence["ours"]
        assert expected is not None
        assert ours not in expected, "the divergence has vanished"
    elif expected is not None:
        assert ours in expected, [each.structure_findings() for each in signatures]
    count = entry["expected"].get("signatures")
    if isinstance(count, int):
        assert len(signatures) == count


@pytest.mark.parametrize("name", [entry["file"] for entry in _index("cms")] or ["absent"])
def test_defective_cms_is_never_sound(name: str, corpus: Path) -> None:
    """CMS that OpenSSL's own tests expect to fail has a finding or an error here."""
    entry = next(each for each in _index("cms") if each["file"] == name)
    ours, _ = _outcome(corpus / name, [])
    if entry["expected"].startswith("malformed"):
        assert ours == "unreadable"
    elif entry["expected"].startswith("invalid"):
        assert ours == "not-sound"


def _attacks() -> list[str]:
    wanted = ("must-reject", "must-not-pass", "must-detect")
    return [
        entry["file"]
        for entry in _index("attacks")
        if entry["format"] == "cades" and entry["expectation"] in wanted
    ]


@pytest.mark.parametrize("name", _attacks() or ["absent"])
def test_attack_never_passes(name: str, corpus: Path) -> None:
    """No attack comes out sound: a reference, the value or a rule on the form stops it."""
    ours, _ = _outcome(corpus / name, [])
    assert ours != "sound"


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        (
            "cades-t-copied-sigtst.p7m",
            [("CONTENT_TIMESTAMP", True), ("SIGNATURE_TIMESTAMP", False)],
        ),
        ("cades-two-sig-copied-tst.p7m", [("CONTENT_TIMESTAMP", True)] * 2),
        ("cades-b-copied-cnttst.p7m", [("CONTENT_TIMESTAMP", True)] * 2),
        (
            "cades-lta-copied-atst.p7m",
            [("ARCHIVE_TIMESTAMP", False), ("SIGNATURE_TIMESTAMP", True)],
        ),
        (
            "CAdESDoubleLTA.p7m",
            [
                ("SIGNATURE_TIMESTAMP", True),
                ("ARCHIVE_TIMESTAMP", True),
                ("ARCHIVE_TIMESTAMP", True),
            ],
        ),
    ],
)
def test_copied_timestamps_do_not_match(
    name: str, kinds: list[tuple[str, bool]], corpus: Path
) -> None:
    """A time-stamp copied from another signature never has an intact imprint."""
    parsed = CADES.parse(Document.of(corpus / "ades/dss/dss-cades" / name), Budget())
    found = [
        (stamp.kind.value, stamp.imprint.intact)
        for signature in parsed.signatures
        for stamp in signature.timestamps
    ]
    assert found == kinds


def test_duplicated_signing_time_is_reported_and_not_told(corpus: Path) -> None:
    """Of two signing times neither is believed, and the counter-signature says so."""
    path = corpus / "ades/dss/dss-cades/cades-double-signing-time.p7m"
    (signature,) = CADES.parse(Document.of(path), Budget()).signatures
    (counter,) = signature.counter_signatures
    assert signature.is_ades_baseline
    assert not counter.is_ades_baseline
    assert counter.signed_properties.signing_time is None
    assert [each.code for each in counter.structure_findings()] == ["signed-attribute-repeated"]


def test_two_ocsp_responses_are_read_despite_their_encoding(corpus: Path) -> None:
    """OCSP responses that a writer put under the wrong identifier are still evidence."""
    path = corpus / "ades/dss/dss-cades/cades-invalid-ocsp-responses-encoding.p7s"
    (signature,) = CADES.parse(Document.of(path), Budget()).signatures
    assert len(signature.material.ocsp_responses) == 2


def _plain(identifier: str) -> str:
    return identifier.partition("|")[0].partition("#")[0]


def _outcome(path: Path, detached: Sequence[Path]) -> tuple[str, tuple[AdESSignature, ...]]:
    """Return what a file comes to, and its signatures; every fact is asked for once."""
    start = time.perf_counter()
    try:
        documents = [Document.of(each) for each in detached]
        parsed = CADES.parse(Document.of(path), Budget(), detached=documents)
    except EsignError:
        return "unreadable", ()
    facts = [_facts(signature) for signature in parsed.signatures]
    assert time.perf_counter() - start < SECONDS
    if not facts:
        return "no-signature", ()
    if all(found and intact and value and not broken for found, intact, value, broken in facts):
        return "sound", parsed.signatures
    if all(value and not found for found, _, value, _ in facts):
        return "content-missing", parsed.signatures
    return "not-sound", parsed.signatures


def _facts(signature: AdESSignature) -> tuple[bool, bool, bool, bool]:
    (reference,) = signature.references()
    assert reference.found or not reference.intact
    keys = [certificate.public_key for certificate in signature.signer.candidates]
    value = any(signature.value_verifies(key) for key in keys)
    findings = signature.structure_findings()
    for stamp in signature.timestamps:
        assert stamp.imprint.found or not stamp.imprint.intact
    for counter in signature.counter_signatures:
        _facts(counter)
    assert signature.material is not None
    assert signature.signed_properties is not None
    broken = any(finding.severity >= Severity.CONSTRAINT for finding in findings)
    return reference.found, reference.intact, value, broken
