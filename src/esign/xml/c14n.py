"""Canonical XML 1.0 and 1.1, inclusive and exclusive, in the document's own context.

libxml2 does the writing; this module supplies what it leaves out when a part of a document
is written: inherited ``xml:*`` attributes (all of them in 1.0; in 1.1 no ``xml:id``, and
``xml:base`` joined), the octets around the root, and parts left out of the node-set.

A subtree is left out by putting two marks into the live tree, writing everything, and
cutting between the marks: what is written around a subtree never depends on the subtree.

Spec: W3C Canonical XML 1.0 §2, Canonical XML 1.1 §2.4, Exclusive XML Canonicalization 1.0 §3
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from esign.xml.bases import join_bases
from esign.xml.names import C14N_10, C14N_11, C14N_EXCLUSIVE, XML
from esign.xml.parser import parse_own
from esign.xml.tree import Element, Tree

_XML = "{" + XML + "}"
_BASE = _XML + "base"
_ID = _XML + "id"


@dataclass(frozen=True, slots=True)
class Method:
    """One canonicalisation method with its parameters."""

    uri: str
    exclusive: bool
    version_11: bool
    comments: bool
    prefixes: tuple[str, ...] = ()
    """InclusiveNamespaces PrefixList, exclusive only; ``#default`` names the default."""


@lru_cache(maxsize=256)
def method_for(uri: str, prefixes: tuple[str, ...] = ()) -> Method | None:
    """Return the method that ``uri`` names, or None when it is no canonicalisation."""
    name, _, fragment = uri.partition("#")
    comments = fragment == "WithComments"
    if fragment and not comments:
        return None
    if name in (C14N_10, C14N_11) and (comments or not uri.endswith("#")):
        return Method(uri, exclusive=False, version_11=name == C14N_11, comments=comments)
    if name + "#" == C14N_EXCLUSIVE and "#" in uri:
        return Method(uri, True, False, comments, prefixes)
    return None


DEFAULT_METHOD = Method(C14N_10, exclusive=False, version_11=False, comments=False)
"""What turns a node-set into octets where the transforms name nothing else."""


def canonicalise(
    part: Element | Tree,
    method: Method,
    *,
    comments: bool = True,
    excluded: Sequence[Element] = (),
    declared: tuple[str, ...] | None = None,
    inherits: bool = True,
) -> bytes:
    """Return the canonical octets.

    Args:
        part: the element to write with everything in it, or the whole document,
            comments and processing instructions around the root included.
        method: how to write.
        comments: False when the node-set itself has no comments.
        excluded: elements left out with everything in them; none may contain the part
            or another one.
        declared: every prefix the document declares anywhere, or more; None when unknown.
        inherits: False when the document has no attribute such as ``xml:lang``.

    Raises:
        etree.C14NError: the document has no canonical form (relative namespace URIs).
    """
    with_comments = method.comments and comments
    marks: list[Element] = []
    try:
        _mark(excluded, marks)
        if method.exclusive:
            written = _octets(part, with_comments, method.prefixes)
        elif isinstance(part, Tree) or _is_whole(part):
            written = _octets(part, with_comments, None)
        else:
            lent = _inherited_attributes(part, version_11=method.version_11) if inherits else {}
            written = _inclusive_part(part, lent, with_comments, declared)
        return _cut(written) if marks else written
    finally:
        _unmark(marks)


def _is_whole(part: Element) -> bool:
    """True for a root with nothing around it: it is written as its document is."""
    return part.getparent() is None and part.getprevious() is None and part.getnext() is None


_Prefixes = tuple[str, ...] | None


def _inclusive_part(
    part: Element, lent: dict[str, str], with_comments: bool, declared: _Prefixes
) -> bytes:
    """Write one element inclusively, with the attributes it inherits.

    lxml writes a part by giving it a borrowed root; libxml2's inclusive writer then loses
    sight of the namespaces in scope two levels down, undeclares a default one and repeats
    others. Its exclusive writer does not, and with every prefix in the PrefixList its
    output is the inclusive one (Exclusive XML Canonicalization §3). Where the prefixes are
    not known the part is written out with its namespaces and read again.
    """
    if not lent and declared is not None:
        return _octets(part, with_comments, declared)
    with _lent(part, lent):
        if declared is not None:
            return _octets(part, with_comments, declared)
        copy = parse_own(etree.tostring(part, with_tail=False, encoding="utf-8"))
        return _octets(copy.getroottree(), with_comments, None)


def _octets(what: Element | Tree, with_comments: bool, prefixes: _Prefixes) -> bytes:
    """Let libxml2 write: inclusively without prefixes, else exclusively but for them."""
    return etree.tostring(
        what,
        method="c14n",
        exclusive=prefixes is not None,
        with_comments=with_comments,
        inclusive_ns_prefixes=list(prefixes) if prefixes else None,
    )


@contextmanager
def _lent(apex: Element, lent: dict[str, str]) -> Iterator[None]:
    """Lend the apex what it inherits from ancestors that are not written."""
    own = {name: apex.get(name) for name in lent}
    for name, value in lent.items():
        apex.set(name, value)
    try:
        yield
    finally:
        for name, before in own.items():
            if before is None:
                del apex.attrib[name]
            else:
                apex.set(name, before)


def _inherited_attributes(apex: Element, *, version_11: bool) -> dict[str, str]:
    found: dict[str, str] = {}
    bases: list[str] = []
    for ancestor in apex.iterancestors():
        attributes = ancestor.attrib
        if not attributes:
            continue
        for name, value in _texts(attributes.items()):
            if not name.startswith(_XML):
                continue
            if version_11 and name == _BASE:
                bases.append(value)
            elif not (version_11 and name == _ID) and name not in apex.attrib:
                found.setdefault(name, value)
    if bases:
        own = apex.get(_BASE)
        joined = join_bases([*reversed(bases), *([] if own is None else [own])])
        if joined:
            found[_BASE] = joined
    return found


def _texts(items: Iterable[tuple[str | bytes, str | bytes]]) -> Iterator[tuple[str, str]]:
    """Names and values are text, though lxml types them as either."""
    return ((str(name), str(value)) for name, value in items)


_MARK = "esign-cut-" + secrets.token_hex(16)
"""Not to be guessed by whoever wrote the document, so it occurs only where we put it."""
_MARK_OCTETS = f"<?{_MARK}?>".encode()


def _mark(excluded: Sequence[Element], marks: list[Element]) -> None:
    """Put one mark before each element and one as its last child, and note them."""
    for element in excluded:
        for place in (element.addprevious, element.append):
            mark = etree.ProcessingInstruction(_MARK)
            place(mark)
            marks.append(mark)


def _unmark(marks: Sequence[Element]) -> None:
    for one in marks:
        parent = one.getparent()
        if parent is not None:
            parent.remove(one)


def _cut(octets: bytes) -> bytes:
    """Return the octets without what lies from each first mark to the end tag after it."""
    pieces = octets.split(_MARK_OCTETS)
    # pieces: kept, excluded, "</end>" + kept, excluded, "</end>" + kept ...
    after = (piece[piece.index(b">") + 1 :] for piece in pieces[2::2])
    return pieces[0] + b"".join(after)
