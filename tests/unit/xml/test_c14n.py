"""Canonicalisation agrees with the specification's rules where a library is known to fail."""

from __future__ import annotations

import pytest
from lxml import etree

from esign.xml.c14n import Method, canonicalise, method_for
from esign.xml.names import C14N_10, C14N_11, C14N_EXCLUSIVE
from tests.support.xml_making import xml

DOCUMENT = (
    '<?go?><w xmlns="urn:d" xmlns:p="urn:p" xml:lang="az"'
    ' xml:base="http://example.org/a/b" xml:id="r">'
    '<r xml:base="../c/"><S xmlns:k="urn:k">zz<q/></S>tail<p:b xmlns:p="urn:p"><c/></p:b></r></w>'
)


def _method(uri: str, *prefixes: str) -> Method:
    method = method_for(uri, prefixes)
    assert method is not None
    return method


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        (
            C14N_10,
            (
                b'<r xmlns="urn:d" xmlns:p="urn:p" xml:base="../c/" xml:id="r" xml:lang="az">'
                b'<S xmlns:k="urn:k">zz<q></q></S>tail<p:b><c></c></p:b></r>'
            ),
        ),
        (
            C14N_11,
            (
                b'<r xmlns="urn:d" xmlns:p="urn:p" xml:base="http://example.org/c/" xml:lang="az">'
                b'<S xmlns:k="urn:k">zz<q></q></S>tail<p:b><c></c></p:b></r>'
            ),
        ),
        (
            C14N_EXCLUSIVE,
            (
                b'<r xmlns="urn:d" xml:base="../c/"><S>zz<q></q></S>tail'
                b'<p:b xmlns:p="urn:p"><c></c></p:b></r>'
            ),
        ),
    ],
)
def test_element_is_written_in_its_context(uri: str, expected: bytes) -> None:
    """Inherited namespaces and xml: attributes are there as each method wants them."""
    document = xml(DOCUMENT)
    assert canonicalise(document.root[0], _method(uri)) == expected


def test_default_namespace_survives_two_levels() -> None:
    """A default namespace is not undeclared on grandchildren of the apex."""
    document = xml('<w><r xmlns="urn:d"><b><c><d/></c></b></r></w>')
    written = canonicalise(document.root[0], _method(C14N_10))
    assert written == b'<r xmlns="urn:d"><b><c><d></d></c></b></r>'


def test_redundant_declaration_is_dropped_two_levels_down() -> None:
    """A prefix declared again below with the same name is written once."""
    document = xml('<w xmlns:p="urn:p"><p:r><p:b><p:c xmlns:p="urn:p"/></p:b></p:r></w>')
    written = canonicalise(document.root[0], _method(C14N_10))
    assert written == b'<p:r xmlns:p="urn:p"><p:b><p:c></p:c></p:b></p:r>'


def test_default_prefix_in_the_list_is_honoured() -> None:
    """``#default`` in a PrefixList makes the default namespace inclusive."""
    document = xml('<w xmlns="urn:d" xmlns:p="urn:p"><p:a><p:b/></p:a></w>')
    listed = canonicalise(document.root[0], _method(C14N_EXCLUSIVE, "#default"))
    plain = canonicalise(document.root[0], _method(C14N_EXCLUSIVE))
    assert listed == b'<p:a xmlns="urn:d" xmlns:p="urn:p"><p:b></p:b></p:a>'
    assert plain == b'<p:a xmlns:p="urn:p"><p:b></p:b></p:a>'


def test_whole_document_keeps_what_stands_around_the_root() -> None:
    """Instructions and, with comments, comments around the root are written on their lines."""
    document = xml("<?go x?><!-- c --><a/><?stop?>")
    plain = canonicalise(document.tree, _method(C14N_10))
    commented = canonicalise(document.tree, _method(C14N_10 + "#WithComments"))
    assert plain == b"<?go x?>\n<a></a>\n<?stop?>"
    assert commented == b"<?go x?>\n<!-- c -->\n<a></a>\n<?stop?>"


def test_comments_need_method_and_node_set() -> None:
    """Comments are written when the method and the node-set both have them."""
    document = xml("<a><!-- c --></a>")
    method = _method(C14N_EXCLUSIVE + "WithComments")
    assert canonicalise(document.tree, method) == b"<a><!-- c --></a>"
    assert canonicalise(document.tree, method, comments=False) == b"<a></a>"


@pytest.mark.parametrize("uri", [C14N_10, C14N_11, C14N_EXCLUSIVE])
def test_excluded_subtree_leaves_its_tail(uri: str) -> None:
    """What is cut out takes its inside with it and not the text that follows."""
    document = xml('<a>x<b p="&gt;"><c>in</c></b>tail<b/>end</a>')
    first, second = document.root
    written = canonicalise(document.tree, _method(uri), excluded=[first, second])
    assert written == b"<a>xtailend</a>"


def test_tree_is_left_as_it_was() -> None:
    """Marks and lent attributes are taken away again, after an error too."""
    document = xml(DOCUMENT)
    before = etree.tostring(document.tree)
    canonicalise(document.root[0], _method(C14N_11), excluded=[document.root[0][0]])
    assert etree.tostring(document.tree) == before
    broken = xml('<a xml:lang="az"><b xmlns:p="relative"><c/></b></a>')
    before = etree.tostring(broken.tree)
    with pytest.raises(etree.C14NError):
        canonicalise(broken.root[0], _method(C14N_10), excluded=[broken.root[0][0]])
    assert etree.tostring(broken.tree) == before


@pytest.mark.parametrize(
    "uri",
    ["", "urn:x", C14N_10 + "#", C14N_10 + "#Other", C14N_EXCLUSIVE[:-1], C14N_EXCLUSIVE + "x"],
)
def test_other_names_are_no_method(uri: str) -> None:
    """Only the exact URIs name a canonicalisation."""
    assert method_for(uri) is None
