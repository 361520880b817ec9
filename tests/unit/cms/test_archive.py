"""archive-time-stamp-v3: the index must resolve, and everything it names is covered.

Spec: EN 319 122-1 §5.5
"""

from __future__ import annotations

import pytest

from esign.asn1 import writer
from esign.asn1.reader import parse
from esign.cms import builder, oids
from esign.cms.claims import attribute
from tests.support import cms_making as make

SHA256 = make.digest_by_name("SHA256")
KINDS = [oids.ATS_HASH_INDEX_V3, oids.ATS_HASH_INDEX_V2, oids.ATS_HASH_INDEX]


def _index(certificates: list[bytes], attributes: list[bytes], *, sha256: bool = True) -> bytes:
    parts = (
        writer.sequence(*(writer.octet_string(SHA256.digest(each)) for each in listed))
        for listed in (certificates, [], attributes)
    )
    identifier = SHA256.identifier() if sha256 else b""
    return writer.sequence(identifier, *parts)


def _imprint(octets: bytes, index: bytes) -> bytes:
    """Compute the imprint from the standard's list, apart from the code under test."""
    data = parse(octets).children[1].children[0]
    encapsulated = data.children[2]
    info = data.children[-1].children[0]
    own = b"".join(child.encoded for child in info.children[:6])
    digest = SHA256.digest(make.CONTENT)
    return SHA256.digest(encapsulated.children[0].encoded + digest + own + index)


def _archived(kind: str, index: bytes, octets: bytes) -> bytes:
    token = make.token(_imprint(octets, index), unsigned=[attribute(kind, index)])
    return builder.with_unsigned_attribute(octets, 0, attribute(oids.ARCHIVE_TIMESTAMP_V3, token))


def _earlier() -> tuple[bytes, bytes]:
    """Return a signature with one unsigned attribute, and that attribute."""
    extra = attribute("1.3.6.1.4.1.55555.8", writer.null())
    return builder.with_unsigned_attribute(make.signed(), 0, extra), extra


def _listed(kind: str, extra: bytes) -> bytes:
    if kind == oids.ATS_HASH_INDEX:
        return extra
    oid, values = parse(extra).children
    return oid.encoded + values.children[0].encoded


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("sha256", [True, False])
def test_all_that_is_listed_is_covered(kind: str, sha256: bool) -> None:
    """With every digest resolved and the imprint computed by hand, the time-stamp is intact."""
    octets, extra = _earlier()
    index = _index([make.certificate().der], [_listed(kind, extra)], sha256=sha256)
    (stamp,) = make.only(_archived(kind, index, octets)).timestamps
    assert stamp.imprint.found
    assert stamp.imprint.intact
    assert stamp.covered == (make.only(octets).id,)


@pytest.mark.parametrize("kind", KINDS)
def test_earlier_timestamps_are_covered_where_listed(kind: str) -> None:
    """An older time-stamp is proven by a newer one whose index names it, and only then."""
    token = make.token(SHA256.digest(make.only(make.signed()).signature_value))
    extra = builder.timestamp_attribute(token)
    octets = builder.with_unsigned_attribute(make.signed(), 0, extra)
    for listed in ([_listed(kind, extra)], []):
        index = _index([make.certificate().der], listed)
        older, newer = make.only(_archived(kind, index, octets)).timestamps
        assert newer.imprint.intact
        assert older.token is not None
        assert (older.token.id in newer.covered) is bool(listed)
        assert older.covered == (make.only(octets).id,)


def test_what_came_later_is_no_harm() -> None:
    """Attributes added after the archive time-stamp are not in its index."""
    octets, extra = _earlier()
    index = _index([make.certificate().der], [_listed(KINDS[0], extra)])
    archived = _archived(KINDS[0], index, octets)
    later = attribute("1.3.6.1.4.1.55555.9", writer.null())
    (stamp,) = make.only(builder.with_unsigned_attribute(archived, 0, later)).timestamps
    assert stamp.imprint.intact


@pytest.mark.parametrize("kind", KINDS)
def test_listed_object_that_is_gone_breaks_it(kind: str) -> None:
    """A digest in the index that fits nothing leaves the imprint unproven."""
    octets, extra = _earlier()
    for index in (
        _index([make.certificate("agency").der], [_listed(kind, extra)]),
        _index([make.certificate().der], [b"other"]),
    ):
        (stamp,) = make.only(_archived(kind, index, octets)).timestamps
        assert not stamp.imprint.found
        assert not stamp.imprint.intact
        assert "no longer there" in str(stamp.imprint.problem)


def test_index_of_another_token_is_not_intact() -> None:
    """An index exchanged for another, itself resolvable, no longer fits the imprint."""
    octets, extra = _earlier()
    index = _index([make.certificate().der], [_listed(KINDS[0], extra)])
    empty = _index([], [])
    token = make.token(_imprint(octets, index), unsigned=[attribute(KINDS[0], empty)])
    archived = builder.with_unsigned_attribute(
        octets, 0, attribute(oids.ARCHIVE_TIMESTAMP_V3, token)
    )
    (stamp,) = make.only(archived).timestamps
    assert stamp.imprint.found
    assert not stamp.imprint.intact


@pytest.mark.parametrize(
    "index", [writer.sequence(), writer.null(), writer.sequence(writer.null())]
)
def test_broken_index_is_no_proof(index: bytes) -> None:
    """An index of another build is told and proves nothing."""
    octets, _ = _earlier()
    (stamp,) = make.only(_archived(KINDS[0], index, octets)).timestamps
    assert not stamp.imprint.found
    assert not stamp.imprint.intact


def test_token_without_index_is_no_proof() -> None:
    """Without a hash index the token covers nothing that could be named."""
    octets, _ = _earlier()
    token = make.token(SHA256.digest(b""))
    archived = builder.with_unsigned_attribute(
        octets, 0, attribute(oids.ARCHIVE_TIMESTAMP_V3, token)
    )
    (stamp,) = make.only(archived).timestamps
    assert not stamp.imprint.found
    assert "no hash index" in str(stamp.imprint.problem)
