"""Certificates, CRLs and OCSP responses from every place CMS has for them."""

from __future__ import annotations

import pytest

from esign.asn1 import writer
from esign.asn1.reader import parse
from esign.cms import oids
from esign.cms.claims import attribute
from esign.cms.material import Material
from esign.errors import LimitExceededError
from esign.limits import Budget, Limits
from fixtures import pki_files
from tests.support import cms_making as make

CITIZEN, ISSUING = make.certificate(), make.certificate("issuing")


def _crl() -> bytes:
    from esign.pki.crl import CRL

    return CRL.load((pki_files.HERE / "crls" / "issuing.crl").read_bytes()).der


def _ocsp() -> bytes:
    return sorted((pki_files.HERE / "ocsp").glob("*.ors"))[0].read_bytes()


def _basic(response: bytes) -> bytes:
    """Return the BasicOCSPResponse inside an OCSPResponse."""
    octets = parse(response).children[1].children[0].children[1]
    return octets.content


def _read(certificates: bytes | None, revocation: bytes | None) -> Material:
    sets = [None if each is None else parse(each) for each in (certificates, revocation)]
    return Material.read(*sets, Budget())


def test_certificates_are_read_in_order() -> None:
    """X.509 certificates come as they came; attribute certificates are passed over."""
    attribute_certificate = writer.implicit(2, writer.sequence(writer.null()))
    octets = writer.explicit(0, CITIZEN.der, attribute_certificate, ISSUING.der)
    found = _read(octets, None)
    assert found.certificates == (CITIZEN, ISSUING)
    assert found.problems == ()


def test_broken_certificate_does_not_hide_the_others() -> None:
    """A member that is no certificate is noted."""
    octets = writer.explicit(0, writer.sequence(writer.null()), ISSUING.der, writer.null())
    found = _read(octets, None)
    assert found.certificates == (ISSUING,)
    assert len(found.problems) == 2


def test_too_many_certificates_are_a_named_limit() -> None:
    """A bag of certificates costs no more than the budget allows."""
    octets = writer.explicit(0, *[CITIZEN.der] * 9)
    with pytest.raises(LimitExceededError):
        Material.read(parse(octets), None, Budget(Limits(certificates=8)))


def test_crls_and_ocsp_responses_beside_the_certificates() -> None:
    """CRLs, RFC 5940 responses, and bare ones under the unregistered identifier."""
    response = _ocsp()
    basic = _basic(response)
    choices = (
        _crl(),
        writer.implicit(1, writer.sequence(writer.oid(oids.RI_OCSP_RESPONSE), response)),
        writer.implicit(1, writer.sequence(writer.oid(oids.PKIX_OCSP_BASIC), basic)),
        writer.implicit(
            1, writer.sequence(writer.oid(oids.PKIX_OCSP_BASIC), writer.octet_string(basic))
        ),
        writer.implicit(1, writer.sequence(writer.oid("1.2.3"), writer.null())),
    )
    found = _read(None, writer.explicit(1, *choices))
    assert [each.der for each in found.crls] == [_crl()]
    assert len(found.ocsp_responses) == 3
    assert found.problems == ()


def test_broken_revocation_data_is_noted() -> None:
    """Each broken object is a note, never an error, and never evidence."""
    choices = (
        writer.sequence(writer.null()),
        writer.implicit(1, writer.sequence(writer.oid(oids.RI_OCSP_RESPONSE))),
        writer.implicit(1, writer.sequence(writer.oid(oids.RI_OCSP_RESPONSE), writer.null())),
        writer.implicit(1, writer.sequence(writer.oid(oids.PKIX_OCSP_BASIC), writer.null())),
    )
    found = _read(None, writer.explicit(1, *choices))
    assert (found.crls, found.ocsp_responses) == ((), ())
    assert len(found.problems) == 4


def test_values_in_attributes_are_material_too() -> None:
    """certificate-values and revocation-values join what SignedData carries, each once.

    Spec: EN 319 122-1 §A.1
    """
    certificates = writer.sequence(CITIZEN.der, ISSUING.der)
    revocation = writer.sequence(
        writer.explicit(0, writer.sequence(_crl())),
        writer.explicit(1, writer.sequence(_basic(_ocsp()))),
    )
    unsigned = (
        attribute(oids.CERTIFICATE_VALUES, certificates),
        attribute(oids.REVOCATION_VALUES, revocation),
    )
    material = make.only(make.with_attributes(make.attributes(), unsigned=unsigned)).material
    assert material.certificates == (CITIZEN, ISSUING)
    assert [each.der for each in material.crls] == [_crl()]
    assert len(material.ocsp_responses) == 1


def test_adobe_attribute_is_read() -> None:
    """The signed attribute of PDF signers holds CRLs and whole OCSP responses."""
    value = writer.sequence(
        writer.explicit(0, writer.sequence(_crl())), writer.explicit(1, writer.sequence(_ocsp()))
    )
    parts = [*make.attributes(), attribute(oids.ADOBE_REVOCATION, value)]
    signature = make.only(make.with_attributes(parts))
    assert len(signature.material.crls) == len(signature.material.ocsp_responses) == 1
    assert make.codes(signature) == set()


@pytest.mark.parametrize("value", [writer.null(), writer.sequence(writer.explicit(0)), b"\x30\x00"])
def test_broken_values_are_no_error(value: bytes) -> None:
    """Attributes of another build give nothing."""
    unsigned = [attribute(oid, value) for oid in (oids.CERTIFICATE_VALUES, oids.REVOCATION_VALUES)]
    material = make.only(make.with_attributes(make.attributes(), unsigned=unsigned)).material
    assert material.certificates == (CITIZEN,)
    assert material.crls == ()
