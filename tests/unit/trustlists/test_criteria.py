"""Qualifiers and the conditions under which they apply."""

from __future__ import annotations

import pytest

from esign.trustlists.criteria import read_qualifications
from esign.xml.parser import parse_own

_WRAP = (
    '<q:Qualifications xmlns:q="http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-'
    'TrustedList/#" xmlns:x="http://uri.etsi.org/01903/v1.3.2#" '
    'xmlns:a="http://uri.etsi.org/02231/v2/additionaltypes#"><q:QualificationElement>'
    '<q:Qualifiers><q:Qualifier uri="http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/'
    'QCWithQSCD"/></q:Qualifiers>{}</q:QualificationElement></q:Qualifications>'
)


def _criterion(markup: str):
    (element,) = read_qualifications(parse_own(_WRAP.format(markup).encode()))
    assert element.qualifiers == ("QCWithQSCD",)
    return element.criterion


def test_conditions_are_read() -> None:
    """Key usage, policies with and without urn:oid:, nested lists and other criteria."""
    read = _criterion(
        '<q:CriteriaList assert="all"><q:KeyUsage><q:KeyUsageBit name="nonRepudiation">true'
        '</q:KeyUsageBit><q:KeyUsageBit name="keyCertSign">false</q:KeyUsageBit></q:KeyUsage>'
        '<q:CriteriaList assert="atLeastOne"><q:PolicySet><q:PolicyIdentifier><x:Identifier>'
        "urn:oid:1.2.3</x:Identifier></q:PolicyIdentifier></q:PolicySet></q:CriteriaList>"
        "<q:otherCriteriaList><a:ExtendedKeyUsage><a:KeyPurposeId><x:Identifier>1.2.4"
        "</x:Identifier></a:KeyPurposeId></a:ExtendedKeyUsage></q:otherCriteriaList>"
        "<q:Description>all of it</q:Description></q:CriteriaList>"
    )
    usage, nested, extended = read.parts
    assert read.kind == "all"
    assert usage.values == ("+nonRepudiation", "-keyCertSign")
    assert (nested.kind, nested.parts[0].values) == ("atLeastOne", ("1.2.3",))
    assert (extended.kind, extended.values) == ("ExtendedKeyUsage", ("1.2.4",))


@pytest.mark.parametrize(
    "markup",
    [
        "",
        '<q:CriteriaList assert="most"/>',
        "<q:CriteriaList/>",
        '<q:CriteriaList assert="all">' * 20 + "</q:CriteriaList>" * 20,
    ],
)
def test_what_is_not_understood_is_unknown(markup: str) -> None:
    """No list, an unknown assertion, or endless nesting ends in a condition nobody meets."""
    read = _criterion(markup)
    while read.kind == "all" and read.parts:
        read = read.parts[0]
    assert read.kind == "unknown"


def test_an_unknown_condition_stays_in_its_place() -> None:
    """It is not skipped, because skipping would make the rest decide."""
    read = _criterion('<q:CriteriaList assert="all"><q:Moon/></q:CriteriaList>')
    assert [part.kind for part in read.parts] == ["unknown"]
