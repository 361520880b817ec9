"""The five verbs of CAdES."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest

from esign.ades.evidence import Evidence
from esign.ades.format import Slot
from esign.cades.format import CADES
from esign.document import Document
from esign.errors import LevelUnreachableError, MalformedError, UsageError
from esign.limits import Budget
from esign.terms import Packaging, Scope, Severity, SignatureForm, SlotKind, TimestampKind
from tests.support import cms_making as make

SHA256 = make.digest_by_name("SHA256")
ATTACHED = make.signed()
DETACHED = make.signed(packaging=Packaging.DETACHED)


def test_opening_twice_gives_the_same_octets() -> None:
    """open_slot is a function of document and request alone."""
    first, second = (
        CADES.open_slot(Document.of(make.CONTENT), make.request(), Budget()) for _ in range(2)
    )
    assert first.octets == second.octets
    assert first.kind is SlotKind.SIGNATURE
    assert first.form is SignatureForm.CADES
    other = CADES.open_slot(Document.of(b"other"), make.request(), Budget())
    assert other.octets != first.octets


def test_detached_signature_does_not_hold_the_content() -> None:
    """A .p7s names the content by its digest alone; a .p7m carries it."""
    assert make.CONTENT not in DETACHED
    assert make.CONTENT in ATTACHED
    assert make.only(DETACHED, make.CONTENT).packaging is Packaging.DETACHED
    assert make.only(ATTACHED).packaging is Packaging.ENVELOPING


@pytest.mark.parametrize("packaging", [Packaging.ENVELOPED, Packaging.INTERNALLY_DETACHED])
def test_other_packaging_is_refused(packaging: Packaging) -> None:
    """CAdES cannot be put inside the content."""
    with pytest.raises(UsageError, match="ENVELOPING or DETACHED"):
        CADES.open_slot(Document.of(b"x"), make.request(packaging=packaging), Budget())


def test_attached_result_shares_the_content(tmp_path: Path) -> None:
    """The signed document reads through to the file, and its digest is not computed anew."""
    path = tmp_path / "large.bin"
    path.write_bytes(bytes(5 << 20))
    document = Document.of(path)
    slot = CADES.open_slot(document, make.request(), Budget())
    assert slot.octets is not None
    result = CADES.fill(slot, make.value(slot.octets))
    path.write_bytes(b"\x01" * (5 << 20))  # nobody reads the content a second time
    (signature,) = CADES.parse(result, Budget()).signatures
    assert make.is_sound(signature)


@pytest.mark.parametrize("packaging", [Packaging.ENVELOPING, Packaging.DETACHED])
def test_large_content_streams_through(packaging: Packaging, tmp_path: Path) -> None:
    """Signing, writing, and verifying 48 MiB costs a few chunks of memory, attached or not."""
    source, target = tmp_path / "large.bin", tmp_path / "large.p7m"
    with source.open("wb") as file:
        file.truncate(48 << 20)
    make.signed()  # what is made once for all signatures does not count
    tracemalloc.start()
    slot = CADES.open_slot(Document.of(source), make.request(packaging=packaging), Budget())
    assert slot.octets is not None
    with target.open("wb") as file:
        CADES.fill(slot, make.value(slot.octets)).write_to(file)
    detached = [Document.of(source)] if packaging is Packaging.DETACHED else []
    parsed = CADES.parse(Document.of(target), Budget(), detached=detached)
    assert make.is_sound(parsed.signatures[0])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 12 << 20


def test_one_given_document_is_taken_as_the_content() -> None:
    """With one document given it is the content, intact or not."""
    (reference,) = make.only(DETACHED, make.CONTENT).references()
    assert reference.found
    assert reference.intact
    assert reference.name == "part 0"
    (reference,) = make.only(DETACHED, b"another").references()
    assert reference.found
    assert not reference.intact


def test_of_several_given_documents_the_fitting_one_is_taken() -> None:
    """With several the one that fits is found by its digest; none or two are ambiguous."""
    (reference,) = make.only(DETACHED, b"another", make.CONTENT, b"third").references()
    assert reference.intact
    assert reference.name == "part 1"
    assert reference.scope is Scope.PARTIAL  # who gave the others must not think them signed
    (reference,) = make.only(DETACHED, b"another", b"third").references()
    assert not reference.found
    assert reference.ambiguous
    assert "2 given documents, 0 fit" in str(reference.problem)
    (reference,) = make.only(DETACHED, make.CONTENT, make.CONTENT).references()
    assert not reference.found
    assert reference.ambiguous


def test_document_given_beside_attached_content_must_be_the_same() -> None:
    """Who gives another document than the attached one is told, and nothing passes."""
    assert make.codes(make.only(ATTACHED, make.CONTENT)) == set()
    signature = make.only(ATTACHED, b"another")
    (finding,) = signature.structure_findings()
    assert finding.code == "detached-document-not-covered"
    assert finding.severity is Severity.CONSTRAINT


@pytest.mark.parametrize(
    ("more", "severity"),
    [
        (b"\0", Severity.REMARK),
        (b"\r\n" * 3000, Severity.REMARK),
        (b"x", Severity.MALFORMED),
        (bytes(5000) + b"x", Severity.MALFORMED),
        (ATTACHED, Severity.MALFORMED),
    ],
)
def test_octets_after_the_signature_are_found(more: bytes, severity: Severity) -> None:
    """What follows the ContentInfo is covered by nothing: padding is remarked, more is refused."""
    for octets in (ATTACHED, make.berified(ATTACHED)):
        signature = make.only(octets + more)
        (finding,) = signature.structure_findings()
        assert finding.code == "octets-after-signature"
        assert finding.severity is severity


def _stamped(octets: bytes, digest: str = "SHA256") -> bytes:
    document = Document.of(octets)
    slot = CADES.open_timestamp_slot(
        document,
        SlotKind.SIGNATURE_TIMESTAMP,
        Budget(),
        signature_id=make.only(octets).id,
        digest_algorithm=make.digest_by_name(digest),
    )
    assert slot.imprint is not None
    result = CADES.fill(slot, make.token(slot.imprint, digest=digest))
    return result.read(0, result.size)


@pytest.mark.parametrize("octets", [ATTACHED, DETACHED, make.berified(ATTACHED)])
@pytest.mark.parametrize("digest", ["SHA256", "SHA512"])
def test_timestamp_is_put_in_without_moving_the_signature(octets: bytes, digest: str) -> None:
    """Level T keeps id, value and findings, and its imprint is intact."""
    before, after = (
        make.only(each, *([] if make.CONTENT in octets else [make.CONTENT]))
        for each in (octets, _stamped(octets, digest))
    )
    (stamp,) = after.timestamps
    assert stamp.kind is TimestampKind.SIGNATURE_TIMESTAMP
    assert stamp.imprint.found
    assert stamp.imprint.intact
    assert after.id == before.id
    assert after.structure_findings() == before.structure_findings()
    assert after.value_verifies(make.certificate().public_key)


def test_second_timestamp_joins_the_first() -> None:
    """A signature can be time-stamped again; both tokens stay intact."""
    stamps = make.only(_stamped(_stamped(ATTACHED))).timestamps
    assert [stamp.imprint.intact for stamp in stamps] == [True, True]


def test_timestamp_on_an_armoured_file_gives_der() -> None:
    """A PEM signature can be time-stamped; the result is binary."""
    import base64

    pem = b"-----BEGIN CMS-----\n" + base64.encodebytes(ATTACHED) + b"-----END CMS-----\n"
    stamped = _stamped(pem)
    assert stamped[:1] == b"0"
    assert make.only(stamped).timestamps[0].imprint.intact


def test_timestamp_needs_a_signature_that_is_there() -> None:
    """An id that no signature has is the caller's mistake."""
    with pytest.raises(UsageError, match="S-nobody"):
        CADES.open_timestamp_slot(
            Document.of(ATTACHED),
            SlotKind.SIGNATURE_TIMESTAMP,
            Budget(),
            signature_id="S-nobody",
            digest_algorithm=SHA256,
        )


def test_levels_beyond_t_are_refused_by_name() -> None:
    """Archive time-stamps and validation material are not made, and say so."""
    with pytest.raises(LevelUnreachableError, match="not yet made"):
        CADES.open_timestamp_slot(
            Document.of(ATTACHED),
            SlotKind.ARCHIVE_TIMESTAMP,
            Budget(),
            signature_id=make.only(ATTACHED).id,
            digest_algorithm=SHA256,
        )
    with pytest.raises(LevelUnreachableError, match="not yet made"):
        CADES.add_material(Document.of(ATTACHED), "S-", Evidence(), Budget())


def test_slot_of_another_form_is_refused() -> None:
    """A slot that CAdES did not open cannot be filled by it."""
    slot = CADES.open_slot(Document.of(b"x"), make.request(), Budget())
    stranger: Slot = replace(slot, state=None)
    with pytest.raises(UsageError):
        CADES.fill(stranger, b"")


def test_recognition_is_by_content() -> None:
    """A signature is one whatever its name; a text is none whatever its name."""
    assert CADES.recognise(Document.of(ATTACHED, name="letter.txt"))
    assert not CADES.recognise(Document.of(make.CONTENT, name="letter.p7m"))
    with pytest.raises(MalformedError):
        CADES.parse(Document.of(make.CONTENT), Budget())
