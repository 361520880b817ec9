"""Who may sign the CRLs that count for a certificate.

Spec: RFC 5280 §6.3.3 (f), (g)
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from esign.limits import DEFAULT_LIMITS, Budget
from esign.pki.crl import CRL
from esign.pki.crl_evidence import crl_statements
from esign.pki.revocation import RevocationState
from esign.pki.revocation_model import RevocationQuestion
from esign.pki.trust import TrustStore
from tests.support.chains import NOW, Made, make, make_crl
from tests.support.crl_questions import ANNA, CA, ROOT, point, question, refused, said, scope


def test_forged_list_is_refused() -> None:
    """A list in the issuer's name with a stranger's signature is no evidence."""
    assert "signature" in refused(question(make_crl(CA, signed_with=make("Thief").key)))


def test_issuer_must_be_allowed_to_sign_lists() -> None:
    """An authority without cRLSign signs no list."""
    unable = make("CA", ROOT, usage=("key_cert_sign",))
    assert "cRLSign" in refused(question(make_crl(unable), issuer=unable))


def test_crl_issuer_of_the_same_name_needs_a_path() -> None:
    """A second key of the issuer signs lists only if it is certified and unrevoked itself."""
    second = make("CA", ROOT, key="CA's list key", usage=("crl_sign",), ca=False)
    crl = make_crl(second)
    root_list = make_crl(ROOT)
    found = crl_statements(question(crl, root_list, candidates=[second]))[0]
    assert [s.state for s in found] == [RevocationState.GOOD]
    assert found[0].responder == second.ours
    assert found[0].responder_path is not None
    assert found[0].responder_path.holds
    assert "UNKNOWN" in refused(question(crl, candidates=[second]))
    revoked = make_crl(ROOT, revoked={second: "key_compromise"})
    assert "REVOKED" in refused(question(crl, revoked, candidates=[second]))


def test_crl_issuer_must_lead_to_the_same_anchor() -> None:
    """A CRL issuer under another anchor says nothing of this certificate."""
    elsewhere = make("Other root")
    second = make("CA", elsewhere, key="Elsewhere")
    crl = make_crl(second)
    asked = replace(
        question(crl, make_crl(elsewhere), candidates=[second]),
        trust=TrustStore.of(ROOT.ours, elsewhere.ours),
    )
    assert "trust anchor" in refused(asked)


def test_expired_crl_issuer_is_refused() -> None:
    """A CRL issuer whose certificate had ended when it signed is refused."""
    ended = make("CA", ROOT, key="CA's list key", days=(-300, -30))
    assert "no valid path" in refused(question(make_crl(ended), candidates=[ended]))


def test_renewed_issuer_certificate_is_the_issuer() -> None:
    """The issuer's name and key in a renewed certificate sign its lists all the same."""
    renewed = make("CA", ROOT, days=(-10, 5000))
    assert said(question(make_crl(renewed))) == [RevocationState.GOOD]


def test_tries_are_counted() -> None:
    """No more bearers of the issuer's name are tried than signatures may be checked."""
    others = [make("CA", ROOT, key=f"Key {n}") for n in range(5)]
    right = make("CA", ROOT, key="List key", usage=("crl_sign",))
    asked = question(make_crl(right), make_crl(ROOT), candidates=[*others, right])
    assert said(asked) == [RevocationState.GOOD]
    few = Budget(replace(DEFAULT_LIMITS, path_signatures=4))
    assert "signature" in refused(replace(asked, budget=few))


def test_crl_issuer_without_an_anchor_to_compare_is_refused() -> None:
    """Where the certificate itself leads to no anchor, a CRL issuer of its own is not believed."""
    lonely = make("CA", make("Nobody"), key="CA")
    other = make("CA", ROOT, key="CA's list key", usage=("crl_sign",))
    asked = question(
        make_crl(other), make_crl(ROOT), certificate=make("Leaf", lonely, ca=False),
        issuer=lonely, candidates=[other],
    )  # fmt: skip
    assert "trust anchor" in refused(asked)


def test_anchor_may_sign_lists_for_its_own_name() -> None:
    """A second anchor certificate of the CRL issuer's name signs only for paths that end there."""
    renewed = make("Root", key="Root's list key", usage=("crl_sign",))
    asked = replace(
        question(make_crl(renewed), certificate=CA, issuer=ROOT),
        trust=TrustStore.of(ROOT.ours, renewed.ours),
    )
    assert "trust anchor" in refused(asked)
    (anchor,) = TrustStore.of(renewed.ours).anchors
    assert said(replace(asked, anchor=anchor)) == [RevocationState.GOOD]


def test_list_of_another_key_generation_shows_nobody_good() -> None:
    """After a renewal with a new key, the new key's list need not name what the old certified."""
    renewed = make("CA", ROOT, key="CA's new key")
    asked = question(make_crl(renewed), make_crl(ROOT), candidates=[renewed])
    assert "another key of its issuer" in refused(asked)


def test_list_of_another_key_generation_still_revokes() -> None:
    """Who stands on any authentic list of the issuer's name is revoked."""
    renewed = make("CA", ROOT, key="CA's new key")
    crl = make_crl(renewed, revoked={ANNA: "key_compromise"})
    asked = question(crl, make_crl(ROOT), candidates=[renewed])
    assert said(asked) == [RevocationState.REVOKED]


def test_tied_keys_speak_for_each_other() -> None:
    """A self-issued certificate between two keys makes the one's list speak for the other's."""
    tied = make("CA", CA, key="CA's new key")
    assert said(question(make_crl(tied), make_crl(CA), candidates=[tied])) == [
        RevocationState.GOOD,
        RevocationState.GOOD,
    ]
    renewed = make("CA", ROOT, key="CA's new key")
    old_with_new = make("CA", renewed)
    asked = question(
        make_crl(renewed), make_crl(ROOT), issuer=old_with_new, candidates=[renewed],
        certificate=make("Leaf", old_with_new, ca=False),
    )  # fmt: skip
    assert said(asked) == [RevocationState.GOOD]


def test_list_of_another_key_counts_where_the_certificate_points_to_it() -> None:
    """Another key's list is evidence when list and certificate name the same place."""
    renewed = make("CA", ROOT, key="CA's new key")
    points = x509.CRLDistributionPoints([point("http://ca.example/1.crl")])
    leaf = make("Pointing", CA, ca=False, extensions=[(points, False)])
    crl = make_crl(renewed, extensions=[(scope("http://ca.example/1.crl"), True)])
    asked = question(crl, make_crl(ROOT), certificate=leaf, candidates=[renewed])
    assert said(asked) == [RevocationState.GOOD]
    unscoped = question(make_crl(renewed), make_crl(ROOT), certificate=leaf, candidates=[renewed])
    assert "another key" in refused(unscoped)


def test_issuer_that_cannot_sign_lists_needs_another_key() -> None:
    """Where the issuer's own key may not sign lists, another of its keys speaks for it."""
    unable = make("CA", ROOT, usage=("key_cert_sign",))
    second = make("CA", ROOT, key="CA's other key")
    asked = question(make_crl(second), make_crl(ROOT), issuer=unable, candidates=[second])
    assert said(asked) == [RevocationState.GOOD]


LIST_URL = "http://lists.example/all.crl"
APPOINTED = x509.CRLDistributionPoints([point(LIST_URL, make("Lister"))])


def _lister(*extensions: x509.ExtensionType) -> Made:
    return make(
        "Lister", CA, ca=False, usage=("crl_sign",), extensions=[(e, False) for e in extensions]
    )


def _about_client(lister: Made, crl: CRL) -> RevocationQuestion:
    client = make("Client", CA, ca=False, extensions=[(APPOINTED, False)])
    return question(crl, certificate=client, candidates=[lister])


def _whole_list(*, naming: Made | None = None) -> CRL:
    """Return Lister's list for everybody, perhaps with an entry about a certificate of CA."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(make("Lister").x509.subject)
        .last_update(NOW - timedelta(days=1))
        .next_update(NOW + timedelta(days=6))
        .add_extension(scope(LIST_URL, indirect=True), critical=True)
    )
    if naming is not None:
        entry = (
            x509.RevokedCertificateBuilder()
            .serial_number(naming.x509.serial_number)
            .revocation_date(NOW - timedelta(days=2))
            .add_extension(
                x509.CertificateIssuer([x509.DirectoryName(CA.x509.subject)]), critical=True
            )
        )
        builder = builder.add_revoked_certificate(entry.build())
    crl = builder.sign(make("Lister").key, None)
    return CRL.from_der(crl.public_bytes(Encoding.DER))


def test_appointed_list_may_tell_of_its_own_signer() -> None:
    """A CRL issuer whose certificate names its own list is good when that list is silent of it."""
    assert said(_about_client(_lister(APPOINTED), _whole_list())) == [RevocationState.GOOD]


def test_list_tells_nothing_of_its_signer_unless_appointed() -> None:
    """Without that pointer nothing shows that the CRL issuer is not revoked."""
    assert "UNKNOWN" in refused(_about_client(_lister(), _whole_list()))


def test_list_that_revokes_its_own_signer_is_refused() -> None:
    """A list that names its own signer proves nothing to anybody."""
    lister = _lister(APPOINTED)
    assert "status of its signer" in refused(_about_client(lister, _whole_list(naming=lister)))
