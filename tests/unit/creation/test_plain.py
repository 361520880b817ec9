"""Requests become JSON data and come back equal; nothing else is made of such data."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esign.ades.format import PDFOptions, SignatureRequest, SignerProperties, XMLOptions
from esign.ades.signature import CommitmentType, SignaturePolicyIdentifier, SignerLocation
from esign.creation.plain import from_plain, to_plain
from esign.crypto.algorithms import digest_by_name, signature_by_name
from esign.terms import Packaging, SignatureForm

TEXT = st.none() | st.text(max_size=10)
LOCATIONS = st.builds(SignerLocation, city=TEXT, country=TEXT, postal_code=TEXT)
POLICIES = st.builds(
    SignaturePolicyIdentifier,
    identifier=st.text(max_size=10),
    digest_algorithm=st.none() | st.just(digest_by_name("SHA256")),
    digest=st.none() | st.binary(max_size=8),
)
PROPERTIES = st.builds(
    SignerProperties,
    commitments=st.lists(
        st.builds(CommitmentType, identifier=st.text(max_size=5), description=TEXT), max_size=2
    ).map(tuple),
    location=st.none() | LOCATIONS,
    claimed_roles=st.lists(st.text(max_size=5), max_size=3).map(tuple),
    policy=st.none() | POLICIES,
    media_type=TEXT,
)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False, width=32)
PDF = st.builds(
    PDFOptions,
    reason=TEXT,
    page=st.none() | st.integers(-5, 5),
    box=st.none() | st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS),
)


@given(
    PROPERTIES,
    PDF,
    st.datetimes(
        min_value=datetime(1900, 1, 1), max_value=datetime(9000, 12, 31), timezones=st.just(UTC)
    ),
    st.integers(0, 10**6),
)
def test_a_request_survives_json(pki, properties, pdf, at, reserve) -> None:
    """Every field comes back with its type, through real JSON text."""
    request = SignatureRequest(
        form=SignatureForm.PADES,
        packaging=Packaging.ENVELOPED,
        certificate=pki.certificate("citizen"),
        chain=(pki.certificate("issuing"),),
        algorithm=signature_by_name("RSA_PSS_SHA384"),
        digest_algorithm=digest_by_name("SHA384"),
        signing_time=at,
        properties=properties,
        pdf=pdf,
        xml=XMLOptions(),
        unique="ab" * 16,
        timestamp_reserve=reserve,
    )
    data = json.loads(json.dumps(to_plain(request)))
    assert from_plain(SignatureRequest, data) == request


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (str, 1),
        (int, True),
        (int, "1"),
        (bytes, "!"),
        (bytes, 1),
        (datetime, "2026-01-01T00:00:00"),
        (datetime, "nonsense"),
        (SignatureForm, "JAdES"),
        (SignerLocation, []),
        (tuple[str, ...], "abc"),
        (tuple[float, float], [1.0]),
        (SignerLocation, {"city": 1}),
        (dict, {}),
        (object, 1),
    ],
)
def test_data_of_another_shape_is_refused(kind, data) -> None:
    """Declared types are kept strictly; unknown types are never made."""
    with pytest.raises((ValueError, TypeError, KeyError)):
        from_plain(kind, data)


def test_unknown_objects_do_not_become_data() -> None:
    """Only what a request is made of is written."""
    with pytest.raises(TypeError):
        to_plain(object())
