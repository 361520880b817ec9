"""Trust snapshots as files: everything comes back, and nothing less is accepted."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esign.errors import EsignError, InputError
from esign.messages import Message
from esign.pki.anchors import AnchorSet, ServiceFacts, TrustAnchor
from esign.pki.snapshots import is_snapshot, read_snapshot, write_snapshot
from esign.terms import Purpose
from tests.support.pki import PKI

_MOMENTS = st.none() | st.datetimes(
    min_value=datetime(1990, 1, 1), max_value=datetime(2090, 1, 1), timezones=st.just(UTC)
)
_SERVICE = ServiceFacts(
    territory="AZ",
    sequence=7,
    digest="ab" * 32,
    provider="P",
    service="S",
    type="urn:type",
    status="urn:status",
    starts=datetime(2020, 1, 1, tzinfo=UTC),
)


def _content(**changes: object) -> AnchorSet:
    anchor = TrustAnchor(
        certificate=PKI().certificate("root"),
        purposes=frozenset({Purpose.SIGNER}),
        source="registry “A”",
        not_before=datetime(2024, 1, 1, tzinfo=UTC),
        services=(_SERVICE,),
    )
    other = TrustAnchor(certificate=PKI().certificate("tsa-root"))
    return AnchorSet(anchors=(anchor, other), **changes)  # type: ignore[arg-type]


def _changed(path: list[str | int], value: object) -> bytes:
    document = json.loads(write_snapshot(_content()))
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return json.dumps(document).encode()


@given(_MOMENTS, _MOMENTS, _MOMENTS)
def test_everything_comes_back(
    begins: datetime | None, ends: datetime | None, until: datetime | None
) -> None:
    """Source, purposes, window, list entries, validity and what is missing survive the file."""
    anchor = TrustAnchor(
        certificate=PKI().certificate("root"),
        not_before=begins,
        not_after=ends,
        services=(_SERVICE,),
    )
    content = AnchorSet(
        anchors=(anchor,), valid_until=until, incomplete=(Message("The list of EE is missing."),)
    )
    octets = write_snapshot(content)
    read = read_snapshot(octets, "x")
    assert is_snapshot(octets)
    assert (read.anchors, read.valid_until, read.hash) == (
        content.anchors,
        content.valid_until,
        content.hash,
    )
    assert [str(each) for each in read.incomplete] == ["The list of EE is missing."]


def test_the_same_anchors_give_the_same_octets() -> None:
    """Their order does not matter, so a diff shows changes alone."""
    content = _content()
    assert write_snapshot(content) == write_snapshot(
        AnchorSet(anchors=tuple(reversed(content.anchors)))
    )


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["version"], 2),
        (["format"], "other"),
        (["count"], 1),
        (["valid_until"], "2099-01-01T00:00:00+00:00"),
        (["valid_until"], "2099-01-01T00:00:00"),
        (["anchors"], []),
        (["colour"], "red"),
        (["anchors", 0, "name_constraints"], []),
        (["anchors", 0, "purposes"], []),
        (["anchors", 0, "purposes"], ["server"]),
        (["anchors", 0, "not_before"], "2020-01-01T00:00:00+00:00"),
        (["anchors", 0, "certificate"], "AAAA"),
        (["sha256"], "00" * 32),
    ],
)
def test_a_changed_snapshot_is_refused(path: list[str | int], value: object) -> None:
    """Other counts, windows, purposes, versions and fields nobody knows are errors by name."""
    with pytest.raises(InputError, match=r"roots\.json is no whole trust snapshot"):
        read_snapshot(_changed(path, value), "roots.json")


def test_a_cut_snapshot_is_refused() -> None:
    """A file that was half written when the power failed gives no anchors at all."""
    octets = write_snapshot(_content()).rstrip()
    for end in range(1, len(octets), 41):
        with pytest.raises(EsignError):
            read_snapshot(octets[:end], "roots.json")
