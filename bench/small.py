"""Rates on small documents: verifying against four peers, signing against the bare key."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

import esign
from bench.measure import Row, Work, rates
from esign.ades.ports import Signer
from fixtures import pki_files
from fixtures.document_files import document_octets
from tests.support import dss

PKI = pki_files.HERE
TRUST = esign.TrustStore.load(PKI / "roots")
POLICY = esign.Policy.unsafe_without_revocation()
DSS_MILLISECONDS = 6000


def rows() -> Iterator[Row]:
    """Yield the rows of verifying and signing small documents."""
    citizen = signer("citizen")
    cades = esign.sign(document_octets("note.txt"), signer=citizen).octets()
    xades = _signed_by_signxml()
    pades = esign.sign(document_octets("application.pdf"), signer=citizen).octets()
    java = _dss_rates({"cades": cades, "xades": xades, "pades": pades})

    verify_cades = _verify(cades)
    found = rates({"ours": verify_cades, "pyHanko": _pyhanko_cms(cades)})
    work = "verify CAdES-B-B, small, chain of 3"
    yield _row(work, "pyHanko", found, 8)
    yield _row(work, "EU DSS", found | {"EU DSS": java["cades"]}, 40)

    found = rates({"ours": _verify(xades), "signxml": _signxml(xades), "xmlsec": _xmlsec(xades)})
    work = "verify XAdES-B-B enveloped, small, chain of 3"
    yield _row(work, "signxml", found, 3)
    yield _row(work, "xmlsec", found, 1)
    yield _row(work, "EU DSS", found | {"EU DSS": java["xades"]}, 40)

    found = rates({"ours": _verify(pades), "pyHanko": _pyhanko_pdf(pades)})
    work = "verify PAdES-B-B, small, chain of 3"
    yield _row(work, "pyHanko", found, 3)
    yield _row(work, "EU DSS", found | {"EU DSS": java["pades"]}, 10)

    content = document_octets("note.txt")
    yield _signing_row("sign CAdES-B-B with RSA-2048", "citizen", content, 0.7, sign_only=True)
    yield _signing_row("sign CAdES-B-B with P-256", "citizen-p256", content, 0.5, sign_only=False)


def _row(work: str, peer: str, found: dict[str, float], bound: float) -> Row:
    return Row(work=work, peer=peer, ours=found["ours"], theirs=found[peer], unit="/s", bound=bound)


@cache
def signer(name: str) -> Signer:
    """Return a signer of the test PKI; its key is loaded once and kept."""
    names = (name, *pki_files.issuers(name))
    leaf, *chain = (PKI / "certificates" / f"{each}.crt" for each in names)
    key = PKI / "keys" / f"{pki_files.entry('certificate', name)['key']}.pem"
    return esign.load_signer(key, certificate=leaf, chain=tuple(chain))


def _verify(octets: bytes) -> Work:
    def work() -> None:
        esign.verify(octets, trust=TRUST, policy=POLICY, offline=True).require_passed()

    return work


def _pyhanko_context() -> object:
    from asn1crypto import pem, x509
    from pyhanko_certvalidator import ValidationContext

    _, _, der = pem.unarmor((PKI / "roots" / "signer" / "root.crt").read_bytes())
    return ValidationContext(trust_roots=[x509.Certificate.load(der)], allow_fetching=False)


def _pyhanko_cms(octets: bytes) -> Work:
    from asn1crypto import cms
    from pyhanko.sign.validation import async_validate_cms_signature

    loop = asyncio.new_event_loop()

    def work() -> None:
        signed_data = cms.ContentInfo.load(octets)["content"]
        status = loop.run_until_complete(
            async_validate_cms_signature(signed_data, validation_context=_pyhanko_context())
        )
        assert status.intact, status.summary()
        assert status.valid, status.summary()
        assert status.trusted, status.summary()

    return work


def _pyhanko_pdf(octets: bytes) -> Work:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import async_validate_pdf_signature

    loop = asyncio.new_event_loop()

    def work() -> None:
        signature = PdfFileReader(BytesIO(octets)).embedded_signatures[0]
        status = loop.run_until_complete(
            async_validate_pdf_signature(signature, signer_validation_context=_pyhanko_context())
        )
        assert status.bottom_line, status.summary()

    return work


def _signed_by_signxml() -> bytes:
    """Return a form signed the way signxml can read again (it knows no XPath Filter 2.0)."""
    from lxml import etree
    from signxml.xades import XAdESSigner

    leaf, issuer = (
        (PKI / "certificates" / f"{name}.crt").read_text() for name in ("clerk", "issuing")
    )
    signed = XAdESSigner(c14n_algorithm="http://www.w3.org/2006/12/xml-c14n11").sign(
        etree.fromstring(document_octets("form.xml")),
        key=(PKI / "keys" / "citizen-rsa.pem").read_bytes(),
        cert=leaf + issuer,
        always_add_key_value=False,
    )
    return etree.tostring(signed)


def _signxml(octets: bytes) -> Work:
    from signxml.xades import XAdESVerifier

    root = str(PKI / "roots" / "signer" / "root.crt")
    verifier = XAdESVerifier()

    def work() -> None:
        assert verifier.verify(octets, ca_pem_file=root, expect_references=3)

    return work


def _xmlsec(octets: bytes) -> Work:
    import xmlsec
    from lxml import etree

    manager = xmlsec.KeysManager()
    manager.load_cert(
        str(PKI / "roots" / "signer" / "root.crt"), xmlsec.KeyFormat.PEM, xmlsec.KeyDataType.TRUSTED
    )

    def work() -> None:
        tree = etree.fromstring(octets)
        xmlsec.tree.add_ids(tree, ["Id"])
        node = xmlsec.tree.find_node(tree, xmlsec.Node.SIGNATURE)
        xmlsec.SignatureContext(manager).verify(node)

    return work


def _dss_rates(files: dict[str, bytes]) -> dict[str, float]:
    """Return DSS's rates, warm, all its reports written; one process for each file in turn."""
    found = {}
    with TemporaryDirectory() as name:
        trust = Path(name) / "trust"
        trust.mkdir()
        (trust / "root.crt").write_bytes((PKI / "roots" / "signer" / "root.crt").read_bytes())
        for kind, octets in files.items():
            path = Path(name) / kind
            path.write_bytes(octets)
            command = [
                *("java", "-cp", dss.classpath(), "verdicts.Verdicts", "--without-revocation"),
                *("--policy", str(dss.POLICY), "--trust", str(trust)),
                *("--bench", str(DSS_MILLISECONDS)),
            ]
            run = subprocess.run(
                command, input=f"{path}\n", capture_output=True, text=True, check=True
            )
            found[kind] = dss.rate_in(run.stdout)
    return found


def _signing_row(work: str, name: str, content: bytes, bound: float, *, sign_only: bool) -> Row:
    owner = signer(name)
    peer = "cryptography: sign" if sign_only else "cryptography: sign and verify"
    key = serialization.load_pem_private_key(
        (PKI / "keys" / f"{pki_files.entry('certificate', name)['key']}.pem").read_bytes(), None
    )

    def ours() -> None:
        esign.sign(content, signer=owner)

    def bare() -> None:
        if isinstance(key, rsa.RSAPrivateKey):
            key.sign(content, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePrivateKey):
            value = key.sign(content, ec.ECDSA(hashes.SHA256()))
            key.public_key().verify(value, content, ec.ECDSA(hashes.SHA256()))

    found = rates({"ours": ours, peer: bare})
    return _row(work, peer, found, bound)
