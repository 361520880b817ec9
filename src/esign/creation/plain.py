"""Requests as plain data and back, strictly by their declared types.

Only the types a request is made of are known here; anything else is refused, so stored
data can never make an object of another kind.
"""

from __future__ import annotations

import types
from base64 import b64decode, b64encode
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from esign.crypto.algorithms import (
    DigestAlgorithm,
    SignatureAlgorithm,
    digest_by_name,
    signature_by_name,
)
from esign.errors import EsignError
from esign.pki.certificate import Certificate

Value = TypeVar("Value")
Plain = str | int | float | bool | None | list["Plain"] | dict[str, "Plain"]


def to_plain(value: object) -> Plain:
    """Return ``value`` as what JSON can hold."""
    if isinstance(value, StrEnum | str | int | float | None):
        return value.value if isinstance(value, StrEnum) else value
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, DigestAlgorithm | SignatureAlgorithm):
        return value.name
    if isinstance(value, Certificate):
        return b64encode(value.der).decode()
    if isinstance(value, tuple):
        return [to_plain(each) for each in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: to_plain(getattr(value, each.name)) for each in fields(value)}
    raise TypeError(type(value).__name__)


def from_plain(kind: type[Value], data: object) -> Value:
    """Return the value of the declared type.

    Raises:
        ValueError: the data do not fit the type.
        TypeError: they are of another shape.
        KeyError: a part is missing.
    """
    value: Value = _read(kind, data)
    return value


def _read(kind: Any, data: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _read_optional(get_args(kind), data)
    if origin is tuple:
        return _read_tuple(get_args(kind), data)
    if kind in _READERS:
        return _READERS[kind](data)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(data)
    if isinstance(kind, type) and is_dataclass(kind):
        if not isinstance(data, dict):
            raise TypeError("an object was expected")
        hints = _hints(kind)
        make: Any = kind
        return make(**{name: _read(hint, data[name]) for name, hint in hints.items()})
    raise TypeError(f"{kind} is not read")


def _read_optional(kinds: tuple[Any, ...], data: Any) -> Any:
    if data is None and types.NoneType in kinds:
        return None
    (kind,) = (each for each in kinds if each is not types.NoneType)
    return _read(kind, data)


def _read_tuple(kinds: tuple[Any, ...], data: Any) -> Any:
    if not isinstance(data, list):
        raise TypeError("a list was expected")
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(_read(kinds[0], each) for each in data)
    return tuple(_read(kind, each) for kind, each in zip(kinds, data, strict=True))


def _exactly(*kinds: type) -> Any:
    def _reader(data: Any) -> Any:
        if type(data) not in kinds:
            raise TypeError("a value has another type than declared")
        return data

    return _reader


def _read_octets(data: Any) -> bytes:
    return b64decode(_TEXT(data), validate=True)


def _read_time(data: Any) -> datetime:
    moment = datetime.fromisoformat(_TEXT(data))
    if moment.tzinfo is None or not 1900 <= moment.year <= 9000:
        raise ValueError("a time without an offset, or out of reach")
    return moment


def _named(find: Any) -> Any:
    def _reader(data: Any) -> Any:
        try:
            return find(data)
        except EsignError as error:
            raise ValueError(str(error)) from error

    return _reader


@lru_cache(maxsize=32)
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


_TEXT = _exactly(str)
_READERS: dict[Any, Any] = {
    str: _TEXT,
    int: _exactly(int),
    float: _exactly(int, float),
    bool: _exactly(bool),
    bytes: _read_octets,
    datetime: _read_time,
    DigestAlgorithm: _named(lambda data: digest_by_name(_TEXT(data))),
    SignatureAlgorithm: _named(lambda data: signature_by_name(_TEXT(data))),
    Certificate: _named(lambda data: Certificate.from_der(_read_octets(data))),
}
