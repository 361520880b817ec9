"""The part of a document that a reference has selected so far, as subtrees in and out.

XPath can select any set of nodes. Signatures that people make select whole subtrees and
leave whole subtrees out, and only such sets can be shown to a person as "what was signed";
nothing else is representable here.

Spec: W3C XML Signature 1.1 §4.4.3.2, XML-Signature XPath Filter 2.0 §3
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lxml import etree

from esign.messages import Message
from esign.xml.c14n import Method, canonicalise
from esign.xml.parser import XMLDocument
from esign.xml.tree import Element, is_element, text_pieces

MOST_SUBTREES = 2_000
"""Parts one reference may select or leave out; a document has at most 1,000 signatures."""


class UnresolvedError(Exception):
    """A reference cannot be followed to octets; its sentence goes into the report."""

    def __init__(self, template: str, /, *, ambiguous: bool = False, **values: object) -> None:
        self.message = Message(template, **values)
        self.ambiguous = ambiguous
        super().__init__(template)


class NodeSet(NamedTuple):
    """Subtrees of one document."""

    document: XMLDocument
    apexes: tuple[Element, ...] | None = None
    """In document order, none inside another; None selects the whole document."""
    excluded: tuple[Element, ...] = ()
    """Left out with everything in them; none inside another."""
    comments: bool = True

    @property
    def subtrees(self) -> int:
        """How many subtrees there are to go through, pairs of in and out included."""
        chosen, left = len(self.apexes or ()), len(self.excluded)
        return chosen + left + chosen * left // 4

    def without(self, elements: Iterable[Element]) -> NodeSet:
        """Return this set less the subtrees of ``elements``."""
        return self._with(self.apexes, outermost((*self.excluded, *elements)))

    def within(self, elements: Iterable[Element]) -> NodeSet:
        """Return what of this set lies in the subtrees of ``elements``."""
        chosen = outermost(elements)
        if self.apexes is None:
            return self._with(in_document_order(self.document, chosen), self.excluded)
        mine, theirs = set(self.apexes), set(chosen)
        inner = [one for one in chosen if _inside(one, mine)]
        inner += [one for one in self.apexes if _inside(one, theirs)]
        return self._with(in_document_order(self.document, dict.fromkeys(inner)), self.excluded)

    def octets(self, method: Method) -> bytes:
        """Return the canonical octets.

        Raises:
            UnresolvedError: nothing is left, or the document has no canonical form.
        """
        apexes = (None,) if self.apexes is None else self._live_apexes()
        if not apexes or self.document.root in self.excluded:
            raise UnresolvedError("Nothing of the document is left after the transforms.")
        try:
            if len(apexes) == 1:
                return self._write(apexes[0], method)
            return b"".join([self._write(apex, method) for apex in apexes])
        except etree.C14NError as error:
            raise UnresolvedError(
                "The document has no canonical form; relative namespace names are the usual cause."
            ) from error

    def text(self) -> str:
        """Return all text of the set, as the base64 transform reads it."""
        if self.excluded or self.apexes is None:
            return "".join(_text_without(self.document.root, set(self.excluded)))
        return "".join(text for apex in self.apexes for text in text_pieces(apex))

    def _live_apexes(self) -> tuple[Element, ...]:
        apexes = self.apexes or ()
        if not self.excluded:
            return apexes
        excluded = set(self.excluded)
        return tuple(apex for apex in apexes if not _inside(apex, excluded))

    def _write(self, apex: Element | None, method: Method) -> bytes:
        excluded = self.excluded
        if excluded and apex is not None:
            inside = {apex}
            excluded = tuple(one for one in excluded if _inside(one, inside))
        return canonicalise(
            self.document.tree if apex is None else apex,
            method,
            comments=self.comments,
            excluded=excluded,
            declared=self.document.declared_prefixes,
            inherits=self.document.has_xml_attributes,
        )

    def _with(self, apexes: tuple[Element, ...] | None, excluded: tuple[Element, ...]) -> NodeSet:
        if max(len(apexes or ()), len(excluded)) > MOST_SUBTREES:
            raise UnresolvedError(
                "The transforms select or leave out more than {bound} parts.", bound=MOST_SUBTREES
            )
        return NodeSet(
            document=self.document, apexes=apexes, excluded=excluded, comments=self.comments
        )


def outermost(elements: Iterable[Element]) -> tuple[Element, ...]:
    """Return the elements, each once, without those inside another of them."""
    unique = dict.fromkeys(elements)
    if len(unique) < 2:
        return tuple(unique)
    return tuple(one for one in unique if not any(up in unique for up in one.iterancestors()))


def in_document_order(document: XMLDocument, elements: Iterable[Element]) -> tuple[Element, ...]:
    """Return the elements as they follow each other in the document."""
    wanted = set(elements)
    if len(wanted) < 2:
        return tuple(wanted)
    return tuple(one for one in document.root.iter(etree.Element) if one in wanted)


def _inside(element: Element, containers: set[Element]) -> bool:
    return element in containers or not containers.isdisjoint(element.iterancestors())


def _text_without(root: Element, excluded: set[Element]) -> Sequence[str]:
    texts: list[str] = []
    pending: list[Element | str] = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, str):
            texts.append(node)
            continue
        # In document order: text, children, then what follows the end tag.
        following: list[Element | str] = []
        if is_element(node) and node not in excluded:
            following += [node.text or "", *node]
        if node is not root:
            following.append(node.tail or "")
        pending.extend(reversed(following))
    return texts
