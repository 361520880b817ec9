"""Transforms of one reference, in the order the document gives them.

Spec: W3C XML Signature 1.1 §4.4.3.2, §4.4.3.4, §6.6
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from esign.errors import MalformedXMLError
from esign.limits import Budget
from esign.xml.c14n import Method, method_for
from esign.xml.names import (
    C14N_EXCLUSIVE,
    TRANSFORM_BASE64,
    TRANSFORM_ENVELOPED,
    TRANSFORM_FILTER2,
    TRANSFORM_XPATH,
    TRANSFORM_XSLT,
    ds,
)
from esign.xml.nodeset import NodeSet, UnresolvedError
from esign.xml.parser import parse_xml
from esign.xml.paths import filter_by_expression, filter_by_subtrees
from esign.xml.text import decode_base64
from esign.xml.tree import Element

Data = NodeSet | bytes
_PREFIXES = "{" + C14N_EXCLUSIVE + "}InclusiveNamespaces"
_FILTER = "{" + TRANSFORM_FILTER2 + "}XPath"
_TRANSFORMS, _TRANSFORM = ds("Transforms"), ds("Transform")


def apply_transform(data: Data, transform: Element, signature: Element, budget: Budget) -> Data:
    """Return what one ``ds:Transform`` makes of the data.

    Args:
        data: octets, or nodes of a document.
        transform: the element with Algorithm and parameters.
        signature: the ds:Signature it belongs to, which ``here()`` speaks of.
        budget: octets parsed on the way count against it.

    Raises:
        UnresolvedError: the transform is unknown, refused, or does not fit its input.
    """
    uri = transform.get("Algorithm", "")
    method = canonicalisation(transform)
    if method is not None:
        return _nodes(data, budget).octets(method)
    if uri == TRANSFORM_BASE64:
        return _decoded(data)
    step = _FILTERS.get(uri)
    if step is None:
        raise _unknown(uri)
    return step(_nodes(data, budget), transform, signature)


def canonicalisation(element: Element) -> Method | None:
    """Return the method a Transform or CanonicalizationMethod names, or None."""
    prefixes: tuple[str, ...] = ()
    if len(element):
        listed = element.find(_PREFIXES)
        if listed is not None:
            prefixes = tuple(listed.get("PrefixList", "").split())
    return method_for(element.get("Algorithm", ""), prefixes)


def _nodes(data: Data, budget: Budget) -> NodeSet:
    """Octets become a document, comments included (§4.4.3.2)."""
    if isinstance(data, NodeSet):
        return data
    try:
        return NodeSet(document=parse_xml(data, budget))
    except MalformedXMLError as error:
        raise UnresolvedError(
            "A transform needs XML, but its input is not: {reason}", reason=error.message
        ) from error


def _decoded(data: Data) -> bytes:
    decoded = decode_base64(data.text() if isinstance(data, NodeSet) else data)
    if decoded is None:
        raise UnresolvedError("The content to be decoded is not base64.")
    return decoded


def _enveloped(nodes: NodeSet, _: Element, signature: Element) -> NodeSet:
    """Leave the signature out.

    After a canonicalisation the nodes are those of another document, which the signature
    is not in. The specification has no word for it; Java's implementation leaves out
    nothing then, and the Spanish administration's client signs that way.
    """
    if signature.getroottree().getroot() is not nodes.document.root:
        return nodes
    return nodes.without([signature])


def _xpath(nodes: NodeSet, transform: Element, signature: Element) -> NodeSet:
    xpath = transform.find(ds("XPath"))
    if xpath is None:
        raise UnresolvedError("The XPath transform has no expression.")
    return filter_by_expression(nodes, xpath, signature)


def _filter2(nodes: NodeSet, transform: Element, signature: Element) -> NodeSet:
    filters = transform.findall(_FILTER)
    if not filters:
        raise UnresolvedError("The XPath filter transform has no expression.")
    return filter_by_subtrees(nodes, filters, signature)


_FILTERS: dict[str, Callable[[NodeSet, Element, Element], NodeSet]] = {
    TRANSFORM_ENVELOPED: _enveloped,
    TRANSFORM_XPATH: _xpath,
    TRANSFORM_FILTER2: _filter2,
}


def _unknown(uri: str) -> UnresolvedError:
    if uri == TRANSFORM_XSLT:
        return UnresolvedError("XSLT transforms are programs from the document and are refused.")
    return UnresolvedError("The transform {uri} is not known.", uri=uri or "without a name")


def transforms_of(container: Element) -> Sequence[Element]:
    """Return the ds:Transform elements in all ds:Transforms children, in document order."""
    return [
        one
        for listed in container.iterchildren(_TRANSFORMS)
        for one in listed.iterchildren(_TRANSFORM)
    ]
