"""Random damage to sound evidence, signed anew: what both peers refuse we never accept.

One octet of a certificate, a CRL or an OCSP response changes, and mostly its signer signs the
result, so that the change itself must be seen. OpenSSL and pyhanko-certvalidator are asked
whenever we accept.

Spec: RFC 5280 §6, RFC 6960 §3.2
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from base64 import encodebytes
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import pytest
from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, ValidationError

from esign.asn1.reader import parse
from esign.asn1.writer import bit_string, enumerated, explicit, octet_string, oid, sequence
from esign.errors import MalformedError
from esign.limits import Budget
from esign.pki.certificate import Certificate
from esign.pki.crl import CRL
from esign.pki.ocsp import OCSPResponse
from esign.pki.paths import find_path
from esign.pki.revocation import RevocationState, freshness_problem, revocation_status
from esign.pki.trust import TrustStore
from esign.terms import CertificateRole, Purpose
from tests.support.chains import NOW, Made, make, make_crl, make_ocsp

OPENSSL = shutil.which("openssl")

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(OPENSSL is None, reason="openssl is not installed"),
]

PLACE = x509.UniformResourceIdentifier("http://ca.example/")
BY_POINT = x509.CRLDistributionPoints([x509.DistributionPoint([PLACE], None, None, None)])
BY_RESPONDER = x509.AuthorityInformationAccess(
    [x509.AccessDescription(AuthorityInformationAccessOID.OCSP, PLACE)]
)


def _made(name: str, issuer: Made | None, *pointers: x509.ExtensionType, ca: bool = True) -> Made:
    """Return a certificate without key identifiers.

    Those are hints to us: a wrong one never spoils a path whose signatures hold (RFC 4158
    §3.5.12), while both peers refuse it.
    """
    extensions = [(pointer, False) for pointer in pointers]
    return make(name, issuer, ca=ca, days=(-10, 10), extensions=extensions)


ROOT = _made("Root", None)
ISSUING = _made("Issuing", ROOT, BY_POINT)
LEAF = _made("Leaf", ISSUING, BY_POINT, ca=False)
ASKED = _made("Leaf", ISSUING, BY_RESPONDER, ca=False)


@dataclass(frozen=True)
class Bundle:
    """A chain of three and its revocation data, as octets."""

    leaf: bytes = LEAF.ours.der
    issuing: bytes = ISSUING.ours.der
    root_list: bytes = make_crl(ROOT).der
    issuing_list: bytes = make_crl(ISSUING).der
    answer: bytes | None = None


BY_LIST = Bundle()
BY_ANSWER = Bundle(leaf=ASKED.ours.der, answer=make_ocsp(ASKED, ISSUING).der)
SIGNERS = {
    "leaf": ISSUING,
    "issuing": ROOT,
    "root_list": ROOT,
    "issuing_list": ISSUING,
    "answer": ISSUING,
}


def ours(bundle: Bundle) -> bool:
    """Return whether we accept the leaf."""
    try:
        leaf, issuing = (Certificate.from_der(each) for each in (bundle.leaf, bundle.issuing))
        crls = [CRL.from_der(bundle.root_list)]
        answers = [] if bundle.answer is None else [OCSPResponse.from_der(bundle.answer)]
        crls += [] if answers else [CRL.from_der(bundle.issuing_list)]
    except MalformedError:
        return False
    trust, budget = TrustStore.of(ROOT.ours), Budget()
    found = find_path(
        leaf,
        candidates=[issuing],
        trust=trust,
        purpose=Purpose.SIGNER,
        at=NOW,
        budget=budget,
        role=CertificateRole.SIGNER,
    )
    if not found.holds or found.path is None:
        return False
    statuses = [
        revocation_status(
            certificate,
            issuer,
            evidence_crls=crls,
            evidence_ocsp=answers,
            candidates=[issuing],
            trust=trust,
            purpose=Purpose.SIGNER,
            at=NOW,
            budget=budget,
            anchor=found.path.anchor,
        )
        for certificate, issuer in pairwise(found.path.chain)
    ]
    return all(
        status.state is RevocationState.GOOD and freshness_problem(status, NOW) is None
        for status in statuses
    )


def certvalidator(bundle: Bundle) -> bool:
    """Return whether pyhanko-certvalidator accepts the leaf."""
    try:
        lists = [bundle.root_list] + ([bundle.issuing_list] if bundle.answer is None else [])
        answers = [] if bundle.answer is None else [asn1_ocsp.OCSPResponse.load(bundle.answer)]
        context = ValidationContext(
            trust_roots=[asn1_x509.Certificate.load(ROOT.ours.der)],
            crls=[asn1_crl.CertificateList.load(each) for each in lists],
            ocsps=answers,
            allow_fetching=False,
            revocation_mode="require",
            moment=NOW,
        )
        validator = CertificateValidator(
            asn1_x509.Certificate.load(bundle.leaf),
            [asn1_x509.Certificate.load(bundle.issuing)],
            validation_context=context,
        )
        asyncio.run(validator.async_validate_usage(set()))  # type: ignore[no-untyped-call]
    except (PathBuildingError, ValidationError, ValueError, TypeError, KeyError):
        return False
    return True


def openssl(bundle: Bundle, folder: Path) -> bool:
    """Return whether OpenSSL accepts the leaf."""
    files = {
        name: _pem(folder, name, kind, octets)
        for name, kind, octets in (
            ("root", "CERTIFICATE", ROOT.ours.der),
            ("issuing", "CERTIFICATE", bundle.issuing),
            ("leaf", "CERTIFICATE", bundle.leaf),
            ("root_list", "X509 CRL", bundle.root_list),
            ("issuing_list", "X509 CRL", bundle.issuing_list),
        )
    }
    when = ("-attime", str(int(NOW.timestamp())))
    lists = (folder / "lists.pem").as_posix()
    Path(lists).write_bytes(
        Path(files["root_list"]).read_bytes() + Path(files["issuing_list"]).read_bytes()
    )
    accepted = _run(
        "verify", *when, "-no-CApath", "-no-CAstore", "-CAfile", files["root"], "-untrusted",
        files["issuing"], "-crl_check_all", "-CRLfile", lists, files["leaf"],
    )  # fmt: skip
    if bundle.answer is None:
        return accepted
    (folder / "answer").write_bytes(bundle.answer)
    # The program compares the answer's own times with its clock, not with -attime.
    age = "2000000000"
    return accepted and _run(
        "ocsp", *when, "-no_nonce", "-respin", str(folder / "answer"), "-issuer",
        files["issuing"], "-cert", files["leaf"], "-CAfile", files["root"], "-verify_other",
        files["issuing"], "-validity_period", age,
    )  # fmt: skip


def test_peers_and_we_accept_the_sound_chain(tmp_path: Path) -> None:
    """Undamaged, all three accept it, with a list and with an OCSP response."""
    for bundle in (BY_LIST, BY_ANSWER):
        assert ours(bundle)
        assert openssl(bundle, tmp_path)
        assert certvalidator(bundle)


@given(
    part=st.sampled_from(sorted(SIGNERS)),
    position=st.integers(0, 2000),
    mask=st.integers(1, 255),
    sign_anew=st.sampled_from([True, True, True, False]),
)
@settings(
    max_examples=600, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_never_alone_in_accepting(
    tmp_path: Path, part: str, position: int, mask: int, *, sign_anew: bool
) -> None:
    """What we accept after one octet changed, at least one of the peers accepts too."""
    bundle = BY_ANSWER if part == "answer" else BY_LIST
    damaged = _damaged(bundle, part, position, mask, sign_anew=sign_anew)
    if not ours(damaged):
        event("refused")
        return
    event(f"accepted: {part}")
    assert openssl(damaged, tmp_path) or certvalidator(damaged)


def _damaged(bundle: Bundle, part: str, position: int, mask: int, *, sign_anew: bool) -> Bundle:
    octets = getattr(bundle, part)
    basic = parse(octets).children[1].children[0].children[1].content if part == "answer" else b""
    whole = parse(basic or octets)
    signed, *rest = whole.children
    changed = bytearray(signed.encoded)
    position %= len(changed)
    # Names may differ in case and string type and be the same to us (RFC 5280 §7.1), and hold
    # values of any type; to the peers neither is so.
    assume(not any(begin <= position < end for begin, end in _names(signed.encoded)))
    changed[position] ^= mask
    signer: Made = SIGNERS[part]
    value = bit_string(signer.key.sign(bytes(changed))) if sign_anew else rest[1].encoded
    made = sequence(bytes(changed), rest[0].encoded, value)
    if basic:
        body = sequence(oid("1.3.6.1.5.5.7.48.1.1"), octet_string(made))
        made = sequence(enumerated(0), explicit(0, body))
    return replace(bundle, **{part: made})


def _names(octets: bytes) -> list[tuple[int, int]]:
    """Return where names lie."""
    names = [each.ours.subject.der for each in (ROOT, ISSUING, LEAF)]
    found = [(octets.find(name), len(name)) for name in names]
    return [(start, start + length) for start, length in found if start >= 0]


def _pem(folder: Path, name: str, kind: str, octets: bytes) -> str:
    path = folder / f"{name}.pem"
    path.write_bytes(
        f"-----BEGIN {kind}-----\n".encode()
        + encodebytes(octets)
        + f"-----END {kind}-----\n".encode()
    )
    return str(path)


def _run(*arguments: str) -> bool:
    run = subprocess.run([str(OPENSSL), *arguments], capture_output=True, text=True, check=False)
    return run.returncode == 0 and "revoked" not in run.stdout and "unknown" not in run.stdout
