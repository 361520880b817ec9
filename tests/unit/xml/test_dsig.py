"""ds:Signature is read as one thing or not at all."""

from __future__ import annotations

import pytest

from esign.crypto.algorithms import Scheme
from esign.xml.dsig import SignatureElement, signatures_in
from tests.support.xml_making import certificate_of, sign, unsigned, xml

PSS = "http://www.w3.org/2007/05/xmldsig-more#"
KEY = certificate_of("rsa").public_key


def _signature(content: str | bytes) -> SignatureElement:
    document = xml(content)
    return SignatureElement(next(signatures_in(document.root)), document)


def test_value_verifies_under_its_key_only() -> None:
    """The value verifies under the signer's key, not under another, not when changed."""
    content = sign(b"<a/>").whole()
    assert _signature(content).verifies(KEY)
    assert not _signature(content).verifies(certificate_of("ec").public_key)
    changed = content.replace(b'URI=""', b'URI="#"')
    assert not _signature(changed).verifies(KEY)


@pytest.mark.parametrize("key", ["ec", "ed25519", "ed448"])
def test_raw_values_verify(key: str) -> None:
    """ECDSA values are r and s side by side; EdDSA values stand as they are."""
    signature = _signature(sign(b"<a/>", key=key).whole())
    assert signature.verifies(certificate_of(key).public_key)
    assert not signature.verifies(KEY)


@pytest.mark.parametrize("name", ["SignedInfo", "SignatureValue"])
def test_repeated_parts_verify_nothing(name: str) -> None:
    """Of two SignedInfo or two SignatureValue none is taken."""
    content = sign(b"<a/>").whole()
    start = content.index(b"<ds:%s" % name.encode())
    end = content.index(b"</ds:%s>" % name.encode()) + len(name) + 6
    assert not _signature(content[:end] + content[start:end] + content[end:]).verifies(KEY)


def test_comment_in_the_value_verifies_nothing() -> None:
    """A value split by a comment is not put together again."""
    content = sign(b"<a/>").whole()
    at = content.index(b"</ds:SignatureValue>") - 20
    assert not _signature(content[:at] + b"<!-- c -->" + content[at:]).verifies(KEY)


@pytest.mark.parametrize(
    "uri",
    [
        "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
        "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
        "urn:x",
    ],
)
def test_shared_keys_and_unknown_algorithms_are_none(uri: str) -> None:
    """HMAC and unknown names are no algorithm, though the name stays readable."""
    content = unsigned().replace("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", uri)
    signature = _signature(content)
    assert signature.algorithm is None
    assert signature.algorithm_name == uri
    assert not signature.verifies(KEY)


def _pss(parameters: str) -> SignatureElement:
    method = '<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>'
    return _signature(
        unsigned().replace(
            method,
            f'<ds:SignatureMethod Algorithm="{PSS}rsa-pss"><p:RSAPSSParams xmlns:p="{PSS}">'
            f"{parameters}</p:RSAPSSParams></ds:SignatureMethod>",
        )
    )


def test_pss_parameters_are_read() -> None:
    """RSAPSSParams gives digest and salt; what is left out is SHA-256 and its size."""
    usual = _pss("").algorithm
    assert usual is not None
    assert (usual.scheme, usual.salt_length) == (Scheme.PSS, 32)
    sha512 = '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha512"/>'
    other = _pss(f"{sha512}<p:SaltLength>20</p:SaltLength>").algorithm
    assert other is not None
    assert (str(other.digest), other.salt_length) == ("SHA512", 20)
    assert _pss("<p:TrailerField>2</p:TrailerField>").algorithm is None
    assert _pss("<p:SaltLength>x</p:SaltLength>").algorithm is None


def test_unknown_canonicalisation_has_no_octets() -> None:
    """SignedInfo under an unknown canonicalisation is not guessed at."""
    content = unsigned().replace("xml-exc-c14n#", "xml-other#")
    assert _signature(content).signed_octets is None


def test_parts_that_are_missing_are_none() -> None:
    """An empty signature has no parts and verifies nothing."""
    signature = _signature('<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>')
    assert signature.signed_info is signature.key_info is None
    assert signature.references == signature.objects == ()
    assert signature.value == b""
    assert not signature.verifies(KEY)
