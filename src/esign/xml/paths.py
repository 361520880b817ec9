"""The XPath expressions that signatures use, recognised by form and never by an engine.

An XPath engine on expressions from a document is a way to stop a verifier (and to sign
almost nothing while looking as if everything were signed). What occurs in the field fits
a handful of forms; everything else is reported as not followed.

Spec: W3C XML Signature 1.1 §6.6.3, XML-Signature XPath Filter 2.0 §3; Best Practices §2.1
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from esign.xml.names import DS, ds
from esign.xml.nodeset import MOST_SUBTREES, NodeSet, UnresolvedError, outermost
from esign.xml.parser import XMLDocument
from esign.xml.tree import Element, text_pieces

_NAME = r"(?:[\w.-]+:)?(?:[\w.-]+|\*)"
_NOT_INSIDE = re.compile(rf"not\(ancestor-or-self::({_NAME})\)")
_INSIDE = re.compile(rf"ancestor-or-self::({_NAME})")
_OWN_BY_COUNT = re.compile(
    rf"count\(ancestor-or-self::(?P<a>{_NAME})\|here\(\)/ancestor::(?P<b>{_NAME})\[1\]\)"
    rf">count\(ancestor-or-self::(?P<c>{_NAME})\)"
)
_ANYWHERE = re.compile(rf"(?://|/descendant::|/descendant-or-self::|descendant::)({_NAME})")
_OWN = re.compile(rf"here\(\)/ancestor::({_NAME})(?:\[1\])?")
_STEPS = re.compile(rf"(?:/{_NAME})+")
_BY_ID = re.compile(r"""id\((?:'([^']+)'|"([^"]+)")\)""")
_LONGEST = 2_000


def filter_by_expression(nodes: NodeSet, xpath: Element, signature: Element) -> NodeSet:
    """Return the nodes for which the XPath 1.0 transform's expression is true."""
    expression = _expression(xpath)
    namespaces = xpath.nsmap
    own = _OWN_BY_COUNT.fullmatch(expression)
    if own and all(_clark(own[name], namespaces) == ds("Signature") for name in "abc"):
        return nodes.without([signature])
    inside = _INSIDE.fullmatch(expression)
    if inside:
        return nodes.within(_named(nodes.document, _clark(inside[1], namespaces)))
    for part in re.split(r"(?<=\))and(?=not\()", expression):
        match = _NOT_INSIDE.fullmatch(part)
        if match is None:
            raise _not_followed(expression)
        nodes = nodes.without(_named(nodes.document, _clark(match[1], namespaces)))
    return nodes


def filter_by_subtrees(nodes: NodeSet, filters: list[Element], signature: Element) -> NodeSet:
    """Return what the intersect and subtract steps of XPath Filter 2.0 leave.

    Intersections and subtractions of subtrees may be done in any order; a union may not,
    and no signature seen in the field has one.
    """
    for xpath in filters:
        expression = _expression(xpath)
        kind = xpath.get("Filter")
        if expression == "/" and kind in ("intersect", "union"):
            continue
        chosen = _select(nodes.document, expression, xpath.nsmap, signature)
        if kind == "subtract":
            nodes = nodes.without(chosen)
        elif kind == "intersect":
            nodes = nodes.within(chosen)
        else:
            raise UnresolvedError("The XPath filter {kind} is not followed.", kind=repr(kind))
    return nodes


def _select(
    document: XMLDocument,
    expression: str,
    namespaces: Mapping[str | None, str],
    signature: Element,
) -> list[Element]:
    chosen: list[Element] = []
    for part in expression.split("|"):
        chosen.extend(_select_one(document, part, namespaces, signature))
    return chosen


def _select_one(
    document: XMLDocument,
    expression: str,
    namespaces: Mapping[str | None, str],
    signature: Element,
) -> Iterator[Element]:
    if match := _ANYWHERE.fullmatch(expression):
        yield from outermost(_named(document, _clark(match[1], namespaces)))
    elif (match := _OWN.fullmatch(expression)) and _clark(match[1], namespaces) == ds("Signature"):
        yield signature
    elif match := _BY_ID.fullmatch(expression):
        yield from document.by_id(match[1] or match[2])
    elif _STEPS.fullmatch(expression):
        yield from _walk(document, [_clark(s, namespaces) for s in expression[1:].split("/")])
    else:
        raise _not_followed(expression)


def _walk(document: XMLDocument, names: list[str]) -> list[Element]:
    root = document.root
    found = [root] if names[0] in ("*", root.tag) else []
    for name in names[1:]:
        found = [child for one in found for child in one.iterchildren(name)][: MOST_SUBTREES + 1]
    return found


def _named(document: XMLDocument, name: str) -> list[Element]:
    found = list(islice(document.root.iter(name), MOST_SUBTREES + 1))
    if len(found) > MOST_SUBTREES:
        raise UnresolvedError(
            "The transforms select or leave out more than {bound} parts.", bound=MOST_SUBTREES
        )
    return found


def _clark(name: str, namespaces: Mapping[str | None, str]) -> str:
    """Resolve a name test; an unprefixed name is in no namespace (XPath 1.0 §2.3)."""
    prefix, colon, local = name.rpartition(":")
    if not colon:
        return name
    if prefix == "ds" and prefix not in namespaces:
        return "{" + DS + "}" + local
    uri = namespaces.get(prefix)
    if uri is None:
        raise UnresolvedError("The XPath prefix {prefix} is not declared.", prefix=prefix)
    return "{" + uri + "}" + local


def _expression(xpath: Element) -> str:
    text = "".join(text_pieces(xpath))
    if len(text) > _LONGEST:
        raise _not_followed(text[:40] + "...")
    return re.sub(r"\s+", "", text)


def _not_followed(expression: str) -> UnresolvedError:
    return UnresolvedError(
        "The XPath expression {expression} is not one of the forms followed here.",
        expression=repr(expression),
    )
