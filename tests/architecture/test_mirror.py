"""Whoever looks for a module's tests finds them under the same path."""

from __future__ import annotations

from pathlib import Path

from tests.architecture.source import ROOT, Module, functions, modules, place

WITHOUT_TESTS_OF_THEIR_OWN = {
    "esign.ades.ports": "protocols without a line to run",
    "esign.ades.format": "protocols and plain data, used by every format's tests",
    "esign.version": "one string",
}
"""Modules without a unit test file, with the reason."""

ABOUT_A_ROOM = {
    "pades/test_attacks.py": "what is done to a signed PDF concerns all modules of the room",
}
"""Unit tests of a whole room rather than one module, with the reason."""

UNIT = ROOT / "tests" / "unit"


def _with_code() -> list[Module]:
    return [
        module
        for module in modules()
        if module.path.name != "__init__.py"
        and module.name not in WITHOUT_TESTS_OF_THEIR_OWN
        and (any(functions(module.tree)) or module.text.count("\n") > 40)
    ]


def test_modules_have_their_tests() -> None:
    """Every module with code has tests/unit/<same path>/test_<module>.py."""
    missing = [
        f"{place(module, 1)} has no {expected.relative_to(ROOT)}"
        for module in _with_code()
        if not (expected := _test_file(module)).exists()
    ]
    assert not missing, "\n".join(missing)


def _test_file(module: Module) -> Path:
    inside = module.path.relative_to(ROOT / "src" / "esign")
    return UNIT / inside.with_name(f"test_{inside.name}")


def test_tests_have_their_module() -> None:
    """No unit test file stays behind when its module moves."""
    source = ROOT / "src" / "esign"
    orphans = [
        str(path.relative_to(ROOT))
        for path in sorted(UNIT.rglob("test_*.py"))
        if str(path.relative_to(UNIT)) not in ABOUT_A_ROOM
        and not _source_exists(source / path.relative_to(UNIT).parent, path.stem[len("test_") :])
    ]
    assert not orphans, "\n".join(orphans)


def _source_exists(folder: Path, stem: str) -> bool:
    # A package may have a second file of tests about one aspect: test_reader_limits.py.
    names = [stem, *(stem.rsplit("_", count)[0] for count in range(1, stem.count("_") + 1))]
    return stem == "init" or any(
        (folder / f"{name}.py").exists() or (folder / name).is_dir() for name in names
    )
