"""A list as plain data, and back."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from esign.trustlists.model import Criterion, QualificationElement, TrustedList
from esign.trustlists.packing import packed, unpacked
from esign.trustlists.reading import read_list
from tests.support.lists import fixture

LISTED = read_list(fixture("zy.xml"))

_CRITERIA = st.recursive(
    st.builds(
        Criterion,
        kind=st.sampled_from(["KeyUsage", "PolicySet", "unknown"]),
        values=st.lists(st.text(max_size=5), max_size=3).map(tuple),
    ),
    lambda inner: st.builds(
        Criterion, kind=st.just("all"), parts=st.lists(inner, max_size=3).map(tuple)
    ),
    max_leaves=6,
)


def _with(criterion: Criterion) -> TrustedList:
    element = QualificationElement(qualifiers=("QCForESig",), criterion=criterion)
    service = LISTED.services[0]
    period = replace(service.periods[0], qualifications=(element,))
    return replace(LISTED, services=(replace(service, periods=(period,)),))


@given(_CRITERIA)
def test_packing_loses_nothing(criterion: Criterion) -> None:
    """Whatever the conditions, the list that comes back is the list that went in."""
    listed = _with(criterion)
    through = json.loads(json.dumps(packed(listed, lambda one: one)))
    assert unpacked(through, str) == listed
