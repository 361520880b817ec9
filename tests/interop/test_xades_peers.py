"""XML signatures both ways with xmlsec1, python-xmlsec and signxml.

What we sign they accept, what they sign we accept, and tampered siblings are refused by both.
"""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from lxml import etree

from esign.ades.format import XMLOptions
from esign.document import Document
from esign.terms import Packaging, Scope
from esign.xml.names import C14N_10, C14N_11, C14N_EXCLUSIVE
from tests.support.xml_making import (
    DSIG,
    certificate_of,
    is_sound,
    key_of,
    outcomes,
    read,
    reference,
    sign,
)

pytestmark = pytest.mark.interop

FORM = b'<?go?><f:form xmlns:f="urn:f" xml:lang="az"><name Id="n">Salam</name><empty/></f:form>'
PROPERTIES = "http://uri.etsi.org/01903/v1.3.2#:SignedProperties"
METHODS = [C14N_10, C14N_11, C14N_EXCLUSIVE]
METHODS += [one + "#WithComments" for one in METHODS[:2]] + [C14N_EXCLUSIVE + "WithComments"]


def _xmlsec1(path: Path, *more: str) -> bool:
    program = shutil.which("xmlsec1")
    if program is None:
        pytest.skip("xmlsec1 is not installed")
    command = [program, "--verify", "--insecure", "--id-attr:Id", PROPERTIES, *more]
    done = subprocess.run([*command, path.name], cwd=path.parent, capture_output=True, check=False)
    return done.returncode == 0


def _written(folder: Path, content: bytes) -> Path:
    path = folder / "signed.xml"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("key", ["rsa", "ec"])
def test_xmlsec1_accepts_enveloped(method: str, key: str, tmp_path: Path) -> None:
    """xmlsec1 accepts every canonicalisation, and refuses the tampered sibling as we do."""
    signed = sign(FORM, key=key, xml=XMLOptions(canonicalization=method)).whole()
    tampered = signed.replace(b"Salam", b"Salom")
    assert _xmlsec1(_written(tmp_path, signed))
    assert not _xmlsec1(_written(tmp_path, tampered))
    assert not is_sound(read(tampered)[0])


def test_xmlsec1_accepts_enveloping_and_detached(tmp_path: Path) -> None:
    """xmlsec1 accepts content carried inside, and a file beside."""
    assert _xmlsec1(_written(tmp_path, sign(b"\x00content", Packaging.ENVELOPING).whole()))
    (tmp_path / "file.bin").write_bytes(b"content")
    detached = sign(Document.of(tmp_path / "file.bin"), Packaging.DETACHED).whole()
    assert _xmlsec1(_written(tmp_path, detached))
    (tmp_path / "file.bin").write_bytes(b"Content")
    assert not _xmlsec1(_written(tmp_path, detached))


def test_xmlsec1_accepts_internally_detached(tmp_path: Path) -> None:
    """xmlsec1 accepts a signature beside the element it signs."""
    options = XMLOptions(target_id="n")
    content = FORM.replace(b"<name", b"<x/><name")
    signed = sign(content, Packaging.INTERNALLY_DETACHED, xml=options).whole()
    assert _xmlsec1(_written(tmp_path, signed), "--id-attr:Id", "name")


def test_xmlsec1_accepts_both_of_two_parallel_signatures(tmp_path: Path) -> None:
    """After a second signature xmlsec1 still accepts the first, and the second too."""
    signed = sign(sign(FORM), unique="f" * 16, key="ec").whole()
    path = _written(tmp_path, signed)
    assert _xmlsec1(path, "--node-id", "id-0123456789abcdef", "--id-attr:Id", f"{DSIG}:Signature")
    assert _xmlsec1(path, "--node-id", "id-" + "f" * 16, "--id-attr:Id", f"{DSIG}:Signature")


def test_python_xmlsec_accepts(tmp_path: Path) -> None:
    """The binding of libxmlsec accepts what we sign under our certificate's key."""
    xmlsec = pytest.importorskip("xmlsec", reason="python-xmlsec is not installed")
    for packaging in Packaging.ENVELOPED, Packaging.ENVELOPING:
        root = etree.fromstring(sign(FORM, packaging).whole())
        xmlsec.tree.add_ids(root, ["Id"])
        context = xmlsec.SignatureContext()
        certificate = certificate_of("rsa").der
        context.key = xmlsec.Key.from_memory(certificate, xmlsec.constants.KeyDataFormatCertDer)
        node = root if packaging is Packaging.ENVELOPING else root.find(f"{{{DSIG}}}Signature")
        context.verify(node)


def test_signxml_accepts_enveloping_objects() -> None:
    """signxml, which knows no XPath, accepts our enveloping signatures."""
    signxml = pytest.importorskip("signxml", reason="signxml is not installed")
    from cryptography import x509

    signed = sign(b"<a/>", Packaging.ENVELOPING).whole()
    certificate = x509.load_der_x509_certificate(certificate_of("rsa").der)
    configuration = signxml.SignatureConfiguration(expect_references=2)
    verified = signxml.XMLVerifier().verify(
        signed, x509_cert=certificate, expect_config=configuration, id_attribute="Id"
    )
    assert len(verified) == 2


def _pem(kind: str) -> tuple[str, bytes]:
    from cryptography import x509

    loaded = x509.load_der_x509_certificate(certificate_of(kind).der)
    key = key_of(kind).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return loaded.public_bytes(serialization.Encoding.PEM).decode(), key


@pytest.mark.parametrize("kind", ["rsa", "ec"])
@pytest.mark.parametrize("method", ["enveloped", "enveloping"])
def test_signatures_of_signxml_are_read(kind: str, method: str) -> None:
    """XAdES made by signxml is sound and full here; tampered it is not."""
    pytest.importorskip("signxml", reason="signxml is not installed")
    from signxml import SignatureConstructionMethod, SignatureMethod
    from signxml.algorithms import CanonicalizationMethod
    from signxml.xades import XAdESSigner

    certificate, key = _pem(kind)
    algorithm = {"rsa": SignatureMethod.RSA_SHA256, "ec": SignatureMethod.ECDSA_SHA256}[kind]
    signer = XAdESSigner(
        method=getattr(SignatureConstructionMethod, method),
        signature_algorithm=algorithm,
        c14n_algorithm=CanonicalizationMethod.CANONICAL_XML_1_0,
    )
    made = signer.sign(etree.fromstring(b"<a><b>text</b></a>"), key=key, cert=certificate)
    content = etree.tostring(made)
    (signature,) = read(content)
    assert is_sound(signature)
    assert signature.signed_properties.signing_time is not None
    assert signature.references()[0].scope is Scope.FULL
    assert not is_sound(read(content.replace(b"text", b"test"))[0])


class _Random:
    """Random documents whose canonical form is not trivial."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def element(self, depth: int = 0, scope: tuple[str, ...] = ()) -> str:
        chance = self.random.random
        declared = [prefix for prefix in ("", "a", "b") if chance() < 0.3]
        spaces = {
            p: self.random.choice(("urn:1", "urn:2", "") if not p else ("urn:1", "urn:2"))
            for p in declared
        }
        scope = tuple(dict.fromkeys((*scope, *(p for p in declared if p))))
        prefix = self.random.choice(("", *scope))
        name = (prefix + ":" if prefix else "") + self.random.choice("xyz")
        written = "".join(f' xmlns{":" + p if p else ""}="{u}"' for p, u in spaces.items())
        if chance() < 0.3:
            written += ' k="v&#10;&lt;&quot;"'
        for attribute in "xml:lang", "xml:base", "xml:space":
            if chance() < 0.15:
                written += f' {attribute}="{self.random.choice(["en", "../a/", "http://example.org/b/c"])}"'
        if chance() < 0.3:
            written += f' Id="i{self.random.randrange(10**9)}"'
        inside = "".join(self._child(depth, scope) for _ in range(self.random.randrange(4)))
        return f"<{name}{written}>{inside if depth < 5 else ''}</{name}>"

    def _child(self, depth: int, scope: tuple[str, ...]) -> str:
        if self.random.random() < 0.4 and depth < 5:
            return self.element(depth + 1, scope)
        return self.random.choice(("text&amp;", "<!-- c -->", "<?p i?>", "<![CDATA[<z]]>", "\n"))


def _transform(method: str, prefixes: str) -> str:
    listed = f'<i:InclusiveNamespaces xmlns:i="{C14N_EXCLUSIVE}" PrefixList="{prefixes}"/>'
    return f'<ds:Transform Algorithm="{method}">{listed if prefixes else ""}</ds:Transform>'


@pytest.mark.parametrize(
    ("method", "prefixes"),
    [
        *((method, "") for method in METHODS),
        (C14N_EXCLUSIVE, "a"),
        (C14N_EXCLUSIVE, "#default b"),
    ],
)
def test_canonical_octets_agree_with_libxmlsec(method: str, prefixes: str) -> None:
    """Over random documents every digest libxmlsec computes is the one computed here."""
    xmlsec: Any = pytest.importorskip("xmlsec", reason="python-xmlsec is not installed")
    enveloped = f'<ds:Transform Algorithm="{DSIG}enveloped-signature"/>'
    transform, compared = _transform(method, prefixes), 0
    for seed in range(100):
        body = _Random(seed).element()
        ids = [part.partition('"')[0] for part in body.split(' Id="')[1:]][:4]
        references = reference("", enveloped, transform) + "".join(
            reference("#" + one, transform) + reference(f"#xpointer(id('{one}'))", transform)
            for one in ids
        )
        signature = (
            f'<ds:Signature xmlns:ds="{DSIG}"><ds:SignedInfo><ds:CanonicalizationMethod'
            f' Algorithm="{C14N_EXCLUSIVE}"/><ds:SignatureMethod Algorithm="{DSIG}hmac-sha1"/>'
            f"{references}</ds:SignedInfo><ds:SignatureValue/></ds:Signature>tail"
        )
        # The enclosing element gives every part something to inherit.
        opened = '<w xmlns="urn:2" xmlns:b="urn:1" xml:lang="az" xml:base="http://example.org/w/w">'
        content = f"<?pi x?><!-- c -->{opened}{body}{signature}</w><!-- z -->"
        root = etree.fromstring(content.encode())
        xmlsec.tree.add_ids(root, ["Id"])
        context = xmlsec.SignatureContext()
        context.key = xmlsec.Key.from_binary_data(xmlsec.constants.KeyDataHmac, b"k" * 20)
        signed = next(root.iter(f"{{{DSIG}}}Signature"))
        context.sign(signed)
        found = outcomes(etree.tostring(root.getroottree(), encoding="unicode"))
        assert all(one.intact for one in found), content
        compared += len(found)
    assert compared > 200
