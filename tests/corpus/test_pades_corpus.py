"""PDFs signed by other implementations, read and compared with what must come out.

Each entry must be read within five seconds and end in facts or one of our own errors.
``sound`` speaks of the covered octets and the value; ``changed`` says that they hold but
the document around them was changed, which never passes. Where we differ on purpose,
``fixtures/divergences.toml`` says why; a divergence that is none any more fails.
"""

from __future__ import annotations

import json
import time
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from esign.ades.format import ParsedDocument
from esign.ades.signature import AdESSignature
from esign.document import Document
from esign.errors import EsignError
from esign.limits import Budget
from esign.pades.format import PADES
from esign.terms import Scope, Severity, SignatureForm
from tests.support.corpus import corpus_folder
from tests.support.divergences import divergences

SECONDS = 5.0
EXPECTED = {
    "valid": ("sound",),
    "crypto-valid": ("sound",),
    "invalid": ("changed", "not-sound", "unreadable"),
    "crypto-invalid": ("changed", "not-sound", "unreadable"),
    "rejected": ("changed", "not-sound", "unreadable"),
    "no-signature": ("no-signature", "unreadable"),
}


@cache
def _index(name: str) -> tuple[dict[str, Any], ...]:
    folder = corpus_folder()
    if folder is None:
        return ()
    lines = (folder / name / "index.jsonl").read_text("utf-8").splitlines()
    return tuple(json.loads(line) for line in lines)


def _entries(name: str, key: str, values: tuple[str, ...] | None) -> list[Any]:
    entries = [
        entry
        for entry in _index(name)
        if entry["file"].endswith(".pdf") and (values is None or entry[key] in values)
    ]
    skip = pytest.mark.skip("no corpus beside the checkout and ESIGN_CORPUS is not set")
    absent = [pytest.param({}, marks=skip, id="absent")]
    return [
        pytest.param(entry, id=f"{n}-{entry['file']}") for n, entry in enumerate(entries)
    ] or absent


@pytest.mark.parametrize("entry", _entries("ades", "format", ("pades",)))
def test_entry_comes_out_as_asserted(entry: dict[str, Any], corpus: Path) -> None:
    """Found, intact and value agree with the index, or the divergence is written down."""
    ours, signatures = _outcome(corpus / "ades" / entry["file"])
    expected = EXPECTED.get(entry["verdict"])
    divergence = divergences("pades").get(entry["id"])
    if divergence is not None:
        assert ours == divergence["ours"]
        assert expected is None or ours not in expected, "the divergence has vanished"
    elif expected is not None:
        assert ours in expected, [each.structure_findings() for each in signatures]
    count = entry["expected"].get("signatures")
    if isinstance(count, int) and divergence is None and "TST" not in str(entry["expected"]):
        assert len(signatures) <= count


@pytest.mark.parametrize("entry", _entries("attacks", "expectation", ("must-reject",)))
def test_a_rejected_attack_has_no_sound_signature(entry: dict[str, Any], corpus: Path) -> None:
    """Not one signature of it passes."""
    _, signatures = _outcome(corpus / entry["file"])
    assert not any(map(_is_sound, signatures))


@pytest.mark.parametrize("entry", _entries("attacks", "expectation", ("must-detect",)))
def test_a_detectable_attack_is_detected(entry: dict[str, Any], corpus: Path) -> None:
    """The signature over what was changed or spoofed does not pass, and says why."""
    ours, signatures = _outcome(corpus / entry["file"])
    assert ours != "sound"
    if signatures:
        assert not _is_sound(signatures[0])


@pytest.mark.parametrize("entry", _entries("attacks", "expectation", ("template", "control")))
def test_what_is_no_attack_yet_is_read(entry: dict[str, Any], corpus: Path) -> None:
    """The honest files that attacks are made from end in facts."""
    ours, signatures = _outcome(corpus / entry["file"])
    assert ours in ("sound", "changed")
    assert signatures


FOLDER = "ades/dss/dss-pades"


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("pades-spoofing-replaced-reason.pdf", {"signature-dictionary-replaced"}),
        ("pdf-signed-out-of-byteRange.pdf", {"byte-range-bounds"}),
        ("pdf-eof.pdf", {"byte-range-bounds"}),
        ("pdf-byterange-overlap.pdf", {"changed-after-signing"}),
        ("dss-2236/hide.pdf", {"changed-after-signing"}),
        ("dss-2236/replace.pdf", {"changed-after-signing"}),
        ("dss-2236/annotation-and-visible-change.pdf", {"changed-after-signing"}),
        ("pdf-removed-pages.pdf", {"changed-after-signing"}),
        ("pdf-signed-added-page.pdf", {"changed-after-signing"}),
        ("hello_signed_INCSAVE_signed_EDITED.pdf", {"changed-after-signing"}),
        ("pdf-double-signer-info.pdf", {"several-signer-infos"}),
    ],
)
def test_known_attack_is_named(name: str, codes: set[str], corpus: Path) -> None:
    """Each published attack is recognised for what it is, on its first signature."""
    parsed = _parse(corpus / FOLDER / name)
    findings = parsed.signatures[0].structure_findings()
    assert codes <= {each.code for each in findings if each.severity is Severity.MALFORMED}


@pytest.mark.parametrize("name", ["encrypted.pdf", "pdf-spoofing-attack.pdf"])
def test_encrypted_documents_say_so(name: str, corpus: Path) -> None:
    """The error is not taken for a bad signature."""
    with pytest.raises(EsignError, match="encrypted"):
        _parse(corpus / FOLDER / name)


@pytest.mark.parametrize(
    ("name", "intact"),
    [
        ("pades3_Baseline_B.pdf", [True, True]),
        ("pades-lta-copied-doctst.pdf", [False]),
        ("Test.signed_Certipost-2048-SHA512.extended-LTA.pdf", [True, True]),
    ],
)
def test_document_timestamps_match_or_not(name: str, intact: list[bool], corpus: Path) -> None:
    """A time-stamp copied from another document does not match."""
    stamps = _parse(corpus / FOLDER / name).timestamps
    assert [stamp.imprint.intact for stamp in stamps] == intact


@pytest.mark.parametrize(
    ("name", "intact"),
    [
        ("pades-two-sig-copied-tst.pdf", [[True], [False]]),
        ("pades-t-duplicated-sigtst.pdf", [[True, True]]),
    ],
)
def test_copied_signature_timestamps_do_not_match(
    name: str, intact: list[list[bool]], corpus: Path
) -> None:
    """A signature-time-stamp copied from another signature has no intact imprint."""
    signatures = _parse(corpus / FOLDER / name).signatures
    assert [[s.imprint.intact for s in each.timestamps] for each in signatures] == intact


def test_older_kinds_are_named(corpus: Path) -> None:
    """adbe.pkcs7.sha1 and adbe.pkcs7.detached are told, and are no AdES."""
    kinds = {
        "pkcs7_sha1.pdf": ["adbe.pkcs7.detached", "adbe.pkcs7.sha1"],
        "pkcs7.pdf": ["adbe.pkcs7.detached"],
    }
    for name, wanted in kinds.items():
        signatures = _parse(corpus / FOLDER / name).signatures
        assert not any(signature.is_ades_baseline for signature in signatures)
        said = [f for s in signatures for f in s.structure_findings() if "kind" in f.message.values]
        assert sorted(str(finding.message.values["kind"]) for finding in said) == wanted


def _outcome(path: Path) -> tuple[str, tuple[AdESSignature, ...]]:
    """Return what a file comes to, and its signatures; every fact is asked for once."""
    start = time.perf_counter()
    try:
        parsed = _parse(path)
    except EsignError:
        return "unreadable", ()
    facts = [_facts(signature) for signature in parsed.signatures]
    for stamp in parsed.timestamps:
        assert stamp.imprint.found or not stamp.imprint.intact
    assert time.perf_counter() - start < SECONDS
    if not facts:
        return "no-signature", ()
    if not all(intact for intact, _ in facts):
        return "not-sound", parsed.signatures
    return ("changed" if any(broken for _, broken in facts) else "sound"), parsed.signatures


def _parse(path: Path) -> ParsedDocument:
    document = Document.of(path)
    assert PADES.recognise(document)
    return PADES.parse(document, Budget())


def _facts(signature: AdESSignature) -> tuple[bool, bool]:
    """Return whether octets and value hold, and whether the form or the document is broken."""
    assert signature.form is SignatureForm.PADES
    (reference,) = signature.references()
    assert reference.found or not reference.intact
    keys = [certificate.public_key for certificate in signature.signer.candidates]
    value = any(signature.value_verifies(key) for key in keys)
    findings = signature.structure_findings()
    assert signature.material is not None
    assert signature.signed_properties is not None
    for stamp in signature.timestamps:
        assert stamp.imprint.found or not stamp.imprint.intact
    broken = any(finding.severity is Severity.MALFORMED for finding in findings)
    assert broken or reference.scope is Scope.FULL
    return reference.intact and value, broken


def _is_sound(signature: AdESSignature) -> bool:
    intact, broken = _facts(signature)
    return intact and not broken
