"""Undoes the filters that cross-reference and object streams use, within a bound.

Spec: ISO 32000-1 §7.4.4 (FlateDecode and its predictors)
"""

from __future__ import annotations

import zlib

from esign.errors import LimitExceededError, MalformedPDFError
from esign.pades.objects import Dictionary, Name, Value, as_dictionary

INFLATED = 64 * 1024 * 1024
"""Octets one such stream may inflate to; object streams hold some hundred objects."""


def decode(data: bytes, filters: Value, parameters: Value, *, bound: int = INFLATED) -> bytes:
    """Return stream data with its filters undone; only FlateDecode is read.

    Args:
        data: as they lie in the file.
        filters: the stream's /Filter.
        parameters: the stream's /DecodeParms.
        bound: octets it may inflate to.

    Raises:
        MalformedPDFError: another filter, or data that do not inflate.
    """
    names = filters if isinstance(filters, list) else [] if filters is None else [filters]
    options = parameters if isinstance(parameters, list) else [parameters]
    for position, name in enumerate(names):
        if name != "FlateDecode" or not isinstance(name, Name):
            raise MalformedPDFError(
                "A stream that holds the PDF's structure uses the filter {filter}, "
                "which is not read here.",
                filter=name,
            )
        option = options[position] if position < len(options) else None
        data = _unpredict(_inflate(data, bound), as_dictionary(option))
    return data


def _inflate(data: bytes, bound: int) -> bytes:
    machine = zlib.decompressobj()
    try:
        inflated = machine.decompress(data, bound)
    except zlib.error as error:
        raise MalformedPDFError("A compressed stream of the PDF cannot be inflated.") from error
    if machine.unconsumed_tail:
        raise LimitExceededError(
            "A stream of this PDF inflates to more than {bound} octets.",
            limit="inflated octets",
            bound=bound,
        )
    if not machine.eof:
        raise MalformedPDFError("A compressed stream of the PDF is cut off.")
    return inflated


def _unpredict(data: bytes, options: Dictionary) -> bytes:
    predictor = options.get("Predictor", 1)
    if predictor == 1:
        return data
    colors, bits = options.get("Colors", 1), options.get("BitsPerComponent", 8)
    columns = options.get("Columns", 1)
    if (
        not isinstance(predictor, int)
        or predictor < 10
        or (colors, bits) != (1, 8)
        or not isinstance(columns, int)
        or not 0 < columns <= 4096
    ):
        raise MalformedPDFError("A stream of the PDF's structure uses an unknown predictor.")
    return _png(data, columns)


def _png(data: bytes, columns: int) -> bytes:
    """Undo PNG prediction with one octet per sample (ISO 15948 §9)."""
    rows = bytearray()
    previous = bytes(columns)
    for start in range(0, len(data) - columns, columns + 1):
        row = bytearray(data[start + 1 : start + 1 + columns])
        kind = data[start]
        if kind == 2:
            row = bytearray((a + b) & 0xFF for a, b in zip(row, previous, strict=True))
        elif kind in _PREDICTORS:
            predict = _PREDICTORS[kind]
            for index in range(columns):
                left = row[index - 1] if index else 0
                corner = previous[index - 1] if index else 0
                row[index] = (row[index] + predict(left, previous[index], corner)) & 0xFF
        elif kind != 0:
            raise MalformedPDFError("A stream of the PDF's structure has an unknown row filter.")
        rows += row
        previous = bytes(row)
    return bytes(rows)


def _paeth(left: int, above: int, corner: int) -> int:
    estimate = left + above - corner
    by_left, by_above = abs(estimate - left), abs(estimate - above)
    by_corner = abs(estimate - corner)
    if by_left <= by_above and by_left <= by_corner:
        return left
    return above if by_above <= by_corner else corner


def _left(left: int, above: int, corner: int) -> int:  # noqa: ARG001 -- one shape for all
    return left


def _average(left: int, above: int, corner: int) -> int:  # noqa: ARG001
    return (left + above) // 2


_PREDICTORS = {1: _left, 3: _average, 4: _paeth}
