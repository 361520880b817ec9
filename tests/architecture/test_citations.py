"""Every rule the code enforces says where it stands, in a document and edition we have named."""

from __future__ import annotations

import pytest

from tests.architecture.source import modules
from tests.support.citations import citations, documents, has_clause

PER_THOUSAND_LINES = 10
RULED_BY_STANDARDS = ("validation", "pki", "cms", "cades", "xades", "pades", "tsa")


def test_documents_are_pinned() -> None:
    """Whatever document the code quotes is in docs/standards.toml with its edition."""
    unknown = sorted(
        {
            f"{item.file}:{item.line} {item.document}"
            for item in citations()
            if item.document not in documents()
        }
    )
    assert not unknown, "\n".join(unknown)


def test_clauses_exist() -> None:
    """Whatever clause the code quotes is in the table of contents of its document."""
    wrong = sorted(
        {
            f"{item.file}:{item.line} {item.document} §{item.clause}"
            for item in citations()
            if item.document in documents() and not has_clause(item.document, item.clause)
        }
    )
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("room", RULED_BY_STANDARDS)
def test_rules_are_quoted(room: str) -> None:
    """Rooms that carry out a standard quote it at least ten times in a thousand lines."""
    lines = sum(module.text.count("\n") for module in modules() if module.room == room)
    quoted = sum(1 for _ in citations(f"src/esign/{room}"))
    assert quoted * 1000 >= PER_THOUSAND_LINES * lines, f"{quoted} citations in {lines} lines"
