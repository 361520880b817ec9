"""EU DSS and we read the same things from a file, and judge them alike.

Facts (form, level, what is covered, whether it is intact, whether the value verifies) must
agree for every vector. Verdicts must agree too, but for the differences of policy listed in
``dss/differences.toml``, each with its reason; one that has vanished fails the test.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import esign
from esign.terms import Scope
from tests.support import dss
from tests.support.pki import PKI
from tests.support.vectors import Vector, judge, vectors

pytestmark = pytest.mark.interop

ALL = pytest.mark.parametrize("vector", vectors(), ids=lambda vector: vector.id)
DIFFERENCES: Mapping[str, Mapping[str, str]] = {
    entry["id"]: entry
    for entry in tomllib.loads(
        (Path(__file__).parent / "dss" / "differences.toml").read_text(encoding="utf-8")
    )["difference"]
}


@pytest.fixture(scope="session")
def theirs(pki: PKI, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """DSS's answers by vector id; vectors that trust alike are judged in one process."""
    if reason := dss.missing():
        pytest.skip(reason)
    answers: dict[str, Any] = {}
    groups: dict[tuple[object, ...], list[Vector]] = {}
    for vector in vectors():
        groups.setdefault((*vector.trust_signer, *vector.trust_tsa, vector.policy), []).append(
            vector
        )
    for group in groups.values():
        folder = tmp_path_factory.mktemp("trust")
        # DSS knows no purposes: where nothing is given for signers it gets nothing.
        first = group[0]
        for name in {*first.trust_signer, *(first.trust_tsa if first.trust_signer else ())}:
            (folder / f"{name}.crt").write_bytes(pki.path(name).read_bytes())
        options = ["--without-revocation"] if first.policy != "default" else []
        found = dss.judge([_job(vector) for vector in group], trust=folder, options=options)
        answers |= {vector.id: answer for vector, answer in zip(group, found, strict=True)}
    return answers


def _job(vector: Vector) -> dss.Job:
    return dss.Job(
        file=vector.path,
        at=vector.control_time,
        evidence=vector.evidence_paths,
        detached=vector.detached_paths,
    )


@ALL
def test_facts_agree(vector: Vector, pki: PKI, theirs: Mapping[str, Any]) -> None:
    """Form, references found and intact, value and time-stamps are the same for both.

    DSS calls a signature intact when its value verifies and every reference matches; our
    ``signature_intact`` speaks of the value alone.
    """
    (ours,) = judge(vector, pki).signatures
    assert "error" not in theirs[vector.id], theirs[vector.id]
    (other,) = theirs[vector.id]["signatures"]
    assert other["format"].partition("-")[0].upper() == ours.form.upper()
    whole = ours.signature_intact and all(item.intact for item in ours.references)
    assert other["signature_intact"] == whole
    assert _intact(other["references"]) == _our_intact(ours)
    assert [stamp["imprint_intact"] for stamp in theirs[vector.id]["timestamps"]] == [
        stamp.imprint_intact for stamp in ours.timestamps
    ]


@ALL
def test_levels_agree(vector: Vector, pki: PKI, theirs: Mapping[str, Any]) -> None:
    """What we made at B-B or B-T is that level for DSS, where both see it as sound."""
    (ours,) = judge(vector, pki).signatures
    (other,) = theirs[vector.id]["signatures"]
    if ours.level is not None and all(stamp.imprint_intact for stamp in ours.timestamps):
        made = "T" if ours.timestamps else "B"
        assert other["format"] == f"{ours.form}-BASELINE-{made}"


@ALL
def test_coverage_agrees(vector: Vector, pki: PKI, theirs: Mapping[str, Any]) -> None:
    """What is covered in full for us is covered in full for DSS, and partial coverage alike."""
    (ours,) = judge(vector, pki).signatures
    if not ours.signature_intact or not all(item.intact for item in ours.references):
        return
    if vector.form == "XAdES" and vector.packaging == "ENVELOPING":
        return  # the content is all there is to sign; DSS counts it as one element of a document
    (other,) = theirs[vector.id]["signatures"]
    whole = {scope["scope"] for scope in other["scopes"]} <= {"FULL"}
    assert whole == (ours.coverage is Scope.FULL)


@ALL
def test_verdicts_agree(vector: Vector, pki: PKI, theirs: Mapping[str, Any]) -> None:
    """Indication and sub-indication are the same, or the difference is a listed one."""
    (ours,) = judge(vector, pki).signatures
    (other,) = theirs[vector.id]["signatures"]
    our_verdict = _verdict(ours.indication, ours.sub_indication)
    their_verdict = _verdict(other["indication"], other["sub_indication"])
    listed = DIFFERENCES.get(vector.id)
    if listed is None:
        assert their_verdict == our_verdict, other["errors"]
    else:
        assert our_verdict == listed["ours"], "our own verdict is no longer the listed one"
        assert their_verdict == listed["theirs"], "the difference has changed or vanished"
        assert listed["reason"]


def test_listed_differences_exist() -> None:
    """Every listed difference is about a vector that exists."""
    assert set(DIFFERENCES) <= {vector.id for vector in vectors()}


def _intact(references: list[dict[str, Any]]) -> list[tuple[bool, bool]]:
    return sorted((item["found"], item["intact"]) for item in references)


def _our_intact(signature: esign.SignatureReport) -> list[tuple[bool, bool]]:
    return sorted((item.found, item.intact) for item in signature.references)


def _verdict(indication: str, sub_indication: str | None) -> str:
    return f"{indication}/{sub_indication}" if sub_indication else str(indication)
