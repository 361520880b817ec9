"""Does this CRL speak about this certificate, and of which reasons?

Spec: RFC 5280 §6.3.3 (b), (d)
"""

from __future__ import annotations

from functools import lru_cache

from esign.messages import Message
from esign.pki.certificate import Certificate
from esign.pki.crl import CRL
from esign.pki.distinguished import RelativeNames, relative_names
from esign.pki.distribution import (
    DistributionPoint,
    PointName,
    comparable_names,
    directory_names,
    read_distribution_points,
)
from esign.pki.extensions import reading
from esign.pki.general_names import GeneralName, NameKind

CRL_DISTRIBUTION_POINTS = "2.5.29.31"


@lru_cache(maxsize=256)  # asked several times about each certificate of a chain
def distribution_points(certificate: Certificate) -> tuple[DistributionPoint, ...]:
    """Return the certificate's CRL distribution points, and its issuer's own CRL as the last.

    Raises:
        MalformedCertificateError: the extension cannot be read.

    Spec: RFC 5280 §6.3.3, last paragraph
    """
    issuer = GeneralName(kind=NameKind.DIRECTORY, value=certificate.issuer.der)
    default = DistributionPoint(name=PointName(full=(issuer,)))
    extension = certificate.extension(CRL_DISTRIBUTION_POINTS)
    if extension is None:
        return (default,)
    with reading("The certificate's CRL distribution points", "RFC 5280 §4.2.1.13"):
        return (*read_distribution_points(extension.value), default)


def is_from_named_issuer(
    crl: CRL, certificate: Certificate, points: tuple[DistributionPoint, ...]
) -> bool:
    """Return whether the CRL comes from the certificate's issuer or one its points name."""
    if crl.issuer == certificate.issuer:
        return True
    name = relative_names(crl.issuer.der)
    return any(name in directory_names(point.crl_issuer) for point in points)


def covered_reasons(
    crl: CRL, certificate: Certificate, points: tuple[DistributionPoint, ...]
) -> frozenset[int] | Message:
    """Return the reasons of which the CRL would tell, or why it tells nothing.

    Raises:
        MalformedCertificateError: the CRL's scope cannot be read.
    """
    scope = crl.scope
    if scope.only_attribute_certificates:
        return Message("it lists attribute certificates only")
    if scope.only_user_certificates and certificate.is_ca:
        return Message("it lists end users only, and this is the certificate of an authority")
    if scope.only_ca_certificates and not certificate.is_ca:
        return Message("it lists authorities only, and this is the certificate of an end user")
    matching = [point for point in points if _matches(crl, certificate, point)]
    if not matching:
        return Message("it is for another distribution point than the certificate names")
    return scope.reasons & frozenset[int]().union(*(point.reasons for point in matching))


def _matches(crl: CRL, certificate: Certificate, point: DistributionPoint) -> bool:
    is_direct = crl.issuer == certificate.issuer
    name = relative_names(crl.issuer.der)
    named: tuple[RelativeNames, ...] = directory_names(point.crl_issuer)
    if point.crl_issuer:
        # §6.3.3 (b)(1): the CRL is from the issuer the point names, and says it is indirect.
        if name not in named or not (crl.scope.indirect or is_direct):
            return False
    elif not is_direct:
        return False
    if crl.scope.name is None:
        return True
    if point.name is None:  # §6.3.3 (b)(2)(i), last sentence
        offered = comparable_names(point.crl_issuer)
    else:
        offered = point.name.comparable(named or (relative_names(certificate.issuer.der),))
    return not crl.scope.name.comparable((name,)).isdisjoint(offered)
