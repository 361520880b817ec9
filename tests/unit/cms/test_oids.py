"""Object identifiers agree with an independent table, and each has one name."""

from __future__ import annotations

import pytest

from esign.cms import oids


def test_names_are_unique() -> None:
    """No two attributes share a name."""
    assert len(set(oids.NAMES.values())) == len(oids.NAMES)


def test_unknown_attribute_is_called_by_its_number() -> None:
    """What has no name keeps its OID."""
    assert oids.name_of("1.2.3.4") == "1.2.3.4"
    assert oids.name_of(oids.MESSAGE_DIGEST) == "message-digest"


def test_identifiers_agree_with_asn1crypto() -> None:
    """The common attributes have the numbers that another implementation gives them."""
    table = pytest.importorskip("asn1crypto.cms", reason="asn1crypto is not installed")
    known = table.CMSAttributeType._map
    assert known[oids.CONTENT_TYPE] == "content_type"
    assert known[oids.MESSAGE_DIGEST] == "message_digest"
    assert known[oids.SIGNING_TIME] == "signing_time"
    assert known[oids.COUNTER_SIGNATURE] == "counter_signature"
    assert known[oids.ALGORITHM_PROTECTION] == "cms_algorithm_protection"
    assert known[oids.SIGNATURE_TIMESTAMP] == "signature_time_stamp_token"
