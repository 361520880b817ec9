"""XML signatures made by other implementations, read and compared with what must come out.

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

from esign.ades.signature import AdESSignature, Reference
from esign.crypto.signatures import PublicKey
from esign.document import Document
from esign.errors import EsignError, MalformedXMLError
from esign.limits import Budget
from esign.terms import ReferenceKind, Scope, Severity, SignatureForm
from esign.xades.format import XADES
from tests.support.corpus import corpus_folder
from tests.support.divergences import divergences

SECONDS = 5.0
REFUSED = ("not-sound", "content-missing", "unreadable")
EXPECTED = {
    "valid": ("sound",),
    "crypto-valid": ("sound",),
    "invalid": REFUSED,
    "crypto-invalid": REFUSED,
    "rejected": REFUSED,
    "signature-ok-content-missing": ("content-missing",),
    "signed-data-missing": ("content-missing", "not-sound"),
    "no-signature": ("no-signature", "unreadable"),
}
CONTENT = (ReferenceKind.CONTENT, ReferenceKind.OBJECT, ReferenceKind.MANIFEST)


@cache
def _index(name: str) -> tuple[dict[str, Any], ...]:
    folder = corpus_folder()
    if folder is None:
        return ()
    lines = (folder / name / "index.jsonl").read_text("utf-8").splitlines()
    return tuple(json.loads(line) for line in lines)


def _entries() -> list[Any]:
    entries = [entry for entry in _index("ades") if entry["format"] == "xades"]
    skip = pytest.mark.skip("no corpus beside the checkout and ESIGN_CORPUS is not set")
    return [
        pytest.param(entry, id=f"{number}-{entry['file']}") for number, entry in enumerate(entries)
    ] or [pytest.param({}, marks=skip, id="absent")]


@pytest.mark.parametrize("entry", _entries())
def test_entry_comes_out_as_asserted(entry: dict[str, Any], corpus: Path) -> None:
    """Found, intact and value agree with the index, or the divergence is written down."""
    everything = EXPECTED.get(entry["verdict"]) == REFUSED
    path = corpus / "ades" / entry["file"]
    ours, signatures = _outcome(path, _detached(entry, corpus), everything=everything)
    expected = EXPECTED.get(entry["verdict"])
    divergence = divergences("xades").get(entry["id"])
    assert all(one.form is SignatureForm.XADES for one in signatures)
    if divergence is not None:
        assert ours == divergence["ours"]
        assert expected is not None
        assert ours not in expected, "the divergence has vanished"
    elif expected is not None:
        assert ours in expected, [_shown(each) for each in signatures]
    count = entry["expected"].get("signatures")
    if isinstance(count, int):
        assert len(signatures) + sum(len(one.counter_signatures) for one in signatures) == count


def test_divergences_are_about_entries(corpus: Path) -> None:
    """Every divergence names an entry of the index."""
    known = {entry["id"] for entry in _index("ades")}
    known.update(entry["file"] for entry in _index("attacks"))
    assert set(divergences("xades")) <= known


def _attacks(*expectations: str) -> list[Any]:
    found = [
        entry
        for entry in _index("attacks")
        if entry["format"] in ("xades", "xmldsig", "xml")
        and any(entry["expectation"].startswith(one) for one in expectations)
    ]
    skip = pytest.mark.skip("no corpus beside the checkout and ESIGN_CORPUS is not set")
    return [
        pytest.param(entry, id=f"{number}-{entry['file']}") for number, entry in enumerate(found)
    ] or [pytest.param({}, marks=skip, id="absent")]


@pytest.mark.parametrize("entry", _attacks("must-reject", "must-detect", "must-not-pass"))
def test_attack_never_passes(entry: dict[str, Any], corpus: Path) -> None:
    """No attack comes out sound and full: a reference, the value, the scope or a rule stops it."""
    ours, signatures = _outcome(corpus / entry["file"], [], everything=True)
    divergence = divergences("xades").get(entry["file"])
    if divergence is not None:
        assert ours == divergence["ours"] == "sound", "the divergence has vanished"
    else:
        assert ours != "sound" or not all(map(_is_full, signatures))


@pytest.mark.parametrize("entry", _attacks("control"))
def test_control_is_not_refused(entry: dict[str, Any], corpus: Path) -> None:
    """The honest siblings of attacks are read, found and intact."""
    detached = [
        path
        for known in _index("ades")
        if entry["file"].endswith(known["file"])
        for path in _detached(known, corpus)
    ]
    ours, signatures = _outcome(corpus / entry["file"], detached)
    references = [one for each in signatures for one in each.references()]
    assert ours != "unreadable"
    divergence = divergences("xades").get(entry["file"])
    if divergence is not None:
        assert ours == divergence["ours"]
        assert not all(one.intact for one in references)
        return
    assert references
    assert all(one.intact for one in references), [_shown(one) for one in signatures]


XMLDSIG = [entry for entry in _index("xmldsig") if entry["santuario_2_1_7"]["digest_ok"]]


@pytest.mark.parametrize("entry", [pytest.param(one, id=one["file"]) for one in XMLDSIG])
def test_references_of_xml_signatures_match(entry: dict[str, Any], corpus: Path) -> None:
    """What Apache Santuario finds intact is intact here, or outside of what is followed."""
    path = corpus / "xmldsig" / entry["file"]
    try:
        parsed = XADES.parse(Document.of(path), Budget())
    except MalformedXMLError:
        assert b"<!DOCTYPE" in path.read_bytes()
        return
    for reference in (one for each in parsed.signatures for one in each.references()):
        followed = "is not one of the forms" not in str(reference.problem)
        followed = followed and "XPath filter" not in str(reference.problem)
        followed = followed and "Nothing of the document is left" not in str(reference.problem)
        followed = followed and "was signed but not given" not in str(reference.problem)
        assert reference.intact or not followed, reference


def test_foreign_signed_properties_say_nothing(corpus: Path) -> None:
    """What a look-alike of the signed properties claims is not repeated."""
    name = "xsw/XSW-enveloped-fake-signedProperties.xml"
    (signature,) = _parsed(corpus / "ades/dss/dss-xades" / name)
    assert signature.signed_properties.signing_time is None
    assert not signature.signer.references
    assert not signature.is_ades_baseline


def test_removed_reference_leaves_no_content(corpus: Path) -> None:
    """A signature whose only reference to content was cut out covers none, and says so."""
    (signature,) = _parsed(corpus / "ades/dss/dss-xades/dss-signed-altered-refRemoved.xml")
    assert "no-content-covered" in {one.code for one in signature.structure_findings()}


@pytest.mark.parametrize("name", ["xsw/XSW-enveloping-fake-object.xml"])
def test_wrapped_content_is_a_part(name: str, corpus: Path) -> None:
    """The re-parented content is intact, and the report says it is not the whole."""
    path = corpus / "ades/dss/dss-xades" / name
    (signature,) = _parsed(path)
    scopes = [one.scope for one in signature.references() if one.kind in CONTENT]
    assert scopes == [Scope.PARTIAL]


@pytest.mark.parametrize("name", ["xsw/TSL-noID.xml", "xsw/TSL-CY-sign.xml"])
def test_sound_guards_are_full(name: str, corpus: Path) -> None:
    """Trusted lists are covered as a whole."""
    path = corpus / "ades/dss/dss-xades" / name
    ours, signatures = _outcome(path, [])
    assert ours == "sound"
    assert all(map(_is_full, signatures))


@pytest.mark.parametrize(
    ("name", "intact"),
    [
        ("xades-t-copied-sigtst.xml", [True, False]),
        ("xades-two-sig-copied-tst.xml", [True, False]),
        ("xades-lta-copied-atst.xml", [True, False]),
        ("dss3732/xades-enveloping-arcTst132.xml", [True, True]),
        ("dss3732/xades-enveloping-arcTst132-add-object.xml", [True, False]),
        ("dss3732/xades-enveloped-arcTst132-no-objects.xml", [True, False]),
    ],
)
def test_copied_timestamps_do_not_match(name: str, intact: list[bool], corpus: Path) -> None:
    """A time-stamp copied, or over objects that changed, never has an intact imprint."""
    found = [
        stamp.imprint.intact
        for signature in _parsed(corpus / "ades/dss/dss-xades" / name)
        for stamp in signature.timestamps
    ]
    assert sorted(found, reverse=True) == intact


@pytest.mark.parametrize(
    ("name", "found", "intact"),
    [
        ("xades-fake-counter-signature.xml", True, False),
        ("xades-counter-signature-injected.xml", True, False),
        ("xades-counter-signature-no-type.xml", True, True),
        ("xades-counter-signature-with-type-invalid.xml", True, False),
    ],
)
def test_transplanted_counter_signature(name: str, found: bool, intact: bool, corpus: Path) -> None:
    """A counter-signature counts for the signature it stands in, or for none."""
    counters = [
        one
        for signature in _parsed(corpus / "ades/dss/dss-xades" / name)
        for one in signature.counter_signatures
    ]
    covered = [
        (one.found, one.intact)
        for counter in counters
        for one in counter.references()
        if one.kind is ReferenceKind.COUNTER_SIGNED
    ]
    assert covered == [(found, intact)]


def test_missing_uri_takes_the_only_document(corpus: Path) -> None:
    """Without a URI one given document is the one meant; none or two are not guessed at."""
    folder = corpus / "ades/dss/dss-xades/dss1770"
    path = folder / "dss1770refUriRemoved.xml"
    one = Document.of(b"<something/>", name="a")
    two = Document.of(b"<else/>", name="b")
    for given, found in ((), False), ((one,), True), ((one, two), False):
        parsed = XADES.parse(Document.of(path), Budget(), detached=given)
        (content,) = (one for one in parsed.signatures[0].references() if not one.name)
        assert content.found is found
        assert not content.intact


def _detached(entry: dict[str, Any], corpus: Path) -> list[Document]:
    return [
        Document.of(corpus / "ades" / each["file"], name=each["name"]) for each in entry["detached"]
    ]


def _parsed(path: Path) -> tuple[AdESSignature, ...]:
    return XADES.parse(Document.of(path), Budget()).signatures


def _outcome(
    path: Path, detached: Sequence[Document], *, everything: bool = False
) -> tuple[str, tuple[AdESSignature, ...]]:
    """Return what a file comes to, and its signatures; every fact is asked for once.

    The index asserts references and value. ``everything`` adds what else an attack may
    have touched: manifests, time-stamps, counter-signatures, the certificate's digest.
    """
    start = time.perf_counter()
    try:
        parsed = XADES.parse(Document.of(path), Budget(), detached=detached)
        facts = [_facts(signature, everything) for signature in parsed.signatures]
    except EsignError:
        return "unreadable", ()
    assert time.perf_counter() - start < SECONDS
    if not facts:
        return "no-signature", ()
    if all(found and intact and value and not broken for found, intact, value, broken in facts):
        return "sound", parsed.signatures
    if all(value and not found for found, _, value, _ in facts):
        return "content-missing", parsed.signatures
    return "not-sound", parsed.signatures


def _facts(signature: AdESSignature, everything: bool) -> tuple[bool, bool, bool, bool]:
    references = [*signature.references()]
    entries = [entry for one in references for entry in one.entries]
    assert all(one.found or not one.intact for one in (*references, *entries))
    references += entries if everything else []
    key = _key(signature, everything)
    value = key is not None and signature.value_verifies(key)
    broken = any(one.severity >= Severity.CONSTRAINT for one in signature.structure_findings())
    stamps = [stamp.imprint for stamp in signature.timestamps]
    assert all(one.found or not one.intact for one in stamps)
    broken = broken or (everything and any(one.found and not one.intact for one in stamps))
    for counter in signature.counter_signatures:
        counter_facts = _facts(counter, everything)
        broken = broken or (everything and counter_facts != (True, True, True, False))
    assert signature.material is not None
    assert signature.signed_properties is not None
    found = bool(references) and all(one.found for one in references)
    return found, all(one.intact for one in references), value, broken


def _key(signature: AdESSignature, everything: bool) -> PublicKey | None:
    """Return the key of the certificate that the signed reference names, or KeyInfo's first."""
    claim = signature.signer
    pool = [*claim.candidates, *signature.material.certificates]
    if not everything:
        verifying = (one for one in pool if signature.value_verifies(one.public_key))
        return next((one.public_key for one in verifying), None)
    if not claim.references:
        return pool[0].public_key if pool and not claim.present else None
    named = claim.references[0]
    for one in pool:
        algorithm = named.digest_algorithm
        if algorithm is not None and algorithm.digest(one.der) == named.digest:
            return one.public_key
    return None


def _is_full(signature: AdESSignature) -> bool:
    contents: list[Reference] = [one for one in signature.references() if one.kind in CONTENT]
    return bool(contents) and all(one.scope is Scope.FULL for one in contents)


def _shown(signature: AdESSignature) -> object:
    return signature.structure_findings(), [one for one in signature.references() if not one.intact]
