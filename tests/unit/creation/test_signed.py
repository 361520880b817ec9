"""A signed document names itself well and never lands on what it was made from."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from esign.creation.signed import SignedDocument
from esign.document import Document
from esign.errors import OutputError
from esign.messages import Message
from esign.terms import Packaging, SignatureForm, SignatureLevel


def _signed(form=SignatureForm.CADES, packaging=Packaging.ENVELOPING, **more) -> SignedDocument:
    return SignedDocument(
        document=Document.of(b"octets"),
        form=form,
        level=SignatureLevel.T,
        packaging=packaging,
        signature_id="S-1",
        **more,
    )


@pytest.mark.parametrize(
    ("form", "packaging", "name", "expected"),
    [
        (SignatureForm.CADES, Packaging.ENVELOPING, "a.bin", "a.bin.p7m"),
        (SignatureForm.CADES, Packaging.DETACHED, "a.bin", "a.bin.p7s"),
        (SignatureForm.PADES, Packaging.ENVELOPED, "a.b.pdf", "a.b-signed.pdf"),
        (SignatureForm.XADES, Packaging.ENVELOPED, "f.xml", "f-signed.xml"),
        (SignatureForm.XADES, Packaging.DETACHED, "f.bin", "f.bin-signature.xml"),
    ],
)
def test_names_follow_form_and_packaging(form, packaging, name, expected) -> None:
    """The suggestion keeps the document's name and shows what it became."""
    assert _signed(form, packaging).suggested_name(name) == expected


def test_it_describes_itself_with_its_warnings() -> None:
    """Form, level, packaging, and what should be known."""
    plain = _signed(SignatureForm.PADES, Packaging.ENVELOPED)
    assert plain.describe() == "PAdES-B-T, enveloped"
    warned = _signed(warnings=(Message("Something is {word}.", word="odd"),))
    assert warned.describe().endswith("warning: Something is odd.")


def test_it_is_written_and_read() -> None:
    """Octets, sink and size agree."""
    sink = io.BytesIO()
    signed = _signed()
    signed.write_to(sink)
    assert sink.getvalue() == signed.octets() == b"octets"
    assert signed.size == 6


def test_no_source_is_overwritten(tmp_path: Path) -> None:
    """Not by its own name, not through a link, not even with ``overwrite``; another file is."""
    source, link, other = (tmp_path / name for name in ("a", "link", "other"))
    source.write_bytes(b"the original")
    link.symlink_to(source)
    other.write_bytes(b"old")
    signed = _signed(sources=(source,))
    for target in (source, link, tmp_path / "x" / ".." / "a"):
        (tmp_path / "x").mkdir(exist_ok=True)
        with pytest.raises(OutputError):
            signed.write(target, overwrite=True)
    assert source.read_bytes() == b"the original"
    assert signed.write(other, overwrite=True) == other
    assert other.read_bytes() == b"octets"


def test_a_sink_that_takes_nothing_is_an_output_error() -> None:
    """The cause is told; nobody sees a bare OSError."""

    class Full(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, _octets: object) -> int:
            raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match="No space"):
        _signed().write_to(Full())


def test_a_reader_that_has_gone_is_no_fault_of_the_output() -> None:
    """A closed pipe keeps its own name, which the command line knows how to end on."""
    read_end, write_end = os.pipe()
    os.close(read_end)
    with os.fdopen(write_end, "wb", buffering=0) as sink, pytest.raises(BrokenPipeError):
        _signed().write_to(sink)
