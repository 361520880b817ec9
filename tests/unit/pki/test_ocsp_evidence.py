"""Which OCSP responses are evidence about a certificate.

Each refused response has a sibling that is accepted and differs in one thing.

Spec: RFC 6960 §3.2, §4.2.2.2
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509 import ocsp
from cryptography.x509.oid import ObjectIdentifier

from esign.asn1.writer import octet_string, oid, sequence
from esign.crypto.algorithms import digest_by_name
from esign.limits import DEFAULT_LIMITS, Budget
from esign.pki.ocsp import ARCHIVE_CUTOFF, CERT_HASH, EXTENDED_REVOKE, OCSPResponse
from esign.pki.ocsp_evidence import NEVER_ISSUED
from esign.pki.revocation import RevocationState, RevocationStatus, revocation_status
from esign.pki.trust import TrustStore
from esign.terms import CertificateRole, Purpose
from tests.support.chains import NOW, OCSP_SIGNING, Made, extension, make, make_ocsp

ROOT = make("Root")
CA = make("CA", ROOT)
ANNA = make("Anna", CA, ca=False)
NOCHECK = (x509.OCSPNoCheck(), False)
RESPONDER = make("Responder", CA, ca=False, purposes=[OCSP_SIGNING], extensions=[NOCHECK])
GOOD, UNKNOWN = RevocationState.GOOD, RevocationState.UNKNOWN


def status(
    *responses: OCSPResponse, certificate: Made = ANNA, candidates: tuple[Made, ...] = ()
) -> RevocationStatus:
    """Return the status under the responses."""
    return revocation_status(
        certificate.ours,
        CA.ours,
        evidence_crls=(),
        evidence_ocsp=responses,
        candidates=[c.ours for c in candidates],
        trust=TrustStore.of(ROOT.ours),
        purpose=Purpose.SIGNER,
        at=NOW,
        budget=Budget(),
    )


def refused(*responses: OCSPResponse, certificate: Made = ANNA) -> str:
    """Return the sentences about refused responses; nothing else may be known."""
    found = status(*responses, certificate=certificate)
    assert found.state is UNKNOWN
    return " ".join(str(p.message) for p in found.problems)


@pytest.mark.parametrize("by_key", [False, True])
def test_issuer_answers_for_itself(by_key: bool) -> None:
    """The issuer's own answer counts, however it names itself."""
    found = status(make_ocsp(ANNA, CA, by_key=by_key))
    assert found.state is GOOD
    assert found.responder == CA.ours
    assert found.responder_path is None
    assert found.produced_at is not None


@pytest.mark.parametrize("by_key", [False, True])
def test_appointed_responder_answers(by_key: bool) -> None:
    """A responder with OCSPSigning, issued by the same authority, may answer."""
    found = status(make_ocsp(ANNA, CA, responder=RESPONDER, by_key=by_key))
    assert found.state is GOOD
    assert found.responder == RESPONDER.ours
    assert found.responder_path is not None
    assert found.responder_path.holds


def test_responder_may_come_from_elsewhere() -> None:
    """The responder's certificate may lie among the candidates instead of in the response."""
    answer = make_ocsp(ANNA, CA, responder=RESPONDER, embed=False)
    assert status(answer).state is UNKNOWN
    assert status(answer, candidates=(RESPONDER,)).state is GOOD


@pytest.mark.parametrize(
    ("responder", "words"),
    [
        (make("R", CA, ca=False, extensions=[NOCHECK]), "OCSPSigning"),
        (make("R", ROOT, ca=False, purposes=[OCSP_SIGNING], extensions=[NOCHECK]), "appointed"),
        (
            make("R", make("CA", key="x"), ca=False, purposes=[OCSP_SIGNING], extensions=[NOCHECK]),
            "appointed",
        ),
        (
            make(
                "R", CA, ca=False, purposes=[OCSP_SIGNING], extensions=[NOCHECK],
                usage=("key_encipherment",),
            ),
            "may not sign",
        ),
        (
            make(
                "R", CA, ca=False, purposes=[OCSP_SIGNING], extensions=[NOCHECK], days=(-9, -3)
            ),
            "no valid path",
        ),
        (make("R", CA, ca=False, purposes=[OCSP_SIGNING]), "ocsp-nocheck"),
        (
            make(
                "R", CA, ca=False, extensions=[NOCHECK],
                purposes=[ObjectIdentifier("2.5.29.37.0")],
            ),
            "OCSPSigning",
        ),
    ],
)  # fmt: skip
def test_unfit_responder_is_refused(responder: Made, words: str) -> None:
    """Whoever lacks the usage, the issuer, the key usage, the time or a status may not answer."""
    assert words in refused(make_ocsp(ANNA, CA, responder=responder))


def test_forged_answer_is_refused() -> None:
    """An answer in the issuer's name with a stranger's signature is no evidence."""
    assert "signature" in refused(make_ocsp(ANNA, CA, signed_with=make("Thief").key))


def test_citizen_cannot_answer_for_himself() -> None:
    """A signer's own certificate, though issued by the authority, answers nothing."""
    assert "OCSPSigning" in refused(make_ocsp(ANNA, CA, responder=ANNA))


def test_answer_about_another_is_passed_over() -> None:
    """An answer about another certificate says nothing and is no problem."""
    boris = make("Boris", CA, ca=False)
    assert status(make_ocsp(boris, CA)).problems == ()
    assert status(make_ocsp(boris, CA)).state is UNKNOWN


def test_future_answer_is_refused() -> None:
    """An answer dated after the time of judgement is no evidence."""
    assert "after the time" in refused(make_ocsp(ANNA, CA, days=(0.1, 6)))
    assert status(make_ocsp(ANNA, CA, days=(0.002, 6))).state is GOOD


def test_dates_of_the_answer_count_beside_those_of_the_response() -> None:
    """A sound producedAt does not cover an answer from the future, or one turned around."""
    assert "dated after" in refused(make_ocsp(ANNA, CA, days=(0.1, 6), produced=-1))
    assert "before it begins" in refused(make_ocsp(ANNA, CA, days=(-1, -2)))


def test_unreadable_extension_is_told() -> None:
    """A response with an archive cutoff that cannot be read is no evidence, and that is said."""
    expired = make("Old", CA, ca=False, days=(-300, -30))
    broken = extension(ARCHIVE_CUTOFF, b"\x02\x01\x00")
    answer = make_ocsp(expired, CA, single_extensions=broken)
    assert "cannot be read" in refused(answer, certificate=expired)


def test_tries_are_counted() -> None:
    """No more namesakes of the responder are tried than signatures may be checked."""
    namesakes = tuple(
        make("Responder", CA, ca=False, key=f"Key {n}", purposes=[OCSP_SIGNING]) for n in range(5)
    )
    answer = make_ocsp(ANNA, CA, responder=RESPONDER, embed=False)
    found = [
        revocation_status(
            ANNA.ours,
            CA.ours,
            evidence_crls=(),
            evidence_ocsp=(answer,),
            candidates=[c.ours for c in (*namesakes, RESPONDER)],
            trust=TrustStore.of(ROOT.ours),
            purpose=Purpose.SIGNER,
            at=NOW,
            budget=Budget(replace(DEFAULT_LIMITS, path_signatures=count)),
        ).state
        for count in (5, 6)
    ]
    assert found == [UNKNOWN, GOOD]


def test_answer_older_than_the_certificate_is_refused() -> None:
    """An answer from before the certificate existed proves nothing."""
    young = make("Young", CA, ca=False, days=(-1, 300))
    assert "older" in refused(make_ocsp(young, CA, days=(-2, 6)), certificate=young)


def test_good_after_expiry_proves_nothing() -> None:
    """A good answer about an expired certificate counts only with an archive cutoff."""
    expired = make("Old", CA, ca=False, days=(-300, -30))
    assert "expired" in refused(make_ocsp(expired, CA), certificate=expired)
    for moment, counts in ((b"20200101000000Z", True), (b"20260601000000Z", False)):
        cutoff = extension(ARCHIVE_CUTOFF, b"\x18\x0f" + moment)
        answer = make_ocsp(expired, CA, single_extensions=cutoff)
        assert (status(answer, certificate=expired).state is GOOD) is counts


def test_certificate_hash_names_the_very_certificate() -> None:
    """certHash of the certificate makes up for its expiry; of another it refuses the answer."""
    expired = make("Old", CA, ca=False, days=(-300, -30))

    def answer(subject: Made, named: Made) -> OCSPResponse:
        sha256 = digest_by_name("SHA256")
        value = sequence(sequence(oid(sha256.oid)), octet_string(sha256.digest(named.ours.der)))
        return make_ocsp(subject, CA, single_extensions=extension(CERT_HASH, value))

    assert status(answer(expired, expired), certificate=expired).state is GOOD
    assert status(answer(ANNA, ANNA)).state is GOOD
    assert "another certificate" in refused(answer(ANNA, expired))


def test_critical_extension_not_understood_is_refused() -> None:
    """What is critical and unknown makes the answer no evidence; uncritical it does not."""
    critical = extension("1.2.3.4", b"\x05\x00", critical=True)
    harmless = extension("1.2.3.4", b"\x05\x00")
    assert "1.2.3.4" in refused(make_ocsp(ANNA, CA, extensions=critical))
    assert "1.2.3.4" in refused(make_ocsp(ANNA, CA, single_extensions=critical))
    assert status(make_ocsp(ANNA, CA, extensions=harmless)).state is GOOD
    assert status(make_ocsp(ANNA, CA, single_extensions=harmless)).state is GOOD


def test_never_issued_certificate_is_revoked() -> None:
    """The hold that stands for "never issued" is a revocation, for the signature is forged.

    Spec: RFC 6960 §2.2, §4.4.8
    """
    found = status(make_ocsp(ANNA, CA, status="REVOKED", reason=6))
    assert found.state is RevocationState.ON_HOLD
    never = make_ocsp(
        ANNA,
        CA,
        status="REVOKED",
        reason=6,
        extensions=extension(EXTENDED_REVOKE, b"\x05\x00"),
        revoked_at=NEVER_ISSUED,
    )
    assert status(never).state is RevocationState.REVOKED


def test_hold_and_revocation_are_told_apart() -> None:
    """certificateHold is a hold, any other reason a revocation."""
    held = status(make_ocsp(ANNA, CA, status="REVOKED", reason=6))
    assert held.state is RevocationState.ON_HOLD
    assert held.reason == "certificateHold"
    revoked = status(make_ocsp(ANNA, CA, status="REVOKED", reason=4))
    assert revoked.state is RevocationState.REVOKED
    assert status(make_ocsp(ANNA, CA, status="REVOKED")).state is RevocationState.REVOKED


def test_refusal_to_answer_is_told() -> None:
    """A responder that says tryLater leaves the certificate unknown, and that is said."""
    later = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER)
    response = OCSPResponse.from_der(later.public_bytes(serialization.Encoding.DER))
    assert "TRY_LATER" in refused(response)


def test_issuer_of_one_name_with_another_key_is_another() -> None:
    """An answer by an authority of the same name with another key is about other certificates."""
    twin = make("CA", ROOT, key="Another")
    assert status(make_ocsp(ANNA, twin), candidates=(twin,)).state is UNKNOWN


def test_responder_expired_since_is_named_in_its_role() -> None:
    """A responder that ended since it answered is told as an OCSP responder."""
    short = make("R", CA, ca=False, purposes=[OCSP_SIGNING], extensions=[NOCHECK], days=(-9, -0.5))
    found = status(make_ocsp(ANNA, CA, responder=short, days=(-1, 6)))
    assert found.state is GOOD
    assert found.responder_validity is not None
    assert found.responder_validity.role is CertificateRole.OCSP_RESPONDER
