"""Lists and answers that look right and are about somebody else.

Each trick stands beside the honest object that differs from it in one thing.

Spec: RFC 5280 §6.3.3, RFC 6960 §3.2
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from cryptography import x509

from esign.asn1.writer import boolean, octet_string, oid, sequence
from esign.crypto.algorithms import digest_by_name
from esign.limits import Budget
from esign.pki.crl import CRL
from esign.pki.ocsp import OCSPResponse
from esign.pki.revocation import RevocationState, RevocationStatus, revocation_status
from esign.pki.trust import TrustStore
from esign.terms import Purpose
from tests.support.chains import NOW, OCSP_SIGNING, Made, extension, make, make_crl, make_ocsp

GOOD, UNKNOWN = RevocationState.GOOD, RevocationState.UNKNOWN
ROOT = make("Root")
ISSUING = make("Issuing", ROOT)
SIBLING = make("Sibling", ROOT)


def _points(url: str) -> x509.CRLDistributionPoints:
    place = x509.UniformResourceIdentifier(url)
    return x509.CRLDistributionPoints([x509.DistributionPoint([place], None, None, None)])


CITIZEN = make("Citizen", ISSUING, ca=False, extensions=[(_points("http://ca.test/1.crl"), False)])


def _scope(
    url: str | None = None,
    *,
    users: bool = False,
    authorities: bool = False,
    attributes: bool = False,
    reasons: frozenset[x509.ReasonFlags] | None = None,
    indirect: bool = False,
) -> x509.IssuingDistributionPoint:
    name = None if url is None else [x509.UniformResourceIdentifier(url)]
    return x509.IssuingDistributionPoint(
        name, None, users, authorities, reasons, indirect, attributes
    )


def _status(*crls: CRL, ocsp: Sequence[OCSPResponse] = (), of: Made = CITIZEN) -> RevocationStatus:
    issuer = ISSUING if of is not ISSUING else ROOT
    return revocation_status(
        of.ours,
        issuer.ours,
        evidence_crls=crls,
        evidence_ocsp=ocsp,
        candidates=[ISSUING.ours, SIBLING.ours],
        trust=TrustStore.of(ROOT.ours),
        purpose=Purpose.SIGNER,
        at=NOW,
        budget=Budget(),
    )


SCOPES = {
    "no scope": (None, GOOD),
    "this shard": (_scope("http://ca.test/1.crl"), GOOD),
    "another shard": (_scope("http://ca.test/2.crl"), UNKNOWN),
    "users only": (_scope(users=True), GOOD),
    "authorities only": (_scope(authorities=True), UNKNOWN),
    "attribute certificates only": (_scope(attributes=True), UNKNOWN),
    "some reasons only": (_scope(reasons=frozenset({x509.ReasonFlags.key_compromise})), UNKNOWN),
    "this shard, authorities only": (_scope("http://ca.test/1.crl", authorities=True), UNKNOWN),
}


@pytest.mark.parametrize("scope", SCOPES)
def test_scope_of_a_silent_list(scope: str) -> None:
    """A list that would not have named the certificate does not show it good."""
    written, state = SCOPES[scope]
    extensions = [] if written is None else [(written, True)]
    assert _status(make_crl(ISSUING, extensions=extensions)).state is state


def test_list_for_authorities_shows_an_authority_good() -> None:
    """The very list that says nothing of a citizen is good evidence about an authority."""
    extensions = [(_scope(authorities=True), True)]
    assert _status(make_crl(ROOT, extensions=extensions), of=ISSUING).state is GOOD


def test_list_signed_again_by_a_sibling() -> None:
    """A list of the issuer's content under a sibling's key is no evidence; the issuer's is."""
    assert _status(make_crl(ISSUING)).state is GOOD
    assert _status(make_crl(ISSUING, signed_with=SIBLING.key)).state is UNKNOWN


def test_list_of_a_sibling() -> None:
    """A sibling's own list, soundly signed, says nothing of another's certificates."""
    assert _status(make_crl(SIBLING)).state is UNKNOWN


def test_indirect_list_nobody_appointed() -> None:
    """A sibling cannot make itself the issuer's CRL issuer by calling its list indirect."""
    assert _status(make_crl(SIBLING, extensions=[(_scope(indirect=True), True)])).state is UNKNOWN


def test_scope_that_is_not_critical_counts_all_the_same() -> None:
    """A scope written as not critical narrows the list as well."""
    crl = make_crl(ISSUING, extensions=[(_scope(authorities=True), False)])
    assert _status(crl).state is UNKNOWN


def test_revocation_outside_the_scope_is_not_believed_and_inside_is() -> None:
    """A list may only revoke what it is about."""
    revoked = {CITIZEN: "key_compromise"}
    inside = make_crl(ISSUING, revoked=revoked, extensions=[(_scope(users=True), True)])
    outside = make_crl(ISSUING, revoked=revoked, extensions=[(_scope(authorities=True), True)])
    assert _status(inside).state is RevocationState.REVOKED
    assert _status(outside).state is UNKNOWN


CERT_HASH = "1.3.36.8.3.13"


def _cert_hash(of: Made) -> bytes:
    """Return Common PKI's certHash: the digest of the certificate the answer is about."""
    sha = digest_by_name("SHA256")
    value = sequence(sequence(oid(sha.oid)), octet_string(sha.digest(of.ours.der)))
    return extension(CERT_HASH, value)


def test_cert_hash_must_be_of_this_certificate() -> None:
    """An answer that states the hash of another certificate is about that one."""
    twin = make("Citizen's twin", ISSUING, ca=False, serial=CITIZEN.x509.serial_number)
    right, wrong = (
        make_ocsp(CITIZEN, ISSUING, single_extensions=_cert_hash(of)) for of in (CITIZEN, twin)
    )
    assert _status(ocsp=[right]).state is GOOD
    assert _status(ocsp=[wrong]).state is UNKNOWN


@pytest.mark.parametrize(("purposes", "state"), [([OCSP_SIGNING], GOOD), ([], UNKNOWN)])
def test_colleague_answers_only_when_appointed(
    purposes: list[x509.ObjectIdentifier], state: RevocationState
) -> None:
    """Another user of the same issuer may not answer for it; one with OCSPSigning may."""
    nocheck = [(x509.OCSPNoCheck(), False)]
    colleague = make("Colleague", ISSUING, ca=False, purposes=purposes, extensions=nocheck)
    response = make_ocsp(CITIZEN, ISSUING, responder=colleague)
    assert _status(ocsp=[response]).state is state


@pytest.mark.parametrize("digest", ["SHA1", "SHA256", "SHA384", "SHA512"])
def test_any_digest_of_the_cert_id(digest: str) -> None:
    """The digest that names the certificate is the responder's choice."""
    assert _status(ocsp=[make_ocsp(CITIZEN, ISSUING, digest=digest)]).state is GOOD


def test_answer_about_the_same_number_of_a_sibling() -> None:
    """The sibling's certificate with the same number is another certificate."""
    twin = make("Twin", SIBLING, ca=False, serial=CITIZEN.x509.serial_number)
    assert _status(ocsp=[make_ocsp(twin, SIBLING)]).state is UNKNOWN


def test_critical_extension_in_an_answer_is_not_ignored() -> None:
    """An answer with a critical extension nobody knows is no evidence; not critical it is."""
    unknown = [extension("1.2.3.4", boolean(True), critical=flag) for flag in (True, False)]
    states = [_status(ocsp=[make_ocsp(CITIZEN, ISSUING, extensions=e)]).state for e in unknown]
    assert states == [UNKNOWN, GOOD]
