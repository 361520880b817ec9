"""Signed properties are written as the schema orders them, or refused."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from esign.ades.format import SignerProperties
from esign.ades.signature import CommitmentType, SignaturePolicyIdentifier, SignerLocation
from esign.crypto.algorithms import digest_by_name
from esign.errors import UnsupportedAlgorithmError, UsageError
from esign.xades.properties import (
    data_object_format,
    digest_method,
    signed_properties,
    written_time,
)
from esign.xml.tree import children, local_name
from tests.support.xml_making import DSIG, request, xml

V132 = "http://uri.etsi.org/01903/v1.3.2#"


def _written(properties: SignerProperties) -> list[list[str]]:
    markup = signed_properties(request(properties=properties), "x", ["<xades:DataObjectFormat/>"])
    root = xml(f'<r xmlns:ds="{DSIG}" xmlns:xades="{V132}">{markup}</r>').root[0]
    return [[local_name(one) for one in children(group)] for group in root]


def test_order_is_that_of_the_schema() -> None:
    """Properties stand in the order of the schema, whatever was asked for."""
    about_signature, about_content = _written(
        SignerProperties(
            commitments=(CommitmentType(identifier="1.2.3"),),
            location=SignerLocation(city="Şəki"),
            claimed_roles=("clerk",),
            policy=SignaturePolicyIdentifier(implied=True),
        )
    )
    assert about_signature == [
        "SigningTime",
        "SigningCertificateV2",
        "SignaturePolicyIdentifier",
        "SignatureProductionPlaceV2",
        "SignerRoleV2",
    ]
    assert about_content == ["DataObjectFormat", "CommitmentTypeIndication"]


def test_policy_needs_its_digest() -> None:
    """An explicit policy without digest is refused before anything is signed."""
    policy = SignaturePolicyIdentifier(identifier="1.2.3")
    with pytest.raises(UsageError, match=r"1\.2\.3"):
        _written(SignerProperties(policy=policy))


def test_digest_without_a_name_in_xml_is_refused() -> None:
    """SHAKE256 has no URI and is refused; SHA-256 has one."""
    assert "xmlenc#sha256" in digest_method(digest_by_name("SHA256"))
    with pytest.raises(UnsupportedAlgorithmError):
        digest_method(digest_by_name("SHAKE256"))


def test_time_is_in_utc() -> None:
    """Any zone is written as UTC."""
    baku = timezone(timedelta(hours=4))
    assert written_time(datetime(2026, 11, 24, 16, tzinfo=baku)) == "2026-11-24T12:00:00Z"


def test_format_names_its_reference() -> None:
    """The DataObjectFormat points to the reference and escapes its texts."""
    wanted = request(properties=SignerProperties(content_description="a<b"))
    markup = data_object_format("r-1", "text/plain", wanted)
    assert 'ObjectReference="#r-1"' in markup
    assert "a&lt;b" in markup
