"""A lazy property computes once and then costs what an attribute costs."""

from __future__ import annotations

from dataclasses import dataclass

from esign.asn1.lazy import lazy


class _Counting:
    def __init__(self) -> None:
        self.computed = 0

    @lazy
    def value(self) -> int:
        """The value."""
        self.computed += 1
        return 7


@dataclass(frozen=True)
class _Frozen:
    base: int

    @lazy
    def double(self) -> int:
        """Twice the base."""
        return 2 * self.base


def test_it_computes_once() -> None:
    """The second reading takes what the first computed."""
    counting = _Counting()
    assert (counting.value, counting.value, counting.computed) == (7, 7, 1)


def test_it_works_on_frozen_classes_and_keeps_its_text() -> None:
    """A frozen dataclass may have one, and documentation tools see its docstring."""
    assert _Frozen(4).double == 8
    assert _Frozen.double.__doc__ == "Twice the base."
