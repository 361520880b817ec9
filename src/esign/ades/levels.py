"""The ladder B, T, LT, LTA as data: what each step waits for.

Spec: EN 319 102-1 §4.3, table of the levels
"""

from __future__ import annotations

from functools import lru_cache

from esign.terms import SignatureLevel, SlotKind

LADDER: tuple[tuple[SignatureLevel, SlotKind | None], ...] = (
    (SignatureLevel.B, SlotKind.SIGNATURE),
    (SignatureLevel.T, SlotKind.SIGNATURE_TIMESTAMP),
    (SignatureLevel.LT, None),
    (SignatureLevel.LTA, SlotKind.ARCHIVE_TIMESTAMP),
)
"""LT has no slot: it adds the material that the judgement at best-signature-time used."""


@lru_cache(maxsize=len(LADDER))
def steps_up_to(level: SignatureLevel) -> tuple[tuple[SignatureLevel, SlotKind | None], ...]:
    """Return the steps from B to ``level``, in order."""
    names = [step for step, _ in LADDER]
    return LADDER[: names.index(level) + 1]
