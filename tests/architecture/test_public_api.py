"""What users may rely on is a short, reviewed and fully typed list."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator

import esign
from tests.architecture.source import ROOT, FunctionNode, functions, modules, place

REVIEWED = {
    # acts
    "sign", "verify", "timestamp", "inspect", "prepare", "complete", "load_signer", "aio",
    # what they take
    "Document", "TrustStore", "Policy", "TimestampClient", "SignerProperties", "PDFOptions",
    "XMLOptions", "SignatureForm", "SignatureLevel", "Packaging",
    # what they give
    "SignedDocument", "PreparedSignature", "Report", "SignatureReport", "Indication",
    "SubIndication", "EsignError",
}  # fmt: skip

GIVEN_BY_OTHERS = {"get_extra_info": "httpcore fixes its signature"}
"""Functions whose signature is another library's, with the reason."""


def test_public_names_are_reviewed() -> None:
    """The package offers exactly the reviewed names, 25 at most."""
    assert set(esign.__all__) - {"__version__"} == REVIEWED
    assert len(REVIEWED) <= 25


def test_public_names_exist() -> None:
    """Every reviewed name can be reached, and no other name is in the way."""
    for name in REVIEWED:
        assert getattr(esign, name) is not None
    assert set(dir(esign)) >= REVIEWED


def test_typed_use_is_accepted_and_misuse_refused() -> None:
    """The examples of tests/typing pass mypy in strict mode, their expected errors included."""
    run = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "tests/typing"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_public_signatures_are_precise() -> None:
    """No public function takes or returns ``Any`` or a bare container.

    The command line is left out: its functions are called by click alone.
    """
    vague = [
        f"{place(module, node.lineno)} {node.name}: {annotation}"
        for module in modules()
        if module.room != "cli"
        for node in functions(module.tree)
        if not node.name.startswith("_") and node.name not in GIVEN_BY_OTHERS
        for annotation in _annotations(node)
        if _is_vague(annotation)
    ]
    assert not vague, "\n".join(vague)


def _annotations(node: FunctionNode) -> Iterator[str]:
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    for item in (*(argument.annotation for argument in arguments), node.returns):
        if item is not None:
            yield ast.unparse(item)


def _is_vague(annotation: str) -> bool:
    names = {
        item.id
        for item in ast.walk(ast.parse(annotation, mode="eval"))
        if isinstance(item, ast.Name)
    }
    return "Any" in names or annotation in {"dict", "list", "tuple", "set", "Mapping", "Sequence"}
