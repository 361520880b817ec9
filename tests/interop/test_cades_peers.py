"""CAdES against OpenSSL, pyHanko and asn1crypto, both ways.

Spec: RFC 5652, EN 319 122-1
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from pathlib import Path

import pytest

from esign.ades.format import SignerProperties
from esign.ades.signature import CommitmentType, SignaturePolicyIdentifier, SignerLocation
from esign.asn1 import writer
from esign.cms import oids
from esign.terms import Packaging
from fixtures import pki_files
from tests.support import cms_making as make

pytestmark = pytest.mark.interop

KINDS = [
    ("citizen", "RSA_PKCS1_SHA256"),
    ("citizen", "RSA_PSS_SHA256"),
    ("citizen-p256", "ECDSA_SHA256"),
    ("citizen-p384", "ECDSA_SHA384"),
    ("citizen-p521", "ECDSA_SHA512"),
    ("citizen-brainpool", "ECDSA_SHA256"),
]
EDDSA = [("citizen-ed25519", "ED25519"), ("citizen-ed448", "ED448")]
"""OpenSSL before 3.2 has no EdDSA in CMS; pyHanko has."""
SAID = SignerProperties(
    commitments=(CommitmentType(identifier="1.2.840.113549.1.9.16.6.1"),),
    location=SignerLocation(country="AZ", city="Baku"),
    claimed_roles=("clerk",),
    policy=SignaturePolicyIdentifier(
        identifier="1.2.3.4", digest_algorithm=make.digest_by_name("SHA256"), digest=bytes(32)
    ),
    media_type="text/plain",
    content_description="A letter",
)
AT = str(int(make.TIME.timestamp()))


@pytest.fixture
def openssl() -> str:
    """The openssl command; the test is skipped without it."""
    found = shutil.which("openssl")
    if found is None:
        pytest.skip("no openssl command on this machine")
    return found


def _run(*command: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command, capture_output=True, check=False, timeout=60)


def _anchors(tmp_path: Path) -> str:
    names = ("root", "issuing", "ec-root", "ec-issuing")
    pem = b"".join((pki_files.HERE / "certificates" / f"{n}.crt").read_bytes() for n in names)
    path = tmp_path / "anchors.pem"
    path.write_bytes(pem)
    return str(path)


def _verify(openssl: str, tmp_path: Path, octets: bytes, *more: str) -> tuple[int, bytes]:
    path, out = tmp_path / "signed.p7m", tmp_path / "out"
    path.write_bytes(octets)
    command = (openssl, "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", str(path))
    anchors = ("-CAfile", _anchors(tmp_path), "-attime", AT, "-out", str(out))
    ran = _run(*command, *anchors, *more)
    return ran.returncode, out.read_bytes() if out.exists() else ran.stderr


@pytest.mark.parametrize(("name", "algorithm"), KINDS)
@pytest.mark.parametrize("packaging", [Packaging.ENVELOPING, Packaging.DETACHED])
def test_openssl_accepts_what_we_sign(
    name: str, algorithm: str, packaging: Packaging, openssl: str, tmp_path: Path
) -> None:
    """``openssl cms -verify -cades`` verifies ours and refuses the tampered sibling."""
    octets = make.signed(name=name, algorithm=algorithm, packaging=packaging, properties=SAID)
    content = tmp_path / "content"
    content.write_bytes(make.CONTENT)
    more = ("-content", str(content)) if packaging is Packaging.DETACHED else ()
    code, out = _verify(openssl, tmp_path, octets, *more)
    assert code == 0, out
    assert out == make.CONTENT
    content.write_bytes(make.CONTENT.replace(b"building", b"castle ."))
    code, _ = _verify(openssl, tmp_path, octets.replace(b"building", b"castle ."), *more)
    assert code != 0


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("citizen", ()),
        ("citizen", ("-nodetach",)),
        ("citizen", ("-nodetach", "-stream")),
        ("citizen", ("-nodetach", "-keyopt", "rsa_padding_mode:pss")),
        ("citizen-p256", ("-nodetach", "-stream")),
        ("citizen-p256", ()),
        ("citizen", ("-keyid",)),
        ("citizen", ("-nocerts",)),
    ],
)
def test_we_verify_what_openssl_signs(
    name: str, options: tuple[str, ...], openssl: str, tmp_path: Path
) -> None:
    """DER and streamed BER by OpenSSL verify; with one octet changed they do not."""
    source, target = tmp_path / "content", tmp_path / "signed"
    content = make.CONTENT * 1000
    source.write_bytes(content)
    key = pki_files.KEYS / f"{pki_files.entry('certificate', name)['key']}.pem"
    ran = _run(
        *(openssl, "cms", "-sign", "-cades", "-binary", "-outform", "DER", "-in", str(source)),
        *("-signer", str(pki_files.HERE / "certificates" / f"{name}.crt"), "-inkey", str(key)),
        *("-out", str(target), "-md", "sha256", *options),
    )
    assert ran.returncode == 0, ran.stderr
    octets = target.read_bytes()
    attached = "-nodetach" in options
    signature = make.only(octets, *([] if attached else [content]))
    assert make.is_sound(signature, name)
    expected = {"signer-certificate-not-embedded"} if "-nocerts" in options else set()
    assert make.codes(signature) - {"signed-attribute-unknown", "signed-data-version"} == expected
    changed = content.replace(b"building", b"castle .", 1)
    tampered = octets.replace(b"building", b"castle .", 1) if attached else octets
    assert not make.is_sound(make.only(tampered, *([] if attached else [changed])), name)


def test_openssl_accepts_a_timestamped_signature(openssl: str, tmp_path: Path) -> None:
    """An unsigned attribute put in later leaves the signature good for OpenSSL."""
    from esign.cms import builder

    value = make.only(make.signed()).signature_value
    token = make.token(make.digest_by_name("SHA256").digest(value))
    octets = builder.with_unsigned_attribute(make.signed(), 0, builder.timestamp_attribute(token))
    code, out = _verify(openssl, tmp_path, octets)
    assert code == 0, out
    code, out = _verify(openssl, tmp_path, make.berified(octets))
    assert code == 0, out


@pytest.mark.parametrize(("name", "algorithm"), [*KINDS, *EDDSA])
def test_pyhanko_accepts_what_we_sign(name: str, algorithm: str) -> None:
    """pyHanko finds ours intact and valid, attached and detached, and the tampered one not."""
    pytest.importorskip("pyhanko", reason="pyHanko is not installed")
    octets = make.signed(name=name, algorithm=algorithm, properties=SAID)
    assert _pyhanko_says(octets) == (True, True)
    assert _pyhanko_says(octets.replace(b"building", b"castle ."))[0] is False
    detached = make.signed(name=name, algorithm=algorithm, packaging=Packaging.DETACHED)
    assert _pyhanko_says(detached, make.CONTENT) == (True, True)
    assert _pyhanko_says(detached, b"another")[0] is False


def _pyhanko_says(octets: bytes, content: bytes | None = None) -> tuple[bool, bool]:
    """Return (intact, valid) as pyHanko judges them."""
    from asn1crypto import cms
    from pyhanko.sign.validation import generic_cms

    data = cms.ContentInfo.load(octets)["content"]
    (info,) = data["signer_infos"]
    serial = info["sid"].chosen["serial_number"].native
    encapsulated = content if content is not None else data["encap_content_info"]["content"].native
    digest = info["digest_algorithm"]["algorithm"].native
    hashing = make.digest_by_name("SHAKE256" if digest.startswith("shake256") else digest)
    intact, valid = generic_cms.validate_sig_integrity(
        info,
        next(each.chosen for each in data["certificates"] if each.chosen.serial_number == serial),
        expected_content_type="data",
        actual_digest=hashing.digest(encapsulated),
    )
    return intact, valid


@pytest.mark.parametrize("name", ["citizen", "citizen-p256", "citizen-ed25519"])
def test_we_verify_what_pyhanko_signs(name: str) -> None:
    """A CAdES signature by pyHanko verifies here, is baseline, and breaks when tampered with."""
    pytest.importorskip("pyhanko", reason="pyHanko is not installed")
    from pyhanko.sign.signers.pdf_cms import SimpleSigner

    key = pki_files.KEYS / f"{pki_files.entry('certificate', name)['key']}.pem"
    signer = SimpleSigner.load(
        key_file=str(key), cert_file=str(pki_files.HERE / "certificates" / f"{name}.crt")
    )
    digest = "sha512" if "25519" in name else "sha256"
    signed = asyncio.run(
        signer.async_sign_general_data(make.CONTENT, digest, detached=False, use_cades=True)
    ).dump()
    signature = make.only(signed)
    assert make.is_sound(signature, name)
    assert signature.signer.present
    assert "content-type-missing" not in make.codes(signature)
    assert not make.is_sound(make.only(signed.replace(b"building", b"castle .")), name)


def test_asn1crypto_reads_every_attribute() -> None:
    """An independent parser finds each attribute under its type with the value we meant."""
    asn1_cms = pytest.importorskip("asn1crypto.cms", reason="asn1crypto is not installed")
    data = asn1_cms.ContentInfo.load(make.signed(properties=SAID), strict=True)["content"]
    (info,) = data["signer_infos"]
    attributes = {each["type"].dotted: each["values"] for each in info["signed_attrs"]}
    assert attributes[oids.CONTENT_TYPE][0].native == "data"
    assert attributes[oids.SIGNING_TIME][0].native == make.TIME
    protection = attributes[oids.ALGORITHM_PROTECTION][0]
    assert protection["digest_algorithm"]["algorithm"].native == "sha256"
    assert protection["signature_algorithm"]["algorithm"].native == "sha256_rsa"
    reference = attributes[oids.SIGNING_CERTIFICATE_V2][0]["certs"][0]
    assert reference["cert_hash"].native == make.digest_by_name("SHA256").digest(
        make.certificate().der
    )
    assert reference["issuer_serial"]["serial_number"].native == make.certificate().serial_number
    location = attributes[oids.SIGNER_LOCATION][0].dump()
    assert writer.utf8_string("Baku") in location
    assert data["encap_content_info"]["content"].native == make.CONTENT
