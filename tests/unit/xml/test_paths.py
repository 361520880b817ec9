"""XPath is recognised by form: what is known is followed, nothing else is run."""

from __future__ import annotations

import pytest

from esign.xml.names import DS, TRANSFORM_ENVELOPED, TRANSFORM_FILTER2, TRANSFORM_XPATH
from tests.support.xml_making import octets_of, outcomes, reference, unsigned

OTHER = f'<x:Signature xmlns:x="{DS}"><x:Object>other</x:Object></x:Signature>'


def _xpath(expression: str) -> str:
    return (
        f'<ds:Transform Algorithm="{TRANSFORM_XPATH}"><ds:XPath xmlns:f="urn:f">{expression}'
        "</ds:XPath></ds:Transform>"
    )


def _filter(*steps: tuple[str, str]) -> str:
    written = "".join(
        f'<f2:XPath xmlns:f2="{TRANSFORM_FILTER2}" xmlns:f="urn:f" Filter="{kind}">{expression}'
        "</f2:XPath>"
        for kind, expression in steps
    )
    return f'<ds:Transform Algorithm="{TRANSFORM_FILTER2}">{written}</ds:Transform>'


def _document(transform: str) -> str:
    signature = unsigned(reference("", transform))
    return f'<a><b xmlns="urn:f" Id="i">1</b><c>2</c>{signature}{OTHER}</a>'


BOTH_OUT = b'<a><b xmlns="urn:f" Id="i">1</b><c>2</c></a>'
OWN_OUT = b'<a><b xmlns="urn:f" Id="i">1</b><c>2</c>' + OTHER.encode() + b"</a>"
COUNT = (
    "count(ancestor-or-self::ds:Signature | here()/ancestor::ds:Signature[1]) &gt; "
    "count(ancestor-or-self::ds:Signature)"
)


@pytest.mark.parametrize(
    ("transform", "expected"),
    [
        (_xpath("not(ancestor-or-self::ds:Signature)"), BOTH_OUT),
        (_xpath("\n not( ancestor-or-self::ds:Signature ) "), BOTH_OUT),
        (_xpath(COUNT), OWN_OUT),
        (_xpath("ancestor-or-self::f:b"), b'<b xmlns="urn:f" Id="i">1</b>'),
        (
            _xpath("not(ancestor-or-self::ds:Signature) and not(ancestor-or-self::c)"),
            b'<a><b xmlns="urn:f" Id="i">1</b></a>',
        ),
        (_filter(("subtract", "/descendant::ds:Signature")), BOTH_OUT),
        (_filter(("subtract", "//ds:Signature")), BOTH_OUT),
        (_filter(("subtract", "here()/ancestor::ds:Signature[1]")), OWN_OUT),
        (_filter(("intersect", "/"), ("subtract", "//ds:Signature")), BOTH_OUT),
        (_filter(("intersect", "/a/c")), b"<c>2</c>"),
        (_filter(("intersect", "/*/f:b | //c")), b'<b xmlns="urn:f" Id="i">1</b><c>2</c>'),
        (_filter(("intersect", "id('i')")), b'<b xmlns="urn:f" Id="i">1</b>'),
        (TRANSFORM_ENVELOPED, OWN_OUT),
    ],
)
def test_known_forms_are_followed(transform: str, expected: bytes) -> None:
    """Each known form selects what an XPath engine would."""
    assert octets_of(_document(transform)) == expected


@pytest.mark.parametrize(
    "transform",
    [
        _xpath("1 = 1"),
        _xpath("not(ancestor-or-self::ds:Signature) or not(ancestor-or-self::c)"),
        _xpath("not(ancestor-or-self::unknown:Signature)"),
        _xpath("self::text()"),
        _xpath("x" * 3000),
        _filter(("union", "//c")),
        _filter(("intersect", "//c[1]")),
        _filter(("intersect", "/a/d")),
        _filter(("other", "//c")),
        f'<ds:Transform Algorithm="{TRANSFORM_XPATH}"/>',
        f'<ds:Transform Algorithm="{TRANSFORM_FILTER2}"/>',
    ],
)
def test_other_forms_are_reported(transform: str) -> None:
    """Whatever else stands there is not found, with a reason, and never intact."""
    (outcome,) = outcomes(_document(transform))
    assert not outcome.found
    assert not outcome.intact
    assert outcome.problem is not None


def test_prefix_decides_by_its_namespace() -> None:
    """A prefix bound to another namespace does not name signatures."""
    transform = _xpath("not(ancestor-or-self::f:Signature)")
    assert octets_of(_document(transform)).count(b"<x:Signature") == 1
