"""The reference processor: from a ``ds:Reference`` to octets, and to whether they match.

A reference is followed inside its own document, or to a document the caller gave. Nothing
is ever fetched: ``http:`` and ``file:`` addresses are only names. What cannot be followed
is said, never guessed.

Spec: W3C XML Signature 1.1 §3.2.1, §4.4.3
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence
from typing import NamedTuple

from esign.crypto.algorithms import DigestAlgorithm, digest_by_uri
from esign.document import Document
from esign.limits import Budget
from esign.messages import Message
from esign.xml.c14n import DEFAULT_METHOD, Method
from esign.xml.names import ds
from esign.xml.nodeset import NodeSet, UnresolvedError
from esign.xml.parser import XMLDocument
from esign.xml.text import leaf_octets, unquote_uri
from esign.xml.transforms import apply_transform, transforms_of
from esign.xml.tree import Element, only_children


class Target(NamedTuple):
    """What a reference selects, before and after it became octets."""

    nodes: NodeSet | None = None
    """The last node-set within the document it started in; None when there was none."""
    reread: NodeSet | None = None
    """The last node-set after octets were read as XML again on the way."""
    external: Document | None = None
    """The given document it started from; None inside the signature's own document."""
    octets: bytes | None = None
    """The octets to be digested; None for a given document taken as it is."""


class Outcome(NamedTuple):
    """What became of one reference."""

    element: Element
    uri: str | None
    type: str
    algorithm: DigestAlgorithm | None
    target: Target | None
    intact: bool
    expected: bytes | None = None
    """The digest in the document; None when it is not plain base64, or not one."""
    transforms: Sequence[Element] = ()
    problem: Message | None = None
    ambiguous: bool = False

    @property
    def found(self) -> bool:
        """True when the octets could be determined."""
        return self.target is not None


class ReferenceProcessor:
    """Follows references of one document and of those given beside it."""

    __slots__ = ("_budget", "_by_name", "detached", "document")

    def __init__(self, document: XMLDocument, detached: Sequence[Document], budget: Budget) -> None:
        self.document = document
        self.detached = tuple(detached)
        self._budget = budget
        self._by_name: dict[str, list[Document]] | None = None

    def check(
        self, reference: Element, signature: Element, *, only_external: bool = False
    ) -> Outcome:
        """Return whether what ``reference`` names is there and unchanged.

        Args:
            reference: a ds:Reference, of SignedInfo or of a manifest.
            signature: the ds:Signature that owns it.
            only_external: no other reference of the signature leaves the document, so one
                given document is what it means, whatever its name.
        """
        self._budget.spend("references")
        parts = only_children(reference)
        method = parts.get(_DIGEST_METHOD)
        algorithm = digest_by_uri(method.get("Algorithm", "") if method is not None else "")
        expected = leaf_octets(parts.get(_DIGEST_VALUE))
        transforms = transforms_of(reference) if _TRANSFORMS in parts else ()
        target: Target | None = None
        problem, ambiguous, intact = None, False, False
        try:
            target = self._follow(reference, transforms, signature, only_external)
            if algorithm is None:
                problem = _unknown_digest(method)
            else:
                digest = self.digest(target, algorithm)
                intact = expected is not None and hmac.compare_digest(expected, digest)
        except UnresolvedError as error:
            target, problem, ambiguous = None, error.message, error.ambiguous
        return Outcome(
            element=reference,
            uri=reference.get("URI"),
            type=reference.get("Type", ""),
            algorithm=algorithm,
            target=target,
            intact=intact,
            expected=expected,
            transforms=transforms,
            problem=problem,
            ambiguous=ambiguous,
        )

    def dereference(
        self, reference: Element, signature: Element, *, only_external: bool = False
    ) -> Target:
        """Return what a reference selects after its transforms.

        Raises:
            UnresolvedError: it cannot be found, or a transform cannot be applied.
        """
        return self._follow(reference, transforms_of(reference), signature, only_external)

    def _follow(
        self,
        reference: Element,
        transforms: Sequence[Element],
        signature: Element,
        only_external: bool,
    ) -> Target:
        self._budget.require_within("transforms", len(transforms))
        target = self._start(reference.get("URI"), only_external)
        for transform in transforms:
            target = self._step(target, transform, signature)
        return target

    def octets(self, target: Target, method: Method = DEFAULT_METHOD) -> bytes:
        """Return the octets of a target; a node-set is canonicalised (§4.4.3.2)."""
        if target.octets is not None:
            return target.octets
        nodes = target.reread or target.nodes
        if nodes is not None:
            return self._canonical(nodes, method)
        if target.external is None:
            raise UnresolvedError("The reference leads to nothing.")
        return target.external.whole(self._budget.limits.xml_octets)

    def digest(self, target: Target, algorithm: DigestAlgorithm) -> bytes:
        """Return the digest of a target; a given document is digested once."""
        untouched = target.octets is None and target.nodes is None and target.reread is None
        if untouched and target.external is not None:
            return target.external.digest(algorithm.hashlib_name)
        return algorithm.digest(self.octets(target))

    def _canonical(self, nodes: NodeSet, method: Method) -> bytes:
        self._budget.spend("xml_namespace_steps", nodes.document.steps)
        octets = nodes.octets(method)
        self._budget.spend("xml_canonical_octets", _cost(nodes, octets))
        return octets

    def _start(self, uri: str | None, only_external: bool) -> Target:
        if uri is None:
            return Target(external=self._the_only_document())
        if uri == "":
            return Target(nodes=NodeSet(document=self.document, comments=False))
        if uri.startswith("#"):
            return Target(nodes=self._fragment(uri[1:]))
        return Target(external=self._external(uri, only_external))

    def _fragment(self, fragment: str) -> NodeSet:
        if fragment == "xpointer(/)":
            return NodeSet(document=self.document)
        pointer = _XPOINTER_ID.fullmatch(fragment) if fragment.startswith("xpointer(") else None
        if pointer:
            return self._identified(pointer[1] or pointer[2], comments=True)
        if "(" in fragment and not self.document.by_id(fragment):
            raise UnresolvedError(
                "The pointer {pointer} is not one of the forms followed here.",
                pointer=repr("#" + fragment),
            )
        return self._identified(fragment, comments=False)

    def _identified(self, value: str, *, comments: bool) -> NodeSet:
        found = self.document.by_id(value) or self.document.by_id(unquote_uri(value))
        if len(found) > 1:
            raise UnresolvedError(
                "More than one element carries the id {id}; which one was signed cannot be told.",
                ambiguous=True,
                id=repr(value),
            )
        if not found:
            raise UnresolvedError("No element carries the id {id}.", id=repr(value))
        return NodeSet(document=self.document, apexes=found, comments=comments)

    def _external(self, uri: str, only_external: bool) -> Document:
        if self._by_name is None:
            self._by_name = {}
            for given in self.detached:
                self._by_name.setdefault(given.name, []).append(given)
        name = unquote_uri(uri)
        found = self._by_name.get(uri) or self._by_name.get(name) or []
        if not found and not _HAS_SCHEME.match(uri):
            found = self._by_name.get(name.removeprefix("./").rpartition("/")[2], [])
        if not found and only_external and len(self.detached) == 1:
            return self.detached[0]
        if len(found) > 1:
            raise UnresolvedError(
                "{count} given documents are called {name}; which one is meant cannot be told.",
                ambiguous=True,
                count=len(found),
                name=repr(name),
            )
        if not found:
            raise UnresolvedError(
                "The document {name} was signed but not given; give it beside the signature.",
                name=repr(uri),
            )
        return found[0]

    def _the_only_document(self) -> Document:
        if len(self.detached) != 1:
            raise UnresolvedError(
                "The reference does not name its document, and {count} documents were given;"
                " exactly one would be taken as the one meant.",
                count=len(self.detached),
            )
        return self.detached[0]

    def _step(self, target: Target, transform: Element, signature: Element) -> Target:
        data: NodeSet | bytes | None = target.octets
        if data is None:
            data = target.reread or target.nodes
        if data is None:
            data = self.octets(target)
        if isinstance(data, NodeSet):
            self._budget.spend("xml_canonical_octets", len(data.document.octets) // 8)
            self._budget.spend("xml_namespace_steps", data.document.steps)
        result = apply_transform(data, transform, signature, self._budget)
        if isinstance(data, NodeSet):
            self._budget.spend("xml_canonical_octets", _cost(data, result))
        if isinstance(result, bytes):
            return Target(
                nodes=target.nodes,
                reread=target.reread,
                external=target.external,
                octets=result,
            )
        started_here = target.octets is None and target.reread is None
        if started_here and target.external is None:
            return Target(nodes=result)
        return Target(nodes=target.nodes, external=target.external, reread=result)


_DIGEST_METHOD, _DIGEST_VALUE = ds("DigestMethod"), ds("DigestValue")
_TRANSFORMS = ds("Transforms")
_XPOINTER_ID = re.compile(r"""xpointer\(id\((?:'([^']*)'|"([^"]*)")\)\)""")
_HAS_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def _cost(nodes: NodeSet, result: NodeSet | bytes) -> int:
    """Return the octets that were gone through, not only those that came out."""
    through = len(nodes.document.octets)
    if isinstance(result, NodeSet):
        # Looking for names is that much quicker than writing.
        return through // 8 + _PER_SUBTREE * result.subtrees
    partly = nodes.apexes is not None and not nodes.excluded
    return (len(result) if partly else through) + _PER_SUBTREE * nodes.subtrees


_PER_SUBTREE = 400
"""Octets that could be written in the time that selecting or leaving out a subtree takes."""


def _unknown_digest(method: Element | None) -> Message:
    name = "" if method is None else method.get("Algorithm", "")
    return Message("The digest algorithm {uri} is not known.", uri=name or "without a name")
