"""Signatures are read in the revision they signed, and told what came later."""

from __future__ import annotations

import re

import pytest

from esign.pades import history as module
from esign.pades import signing
from esign.pades.history import locks, transforms
from esign.pades.ledger import NAMED
from esign.pades.objects import Dictionary, Name
from tests.support.pdf_making import (
    codes,
    document,
    history,
    is_sound,
    only,
    opened,
    parsed,
    signed,
    signed_with,
    updated,
)

SIGNED = signed(reason="as agreed")
VALUE = int(re.findall(rb"/V (\d+) 0 R", SIGNED)[-1])
OWN = (
    SIGNED[SIGNED.rindex(b"\n%d 0 obj\n" % VALUE) :]
    .partition(b"obj\n")[2]
    .partition(b"\nendobj")[0]
)


def test_the_signed_revision_is_known() -> None:
    """Of two signatures each covers its own revision."""
    values = history(signed(SIGNED, unique="f" * 16)).values
    assert [(value.name, value.index) for value in values] == [("Signature1", 1), ("Signature2", 2)]
    assert all(value.is_undisturbed for value in values)


def test_a_rewritten_dictionary_is_told_and_not_believed() -> None:
    """Another reason in a later revision: the signed one is read, and the change reported."""
    octets = updated(SIGNED, {VALUE: OWN.replace(b"as agreed", b"by force!")})
    signature = only(octets)
    assert signature.signed_properties.reason == "as agreed"
    assert codes(signature) >= {"signature-dictionary-replaced", "changed-after-signing"}


def test_octets_behind_the_end_are_told() -> None:
    """White space is nothing; anything else is a finding."""
    assert is_sound(only(SIGNED + b"\r\n"))
    assert "octets-after-end" in codes(only(SIGNED + b"4 0 obj (x) endobj\n%%EOF\n"))


def test_a_dictionary_inside_an_object_stream_cannot_be_measured() -> None:
    """Where its /Contents lies is unknown, so nothing is sound about it."""
    direct = b"<< /FT /Sig /T (One) /V << /Type /Sig /ByteRange [0 1 2 3] /Contents <00> >> >>"
    form = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [7 0 R] >> >>"
    signature = only(document({1: form, 7: direct}))
    assert "signature-dictionary-place" in codes(signature)


def test_a_signature_shown_only_later_is_told() -> None:
    """A dictionary that lies hidden in one revision and is shown by the next signs neither."""
    catalog = SIGNED[SIGNED.rindex(b"\n1 0 obj\n") + 9 :].partition(b"\nendobj")[0]
    form = catalog.replace(b"/AcroForm", b"/XcroForm")
    hidden = (
        SIGNED[: SIGNED.rindex(b"\n1 0 obj\n") + 9]
        + form
        + SIGNED[len(SIGNED.partition(catalog)[0]) + len(catalog) :]
    )
    assert parsed(hidden).signatures == ()
    shown = only(updated(hidden, {1: catalog}))
    assert "signature-not-in-its-revision" in codes(shown)


def test_many_changes_are_counted() -> None:
    """The first are named, the rest is a number."""
    changes = dict.fromkeys((2, 3, 4, 5, 6), b"<< /Changed true >>")
    changes[30] = b"<< /Type /Page >>"
    found = [
        finding
        for finding in only(updated(SIGNED, changes)).structure_findings()
        if finding.code == "changed-after-signing"
    ]
    assert len(found) == NAMED + 1


def test_revisions_are_compared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many signatures look at them."""
    octets = SIGNED
    for index in range(3):
        octets = signed(octets, unique=f"{index:016d}")
    compared = []
    compare = module.compare
    monkeypatch.setattr(
        module, "compare", lambda old, *rest: compared.append(old) or compare(old, *rest)
    )
    history(octets)
    assert len(compared) == 3


REFERENCE = b"[<< /TransformMethod /DocMDP /TransformParams << /P %d /V /1.2 >> >>]"


@pytest.mark.parametrize(("permission", "sound"), [(1, False), (2, True)])
def test_a_certification_may_forbid_further_signatures(permission: int, sound: bool) -> None:
    """DocMDP 1 allows no further signature, 2 does; an unsigned empty field harms neither."""
    octets = signed_with(document(), Reference=REFERENCE % permission)
    assert is_sound(only(octets))
    patch = pytest.MonkeyPatch()
    patch.setattr(signing, "_require_allowed", lambda *_: None)
    try:
        again = signed(octets, unique="f" * 16)
    finally:
        patch.undo()
    first = parsed(again).signatures[0]
    assert is_sound(first) is sound
    assert ("changed-against-lock" in codes(first)) is not sound


@pytest.mark.parametrize(
    ("action", "fields", "locked"),
    [
        ("All", [], True),
        ("Include", [b"One"], True),
        ("Include", [b"Other"], False),
        ("Exclude", [b"One"], False),
        ("Exclude", [b"Other"], True),
        ("Include", [b"On"], False),
    ],
)
def test_locks_cover_fields_by_name(action: str, fields: list[bytes], locked: bool) -> None:
    """Include and Exclude name fields; a name's beginning is not enough."""
    parameters: Dictionary = {"Action": Name(action), "Fields": list(fields)}
    assert locks(opened(document()).last, parameters, "One") is locked


def test_a_lock_covers_what_lies_under_a_name() -> None:
    """Naming a group locks its members."""
    parameters: Dictionary = {"Action": Name("Include"), "Fields": [b"One"]}
    assert locks(opened(document()).last, parameters, "One.Sub")


def test_transforms_are_read() -> None:
    """Method and parameters come in pairs."""
    dictionary: Dictionary = {
        "Reference": [{"TransformMethod": Name("DocMDP"), "TransformParams": {"P": 1}}]
    }
    assert transforms(opened(document()).last, dictionary) == [("DocMDP", {"P": 1})]


def test_a_field_lock_is_held_against_later_signatures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when other software signed the locked field."""
    reference = (
        b"[<< /TransformMethod /FieldMDP /TransformParams "
        b"<< /Action /Include /Fields [(Later)] >> >>]"
    )
    octets = signed_with(document(), Reference=reference)
    monkeypatch.setattr(signing, "_require_allowed", lambda *_: None)
    allowed = parsed(signed(octets, field_name="Other", unique="f" * 16)).signatures[0]
    assert is_sound(allowed)
    refused = parsed(signed(octets, field_name="Later", unique="f" * 16)).signatures[0]
    assert "changed-against-lock" in codes(refused)
