"""What other implementations sign, we verify; what they append, we judge by our own list."""

from __future__ import annotations

import io
from typing import Any

import pytest

from fixtures import pki_files
from tests.support.pdf_making import codes, document, is_sound, only, parsed, signed

pytestmark = pytest.mark.interop


def _signed_by_pyhanko(
    octets: bytes, person: str = "citizen", *, stamp_metadata: bool = False, **options: Any
) -> bytes:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import PdfSignatureMetadata, fields, signers

    entry = pki_files.entry("certificate", person)
    signer = signers.SimpleSigner.load(
        str(pki_files.KEYS / f"{entry['key']}.pem"),
        str(pki_files.HERE / "certificates" / f"{person}.crt"),
        ca_chain_files=(str(pki_files.HERE / "certificates" / "issuing.crt"),),
        prefer_pss=options.pop("pss", False),
    )
    kind = options.pop("kind", fields.SigSeedSubFilter.PADES)
    metadata = PdfSignatureMetadata(
        field_name=options.pop("field", "Theirs"),
        md_algorithm="sha256",
        subfilter=kind,
        reason="as agreed",
        **options,
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(octets))
    if not stamp_metadata:
        writer._update_meta = lambda: None
    return signers.sign_pdf(writer, metadata, signer=signer).getvalue()


@pytest.mark.parametrize("xref_stream", [False, True], ids=["table", "stream"])
@pytest.mark.parametrize("pss", [False, True])
def test_a_signature_of_pyhanko_is_sound(xref_stream: bool, pss: bool) -> None:
    """Baseline, with what it says of itself."""
    signature = only(_signed_by_pyhanko(document(xref_stream=xref_stream), pss=pss))
    assert is_sound(signature)
    assert signature.is_ades_baseline
    assert signature.name == "Theirs"
    assert signature.signed_properties.reason == "as agreed"


def test_an_older_kind_of_pyhanko_is_named() -> None:
    """adbe.pkcs7.detached holds, and is no AdES."""
    from pyhanko.sign.fields import SigSeedSubFilter

    signature = only(_signed_by_pyhanko(document(), kind=SigSeedSubFilter.ADOBE_PKCS7_DETACHED))
    assert is_sound(signature)
    assert "sub-filter-not-etsi" in codes(signature)


def test_signatures_of_both_stand_beside_each_other() -> None:
    """Ours first, theirs first: all stay sound."""
    for octets in (
        _signed_by_pyhanko(signed(page=1)),
        signed(_signed_by_pyhanko(document()), page=1),
    ):
        found = parsed(octets).signatures
        assert {signature.name for signature in found} == {"Signature1", "Theirs"}
        assert all(map(is_sound, found))


def test_a_further_signature_that_stamps_the_metadata_is_told() -> None:
    """pyHanko writes /ModDate and /Producer anew by default: a change beside the signature."""
    first, second = parsed(_signed_by_pyhanko(signed(), stamp_metadata=True)).signatures
    assert first.references()[0].intact
    said = [str(each.message) for each in first.structure_findings()]
    assert any("metadata" in sentence for sentence in said)
    assert is_sound(second)


def test_a_certification_of_pyhanko_is_obeyed() -> None:
    """A document certified against any change is not signed again."""
    from pyhanko.sign.fields import MDPPerm

    from esign.errors import CreationError

    octets = _signed_by_pyhanko(document(), certify=True, docmdp_permissions=MDPPerm.NO_CHANGES)
    assert is_sound(only(octets))
    with pytest.raises(CreationError):
        signed(octets, unique="f" * 16)


def test_a_changed_octet_of_theirs_is_noticed() -> None:
    """The sibling that differs in one octet."""
    octets = _signed_by_pyhanko(document()).replace(b"(I apply.)", b"(I reply.)")
    assert not is_sound(only(octets))
