"""Paths with their revocation data, and large lists, beside pyhanko-certvalidator and others."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from hashlib import sha256
from itertools import pairwise
from secrets import randbits

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

from bench.measure import Row, Work, rates
from esign.asn1.writer import bit_string, encode, explicit, integer, oid, sequence
from esign.asn1.writer import utc_or_generalized as moment
from esign.limits import Budget
from esign.pki.certificate import Certificate
from esign.pki.crl import CRL
from esign.pki.ocsp import OCSPResponse
from esign.pki.paths import find_path
from esign.pki.revocation import RevocationState, freshness_problem, revocation_status
from esign.pki.trust import TrustStore
from esign.terms import CertificateRole, Purpose

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
JUDGED = NOW + timedelta(minutes=30)
"""The moment of judgement: the library that makes the OCSP responses dates them by its clock."""
AUTHORITIES, LEAVES = 8, 30
ENTRIES = 1_000_000


def rows() -> Iterator[Row]:
    """Yield the rows of chains and lists."""
    made = [_Authorities() for _ in range(AUTHORITIES)]
    first, further = _first_and_further(made)
    asked = _Asked(made[0], 0)
    work = "chain of 3 with OCSP and CRL, all supplied"
    ours, peer = lambda: _judge_ours(asked), lambda: _judge_theirs(asked)
    found = rates({"ours": ours, "theirs": peer})
    yield _row(work, "pyhanko-certvalidator", found["ours"], found["theirs"], 20)
    yield _row(f"{work}, never met before", "pyhanko-certvalidator", first, found["theirs"], 3)
    yield _row("the same chain, another leaf of the issuer", "the first", further, first, 3)
    yield from _list_rows()


def _row(work: str, peer: str, ours: float, theirs: float, bound: float) -> Row:
    return Row(work=work, peer=peer, ours=ours, theirs=theirs, unit="/s", bound=bound)


class _Authorities:
    """A root, an issuing authority with an OCSP response, leaves, and the list about them."""

    def __init__(self) -> None:
        self.root_key, self.issuing_key, self.leaf_key = (_key() for _ in range(3))
        self.root = _certificate("Root", self.root_key, "Root", self.root_key, ca=True)
        self.issuing = _certificate("Issuing", self.issuing_key, "Root", self.root_key, ca=True)
        self.list = _crl("Issuing", self.issuing_key)
        self.answer = _answer(self.issuing, self.root, self.root_key)
        self.leaves = [
            _certificate(f"Leaf {n}", self.leaf_key, "Issuing", self.issuing_key, ca=False)
            for n in range(LEAVES)
        ]


def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def _name(text: str) -> x509.Name:
    return x509.Name.from_rfc4514_string(f"CN={text},O=Bench,C=AZ")


def _certificate(
    subject: str, key: rsa.RSAPrivateKey, issuer: str, signer: rsa.RSAPrivateKey, *, ca: bool
) -> x509.Certificate:
    usage = dict.fromkeys(
        (
            "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
            "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
        ),
        False,
    )  # fmt: skip
    usage |= {"key_cert_sign": ca, "crl_sign": ca, "content_commitment": not ca}
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(randbits(100) | 1 << 100)
        .not_valid_before(NOW - 30 * DAY)
        .not_valid_after(NOW + 300 * DAY)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
        .add_extension(_responder_pointer() if ca else _list_pointer(), critical=False)
        .sign(signer, hashes.SHA256())
    )


def _list_pointer() -> x509.CRLDistributionPoints:
    place = x509.UniformResourceIdentifier("http://ca.example/list.crl")
    return x509.CRLDistributionPoints([x509.DistributionPoint([place], None, None, None)])


def _responder_pointer() -> x509.AuthorityInformationAccess:
    place = x509.UniformResourceIdentifier("http://ca.example/ocsp")
    return x509.AuthorityInformationAccess(
        [x509.AccessDescription(AuthorityInformationAccessOID.OCSP, place)]
    )


def _crl(issuer: str, key: rsa.RSAPrivateKey) -> bytes:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(_name(issuer))
        .last_update(NOW - DAY)
        .next_update(NOW + DAY)
        .add_extension(x509.CRLNumber(1), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False
        )
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _answer(leaf: x509.Certificate, issuer: x509.Certificate, key: rsa.RSAPrivateKey) -> bytes:
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=leaf,
        issuer=issuer,
        algorithm=hashes.SHA1(),
        cert_status=ocsp.OCSPCertStatus.GOOD,
        this_update=NOW,
        next_update=NOW + DAY,
        revocation_time=None,
        revocation_reason=None,
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, issuer)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def _first_and_further(made: list[_Authorities]) -> tuple[float, float]:
    """Return the best rates of first chains and of further leaves, from octets to verdict.

    Everything is as new each time: no octets are met twice, so nothing is remembered but
    what the issuer's earlier chain left behind.
    """
    first, further = [], []
    for number in range(20):
        _judge_ours(_Asked(_warm_up(), number))
    for authorities in made:
        asked = [_Asked(authorities, number) for number in range(LEAVES)]
        first.append(_timed(partial(_judge_ours, asked[0])))
        further += [_timed(partial(_judge_ours, one)) for one in asked[1:]]
    return 1 / min(first), 1 / min(further)


@cache
def _warm_up() -> _Authorities:
    return _Authorities()


class _Asked:
    """One leaf and all that is supplied for it, as octets."""

    def __init__(self, authorities: _Authorities, number: int) -> None:
        self.leaf = _der(authorities.leaves[number])
        self.issuing = _der(authorities.issuing)
        self.root = _der(authorities.root)
        self.crl = authorities.list
        self.ocsp = authorities.answer


def _timed(work: Work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _judge_ours(asked: _Asked) -> None:
    leaf, issuing, root = (
        Certificate.from_der(octets) for octets in (asked.leaf, asked.issuing, asked.root)
    )
    trust, budget = TrustStore.of(root), Budget()
    found = find_path(
        leaf,
        candidates=[issuing],
        trust=trust,
        purpose=Purpose.SIGNER,
        at=JUDGED,
        budget=budget,
        role=CertificateRole.SIGNER,
    )
    assert found.holds, found.problems
    assert found.path is not None
    crls, answers = [CRL.from_der(asked.crl)], [OCSPResponse.from_der(asked.ocsp)]
    for certificate, issuer in pairwise(found.path.chain):
        status = revocation_status(
            certificate,
            issuer,
            evidence_crls=crls,
            evidence_ocsp=answers,
            candidates=[issuing],
            trust=trust,
            purpose=Purpose.SIGNER,
            at=JUDGED,
            budget=budget,
            anchor=found.path.anchor,
        )
        assert status.state is RevocationState.GOOD, status.problems
        assert freshness_problem(status, JUDGED) is None


def _judge_theirs(asked: _Asked) -> None:
    from asn1crypto import crl, ocsp, x509
    from pyhanko_certvalidator import CertificateValidator, ValidationContext

    context = ValidationContext(
        trust_roots=[x509.Certificate.load(asked.root)],
        crls=[crl.CertificateList.load(asked.crl)],
        ocsps=[ocsp.OCSPResponse.load(asked.ocsp)],
        allow_fetching=False,
        revocation_mode="require",
        moment=JUDGED,
    )
    validator = CertificateValidator(
        x509.Certificate.load(asked.leaf),
        [x509.Certificate.load(asked.issuing)],
        validation_context=context,
    )
    asyncio.run(validator.async_validate_usage({"non_repudiation"}))  # type: ignore[no-untyped-call]


def _list_rows() -> Iterator[Row]:
    """Yield how long one serial takes in a list of a million, and the next one."""
    key = _key()
    octets = _large_crl(key)
    issuer = Certificate.from_der(_der(_certificate("Large", key, "Large", key, ca=True)))
    name = issuer.subject
    ours, theirs, next_one = [], [], []
    for number in range(3):
        fresh, again = bytes(bytearray(octets)), bytes(bytearray(octets))
        wanted, following = (_serial(ENTRIES * part // 4 + number) for part in (2, 3))
        gc.collect()
        start = time.perf_counter()
        loaded = CRL.from_der(fresh)
        assert loaded.signed_by(issuer.public_key)
        assert loaded.unknown_critical_entry_extension is None
        assert loaded.entries(wanted, name)
        ours.append(time.perf_counter() - start)
        start = time.perf_counter()
        assert loaded.entries(following, name)
        next_one.append(time.perf_counter() - start)
        del loaded, fresh
        gc.collect()
        start = time.perf_counter()
        _look_up(again, key, wanted)
        theirs.append(time.perf_counter() - start)
    cold, peer = min(ours), min(theirs)
    work = f"one serial in a CRL of {ENTRIES:,}, cold, signature checked"
    yield Row(
        work=work, peer="cryptography", ours=cold, theirs=peer, unit="s", bound=1.2, at_most=True
    )
    yield Row(
        work="the next serial in that CRL",
        peer="the first",
        ours=min(next_one),
        theirs=cold,
        unit="s",
        bound=1 / 20,
        at_most=True,
    )


def _look_up(octets: bytes, key: rsa.RSAPrivateKey, wanted: int) -> None:
    crl = x509.load_der_x509_crl(octets)
    key.public_key().verify(
        crl.signature, crl.tbs_certlist_bytes, padding.PKCS1v15(), hashes.SHA256()
    )
    assert crl.get_revoked_certificate_by_serial_number(wanted)


def _serial(number: int) -> int:
    """Return 126 bits that look random, as authorities make them."""
    return int.from_bytes(sha256(number.to_bytes(4, "big")).digest()[:16], "big") >> 2 | 1 << 125


def _large_crl(key: rsa.RSAPrivateKey) -> bytes:
    """Return a list with a million entries, each with a reason, as large lists have."""
    algorithm = sequence(oid("1.2.840.113549.1.1.11"), b"\x05\x00")
    revoked_at = moment(NOW - DAY)
    reason = bytes.fromhex("300c300a0603551d1504030a0104")
    entries = b"".join(
        b"\x30" + bytes([len(body)]) + body
        for body in (
            b"\x02\x10" + _serial(number).to_bytes(16, "big") + revoked_at + reason
            for number in range(ENTRIES)
        )
    )
    tbs = sequence(
        integer(1),
        algorithm,
        _name("Large").public_bytes(),
        moment(NOW - DAY),
        moment(NOW + DAY),
        encode(0x30, entries),
        explicit(0, sequence(sequence(oid("2.5.29.20"), b"\x04\x03\x02\x01\x01"))),
    )
    value = key.sign(tbs, padding.PKCS1v15(), hashes.SHA256())
    return sequence(tbs, algorithm, bit_string(value))
