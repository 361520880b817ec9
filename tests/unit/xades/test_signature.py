"""One signature answers the model's questions."""

from __future__ import annotations

from esign.terms import SignatureForm
from esign.xades.signature import signs_others
from tests.support.xml_making import certificate_of, is_sound, read, sign

SIGNED = sign(b"<a/>").whole()
CERTIFICATE = certificate_of("rsa")


def test_facts_of_a_sound_signature() -> None:
    """Form, name, algorithm, value and signer are stated."""
    (signature,) = read(SIGNED)
    assert signature.form is SignatureForm.XADES
    assert signature.name == "id-0123456789abcdef"
    assert signature.algorithm is not None
    assert signature.algorithm.uri == signature.algorithm_name
    assert len(signature.signature_value) == 256
    assert signature.signer.present
    assert signature.signer.candidates == (CERTIFICATE,)
    assert signature.material.certificates == (CERTIFICATE,)
    assert [one.name for one in signature.digest_algorithms] == ["SHA256"]
    assert signature.counter_signatures == signature.timestamps == ()
    assert not signs_others(signature)


def test_id_depends_on_value_and_signed_info_alone() -> None:
    """The id stays when unsigned parts change, and changes with the signed ones."""
    (signature,) = read(SIGNED)
    (unsigned,) = read(SIGNED.replace(b"<ds:KeyInfo>", b"<ds:KeyInfo Id='k'>"))
    (signed,) = read(SIGNED.replace(b'URI=""', b'URI="#x"'))
    assert signature.id.startswith("S-")
    assert unsigned.id == signature.id
    assert signed.id != signature.id


def test_uncovered_properties_are_no_claims() -> None:
    """Properties that no reference covers neither claim a time nor name a signer."""
    start = SIGNED.index(b'<ds:Reference Type="http://uri.etsi.org')
    end = SIGNED.index(b"</ds:SignedInfo>")
    (signature,) = read(SIGNED[:start] + SIGNED[end:])
    assert signature.signed_properties.signing_time is None
    assert not signature.signer.present
    assert not signature.is_ades_baseline


def test_changed_properties_are_not_intact() -> None:
    """A changed signing time is found, not intact, and the value still speaks for itself."""
    (signature,) = read(SIGNED.replace(b"2026-11-24T12", b"2020-11-24T12"))
    assert [one.intact for one in signature.references()] == [True, False]
    assert signature.value_verifies(CERTIFICATE.public_key)
    assert not is_sound(signature)


def test_representation_has_no_content() -> None:
    """What is shown in logs is the Id."""
    assert repr(read(SIGNED)[0]) == "XAdESSignature('id-0123456789abcdef')"
