"""The source tree as values: every module with its name, lines and syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src"

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One file under ``src``."""

    name: str
    path: Path
    text: str
    tree: ast.Module

    @property
    def room(self) -> str:
        """The part below ``esign``: ``pki`` for ``esign.pki.paths``."""
        parts = self.name.split(".")
        return parts[1] if len(parts) > 1 else "esign"

    @property
    def package(self) -> str:
        """The package that relative names start from."""
        return self.name if self.path.name == "__init__.py" else self.name.rpartition(".")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One imported module, and whether a function has to run before it is."""

    module: str
    line: int
    local: bool


@cache
def modules() -> tuple[Module, ...]:
    """Return every module of the package, sorted by name."""
    return tuple(_read(path) for path in sorted((SRC / "esign").rglob("*.py")))


def _read(path: Path) -> Module:
    parts = path.relative_to(SRC).with_suffix("").parts
    if parts[-1] == "__init__":
        parts = parts[:-1]
    text = path.read_text(encoding="utf-8")
    return Module(name=".".join(parts), path=path, text=text, tree=ast.parse(text, str(path)))


@cache
def module_names() -> frozenset[str]:
    """Return the dotted names of all modules."""
    return frozenset(module.name for module in modules())


def functions(tree: ast.AST) -> Iterator[FunctionNode]:
    """Yield every function and method, nested ones included."""
    for node in ast.walk(tree):
        if isinstance(node, FunctionNode):
            yield node


def classes(tree: ast.AST) -> Iterator[ast.ClassDef]:
    """Yield every class, nested ones included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield node


def imports(module: Module) -> Iterator[Import]:
    """Yield everything a module imports, wherever the statement stands."""
    local_nodes = {id(inner) for function in functions(module.tree) for inner in ast.walk(function)}
    for node in ast.walk(module.tree):
        local = id(node) in local_nodes
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(module=alias.name, line=node.lineno, local=local)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                target = full if full in module_names() else node.module
                yield Import(module=target, line=node.lineno, local=local)


def length(node: FunctionNode | ast.ClassDef) -> int:
    """Return the source lines of a function or class, docstrings not counted."""
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    return lines - sum(_docstring_lines(inner) for inner in ast.walk(node))


def _docstring_lines(node: ast.AST) -> int:
    if not isinstance(node, FunctionNode | ast.ClassDef) or not ast.get_docstring(node):
        return 0
    docstring = node.body[0]
    return (docstring.end_lineno or docstring.lineno) - docstring.lineno + 1


def place(module: Module, line: int) -> str:
    """Return ``path:line`` as a terminal can open it."""
    return f"{module.path.relative_to(ROOT)}:{line}"
