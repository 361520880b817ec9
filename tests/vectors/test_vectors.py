"""Every vector gets exactly the verdict that its index entry names."""

from __future__ import annotations

import hashlib
import json
from importlib.resources import files
from typing import TYPE_CHECKING

import jsonschema
import pytest

import esign
from esign.reports.json_report import to_json
from tests.support.citations import documents, has_clause
from tests.support.vectors import Vector, judge, vectors

if TYPE_CHECKING:
    from tests.support.pki import PKI

ALL = pytest.mark.parametrize("vector", vectors(), ids=lambda vector: vector.id)


@ALL
def test_verdict(vector: Vector, pki: PKI) -> None:
    """Indication, sub-indication, level and form are those of the index."""
    (signature,) = judge(vector, pki).signatures
    found = (signature.indication, signature.sub_indication)
    assert found == (vector.indication, vector.sub_indication)
    assert (signature.level or "none") == vector.level
    assert signature.form == vector.form


@ALL
def test_report_follows_its_schema(vector: Vector, pki: PKI) -> None:
    """The report as JSON follows the published schema, in every language."""
    schema = json.loads(
        (files("esign.reports") / "schema" / "report.schema.json").read_text(encoding="utf-8")
    )
    report = judge(vector, pki)
    for language in ("en", "az"):
        jsonschema.validate(json.loads(json.dumps(to_json(report, language))), schema)


@ALL
def test_same_input_same_report(vector: Vector, pki: PKI) -> None:
    """Judged again, with evidence in another order and given twice, the report is the same."""
    once = to_json(judge(vector, pki), "en")
    evidence = pki.evidence(
        crls=[*reversed(vector.crls), *vector.crls], ocsp=[*reversed(vector.ocsp), *vector.ocsp]
    )
    assert to_json(judge(vector, pki, evidence=evidence), "en") == once


@ALL
def test_only_what_passes_satisfies(vector: Vector, pki: PKI) -> None:
    """`require_passed()` is silent for what must pass and raises for everything else."""
    report = judge(vector, pki)
    if vector.passes and vector.packaging != "INTERNALLY_DETACHED":
        report.require_passed()
    else:
        with pytest.raises(esign.EsignError):
            report.require_passed()


@ALL
def test_every_failure_says_what_would_mend_it(vector: Vector, pki: PKI) -> None:
    """Whatever does not pass has a reason in words; whatever passes has none."""
    (signature,) = judge(vector, pki).signatures
    assert bool(signature.reasons) is not vector.passes


def test_negatives_have_a_passing_ancestor() -> None:
    """Every vector that must not pass is like one that must, by a chain of single changes."""
    by_id = {vector.id: vector for vector in vectors()}
    for vector in vectors():
        model = vector
        while not model.passes:
            assert model.sibling is not None, vector.id
            model = by_id[model.sibling]


def test_files_are_those_of_the_index() -> None:
    """Each file has the digest that the index names."""
    for vector in vectors():
        assert hashlib.sha256(vector.path.read_bytes()).hexdigest() == vector.sha256, vector.id


def test_clauses_are_pinned() -> None:
    """Each vector names a clause of a document in docs/standards.toml."""
    for vector in vectors():
        document, _, clause = vector.clause.partition(" §")
        assert document in documents(), vector.id
        assert has_clause(document, clause), vector.id
