"""PDFs made for tests: documents, incremental updates, signatures in them.

The syntax is written here by hand and not by the code under test; only signatures are
made by the format itself, with values from ``cryptography`` alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from esign.ades.format import ParsedDocument, PDFOptions, SignatureRequest
from esign.ades.signature import AdESSignature
from esign.crypto.algorithms import digest_by_name
from esign.document import Document
from esign.limits import Budget
from esign.pades import signing
from esign.pades.file import PDFFile
from esign.pades.format import PADES
from esign.pades.history import History
from esign.pades.objects import Dictionary, Name
from esign.pades.serialise import Raw
from esign.terms import Packaging, Scope, Severity, SignatureForm
from tests.support import cms_making

PAGE = b"BT /F1 12 Tf 72 760 Td (I apply.) Tj ET"
OBJECTS: Mapping[int, bytes] = {
    1: b"<< /Type /Catalog /Pages 2 0 R >>",
    2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
    b"/Resources << /Font << /F1 5 0 R >> >> >>",
    4: b"<< /Length %d >>\nstream\n%s\nendstream" % (len(PAGE), PAGE),
    5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    6: b"<< /Producer (a test) >>",
}
"""One page of text; object 6 is the document information."""


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """Return a stream object's body."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def document(changes: Mapping[int, bytes] | None = None, *, xref_stream: bool = False) -> bytes:
    """Return a PDF of one revision, by default one page with one line of text."""
    head = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    return _appended(head, {**OBJECTS, **(changes or {})}, None, xref_stream=xref_stream)


def updated(
    octets: bytes,
    changes: Mapping[int, bytes | None],
    *,
    trailer: bytes = b"",
    xref_stream: bool = False,
) -> bytes:
    """Return a PDF with one more revision; None as a body frees the object."""
    previous = int(re.findall(rb"startxref\s+(\d+)", octets)[-1])
    return _appended(octets, changes, previous, trailer=trailer, xref_stream=xref_stream)


def _appended(
    octets: bytes,
    bodies: Mapping[int, bytes | None],
    previous: int | None,
    *,
    trailer: bytes = b"",
    xref_stream: bool = False,
) -> bytes:
    places: dict[int, int | None] = {}
    for number, body in bodies.items():
        places[number] = None if body is None else len(octets)
        octets += b"" if body is None else b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(octets)
    sizes = [int(size) for size in re.findall(rb"/Size (\d+)", octets)]
    size = max([number + 1 for number in places] + sizes)
    entries = b"/Root 1 0 R /Info 6 0 R" + (b"" if previous is None else b" /Prev %d" % previous)
    if trailer:
        entries = trailer + entries.removeprefix(b"/Root 1 0 R /Info 6 0 R")
    if xref_stream:
        places[size] = start
        octets += _xref_stream(places, size, entries)
    else:
        octets += _table(places, size, entries)
    return octets + b"startxref\n%d\n%%%%EOF\n" % start


def _table(places: Mapping[int, int | None], size: int, entries: bytes) -> bytes:
    lines = b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in sorted(places.items()):
        kind = b"0000000000 00001 f" if place is None else b"%010d 00000 n" % place
        lines += b"%d 1\n%s \n" % (number, kind)
    return lines + b"trailer\n<< /Size %d %s >>\n" % (size, entries)


def _xref_stream(places: Mapping[int, int | None], number: int, entries: bytes) -> bytes:
    data, index = b"", b""
    for each, place in sorted(places.items()):
        data += bytes((0 if place is None else 1,)) + (place or 0).to_bytes(4) + b"\0\0"
        index += b"%d 1 " % each
    entries += b" /Type /XRef /Size %d /W [1 4 2] /Index [%s]" % (number + 1, index)
    return b"%d 0 obj\n" % number + stream(data, entries) + b"\nendobj\n"


def request(
    person: str = "citizen", algorithm: str = "RSA_PKCS1_SHA256", /, **changes: Any
) -> SignatureRequest:
    """Return a request for a PDF signature; PDF options may be given by their names."""
    options = {key: changes.pop(key) for key in list(changes) if key in PDFOptions.__slots__}
    made = cms_making.request(person, algorithm)
    return replace(
        made,
        form=SignatureForm.PADES,
        packaging=Packaging.ENVELOPED,
        pdf=PDFOptions(**options),
        **changes,
    )


def signed(
    octets: bytes | Document | None = None,
    person: str = "citizen",
    algorithm: str = "RSA_PKCS1_SHA256",
    /,
    **changes: Any,
) -> bytes:
    """Return a PDF with one more signature."""
    source = Document.of(document() if octets is None else octets)
    slot = PADES.open_slot(source, request(person, algorithm, **changes), Budget())
    assert slot.octets is not None
    return PADES.fill(slot, cms_making.value(slot.octets, person, algorithm)).whole()


def signed_with(octets: bytes, **entries: bytes) -> bytes:
    """Return a PDF with a signature whose dictionary has further entries."""
    original = signing._signature_dictionary

    def extended(*arguments: Any) -> Dictionary:
        return original(*arguments) | {key: Raw(value) for key, value in entries.items()}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signing, "_signature_dictionary", extended)
        return signed(octets)


def timestamped(
    octets: bytes,
    *,
    imprint: bytes | None = None,
    token: bytes | None = None,
    unique: str = "abcdef0123456789",
) -> bytes:
    """Return a PDF with a document time-stamp, by default one that matches."""
    original = signing._signature_dictionary

    def stamp(*arguments: Any) -> Dictionary:
        kept = {key: original(*arguments)[key] for key in ("Filter", "ByteRange", "Contents")}
        return {"Type": Name("DocTimeStamp"), "SubFilter": Name("ETSI.RFC3161"), **kept}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signing, "_signature_dictionary", stamp)
        prepared = signing.prepare(history(octets), request(unique=unique), 6000)
    if imprint is None:
        imprint = prepared.digest(digest_by_name("SHA256"))
    return prepared.with_contents(cms_making.token(imprint) if token is None else token).whole()


def parsed(octets: bytes) -> ParsedDocument:
    """Return what the format finds in a PDF."""
    return PADES.parse(Document.of(octets), Budget())


def only(octets: bytes) -> AdESSignature:
    """Return the one signature of a PDF."""
    (signature,) = parsed(octets).signatures
    return signature


def history(octets: bytes) -> History:
    """Return the signatures and revisions of a PDF."""
    return History(opened(octets))


def opened(octets: bytes) -> PDFFile:
    """Return a PDF as the reader sees it."""
    return PDFFile(Document.of(octets), Budget())


def codes(signature: AdESSignature, at_least: Severity = Severity.LEVEL) -> set[str]:
    """Return the codes of a signature's findings."""
    found = signature.structure_findings()
    return {finding.code for finding in found if finding.severity >= at_least}


def is_sound(signature: AdESSignature) -> bool:
    """True when the signature holds and nothing was done to its document."""
    (reference,) = signature.references()
    keys = [certificate.public_key for certificate in signature.signer.candidates]
    return (
        reference.intact
        and reference.scope is Scope.FULL
        and any(signature.value_verifies(key) for key in keys)
        and not codes(signature, Severity.CONSTRAINT)
    )
