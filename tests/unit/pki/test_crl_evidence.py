"""Which CRLs are evidence about a certificate.

Each refused list has a sibling that is accepted and differs in one thing.

Spec: RFC 5280 §6.3.3
"""

from __future__ import annotations

from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ObjectIdentifier

from esign.pki.crl import CRL
from esign.pki.crl_evidence import crl_statements
from esign.pki.revocation import RevocationState
from tests.support.chains import NOW, Made, make, make_crl
from tests.support.crl_questions import ANNA, CA, ROOT, point, question, refused, said, scope

UNKNOWN_EXTENSION = x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4"), b"\x05\x00")


def test_issuers_list_is_evidence() -> None:
    """A list signed by the issuer's own key is evidence."""
    assert said(question(make_crl(CA))) == [RevocationState.GOOD]


def test_strangers_list_is_passed_over() -> None:
    """A list of another issuer is not about this certificate and is no problem either."""
    assert crl_statements(question(make_crl(ROOT))) == ((), ())


def test_future_list_is_refused() -> None:
    """A list issued after the time of judgement is no evidence; five minutes are forgiven."""
    assert "after the time" in refused(question(make_crl(CA, days=(0.1, 6))))
    assert said(question(make_crl(CA, days=(0.002, 6)))) == [RevocationState.GOOD]


def test_critical_extension_not_understood_is_refused() -> None:
    """What is critical and unknown makes the list no evidence; uncritical it does not."""
    critical = make_crl(CA, extensions=[(UNKNOWN_EXTENSION, True)])
    harmless = make_crl(CA, extensions=[(UNKNOWN_EXTENSION, False)])
    assert "1.2.3.4" in refused(question(critical))
    assert said(question(harmless)) == [RevocationState.GOOD]


def test_list_older_than_the_certificate_proves_nothing() -> None:
    """A list from before the certificate existed cannot show that it is good."""
    assert "older" in refused(question(make_crl(CA, days=(-366, 6))))


def test_silence_about_an_expired_certificate_proves_nothing() -> None:
    """A list newer than the certificate's end need not name it, unless it says it does."""
    expired = make("Old", CA, ca=False, days=(-300, -30))
    assert "expired" in refused(question(make_crl(CA), certificate=expired))
    since = x509.UnrecognizedExtension(ObjectIdentifier("2.5.29.60"), b"\x18\x0f20200101000000Z")
    keeping = make_crl(CA, extensions=[(since, False)])
    assert said(question(keeping, certificate=expired)) == [RevocationState.GOOD]
    late = x509.UnrecognizedExtension(ObjectIdentifier("2.5.29.60"), b"\x18\x0f20260530000000Z")
    too_late = make_crl(CA, extensions=[(late, False)])
    assert "expired" in refused(question(too_late, certificate=expired))


def test_revocation_of_an_expired_certificate_counts() -> None:
    """An entry about an expired certificate counts in any list."""
    expired = make("Old", CA, ca=False, days=(-300, -30))
    crl = make_crl(CA, revoked={expired: "key_compromise"}, revoked_days=-100)
    assert said(question(crl, certificate=expired)) == [RevocationState.REVOKED]


def test_scopes_are_kept() -> None:
    """A list for authorities says nothing of a person, and the other way round."""

    def scoped(*, user: bool, ca: bool, attribute: bool = False) -> CRL:
        scope = x509.IssuingDistributionPoint(None, None, user, ca, None, False, attribute)
        return make_crl(CA, extensions=[(scope, True)])

    sub = make("Sub", CA)
    assert "authorities only" in refused(question(scoped(user=False, ca=True)))
    assert said(question(scoped(user=True, ca=False))) == [RevocationState.GOOD]
    assert "end users only" in refused(question(scoped(user=True, ca=False), certificate=sub))
    assert said(question(scoped(user=False, ca=True), certificate=sub)) == [RevocationState.GOOD]
    assert "attribute" in refused(question(scoped(user=False, ca=False, attribute=True)))


def test_shard_of_another_distribution_point_is_refused() -> None:
    """Another shard's list never shows a certificate as good."""
    points = x509.CRLDistributionPoints([point("http://ca.example/1.crl")])
    certificate = make("Shard one", CA, ca=False, extensions=[(points, False)])
    mine = make_crl(CA, extensions=[(scope("http://ca.example/1.crl"), True)])
    other = make_crl(CA, extensions=[(scope("http://ca.example/2.crl"), True)])
    assert said(question(mine, certificate=certificate)) == [RevocationState.GOOD]
    assert "another distribution point" in refused(question(other, certificate=certificate))
    assert "another distribution point" in refused(question(mine))


def test_indirect_list_must_be_named_and_say_so() -> None:
    """A list by somebody else counts only if the certificate names him and the list is indirect."""
    lister = make("Lister", ROOT)
    points = x509.CRLDistributionPoints([point("http://ca.example/all.crl", lister)])
    certificate = make("Named", CA, ca=False, extensions=[(points, False)])
    indirect = make_crl(lister, extensions=[(scope(None, indirect=True), True)])
    asked = question(indirect, make_crl(ROOT), certificate=certificate, candidates=[lister])
    assert said(asked) == [RevocationState.GOOD]
    direct = make_crl(lister)
    asked = question(direct, make_crl(ROOT), certificate=certificate, candidates=[lister])
    assert "another distribution point" in refused(asked)
    assert crl_statements(question(indirect, make_crl(ROOT), candidates=[lister])) == ((), ())


def _delta(base: int, number: int, revoked: dict[Made, str | None] | None = None) -> CRL:
    indicator = (x509.DeltaCRLIndicator(base), True)
    return make_crl(CA, revoked=revoked, number=number, extensions=[indicator], days=(-0.5, 6))


def test_delta_list_brings_its_base_up_to_date() -> None:
    """A delta list revokes, holds and releases what its base says.

    Spec: RFC 5280 §5.2.4
    """
    base = make_crl(CA, number=10)
    held = make_crl(CA, number=10, revoked={ANNA: "certificate_hold"})
    assert said(question(base, _delta(10, 11))) == [RevocationState.GOOD]
    revoking = _delta(10, 11, {ANNA: "key_compromise"})
    assert said(question(base, revoking)) == [RevocationState.REVOKED]
    assert said(question(held, _delta(10, 11))) == [RevocationState.ON_HOLD]
    released = _delta(10, 11, {ANNA: "remove_from_crl"})
    assert said(question(held, released)) == [RevocationState.GOOD]


def test_delta_list_cannot_undo_a_revocation() -> None:
    """removeFromCRL releases from a hold only, never from a revocation."""
    base = make_crl(CA, number=10, revoked={ANNA: "key_compromise"})
    released = _delta(10, 11, {ANNA: "remove_from_crl"})
    assert said(question(base, released)) == [RevocationState.REVOKED]


def test_delta_list_without_its_base_shows_nobody_good() -> None:
    """A delta list alone, or with an older base, is no evidence that anybody is good."""
    assert "delta" in refused(question(_delta(10, 11)))
    statements, problems = crl_statements(question(make_crl(CA, number=9), _delta(10, 11)))
    assert [s.source.id for s in statements] == [make_crl(CA, number=9).id]
    assert len(problems) == 1


def test_delta_list_without_its_base_still_revokes() -> None:
    """Who stands on an authentic delta list is revoked, base or no base."""
    revoking = _delta(10, 11, {ANNA: "key_compromise"})
    assert RevocationState.REVOKED in said(question(revoking))


def test_unreadable_distribution_points_leave_everything_open() -> None:
    """A certificate whose CRL distribution points cannot be read is matched by no list."""
    broken = x509.UnrecognizedExtension(ObjectIdentifier("2.5.29.31"), b"\x30\x02\x30\x00")
    certificate = make("Broken", CA, ca=False, extensions=[(broken, False)])
    assert "cannot be read" in refused(question(make_crl(CA), certificate=certificate))


def test_list_that_ends_before_it_begins_is_refused() -> None:
    """A nextUpdate before thisUpdate makes no sense of either."""
    sound = make_crl(CA, days=(-1, 6))
    at = sound.der.index(b"260607120000Z")
    turned = sound.der[:at] + b"250607120000Z" + sound.der[at + 13 :]
    assert "before it begins" in refused(question(CRL.from_der(turned)))


def test_delta_without_numbers_extends_nothing() -> None:
    """Without CRL numbers on both sides a delta list cannot be combined."""
    indicator = (x509.DeltaCRLIndicator(10), True)
    numberless = make_crl(CA, number=None, extensions=[indicator])
    statements, problems = crl_statements(question(make_crl(CA, number=10), numberless))
    assert len(statements) == len(problems) == 1


def test_entry_not_understood_spoils_the_list() -> None:
    """One entry with a critical unknown extension makes the list no evidence for anybody."""
    strange = (
        x509.RevokedCertificateBuilder()
        .serial_number(5)
        .revocation_date(NOW - timedelta(days=2))
        .add_extension(UNKNOWN_EXTENSION, critical=True)
        .build()
    )
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(CA.x509.subject)
        .last_update(NOW - timedelta(days=1))
        .next_update(NOW + timedelta(days=6))
        .add_revoked_certificate(strange)
    )
    crl = builder.sign(CA.key, None).public_bytes(serialization.Encoding.DER)
    assert "an entry" in refused(question(CRL.from_der(crl)))
