"""Distribution points as an independent library writes them.

Spec: RFC 5280 §4.2.1.13, §5.2.5
"""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from esign.asn1.writer import explicit, implicit, integer, null, sequence
from esign.errors import MalformedError
from esign.pki.distinguished import relative_names
from esign.pki.distribution import (
    ALL_REASONS,
    WHOLE_SCOPE,
    directory_names,
    read_distribution_points,
    read_issuing_distribution_point,
)
from esign.pki.extensions import reading

URL = x509.UniformResourceIdentifier("http://ca.example/1.crl")
ISSUER = x509.Name.from_rfc4514_string("CN=Lister,C=AZ")
RELATIVE = x509.RelativeDistinguishedName([x509.NameAttribute(NameOID.COMMON_NAME, "Shard")])
REASONS = frozenset({x509.ReasonFlags.key_compromise, x509.ReasonFlags.aa_compromise})


def test_points_are_read() -> None:
    """Place, reasons and CRL issuer come out; absent reasons mean all."""
    value = x509.CRLDistributionPoints(
        [
            x509.DistributionPoint([URL], None, REASONS, None),
            x509.DistributionPoint(None, RELATIVE, None, [x509.DirectoryName(ISSUER)]),
        ]
    ).public_bytes()
    first, second = read_distribution_points(value)
    assert first.name is not None
    assert first.name.full[0].text == URL.value
    assert first.reasons == {1, 8}
    assert first.crl_issuer == ()
    assert second.reasons == ALL_REASONS
    assert directory_names(second.crl_issuer) == (relative_names(ISSUER.public_bytes()),)


def test_relative_name_is_appended_to_the_issuers() -> None:
    """A relative point equals the full name it stands for."""
    issuer = relative_names(ISSUER.public_bytes())
    full = x509.Name.from_rfc4514_string("CN=Shard,CN=Lister,C=AZ")
    value = x509.CRLDistributionPoints(
        [
            x509.DistributionPoint(None, RELATIVE, None, None),
            x509.DistributionPoint([x509.DirectoryName(full)], None, None, None),
        ]
    ).public_bytes()
    relative, whole = (point.name for point in read_distribution_points(value))
    assert relative is not None
    assert whole is not None
    assert relative.comparable((issuer,)) == whole.comparable(())


@pytest.mark.parametrize("flag", ["user", "ca", "attribute", "indirect", None])
def test_scope_is_read(flag: str | None) -> None:
    """Each flag of the scope comes out alone."""
    value = x509.IssuingDistributionPoint(
        [URL],
        None,
        flag == "user",
        flag == "ca",
        REASONS if flag is None else None,
        flag == "indirect",
        flag == "attribute",
    ).public_bytes()
    scope = read_issuing_distribution_point(value)
    assert scope.only_user_certificates is (flag == "user")
    assert scope.only_ca_certificates is (flag == "ca")
    assert scope.only_attribute_certificates is (flag == "attribute")
    assert scope.indirect is (flag == "indirect")
    assert scope.reasons == ({1, 8} if flag is None else ALL_REASONS)
    assert scope != WHOLE_SCOPE


@pytest.mark.parametrize(
    "value",
    [
        sequence(implicit(6, null())),
        sequence(implicit(1, null()), implicit(1, null())),
        sequence(integer(1)),
        sequence(explicit(0)),
    ],
)
def test_unknown_scope_is_refused(value: bytes) -> None:
    """A scope with a part not known here is an error, never the whole scope."""
    with pytest.raises(MalformedError), reading("A scope", "RFC 5280 §5.2.5"):
        read_issuing_distribution_point(value)


def test_point_without_place_and_issuer_is_refused() -> None:
    """A point that gives reasons only names nothing."""
    with pytest.raises(MalformedError):
        read_distribution_points(sequence(sequence()))
