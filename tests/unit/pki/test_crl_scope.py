"""Which certificates and reasons a CRL speaks of.

Spec: RFC 5280 §6.3.3 (b), (d)
"""

from __future__ import annotations

from cryptography import x509

from esign.messages import Message
from esign.pki.crl_scope import covered_reasons, distribution_points, is_from_named_issuer
from esign.pki.distribution import ALL_REASONS
from tests.support.chains import Made, make, make_crl

CA = make("CA")
LISTER = make("Lister")
SOME = frozenset({x509.ReasonFlags.key_compromise, x509.ReasonFlags.superseded})


def _with_points(*points: x509.DistributionPoint) -> Made:
    return make("Leaf", CA, ca=False, extensions=[(x509.CRLDistributionPoints(points), False)])


def test_issuers_own_list_is_always_a_point() -> None:
    """A certificate without points, and one with, both accept the issuer's unscoped list."""
    plain = make("Leaf", CA, ca=False)
    pointed = _with_points(
        x509.DistributionPoint(
            [x509.UniformResourceIdentifier("http://ca.example")], None, None, None
        )
    )
    for made, count in ((plain, 1), (pointed, 2)):
        points = distribution_points(made.ours)
        assert len(points) == count
        assert covered_reasons(make_crl(CA), made.ours, points) == ALL_REASONS


def test_reasons_of_point_and_list_are_intersected() -> None:
    """Only reasons that both the list and a matching point cover are told."""
    url = x509.UniformResourceIdentifier("http://ca.example")
    made = _with_points(x509.DistributionPoint([url], None, SOME, None))
    scope = x509.IssuingDistributionPoint([url], None, False, False, None, False, False)
    crl = make_crl(CA, extensions=[(scope, True)])
    assert covered_reasons(crl, made.ours, distribution_points(made.ours)) == {1, 4}


def test_named_crl_issuer_is_recognised() -> None:
    """A list by somebody else is looked at only where the certificate names him."""
    named = _with_points(
        x509.DistributionPoint(None, None, None, [x509.DirectoryName(LISTER.x509.subject)])
    )
    crl = make_crl(LISTER)
    assert is_from_named_issuer(crl, named.ours, distribution_points(named.ours))
    plain = make("Leaf", CA, ca=False)
    assert not is_from_named_issuer(crl, plain.ours, distribution_points(plain.ours))
    refusal = covered_reasons(crl, named.ours, distribution_points(named.ours))
    assert isinstance(refusal, Message)


def test_list_for_the_named_issuers_point_matches_by_its_name() -> None:
    """A point that names only a CRL issuer is matched by that issuer's name.

    Spec: RFC 5280 §6.3.3 (b)(2)(i)
    """
    directory = x509.DirectoryName(LISTER.x509.subject)
    named = _with_points(x509.DistributionPoint(None, None, None, [directory]))
    for place, matches in ((directory, True), (x509.DirectoryName(CA.x509.subject), False)):
        scope = x509.IssuingDistributionPoint([place], None, False, False, None, True, False)
        crl = make_crl(LISTER, extensions=[(scope, True)])
        covered = covered_reasons(crl, named.ours, distribution_points(named.ours))
        assert (covered == ALL_REASONS) is matches
