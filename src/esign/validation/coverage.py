"""How much of the document the intact references of a signature cover.

A signature over a part may be perfectly valid and still say nothing about what a reader
sees; the report therefore always states the extent, and ``require_passed`` insists on it.

Spec: EN 319 102-1 §5.1.3 (validation report data: what was signed)
"""

from __future__ import annotations

from collections.abc import Sequence

from esign.ades.signature import Reference
from esign.terms import ReferenceKind, Scope

# Members of an enumeration are looked up slowly; these are asked for each signature.
_FULL, _PARTIAL, _NONE = Scope.FULL, Scope.PARTIAL, Scope.NONE
_SUPPORTING = frozenset({ReferenceKind.SIGNED_PROPERTIES, ReferenceKind.KEY_INFO})


def coverage_of(references: Sequence[Reference]) -> Scope:
    """Return FULL when one data object makes up the document, PARTIAL for less, or NONE.

    What was not found or was changed covers nothing.
    """
    covered = _NONE
    for reference in references:
        if not (reference.found and reference.intact) or reference.kind in _SUPPORTING:
            continue
        if reference.scope is _FULL:
            return _FULL
        if reference.scope is _PARTIAL:
            covered = _PARTIAL
    return covered
