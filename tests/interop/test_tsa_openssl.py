"""OpenSSL's ``ts`` asks our authority and accepts its tokens; our client asks OpenSSL's."""

from __future__ import annotations

import subprocess
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_der_x509_certificate

from esign.ades.evidence import Evidence
from esign.crypto.algorithms import digest_by_name
from esign.errors import TSARejectedError
from esign.limits import Budget
from esign.net.timestamping import TimestampClient
from esign.pki.trust import TrustStore
from esign.service.tsa import TSAServer
from esign.terms import Purpose
from esign.tsa.token import parse_token
from esign.validation.policy import Policy
from esign.validation.process import validate_timestamp
from tests.support.authority import POLICY, KeyInMemory, make_authority
from tests.support.faulty_server import Answer, FaultyServer, Request

pytestmark = pytest.mark.interop
DATA = b"what is to be time-stamped"


def _openssl(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["openssl", "ts", *arguments], cwd=folder, capture_output=True)


def _pem(certificate: object) -> bytes:
    return load_der_x509_certificate(certificate.der).public_bytes(Encoding.PEM)  # type: ignore[attr-defined]


@pytest.fixture(params=["EC", "RSA"])
def authority(request: pytest.FixtureRequest) -> KeyInMemory:
    """An authority with either kind of key."""
    return make_authority(rsa_key=request.param == "RSA")


@pytest.fixture
def folder(tmp_path: Path, authority: KeyInMemory) -> Path:
    """A directory with what OpenSSL needs."""
    (tmp_path / "root.pem").write_bytes(_pem(authority.root))
    (tmp_path / "tsa.pem").write_bytes(_pem(authority.certificate))
    (tmp_path / "tsa.key").write_bytes(authority.key_pem)
    (tmp_path / "data").write_bytes(DATA)
    (tmp_path / "other").write_bytes(DATA + b"!")
    return tmp_path


@pytest.fixture
def server(folder: Path, authority: KeyInMemory) -> Iterator[TSAServer]:
    """Our authority."""
    with TSAServer(
        authority, policy=POLICY, serials=folder / "serials", accuracy=0.5, ordering=True
    ) as running:
        yield running


def _ask(folder: Path, url: str, *options: str) -> None:
    """Make a query with OpenSSL, send it, and keep the answer."""
    made = _openssl(folder, "-query", "-data", "data", "-out", "query.tsq", *options)
    assert made.returncode == 0, made.stderr
    request = urllib.request.Request(
        url,
        data=(folder / "query.tsq").read_bytes(),
        headers={"Content-Type": "application/timestamp-query"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        (folder / "answer.tsr").write_bytes(answer.read())


def _verify(folder: Path, *options: str) -> subprocess.CompletedProcess[bytes]:
    return _openssl(folder, "-verify", "-in", "answer.tsr", "-CAfile", "root.pem", *options)


@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512", "sha3-256"])
def test_openssl_accepts_our_token(folder: Path, server: TSAServer, digest: str) -> None:
    """Against its own query and against the data; and not against other data."""
    _ask(folder, server.url, f"-{digest}", "-cert")
    for proof in (("-queryfile", "query.tsq"), ("-data", "data")):
        verified = _verify(folder, *proof)
        assert verified.returncode == 0, verified.stderr
        assert b"Verification: OK" in verified.stdout + verified.stderr
    assert _verify(folder, "-data", "other").returncode != 0


def test_openssl_accepts_a_token_without_certificates(folder: Path, server: TSAServer) -> None:
    """Without certReq the certificate must be supplied, and then all is well."""
    _ask(folder, server.url, "-sha256")
    assert _verify(folder, "-queryfile", "query.tsq").returncode != 0
    verified = _verify(folder, "-queryfile", "query.tsq", "-untrusted", "tsa.pem")
    assert verified.returncode == 0, verified.stderr


def test_openssl_reads_every_field(folder: Path, server: TSAServer) -> None:
    """Policy, accuracy, ordering and name are printed as we state them."""
    _ask(folder, server.url, "-sha256", "-cert", "-tspolicy", POLICY)
    shown = _openssl(folder, "-reply", "-in", "answer.tsr", "-text").stdout.decode()
    for line in (
        "Status: Granted.",
        f"Policy OID: {POLICY}",
        "0x01F4 millis",
        "Ordering: yes",
        "CN=Test Time Stamping Unit",
    ):
        assert line in shown, shown


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("-sha1",), "unrecognized or unsupported algorithm identifier"),
        (("-md5",), "unrecognized or unsupported algorithm identifier"),
        (("-sha256", "-tspolicy", "1.2.3.4"), "the requested TSA policy is not supported"),
    ],
)
def test_openssl_understands_our_refusals(
    folder: Path, server: TSAServer, options: tuple[str, ...], reason: str
) -> None:
    """The failure code is shown in OpenSSL's words."""
    _ask(folder, server.url, *options)
    shown = _openssl(folder, "-reply", "-in", "answer.tsr", "-text").stdout.decode()
    assert "Status: Rejected." in shown
    assert reason in shown


def test_openssl_refuses_a_token_with_a_flipped_bit(folder: Path, server: TSAServer) -> None:
    """The sibling with one bit changed in the signature is refused by both."""
    _ask(folder, server.url, "-sha256", "-cert")
    octets = bytearray((folder / "answer.tsr").read_bytes())
    octets[-5] ^= 1
    (folder / "answer.tsr").write_bytes(octets)
    assert _verify(folder, "-data", "data").returncode != 0


CONFIG = """
[tsa]
default_tsa = ours
[ours]
serial = serial
signer_cert = tsa.pem
certs = root.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
other_policies = 1.2.3.4.5
digests = sha256, sha384, sha512
accuracy = secs:1, millisecs:500, microsecs:100
clock_precision_digits = 3
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


@pytest.fixture
def theirs(folder: Path) -> Iterator[FaultyServer]:
    """OpenSSL's authority behind a small server."""
    (folder / "tsa.cnf").write_text(CONFIG)
    (folder / "serial").write_text("01\n")

    def answer(request: Request) -> Answer:
        (folder / "theirs.tsq").write_bytes(request.body)
        made = _openssl(
            folder, "-reply", "-queryfile", "theirs.tsq", "-config", "tsa.cnf", "-out", "theirs.tsr"
        )
        assert made.returncode == 0, made.stderr
        return Answer((folder / "theirs.tsr").read_bytes())

    with FaultyServer(answer) as running:
        yield running


@pytest.mark.parametrize("name", ["SHA256", "SHA384", "SHA512"])
def test_our_client_gets_openssls_token(
    theirs: FaultyServer, authority: KeyInMemory, name: str
) -> None:
    """Read completely, and judged PASSED with its root trusted for time-stamping."""
    algorithm = digest_by_name(name)
    octets = TimestampClient(theirs.url).timestamp(algorithm.digest(DATA), algorithm, Budget())
    token = parse_token(octets)
    assert token.imprint == algorithm.digest(DATA)
    assert (token.policy, token.ordering, token.accuracy_seconds) == ("1.2.3.4.1", True, 1.5001)
    assert abs(token.generation_time - datetime.now(UTC)) < timedelta(minutes=1)
    report = validate_timestamp(
        token,
        None,
        Evidence(),
        trust=TrustStore.of(authority.root, purposes={Purpose.TSA}),
        policy=Policy.unsafe_without_revocation(),
        at=datetime.now(UTC),
        budget=Budget(),
    )
    assert report.passed, report.checks


def test_our_client_may_choose_openssls_policy(theirs: FaultyServer) -> None:
    """A policy the authority knows is the token's."""
    sha256 = digest_by_name("SHA256")
    client = TimestampClient(theirs.url, policy="1.2.3.4.5")
    token = parse_token(client.timestamp(sha256.digest(DATA), sha256, Budget()))
    assert token.policy == "1.2.3.4.5"


@pytest.mark.parametrize(
    ("policy", "digest", "failure"),
    [("1.2.3", "SHA256", "unacceptedPolicy"), ("1.2.3.4.1", "SHA3-256", "badAlg")],
)
def test_our_client_understands_openssls_refusals(
    theirs: FaultyServer, policy: str, digest: str, failure: str
) -> None:
    """Its failure codes arrive under the names of the standard."""
    algorithm = digest_by_name(digest)
    client = TimestampClient(theirs.url, policy=policy)
    with pytest.raises(TSARejectedError, match=failure):
        client.timestamp(algorithm.digest(DATA), algorithm, Budget())
