"""Facts are read once and kept."""

from __future__ import annotations

from tests.support.xml_making import read, sign


def test_parts_are_read_once() -> None:
    """Asking again gives the very same objects."""
    facts = read(sign(b"<a/>"))[0].facts
    assert facts.qualifying is facts.qualifying
    assert facts.covered is facts.covered
    assert facts.certificate_references is facts.certificate_references
    assert facts.certificate_references is not None
