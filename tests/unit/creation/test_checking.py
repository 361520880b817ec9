"""What was made is read back: every part that differs keeps the document from leaving."""

from __future__ import annotations

from dataclasses import replace

import pytest

from esign.asn1 import writer
from esign.cades.format import CADES
from esign.creation.checking import (
    SoundOutlines,
    require_kept,
    require_sound_signature,
    require_sound_timestamp,
    require_value,
)
from esign.document import Document
from esign.errors import CreationError, KeyMismatchError
from esign.limits import Budget
from tests.support.scenes import Scene, attribute, with_attribute, without_attribute


@pytest.fixture
def scene(pki) -> Scene:
    """Makes documents with the test PKI."""
    return Scene(pki)


def _signed(scene, name="citizen"):
    request = scene.request(name)
    slot = CADES.open_slot(Document.of(b"content"), request, Budget())
    value = scene.signer(name).sign(slot.octets, request.algorithm)
    return request, value, CADES.fill(slot, value).whole()


def _parse(octets):
    return CADES.parse(Document.of(octets), Budget())


def test_sound_work_is_returned(scene) -> None:
    """The signature found is the one with the value just made."""
    request, value, octets = _signed(scene)
    signature = require_sound_signature(_parse(octets), value, request)
    assert signature.signature_value == value


def test_a_value_that_is_not_there_is_missed(scene) -> None:
    """Another value than the document's is not found."""
    request, value, octets = _signed(scene)
    with pytest.raises(CreationError, match="cannot be found"):
        require_sound_signature(_parse(octets), value[::-1], request)


def test_changed_content_is_noticed(scene) -> None:
    """The reference does not match any more."""
    request, value, octets = _signed(scene)
    with pytest.raises(CreationError, match="does not match"):
        require_sound_signature(_parse(octets.replace(b"content", b"c0ntent")), value, request)


def test_another_certificate_is_noticed(scene) -> None:
    """The value verifies under the document's certificate and not under the request's."""
    request, value, octets = _signed(scene)
    other = replace(request, certificate=scene.certificate("citizen-rsa3072"))
    with pytest.raises(KeyMismatchError):
        require_sound_signature(_parse(octets), value, other)


def test_a_signature_without_its_reference_is_noticed(scene) -> None:
    """What is not AdES baseline does not leave."""
    request = scene.request("citizen")
    octets = scene.octets("citizen", attributes=without_attribute("1.2.840.113549.1.9.16.2.47"))
    parsed = _parse(octets)
    with pytest.raises(CreationError):
        require_sound_signature(parsed, parsed.signatures[0].signature_value, request)


def test_a_time_stamp_is_found_by_its_octets(scene, pki) -> None:
    """The token just built in is there and matches; another is not found."""
    octets = scene.stamped(scene.octets("citizen"), time=pki.signing_time)
    parsed = _parse(octets)
    token = parsed.signatures[0].timestamps[0].token.encoded
    stamp = require_sound_timestamp(parsed, token)
    assert stamp.token.generation_time == pki.signing_time
    with pytest.raises(CreationError, match="cannot be found"):
        require_sound_timestamp(parsed, token + b"\0")


def test_a_time_stamp_over_something_else_is_noticed(scene) -> None:
    """A token with another imprint does not leave."""
    octets = scene.stamped(scene.octets("citizen"), imprint=b"\1" * 32)
    parsed = _parse(octets)
    token = parsed.signatures[0].timestamps[0].token.encoded
    with pytest.raises(CreationError, match="does not match"):
        require_sound_timestamp(parsed, token)


def test_a_signature_must_stay_when_something_is_added(scene) -> None:
    """Found again by its value; in another document it is missed."""
    (signature,) = _parse(_signed(scene)[2]).signatures
    stamped = _parse(scene.stamped(_signed(scene)[2]))
    assert require_kept(stamped, signature).signature_value == signature.signature_value
    with pytest.raises(CreationError, match="lost"):
        require_kept(_parse(_signed(scene, "citizen-rsa3072")[2]), signature)


def test_a_repeated_attribute_is_noticed(scene) -> None:
    """A structure that breaks a rule of its form does not leave."""
    request = scene.request("citizen")
    again = attribute("1.2.840.113549.1.9.5", writer.utc_or_generalized(request.signing_time))
    parsed = _parse(scene.octets("citizen", attributes=with_attribute(again)))
    with pytest.raises(CreationError, match="own check"):
        require_sound_signature(parsed, parsed.signatures[0].signature_value, request)


def test_octets_behind_the_signature_are_noticed(scene) -> None:
    """Baseline by its properties, and still not as it should be."""
    request, value, octets = _signed(scene)
    with pytest.raises(CreationError, match="own check"):
        require_sound_signature(_parse(octets + b"more"), value, request)


def _outline(scene, content=b"content"):
    request = scene.request("citizen")
    slot = CADES.open_slot(Document.of(content), request, Budget())
    value = scene.signer("citizen").sign(slot.octets, request.algorithm)
    outline = CADES.outline(slot, value, CADES.fill(slot, value))
    assert outline is not None
    return request, value, outline


def test_outlines_of_sound_signatures_are_known_again(scene) -> None:
    """The next signature over other content is like the first; another signer's is not."""
    known = SoundOutlines()
    _, _, first = _outline(scene)
    assert first not in known
    known.remember(first)
    assert _outline(scene, b"other content")[2] in known
    assert first._replace(fixed=(*first.fixed, b"more")) not in known


def test_the_oldest_outline_makes_room(scene) -> None:
    """However many kinds of signatures are made, no more than the bound is kept."""
    known = SoundOutlines(bound=2)
    _, _, outline = _outline(scene)
    outlines = [outline._replace(fixed=(number,)) for number in range(3)]
    for each in outlines:
        known.remember(each)
    assert [each in known for each in outlines] == [False, True, True]


def test_a_value_is_verified_beside_a_known_outline(scene) -> None:
    """The value verifies as it is, and not with one octet changed or another's certificate."""
    request, value, outline = _outline(scene)
    require_value(outline, value, request)
    with pytest.raises(KeyMismatchError):
        require_value(outline, value[:-1] + bytes([value[-1] ^ 1]), request)
    other = replace(request, certificate=scene.certificate("citizen-rsa3072"))
    with pytest.raises(KeyMismatchError):
        require_value(outline, value, other)
