"""What is public is explained, and every test says in one sentence what holds."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture.source import ROOT, FunctionNode, functions, modules, place


def test_modules_are_described() -> None:
    """Every module says what it is for."""
    silent = [place(module, 1) for module in modules() if not ast.get_docstring(module.tree)]
    assert not silent, "\n".join(silent)


def test_public_names_are_described() -> None:
    """Every public class, function and method says what is true afterwards.

    A protocol's property whose body is ``...`` and a method that fulfils a protocol under
    the same name are described once, where the protocol is.
    """
    described = _names_described_in_protocols()
    silent = [
        f"{place(module, node.lineno)} {name}"
        for module in modules()
        for name, node in _public(module.tree)
        if not ast.get_docstring(node) and name.rpartition(".")[2] not in described
    ]
    assert not silent, "\n".join(silent)


def test_tests_are_one_sentence() -> None:
    """Every test has a docstring whose first line is a sentence."""
    silent = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for node in functions(ast.parse(path.read_text(encoding="utf-8")))
        if node.name.startswith("test_") and not _is_sentence(ast.get_docstring(node))
    ]
    assert not silent, "\n".join(silent)


def _is_sentence(text: str | None) -> bool:
    return bool(text) and text.split("\n\n", maxsplit=1)[0].rstrip().endswith((".", "?", ":"))


def _names_described_in_protocols() -> set[str]:
    """Names of members of the seams; their meaning stands there once, for every implementer."""
    return {
        node.name
        for module in modules()
        for kind in ast.walk(module.tree)
        if isinstance(kind, ast.ClassDef) and _is_protocol(kind)
        for node in kind.body
        if isinstance(node, FunctionNode)
    }


def _is_protocol(node: ast.ClassDef) -> bool:
    return any("Protocol" in ast.unparse(base) for base in node.bases)


def _public(tree: ast.Module) -> Iterator[tuple[str, FunctionNode | ast.ClassDef]]:
    for node in tree.body:
        if isinstance(node, FunctionNode) and not node.name.startswith("_"):
            yield node.name, node
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield node.name, node
            yield from _methods(node)


def _methods(owner: ast.ClassDef) -> Iterator[tuple[str, FunctionNode]]:
    for node in owner.body:
        if isinstance(node, FunctionNode) and not node.name.startswith("_"):
            yield f"{owner.name}.{node.name}", node
