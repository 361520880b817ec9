"""A parser that refuses what a signed document has no business to carry.

No DTD, no entities, no network, no unbounded depth. What a text means is never changed:
white space, comments and processing instructions stay.

Spec: W3C XML 1.0; XML Signature Best Practices §2 (denial of service)
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping

from lxml import etree

from esign.errors import MalformedXMLError, UsageError
from esign.limits import Budget
from esign.xml.names import ID_ATTRIBUTES
from esign.xml.tree import Element, is_element
from esign.xml.weight import has_more_attributes, namespace_steps

ORDINARY_SIZE = 10_000_000
"""libxml2 bounds depth (256) and text (10 MB) by itself below this size; above it we do."""
SMALLEST_ELEMENT = len("<a/>")


class XMLDocument:
    """One parsed document: the tree, and an index of ids made when first asked for.

    A tree belongs to one call: canonicalisation marks it and takes the marks away again.
    """

    __slots__ = ("_ids", "_prefixes", "_xml_attributes", "octets", "root", "steps", "tree")

    def __init__(self, root: Element, octets: bytes) -> None:
        self.root = root
        self.tree = root.getroottree()
        self.octets = octets
        self.steps = 0
        """What looking up namespaces costs whenever all of it is canonicalised."""
        self._ids: Mapping[str, tuple[Element, ...]] | None = None
        self._prefixes: tuple[str, ...] | None = None
        self._xml_attributes: bool | None = None

    def by_id(self, value: str) -> tuple[Element, ...]:
        """Return the elements that carry ``value`` as an id, under any spelling; at most two."""
        if self._ids is None:
            self._ids = _index(self.root)
        return self._ids.get(value, ())

    @property
    def has_xml_attributes(self) -> bool:
        """True when an attribute such as ``xml:lang`` stands anywhere; parts inherit it."""
        if self._xml_attributes is None:
            self._xml_attributes = bool(_HAS_XML_ATTRIBUTES(self.root))
        return self._xml_attributes

    @property
    def declared_prefixes(self) -> tuple[str, ...] | None:
        """Every prefix declared anywhere, ``#default`` included; None when not easily told.

        Read from the octets, so text that looks like a declaration may add some.
        """
        if self._prefixes is None:
            self._prefixes = _declared(self.octets, self.tree.docinfo.encoding)
        return self._prefixes or None

    def select(self, xpath: str) -> Element:
        """Return the one element that the caller's (never the document's) XPath selects.

        Prefixes are those declared on the root element.

        Raises:
            UsageError: the expression is wrong, or does not select exactly one element.
        """
        namespaces = {prefix: uri for prefix, uri in self.root.nsmap.items() if prefix}
        try:
            found = self.root.xpath(xpath, namespaces=namespaces, smart_strings=False)
        except (etree.XPathError, ValueError) as error:
            raise UsageError("{xpath} is no XPath: {reason}.", xpath=xpath, reason=error) from error
        one = found[0] if isinstance(found, list) and len(found) == 1 else None
        if not isinstance(one, Element) or not is_element(one):
            raise UsageError(
                "{xpath} must select exactly one element of the document.", xpath=xpath
            )
        return one

    @property
    def has_outer_instructions(self) -> bool:
        """True when processing instructions stand before or after the root element."""
        return any(
            isinstance(node, etree._ProcessingInstruction)  # noqa: SLF001
            for preceding in (True, False)
            for node in self.root.itersiblings(preceding=preceding)
        )


def parse_xml(octets: bytes, budget: Budget, *, only_read: bool = False) -> XMLDocument:
    """Return the document.

    Args:
        octets: the document.
        budget: what it may cost.
        only_read: nobody will canonicalise the tree, so what that would cost is not asked.

    Raises:
        MalformedXMLError: not well-formed, or a DTD is present.
        LimitExceededError: larger, deeper or of more elements than allowed.
    """
    budget.require_within("xml_octets", len(octets))
    _refuse_doctype(octets)
    large = len(octets) > ORDINARY_SIZE
    try:
        root = etree.fromstring(octets, _parser(large=large))
    except etree.XMLSyntaxError as error:
        raise MalformedXMLError(
            "The XML is not well-formed: {reason}.", reason=error.msg or "no element found"
        ) from error
    except ValueError as error:
        raise MalformedXMLError("The XML cannot be read: {reason}.", reason=error) from error
    document = XMLDocument(root, octets)
    _check_tree(document, budget, large=large)
    if not only_read:
        _check_canonical_cost(document, budget)
    return document


def looks_like_xml(head: bytes) -> bool:
    """True when the first octets can begin an XML document, in UTF-8 or UTF-16."""
    for mark in (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"):
        head = head.removeprefix(mark)
    return head.replace(b"\0", b"").lstrip()[:1] == b"<"


class _Parsers(threading.local):
    """One parser per thread: lxml would otherwise make threads wait for each other."""

    ordinary: etree.XMLParser | None = None
    large: etree.XMLParser | None = None


_PARSERS = _Parsers()


def _parser(*, large: bool) -> etree.XMLParser:
    parser = _PARSERS.large if large else _PARSERS.ordinary
    if parser is None:
        _make_default_prefix_known()
        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            dtd_validation=False,
            collect_ids=False,
            huge_tree=large,
        )
        setattr(_PARSERS, "large" if large else "ordinary", parser)
    return parser


def _make_default_prefix_known() -> None:
    """Let exclusive canonicalisation honour ``#default`` in a PrefixList.

    lxml drops listed prefixes that its thread's dictionary of names does not hold, since
    no document can then use them; ``#default`` is no name in any XML, so it has to be put
    there. Only the HTML tokeniser takes it for one.
    """
    etree.fromstring("<p #default=''/>", etree.HTMLParser())


_DOCTYPES = tuple(
    (encoding, "<!DOCTYPE".encode(encoding)) for encoding in ("latin-1", "utf-16-le", "utf-16-be")
)
_PROLOG = re.compile(r"(?:\ufeff)?(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)


def _refuse_doctype(octets: bytes) -> None:
    """Refuse a DTD before libxml2 sees it, so that no entity is ever declared."""
    for encoding, mark in _DOCTYPES if b"\0" in octets else _DOCTYPES[:1]:
        position = octets.find(mark)
        if position < 0:
            continue
        head = octets[:position].removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe")
        text = head.removeprefix(b"\xfe\xff").decode(encoding, "replace")
        match = _PROLOG.match(text)
        if match is not None and match.end() == len(text):
            raise _doctype_error()


def _doctype_error() -> MalformedXMLError:
    return MalformedXMLError(
        "The XML declares a document type (DTD). Entities and defaults from a DTD can change"
        " what a document says without changing what was signed, so it is refused."
    )


def _check_tree(document: XMLDocument, budget: Budget, *, large: bool) -> None:
    if document.tree.docinfo.internalDTD is not None:
        raise _doctype_error()
    if len(document.octets) // SMALLEST_ELEMENT > budget.limits.xml_nodes:
        budget.require_within("xml_nodes", int(_COUNT(document.root)))
    depth = budget.limits.xml_depth
    if (large or depth < _LIBXML2_DEPTH) and _deeper_than(depth)(document.root):
        budget.require_within("xml_depth", depth + 1)


def _check_canonical_cost(document: XMLDocument, budget: Budget) -> None:
    root, octets, encoding = document.root, document.octets, document.tree.docinfo.encoding
    if has_more_attributes(root, octets, encoding, budget.limits.xml_attributes):
        budget.require_within("xml_attributes", budget.limits.xml_attributes + 1)
    document.steps = namespace_steps(root, octets, encoding)
    budget.require_within("xml_namespace_steps", document.steps)


_IDS = frozenset(ID_ATTRIBUTES)
_AMBIGUOUS = 2
_LIBXML2_DEPTH = 256
_COUNT = etree.XPath("count(//*)")
_HAS_XML_ATTRIBUTES = etree.XPath("boolean(//@xml:*)")


def _deeper_than(depth: int) -> etree.XPath:
    return etree.XPath("boolean(" + "/*" * (depth + 1) + ")")


_PREFIX = re.compile(rb"([^\s=]+)\s*=")
_FEW = 32
"""With more prefixes than this, looking for each at every element costs too much."""


def _declared(octets: bytes, encoding: str | None) -> tuple[str, ...]:
    """Return the prefixes, or nothing when they are many or not in plain sight."""
    if (encoding or "utf-8").lower() not in ("utf-8", "us-ascii", "ascii"):
        return ()
    declared = map(_PREFIX.match, octets.split(b"xmlns:")[1:])
    found = {match[1] for match in declared if match}
    if len(found) > _FEW:
        return ()
    try:
        return ("#default", *sorted(one.decode("utf-8") for one in found))
    except UnicodeDecodeError:
        return ()


def _index(root: Element) -> dict[str, tuple[Element, ...]]:
    found: dict[str, tuple[Element, ...]] = {}
    for element in root.iter(etree.Element):
        for name in element.keys():  # noqa: SIM118 - an element iterates over its children
            if name in _IDS and (value := element.get(name)) is not None:
                known = found.get(value, ())
                # Two are as ambiguous as a thousand, and a thousand would cost.
                if len(known) < _AMBIGUOUS and element not in known:
                    found[value] = (*known, element)
    return found


def parse_own(octets: bytes) -> Element:
    """Return the root of XML that this process wrote from a tree it had checked."""
    return etree.fromstring(octets, _parser(large=len(octets) > ORDINARY_SIZE))
