"""A lazy property is computed once."""

from __future__ import annotations

from esign.xml.lazy import cached_property


class _Counting:
    def __init__(self) -> None:
        self.calls = 0

    @cached_property
    def value(self) -> int:
        """The value."""
        self.calls += 1
        return self.calls


def test_value_is_computed_once_for_each_instance() -> None:
    """The second question is answered without computing, and instances do not share."""
    one, two = _Counting(), _Counting()
    assert (one.value, one.value, two.value) == (1, 1, 1)
    assert one.calls == 1


def test_class_shows_the_description() -> None:
    """On the class the property itself is seen, with its docstring."""
    assert _Counting.value.__doc__ == "The value."
