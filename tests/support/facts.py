"""The facts of a real signature with some of them exchanged.

For what no signature made here can be: an unknown algorithm, two objects under one name, a
time-stamp that cannot be read. The judge sees values either way.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from esign.ades.format import ParsedDocument
from esign.ades.signature import AdESSignature

_QUESTIONS = frozenset({"references", "structure_findings", "value_verifies"})


class Exchanged:
    """An AdESSignature that answers like another but for the facts given."""

    def __init__(self, signature: AdESSignature, **facts: Any) -> None:
        self._signature = signature
        self._facts = facts

    def __getattr__(self, name: str) -> Any:
        if name not in self._facts:
            return getattr(self._signature, name)
        fact = self._facts[name]
        return (lambda *_: fact) if name in _QUESTIONS else fact


def exchanged(parsed: ParsedDocument, **facts: Any) -> ParsedDocument:
    """Return the document with facts of its first signature exchanged."""
    first, *others = parsed.signatures
    signature: Any = Exchanged(first, **facts)
    return replace(parsed, signatures=(signature, *others))
