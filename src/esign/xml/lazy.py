"""A property computed when first asked for and kept, without a lock.

The standard library's (before Python 3.12) holds one lock per class while it computes, so
that threads that verify different documents would wait for each other. Signatures and
their parts belong to one call and need none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar, overload

Owner = TypeVar("Owner")
Value = TypeVar("Value")


class cached_property(Generic[Owner, Value]):  # noqa: N801 - reads like the one it stands for
    """The result is put into the instance's ``__dict__``, where it is found first."""

    def __init__(self, compute: Callable[[Owner], Value]) -> None:
        self._compute = compute
        self._name = compute.__name__
        self.__doc__ = compute.__doc__

    @overload
    def __get__(self, instance: None, owner: type[Owner]) -> cached_property[Owner, Value]: ...
    @overload
    def __get__(self, instance: Owner, owner: type[Owner]) -> Value: ...
    def __get__(
        self, instance: Owner | None, owner: type[Owner]
    ) -> Value | cached_property[Owner, Value]:
        """Return the value, computed once; on the class, this object itself."""
        if instance is None:
            return self
        value = instance.__dict__[self._name] = self._compute(instance)
        return value
