"""What a signature is called, by list and certificate."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from esign.asn1.writer import oid, sequence
from esign.pki.certificate import Certificate
from esign.trustlists.qualification import qualify
from esign.trustlists.snapshot import TrustListSnapshot
from esign.validation.qualification import QualificationStatus
from fixtures import pki_files
from tests.support.lists import NOW, WITHDRAWN, altered, certificate, fixture, kept

COMPLIANCE = "0.4.0.1862.1.1"
DEVICE = "0.4.0.1862.1.4"
TYPE = "0.4.0.1862.1.6"
SIGN, SEAL, WEB = (f"0.4.0.1862.1.6.{n}" for n in (1, 2, 3))
ISSUED = datetime(2025, 6, 1, tzinfo=UTC)
BEFORE_LISTING = datetime(2025, 1, 15, tzinfo=UTC)
_KEY = ec.generate_private_key(ec.SECP256R1())


def _leaf(
    *statements: str, kinds: tuple[str, ...] = (), since: datetime = ISSUED, policy: str = ""
) -> Certificate:
    """Return a certificate of the test PKI's issuer with the QC statements given."""
    written = [sequence(oid(each)) for each in statements]
    if kinds:
        written.append(sequence(oid(TYPE), sequence(*(oid(each) for each in kinds))))
    issuer = x509.load_der_x509_certificate(certificate("issuing").der)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A Signer")]))
        .issuer_name(issuer.subject)
        .public_key(_KEY.public_key())
        .serial_number(4711)
        .not_valid_before(since)
        .not_valid_after(since + timedelta(days=1000))
        .add_extension(
            x509.UnrecognizedExtension(
                x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3"), sequence(*written)
            ),
            critical=False,
        )
    )
    if policy:
        information = x509.PolicyInformation(x509.ObjectIdentifier(policy), None)
        builder = builder.add_extension(x509.CertificatePolicies([information]), critical=False)
    signed = builder.sign(pki_files.key("issuing-rsa"), hashes.SHA256())
    return Certificate.from_der(signed.public_bytes(serialization.Encoding.DER))


def _status(leaf: Certificate, *lists: bytes, at: datetime = NOW) -> QualificationStatus:
    return _qualify(leaf, *lists, at=at).status


def _qualify(leaf: Certificate, *lists: bytes, at: datetime = NOW):
    snapshot = TrustListSnapshot(lists=tuple(kept(each) for each in lists), at=NOW)
    chain = (leaf, certificate("issuing"), certificate("root"))
    return qualify(leaf, chain, at, snapshot)


ZZ = fixture("zz.xml")
EVERYTHING = (COMPLIANCE, DEVICE)


@pytest.mark.parametrize(
    ("statements", "kinds", "status"),
    [
        (EVERYTHING, (SIGN,), "QESig"),
        (EVERYTHING, (), "QESig"),
        ((COMPLIANCE,), (SIGN,), "AdES-QC"),
        ((DEVICE,), (SIGN,), "AdES"),
        ((), (), "AdES"),
        (EVERYTHING, (SEAL,), "AdES"),
        (EVERYTHING, (WEB,), "AdES"),
        (EVERYTHING, (SIGN, SEAL), "AdES"),
    ],
)
def test_the_certificate_speaks_within_what_its_issuer_is_listed_for(
    statements: tuple[str, ...], kinds: tuple[str, ...], status: str
) -> None:
    """The issuer is listed for signatures: seals, websites and unclear uses do not count."""
    assert _status(_leaf(*statements, kinds=kinds), ZZ) == status


def test_a_seal_needs_an_issuer_listed_for_seals() -> None:
    """The same certificate under a list that has its issuer for seals too."""
    for_seals = altered("zz.xml", (b"ForeSignatures", b"ForeSeals"))
    leaf = _leaf(*EVERYTHING, kinds=(SEAL,))
    assert (_status(leaf, for_seals), _status(leaf, ZZ)) == ("QESeal", "AdES")


def test_the_list_and_the_entry_are_named() -> None:
    """The conclusion says where it is from."""
    found = _qualify(_leaf(*EVERYTHING), ZZ)
    assert found.list == "ZZ, sequence number 1"
    assert found.entry == "Zedland Certification Ltd: Zedland Certification Ltd: issuing"
    assert "qualified device" in str(found.reasons[0])


def test_the_status_counts_at_signing_and_at_issue() -> None:
    """Withdrawn is no longer qualified; what was issued before the listing never was."""
    zy = fixture("zy.xml")
    leaf = _leaf(*EVERYTHING)
    assert _status(leaf, zy, at=WITHDRAWN - timedelta(seconds=1)) == "QESig"
    assert _status(leaf, zy, at=WITHDRAWN) == "AdES"
    assert "withdrawn" in str(_qualify(leaf, zy).reasons[0])
    assert _status(_leaf(*EVERYTHING, since=BEFORE_LISTING), ZZ) == "AdES"


def test_a_stranger_is_unknown() -> None:
    """No list has anything to say about this chain."""
    leaf = _leaf(*EVERYTHING)
    snapshot = TrustListSnapshot(lists=(kept(ZZ),), at=NOW)
    assert qualify(leaf, (leaf, certificate("ec-root")), NOW, snapshot).status == "unknown"
    assert qualify(leaf, (leaf,), NOW, snapshot).status == "unknown"


def _qualified_by(*qualifiers: str, policy: str = "1.2.3", other: str = "") -> bytes:
    uris = "".join(
        f'<q:Qualifier uri="http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/{each}"/>'
        for each in qualifiers
    )
    extension = (
        '<Extension Critical="true"><q:Qualifications xmlns:q="http://uri.etsi.org/TrstSvc/'
        'SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#"><q:QualificationElement><q:Qualifiers>'
        f'{uris}</q:Qualifiers><q:CriteriaList assert="all"><q:PolicySet><q:PolicyIdentifier>'
        f'<x:Identifier xmlns:x="http://uri.etsi.org/01903/v1.3.2#">{policy}</x:Identifier>'
        f"</q:PolicyIdentifier></q:PolicySet>{other}</q:CriteriaList></q:QualificationElement>"
        "</q:Qualifications></Extension></ServiceInformationExtensions>"
    )
    return altered("zz.xml", (b"</ServiceInformationExtensions>", extension.encode()))


@pytest.mark.parametrize(
    ("statements", "qualifiers", "status"),
    [
        ((COMPLIANCE,), ("QCWithQSCD",), "QESig"),
        ((COMPLIANCE,), ("QCWithSSCD",), "QESig"),
        (EVERYTHING, ("QCNoQSCD",), "AdES-QC"),
        (EVERYTHING, ("QCNoQSCD", "QCWithQSCD"), "AdES-QC"),
        (EVERYTHING, ("QCQSCDStatusAsInCert",), "QESig"),
        ((COMPLIANCE,), ("QCQSCDStatusAsInCert",), "AdES-QC"),
        ((DEVICE,), ("QCStatement",), "QESig"),
        (EVERYTHING, ("NotQualified",), "AdES"),
        (EVERYTHING, ("NotQualified", "QCStatement"), "AdES"),
        (EVERYTHING, ("QCForESeal",), "AdES"),
        (EVERYTHING, ("QCForESig",), "QESig"),
        (EVERYTHING, ("QCForESig", "QCForESeal"), "AdES"),
    ],
)
def test_qualifiers_correct_the_certificate(
    statements: tuple[str, ...], qualifiers: tuple[str, ...], status: str
) -> None:
    """The list's word comes before the certificate's, and contradictions lower."""
    leaf = _leaf(*statements, policy="1.2.3")
    assert _status(leaf, _qualified_by(*qualifiers)) == status


@pytest.mark.parametrize("qualifier", ["QCWithQSCD", "NotQualified"])
def test_qualifiers_of_others_do_not_count(qualifier: str) -> None:
    """The condition asks for another policy than the certificate has."""
    leaf = _leaf(COMPLIANCE, policy="1.2.4")
    assert _status(leaf, _qualified_by(qualifier)) == "AdES-QC"


@pytest.mark.parametrize(
    ("qualifier", "status"), [("NotQualified", "AdES"), ("QCWithQSCD", "AdES-QC")]
)
def test_a_condition_nobody_understands_never_raises(qualifier: str, status: str) -> None:
    """What might lower is taken to, and what might raise is not taken."""
    leaf = _leaf(COMPLIANCE, policy="1.2.3")
    assert _status(leaf, _qualified_by(qualifier, other="<q:Moon/>")) == status


def test_entries_that_contradict_each_other_leave_it_unknown() -> None:
    """One list says qualified, another says not qualified: neither is believed."""
    leaf = _leaf(*EVERYTHING, policy="1.2.3")
    other = _qualified_by("NotQualified")
    assert _status(leaf, ZZ, other) == "unknown"
    assert _status(leaf, other, ZZ) == "unknown"
    assert _status(leaf, ZZ, ZZ) == "QESig"
