"""How much of a document the intact references cover."""

from __future__ import annotations

from typing import Any

import pytest

from esign.ades.signature import Reference
from esign.crypto.algorithms import digest_by_name
from esign.terms import ReferenceKind, Scope
from esign.validation.coverage import coverage_of


def reference(scope: Scope, **changes: Any) -> Reference:
    """Return an intact reference to content but for the changes."""
    facts: dict[str, Any] = {
        "name": "",
        "kind": ReferenceKind.CONTENT,
        "found": True,
        "intact": True,
        "digest_algorithm": digest_by_name("SHA256"),
        "scope": scope,
    }
    return Reference(**{**facts, **changes})


FULL, PARTIAL = reference(Scope.FULL), reference(Scope.PARTIAL)


@pytest.mark.parametrize(
    ("references", "expected"),
    [
        ([FULL], Scope.FULL),
        ([PARTIAL, FULL], Scope.FULL),
        ([PARTIAL, PARTIAL], Scope.PARTIAL),
        ([reference(Scope.FULL, intact=False), PARTIAL], Scope.PARTIAL),
        ([reference(Scope.FULL, found=False, intact=False)], Scope.NONE),
        ([reference(Scope.FULL, kind=ReferenceKind.SIGNED_PROPERTIES)], Scope.NONE),
        ([reference(Scope.NONE)], Scope.NONE),
        ([], Scope.NONE),
    ],
)
def test_coverage(references: list[Reference], expected: Scope) -> None:
    """What is broken, missing or only about the signature itself covers nothing."""
    assert coverage_of(references) is expected
