"""What is embedded is read; what cannot be read is left out and noted."""

from __future__ import annotations

import base64

from esign.ades.evidence import Evidence
from esign.limits import Budget
from esign.xades.format import XADES
from esign.xades.material import read_key_info, read_material
from tests.support.pki import PKI
from tests.support.xml_making import DSIG, certificate_of, read, sign, xml


def _key_info(inside: str) -> str:
    return f'<ds:KeyInfo xmlns:ds="{DSIG}">{inside}</ds:KeyInfo>'


def _certificate(kind: str) -> str:
    written = base64.b64encode(certificate_of(kind).der).decode()
    return f"<ds:X509Certificate>{written}</ds:X509Certificate>"


def test_certificates_come_in_order_and_once() -> None:
    """All X509Data are read in document order, each certificate once."""
    both = "".join(
        f"<ds:X509Data>{_certificate(kind)}</ds:X509Data>" for kind in ("ec", "rsa", "ec")
    )
    found = read_key_info(xml(_key_info(both)).root, Budget())
    assert found.certificates == (certificate_of("ec"), certificate_of("rsa"))
    assert found.problems == ()


def test_a_certificate_is_known_again_however_it_is_written() -> None:
    """The same octets in lines or not give the same object; other octets another one."""
    octets = certificate_of("ec").der
    one, lines, other = (
        read_key_info(
            xml(
                _key_info(
                    f"<ds:X509Data><ds:X509Certificate>{text}</ds:X509Certificate></ds:X509Data>"
                )
            ).root,
            Budget(),
        ).certificates[0]
        for text in (
            base64.b64encode(octets).decode(),
            base64.encodebytes(octets).decode(),
            base64.b64encode(certificate_of("rsa").der).decode(),
        )
    )
    assert one is lines
    assert other == certificate_of("rsa") != one


def test_hints_are_read() -> None:
    """Serial number and subject key identifier are hints for the search."""
    inside = (
        "<ds:X509Data><ds:X509IssuerSerial><ds:X509IssuerName>CN=a</ds:X509IssuerName>"
        "<ds:X509SerialNumber> 77 </ds:X509SerialNumber></ds:X509IssuerSerial>"
        "<ds:X509SKI>eA==</ds:X509SKI></ds:X509Data>"
    )
    found = read_key_info(xml(_key_info(inside)).root, Budget())
    assert (found.serial_number, found.subject_key_identifier) == (77, b"x")


def test_key_value_is_not_read() -> None:
    """A bare key proves nothing and gives no candidate."""
    inside = "<ds:KeyValue><ds:RSAKeyValue/></ds:KeyValue>"
    assert read_key_info(xml(_key_info(inside)).root, Budget()).certificates == ()
    assert read_key_info(None, Budget()).certificates == ()


def test_broken_certificate_is_noted_and_others_stay() -> None:
    """One unreadable certificate does not take its neighbour with it."""
    inside = (
        "<ds:X509Data><ds:X509Certificate>AAAA</ds:X509Certificate>"
        f"<ds:X509Certificate>?</ds:X509Certificate>{_certificate('rsa')}"
        "<ds:X509CRL>AAAA</ds:X509CRL></ds:X509Data>"
    )
    found = read_key_info(xml(_key_info(inside)).root, Budget())
    assert found.certificates == (certificate_of("rsa"),)
    assert len(found.problems) == 3


def test_added_material_is_read_back(pki: PKI) -> None:
    """Certificates, CRLs and OCSP responses put in come out, each once, in both holders."""
    document = sign(b"<a/>")
    (before,) = read(document)
    material = Evidence(
        certificates=(pki.certificate("root"), before.signer.candidates[0]),
        crls=(pki.crl("root"),),
        ocsp_responses=(pki.ocsp("citizen"),),
    )
    once = XADES.add_material(document, before.id, material, Budget())
    more = Evidence(certificates=(pki.certificate("issuing"),), crls=(pki.crl("issuing"),))
    twice = XADES.add_material(once, before.id, more, Budget())
    (signature,) = read(twice)
    held = signature.material
    assert signature.id == before.id
    assert set(held.certificates) == {
        *before.signer.candidates,
        pki.certificate("root"),
        pki.certificate("issuing"),
    }
    assert [one.der for one in held.crls] == [pki.crl("root").der, pki.crl("issuing").der]
    assert [one.der for one in held.ocsp_responses] == [pki.ocsp("citizen").der]
    assert all(one.intact for one in signature.references())
    again = XADES.add_material(twice, before.id, material, Budget())
    assert again.whole() == twice.whole()


def test_unreadable_values_are_noted() -> None:
    """A value that is no CRL is left out with its reason."""
    holder = xml(
        '<x:RevocationValues xmlns:x="http://uri.etsi.org/01903/v1.3.2#"><x:CRLValues>'
        "<x:EncapsulatedCRLValue>AAAA</x:EncapsulatedCRLValue></x:CRLValues></x:RevocationValues>"
    ).root
    material, problems = read_material(read_key_info(None, Budget()), (holder,), Budget())
    assert material.crls == ()
    assert len(problems) == 1
