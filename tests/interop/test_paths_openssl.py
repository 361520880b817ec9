"""Paths, CRLs and OCSP responses judged beside OpenSSL.

What we call valid OpenSSL must call valid too. The other way round we may be stricter, and
each parametrised fault says whether OpenSSL refuses it as well.

Spec: RFC 5280 §6, RFC 6960 §3.2
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ObjectIdentifier
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from esign.limits import Budget
from esign.pki.crl import CRL
from esign.pki.paths import find_path
from esign.pki.revocation import RevocationState, revocation_status
from esign.pki.trust import TrustStore
from esign.terms import CertificateRole, Purpose
from tests.support.chains import NOW, OCSP_SIGNING, Made, make, make_crl, make_ocsp

OPENSSL = shutil.which("openssl")

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(OPENSSL is None, reason="openssl is not installed"),
]


def openssl(*arguments: str) -> bool:
    """Run OpenSSL and return whether it was content."""
    run = subprocess.run([str(OPENSSL), *arguments], capture_output=True, check=False)
    return run.returncode == 0


def pem(path: Path, *made: Made) -> str:
    """Write certificates and return the path as text."""
    encoding = serialization.Encoding.PEM
    path.write_bytes(b"".join(m.x509.public_bytes(encoding) for m in made))
    return str(path)


def theirs(folder: Path, leaf: Made, bag: list[Made], root: Made, *more: str) -> bool:
    """Return OpenSSL's verdict on a path."""
    untrusted = ("-untrusted", pem(folder / "bag.pem", *bag)) if bag else ()
    return openssl(
        "verify", "-x509_strict", "-check_ss_sig", "-attime", str(int(NOW.timestamp())),
        "-no-CApath", "-no-CAstore", "-CAfile", pem(folder / "root.pem", root), *untrusted, *more,
        pem(folder / "leaf.pem", leaf),
    )  # fmt: skip


def ours(leaf: Made, bag: list[Made], root: Made) -> bool:
    """Return our verdict on a path."""
    return find_path(
        leaf.ours,
        candidates=[m.ours for m in bag],
        trust=TrustStore.of(root.ours),
        purpose=Purpose.SIGNER,
        at=NOW,
        budget=Budget(),
        role=CertificateRole.SIGNER,
    ).holds


@dataclass(frozen=True)
class Shape:
    """What one certificate of a random path is like."""

    ca: bool = True
    path_length: int | None = None
    can_sign: bool = True
    days: tuple[float, float] = (-10, 10)
    permitted: str | None = None
    excluded: str | None = None
    address: str | None = None
    forged: bool = False
    unknown_critical: bool = False
    extensions: list[tuple[x509.ExtensionType, bool]] = field(default_factory=list)


def rarely(value: object, usual: object) -> st.SearchStrategy[object]:
    """Return the usual value most of the time, so that many random paths are sound."""
    return st.sampled_from([usual] * 7 + [value])


HOSTS = st.sampled_from([None, None, None, None, "example.test", "a.example.test", "other.test"])
SHAPES = st.builds(
    Shape,
    ca=rarely(False, True),
    path_length=st.sampled_from([None, None, None, 0, 1, 2]),
    can_sign=rarely(False, True),
    days=rarely((-10, -1), (-10, 10)),
    permitted=HOSTS,
    excluded=st.sampled_from([None] * 6 + ["other.test", "b.example.test"]),
    address=st.sampled_from([None, "a.example.test", "b.example.test", "other.test"]),
    forged=rarely(True, False),
    unknown_critical=rarely(True, False),
)


def build(name: str, issuer: Made | None, shape: Shape, *, is_leaf: bool) -> Made:
    """Return a certificate of the shape, with the key identifiers that OpenSSL asks for."""
    own = x509.SubjectKeyIdentifier(name.encode())
    extensions: list[tuple[x509.ExtensionType, bool]] = [(own, False)]
    if issuer is not None:
        above = issuer.x509.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        extensions.append((x509.AuthorityKeyIdentifier(above.digest, None, None), False))
    if shape.address:
        names = x509.SubjectAlternativeName([x509.DNSName(shape.address)])
        extensions.append((names, False))
    if (shape.permitted or shape.excluded) and not is_leaf:
        permitted = [x509.DNSName(shape.permitted)] if shape.permitted else None
        excluded = [x509.DNSName(shape.excluded)] if shape.excluded else None
        extensions.append((x509.NameConstraints(permitted, excluded), True))
    if shape.unknown_critical:
        unknown = x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4"), b"\x05\x00")
        extensions.append((unknown, True))
    usage = ("key_cert_sign", "crl_sign") if shape.can_sign else ("crl_sign",)
    is_ca = shape.ca and not is_leaf
    return make(
        name,
        issuer,
        ca=is_ca,
        path_length=shape.path_length,
        days=shape.days,
        usage=usage if is_ca else ("digital_signature",),
        extensions=extensions,
        signed_with=make("Thief").key if shape.forged and issuer else None,
    )


@given(st.lists(SHAPES, min_size=1, max_size=4), SHAPES)
@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_we_call_valid_openssl_calls_valid(
    tmp_path: Path, shapes: list[Shape], leaf_shape: Shape
) -> None:
    """Random paths with random faults: none passes here that OpenSSL refuses."""
    root = build("Root", None, Shape(), is_leaf=False)
    above, bag = root, []
    for number, shape in enumerate(shapes):
        above = build(f"CA {number}", above, shape, is_leaf=False)
        bag.append(above)
    leaf = build("Leaf", above, leaf_shape, is_leaf=True)
    if ours(leaf, bag, root):
        assert theirs(tmp_path, leaf, bag, root)


def test_sound_path_is_valid_to_both(tmp_path: Path) -> None:
    """A plain chain of three passes on both sides."""
    root = build("Root", None, Shape(), is_leaf=False)
    ca = build("CA", root, Shape(), is_leaf=False)
    leaf = build("Leaf", ca, Shape(), is_leaf=True)
    assert ours(leaf, [ca], root)
    assert theirs(tmp_path, leaf, [ca], root)


FAULTS = {
    "expired authority": Shape(days=(-10, -1)),
    "no authority": Shape(ca=False),
    "may not sign certificates": Shape(can_sign=False),
    "forged": Shape(forged=True),
    "unknown critical extension": Shape(unknown_critical=True),
    "name not permitted": Shape(permitted="other.test"),
    "name excluded": Shape(excluded="example.test"),
}


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_faulty_path_is_valid_to_neither(tmp_path: Path, fault: str) -> None:
    """Each fault alone is refused on both sides."""
    root = build("Root", None, Shape(), is_leaf=False)
    ca = build("CA", root, FAULTS[fault], is_leaf=False)
    leaf = build("Leaf", ca, Shape(address="a.example.test"), is_leaf=True)
    assert not ours(leaf, [ca], root)
    assert not theirs(tmp_path, leaf, [ca], root)


@pytest.mark.parametrize("reason", [None, "key_compromise", "certificate_hold"])
def test_revocation_by_list_is_seen_by_both(tmp_path: Path, reason: str | None) -> None:
    """A listed certificate is refused and its unlisted sibling passes, on both sides."""
    root = make("Root")
    listed, unlisted = make("Listed", root, ca=False), make("Unlisted", root, ca=False)
    crl = make_crl(root, revoked={listed: reason})
    path = tmp_path / "list.pem"
    path.write_bytes(x509.load_der_x509_crl(crl.der).public_bytes(serialization.Encoding.PEM))
    for leaf, is_good in ((listed, False), (unlisted, True)):
        checks = ("-crl_check", "-CRLfile", str(path), "-partial_chain")
        untouched = theirs_loose(tmp_path, leaf, root, *checks)
        assert untouched is is_good
        assert (_status(leaf, root, crl) is RevocationState.GOOD) is is_good


def theirs_loose(folder: Path, leaf: Made, root: Made, *more: str) -> bool:
    """Return OpenSSL's verdict without its rules on key identifiers."""
    return openssl(
        "verify", "-attime", str(int(NOW.timestamp())), "-no-CApath", "-no-CAstore",
        "-CAfile", pem(folder / "root.pem", root), *more, pem(folder / "leaf.pem", leaf),
    )  # fmt: skip


def _status(leaf: Made, issuer: Made, crl: CRL) -> RevocationState:
    return revocation_status(
        leaf.ours,
        issuer.ours,
        evidence_crls=[crl],
        evidence_ocsp=(),
        candidates=(),
        trust=TrustStore.of(issuer.ours),
        purpose=Purpose.SIGNER,
        at=NOW,
        budget=Budget(),
    ).state


@pytest.mark.parametrize("digest", ["SHA1", "SHA256"])
@pytest.mark.parametrize("delegated", [False, True])
def test_responses_are_accepted_by_openssl(tmp_path: Path, digest: str, delegated: bool) -> None:
    """The responses our tests are made of are sound to OpenSSL, delegated or not."""
    root = make("Root")
    leaf = make("Leaf", root, ca=False)
    nocheck = (x509.OCSPNoCheck(), False)
    responder = make("R", root, ca=False, purposes=[OCSP_SIGNING], extensions=[nocheck])
    response = make_ocsp(leaf, root, responder=responder if delegated else None, digest=digest)
    path = tmp_path / "response.der"
    path.write_bytes(response.der)
    assert openssl(
        "ocsp", "-respin", str(path), "-issuer", pem(tmp_path / "root.pem", root),
        f"-{digest.lower()}", "-cert", pem(tmp_path / "leaf.pem", leaf), "-no_nonce",
        "-CAfile", pem(tmp_path / "root.pem", root), "-attime", str(int(NOW.timestamp())),
        "-validity_period", "999999999",
    )  # fmt: skip
