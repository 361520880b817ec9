"""The qualifications extension: qualifiers, and which certificates they are about.

Spec: TS 119 612 §5.5.9.2
"""

from __future__ import annotations

from esign.trustlists.model import Criterion, QualificationElement
from esign.trustlists.names import sie, tslx
from esign.trustlists.texts import first_child, text_of
from esign.xml.tree import Element, local_name

_LIST = sie("CriteriaList")
_KEY_USAGE = sie("KeyUsage")
_BIT = sie("KeyUsageBit")
_POLICIES = sie("PolicySet")
_OTHER = sie("otherCriteriaList")
_DESCRIPTION = sie("Description")
_EXTENDED = tslx("ExtendedKeyUsage")
_SUBJECT = tslx("CertSubjectDNAttribute")
_IDENTIFIER = "{http://uri.etsi.org/01903/v1.3.2#}Identifier"
_QUALIFIERS = sie("Qualifiers")
_QUALIFIER = sie("Qualifier")
_ASSERTIONS = frozenset({"all", "atLeastOne", "none"})
_UNKNOWN = Criterion(kind="unknown")


def read_qualifications(element: Element) -> list[QualificationElement]:
    """Return the elements of one Qualifications extension."""
    return [_qualification(each) for each in element.iterchildren(sie("QualificationElement"))]


def _qualification(element: Element) -> QualificationElement:
    criteria = first_child(element, _LIST)
    qualifiers = first_child(element, _QUALIFIERS)
    return QualificationElement(
        qualifiers=tuple(
            (each.get("uri") or "").rpartition("/")[2]
            for each in (() if qualifiers is None else qualifiers.iterchildren(_QUALIFIER))
        ),
        criterion=_UNKNOWN if criteria is None else _criteria(criteria),
    )


def _criteria(element: Element, depth: int = 0) -> Criterion:
    assertion = element.get("assert", "")
    if assertion not in _ASSERTIONS or depth > _DEPTH:
        return _UNKNOWN
    parts: list[Criterion] = []
    for child in element.iterchildren("*"):
        name = child.tag
        if name == _LIST:
            parts.append(_criteria(child, depth + 1))
        elif name == _OTHER:
            parts += [_other(each) for each in child.iterchildren("*")]
        elif name != _DESCRIPTION:
            parts.append(_simple(child))
    return Criterion(kind=assertion, parts=tuple(parts))


_DEPTH = 16
"""Lists of criteria inside each other; real lists have two."""


def _simple(element: Element) -> Criterion:
    if element.tag == _KEY_USAGE:
        bits = [(each.get("name") or "", text_of(each)) for each in element.iterchildren(_BIT)]
        values = tuple(("+" if on in {"true", "1"} else "-") + name for name, on in bits)
        return Criterion(kind="KeyUsage", values=values)
    if element.tag == _POLICIES:
        return Criterion(kind="PolicySet", values=_identifiers(element))
    return _UNKNOWN


def _other(element: Element) -> Criterion:
    """Return a criterion of the optional kinds (§5.5.9.2.2.3)."""
    if element.tag in {_EXTENDED, _SUBJECT}:
        kind = "ExtendedKeyUsage" if local_name(element) == "ExtendedKeyUsage" else "SubjectDN"
        return Criterion(kind=kind, values=_identifiers(element))
    return _UNKNOWN


def _identifiers(element: Element) -> tuple[str, ...]:
    return tuple(
        text_of(each).lower().removeprefix("urn:oid:") for each in element.iter(_IDENTIFIER)
    )
