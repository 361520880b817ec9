"""Rates on small documents: verifying against four peers, signing against the bare key."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
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
DSS_MILLISECONDS = 1500
DSS = "EU DSS"
Turn = Callable[[], float]


def rows() -> Iterator[Row]:
    """Yield the rows of verifying and signing small documents."""
    citizen = signer("citizen")
    cades = esign.sign(document_octets("note.txt"), signer=citizen).octets()
    xades = _signed_by_signxml()
    pades = esign.sign(document_octets("application.pdf"), signer=citizen).octets()
    with _dss({"cades": cades, "xades": xades, "pades": pades}) as turns:
        yield from _compared(
            "verify CAdES-B-B, small, chain of 3",
            {"ours": _verify(cades), "pyHanko": _pyhanko_cms(cades)},
            turns["cades"],
            {"pyHanko": 8, DSS: 40},
        )
        yield from _compared(
            "verify XAdES-B-B enveloped, small, chain of 3",
            {"ours": _verify(xades), "signxml": _signxml(xades), "xmlsec": _xmlsec(xades)},
            turns["xades"],
            {"signxml": 3, "xmlsec": 1, DSS: 40},
        )
        yield from _compared(
            "verify PAdES-B-B, small, chain of 3",
            {"ours": _verify(pades), "pyHanko": _pyhanko_pdf(pades)},
            turns["pades"],
            {"pyHanko": 3, DSS: 10},
        )

    content = document_octets("note.txt")
    yield _signing_row("sign CAdES-B-B with RSA-2048", "citizen", content, 0.7, sign_only=True)
    yield _signing_row("sign CAdES-B-B with P-256", "citizen-p256", content, 0.5, sign_only=False)


def _compared(
    work: str, works: dict[str, Work], turn: Turn, bounds: dict[str, float]
) -> Iterator[Row]:
    found = rates(works, elsewhere={DSS: turn})
    for peer, bound in bounds.items():
        yield _row(work, peer, found, bound)


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


@contextmanager
def _dss(files: dict[str, bytes]) -> Iterator[dict[str, Turn]]:
    """Give turns to a warm EU DSS, which writes all its reports for each file."""
    with TemporaryDirectory() as name:
        trust = Path(name) / "trust"
        trust.mkdir()
        (trust / "root.crt").write_bytes((PKI / "roots" / "signer" / "root.crt").read_bytes())
        for kind, octets in files.items():
            (Path(name) / kind).write_bytes(octets)
        command = [
            *("java", "-cp", dss.classpath(), "verdicts.Verdicts", "--without-revocation"),
            *("--policy", str(dss.POLICY), "--trust", str(trust)),
            *("--bench", str(DSS_MILLISECONDS)),
        ]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
            yield {kind: partial(_turn, process, Path(name) / kind) for kind in files}
            assert process.stdin is not None
            process.stdin.close()


def _turn(process: subprocess.Popen[str], path: Path) -> float:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{path}\n")
    process.stdin.flush()
    return dss.rate_in(process.stdout.readline())


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
