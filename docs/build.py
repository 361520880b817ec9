"""Write docs/reference/ and docs/conformance.md from the code, so that they cannot drift from it.

make docs
"""

from __future__ import annotations

import ast
import inspect
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import click  # noqa: E402 - the checkout is put on the path first

import esign  # noqa: E402
from esign.cli.entry import cli  # noqa: E402
from tests.support.citations import STANDARDS, citations, documents  # noqa: E402
from tests.support.vectors import vectors  # noqa: E402

DOCS = ROOT / "docs"
NOTE = "<!-- Written by `make docs`; change the docstrings instead. -->\n"


def main() -> None:
    """Write every generated page."""
    reference = DOCS / "reference"
    reference.mkdir(exist_ok=True)
    pages = {
        reference / "api.md": api(),
        reference / "command-line.md": command_line(),
        reference / "policy.md": fields_page("The policy", "validation/policy.py", "Policy"),
        reference / "limits.md": fields_page("The limits", "limits.py", "Limits"),
        reference / "errors.md": errors(),
        DOCS / "conformance.md": conformance(),
    }
    for path, text in pages.items():
        path.write_text(text.rstrip() + "\n", encoding="utf-8")


def api() -> str:
    """Return the page of public names."""
    parts = [NOTE, "# The public API", inspect.getdoc(esign) or ""]
    for name in sorted(set(esign.__all__) - {"__version__"}, key=str.lower):
        parts += _described(name, getattr(esign, name))
    parts += _described("certificates", esign.certificates)
    return "\n\n".join(parts)


def _described(name: str, value: object) -> Iterator[str]:
    yield f"## `{name}`"
    if inspect.isfunction(value):
        yield f"```python\n{_signature(name, value)}\n```"
    yield _text(value)
    if inspect.isclass(value):
        for member, item in sorted(vars(value).items()):
            yield from _member(name, member, item)


def _member(owner: str, name: str, item: object) -> Iterator[str]:
    if name.startswith("_"):
        return
    function = item.__func__ if isinstance(item, classmethod | staticmethod) else item
    if inspect.isfunction(function) and inspect.getdoc(function):
        yield f"### `{owner}.{name}`"
        yield f"```python\n{_signature(name, function)}\n```"
        yield _text(function)
    elif isinstance(item, property) and inspect.getdoc(item):
        yield f"- `{owner}.{name}`: {_text(item)}"


def _signature(name: str, function: object) -> str:
    assert callable(function)
    found = inspect.signature(function)
    parameters = [_with_ordered_default(each) for each in found.parameters.values()]
    text = f"{name}{found.replace(parameters=parameters)}"
    return text if len(text) < 90 else text.replace(", ", ",\n    ").replace("(", "(\n    ", 1)


def _with_ordered_default(parameter: inspect.Parameter) -> inspect.Parameter:
    """Show a set's members in one order, whatever the hashes of this run are."""
    default = parameter.default
    if not isinstance(default, frozenset):
        return parameter
    return parameter.replace(default=_Shown(f"{{{', '.join(sorted(map(str, default)))}}}"))


class _Shown(str):
    """A text that shows itself without quotation marks."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _text(value: object) -> str:
    lines = (inspect.getdoc(value) or "").splitlines()
    out, indented = [], False
    for line in lines:
        if line in ("Args:", "Returns:", "Raises:", "Example::", "Rules:"):
            out += ["", f"**{line.rstrip(':')}**", ""]
            indented = True
        elif indented and line.startswith("    ") and not line.startswith("     "):
            out.append(f"- {line.strip()}")
        else:
            indented = indented and line.startswith("     ")
            out.append(line.strip() if line.startswith("        ") else line)
    return "\n".join(out)


def command_line() -> str:
    """Return the page with the help of every command."""
    parts = [NOTE, "# The command line"]
    context = click.Context(cli, info_name="esign", max_content_width=90, terminal_width=90)
    parts.append(f"```text\n{cli.get_help(context)}\n```")
    assert isinstance(cli, click.Group)
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        parts += _help(command, context, name)
    return "\n\n".join(parts)


def _help(command: click.Command, parent: click.Context, name: str) -> Iterator[str]:
    context = click.Context(
        command, info_name=name, parent=parent, max_content_width=90, terminal_width=90
    )
    yield f"## `{context.command_path}`"
    yield f"```text\n{command.get_help(context)}\n```"
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            assert found is not None
            yield from _help(found, context, inner)


def fields_page(title: str, file: str, name: str) -> str:
    """Return a page with the fields of a dataclass, their defaults and explanations."""
    tree = ast.parse((ROOT / "src" / "esign" / file).read_text(encoding="utf-8"))
    (kind,) = (n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == name)
    parts = [NOTE, f"# {title}", ast.get_docstring(kind) or ""]
    for node, after in zip(kind.body, [*kind.body[1:], None], strict=True):
        if isinstance(node, ast.AnnAssign) and node.value is not None:
            parts.append(f"## `{ast.unparse(node.target)}`\n")
            parts.append(f"Default: `{ast.unparse(node.value)}`")
            if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                parts.append(inspect.cleandoc(str(after.value.value)))
    return "\n\n".join(part.rstrip() for part in parts)


def errors() -> str:
    """Return the tree of errors: who is at fault, and what to do."""
    tree = ast.parse((ROOT / "src" / "esign" / "errors.py").read_text(encoding="utf-8"))
    children: dict[str, list[ast.ClassDef]] = defaultdict(list)
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            children[ast.unparse(node.bases[0]) if node.bases else ""].append(node)
    lines = [NOTE, "# Errors", "", "A bad signature is a verdict, not an error.", ""]
    lines += _branch(children, "Exception", 0)
    return "\n".join(lines)


def _branch(children: dict[str, list[ast.ClassDef]], parent: str, depth: int) -> Iterator[str]:
    for node in children[parent]:
        first = (ast.get_docstring(node) or "").split("\n\n")[0].replace("\n", " ")
        yield f"{'  ' * depth}- **{node.name}**: {first}"
        yield from _branch(children, node.name, depth + 1)


def conformance() -> str:
    """Return the table of clauses: where each is carried out, and what shows it."""
    code, shown = defaultdict(set), defaultdict(set)
    for item in citations("src/esign"):
        code[(item.document, item.clause)].add(item.file.removeprefix("src/esign/"))
    for item in citations("tests"):
        shown[(item.document, item.clause)].add(Path(item.file).name)
    for vector in vectors():
        document, _, clause = vector.clause.partition(" §")
        shown[(document, clause)].add(f"vector {vector.id}")
    lines = [
        NOTE,
        "# Conformance",
        "",
        "Each clause the code quotes, in the edition pinned in [standards.toml](standards.toml):",
        "the modules that carry it out; the tests and vectors that name it (or else the tests of",
        "those modules); and where it stands.",
    ]
    for name, entry in documents().items():
        clauses = sorted((key[1] for key in code if key[0] == name), key=_order)
        if clauses:
            lines += ["", f"## {name}, {entry['edition']}", "", str(entry["title"]) + ".", ""]
            lines += ["| clause | modules | shown by | state |", "|---|---|---|---|"]
            for clause in clauses:
                key = (name, clause)
                lines.append(
                    f"| {clause or 'as a whole'} | {_list(code[key])} "
                    f"| {_list(shown[key] or _mirrored(code[key]))} "
                    f"| {_state(name, clause)} |"
                )
    return "\n".join(lines)


def _order(clause: str) -> list[tuple[int, int, str]]:
    parts = clause.split(".") if clause else []
    return [(0, int(p), "") if p.isdigit() else (1, 0, p) for p in parts]


def _list(names: set[str]) -> str:
    shown = sorted(names)
    return ", ".join(shown[:4]) + (f" and {len(shown) - 4} more" if len(shown) > 4 else "")


def _mirrored(modules: set[str]) -> set[str]:
    unit = ROOT / "tests" / "unit"
    tests = (unit / Path(name).with_name(f"test_{Path(name).name}") for name in modules)
    return {test.name for test in tests if test.exists()}


def _state(document: str, clause: str) -> str:
    for entry in tomllib.loads(STANDARDS.read_text(encoding="utf-8"))["state"]:
        for named in entry["clauses"]:
            of, _, prefix = named.partition(" §")
            if of == document and (
                clause == prefix or clause.startswith(prefix + ".") or not prefix
            ):
                return f"{entry['state']}: {entry['reason']}"
    return "done"


if __name__ == "__main__":
    main()
