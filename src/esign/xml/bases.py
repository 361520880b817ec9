"""Joining xml:base attributes of elements that are not written with one that is.

Spec: W3C Canonical XML 1.1 §2.4 and Appendix A (RFC 3986 §5.2, with relative bases allowed)
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_PARTS = re.compile(r"^(?:([^:/?#]+):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#.*)?$", re.DOTALL)

_Parts = tuple[str | None, str | None, str, str | None]


def join_bases(bases: Sequence[str]) -> str:
    """Return the one xml:base that stands for all, outermost first; may be empty."""
    joined = bases[0]
    for reference in bases[1:]:
        joined = join(joined, reference)
    return joined


def join(base: str, reference: str) -> str:
    """Resolve ``reference`` against ``base``, either of which may be relative."""
    if base.endswith(".."):
        base += "/"
    scheme, authority, path, query = _split(reference)
    base_scheme, base_authority, base_path, base_query = _split(base)
    if scheme is not None:
        return _unsplit((scheme, authority, _remove_dots(path), query))
    if authority is not None:
        return _unsplit((base_scheme, authority, _remove_dots(path), query))
    if not path:
        kept = base_query if query is None else query
        return _unsplit((base_scheme, base_authority, _remove_dots(base_path), kept))
    if not path.startswith("/"):
        path = _merge(base_authority, base_path, path)
    return _unsplit((base_scheme, base_authority, _remove_dots(path), query))


def _split(text: str) -> _Parts:
    match = _PARTS.match(text)
    if match is None:  # the expression accepts any text
        return (None, None, text, None)
    return (match[1], match[2], match[3], match[4])


def _unsplit(parts: _Parts) -> str:
    scheme, authority, path, query = parts
    text = "" if scheme is None else scheme + ":"
    text += "" if authority is None else "//" + authority
    return text + path + ("" if query is None else "?" + query)


def _merge(authority: str | None, base_path: str, path: str) -> str:
    if authority is not None and not base_path:
        return "/" + path
    return base_path[: base_path.rfind("/") + 1] + path


def _remove_dots(path: str) -> str:
    """Remove dot segments, keeping leading ``..`` of a relative path (Appendix A)."""
    rooted = path.startswith("/")
    kept: list[str] = []
    segments = [part for part in re.split("/+", path) if part or not rooted]
    if path.endswith(("/", "/.", "/..")) or path in (".", ".."):
        segments.append("")
    for segment in segments:
        if segment == ".":
            continue
        if segment == "..":
            if kept and kept[-1] != "..":
                kept.pop()
            elif not rooted:
                kept.append("..")
        elif segment or not kept or kept[-1]:
            kept.append(segment)
    joined = "/".join(_without_inner_blanks(kept))
    return "/" + joined if rooted else joined


def _without_inner_blanks(segments: list[str]) -> list[str]:
    return [part for index, part in enumerate(segments) if part or index == len(segments) - 1]
