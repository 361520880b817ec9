"""Nothing is so long that a reader loses the thread."""

from __future__ import annotations

from tests.architecture.source import FunctionNode, classes, functions, length, modules, place

FUNCTION_LINES = 60
MODULE_LINES = 500
CLASS_LINES = 250
CLASS_METHODS = 15


def test_functions_are_short() -> None:
    """No function has more than 60 lines, docstrings not counted."""
    long = [
        f"{place(module, node.lineno)} {node.name}: {length(node)} lines"
        for module in modules()
        for node in functions(module.tree)
        if length(node) > FUNCTION_LINES
    ]
    assert not long, "\n".join(long)


def test_modules_are_short() -> None:
    """No module has more than 500 lines."""
    long = [
        f"{place(module, 1)}: {module.text.count(chr(10))} lines"
        for module in modules()
        if module.text.count("\n") > MODULE_LINES
    ]
    assert not long, "\n".join(long)


def test_classes_are_short() -> None:
    """No class has more than 250 lines, docstrings not counted."""
    long = [
        f"{place(module, node.lineno)} {node.name}: {length(node)} lines"
        for module in modules()
        for node in classes(module.tree)
        if length(node) > CLASS_LINES
    ]
    assert not long, "\n".join(long)


def test_classes_do_one_thing() -> None:
    """No class has more than 15 methods; properties state facts and are not counted."""
    wide = []
    for module in modules():
        for node in classes(module.tree):
            count = sum(
                isinstance(item, FunctionNode) and not _is_property(item) for item in node.body
            )
            if count > CLASS_METHODS:
                wide.append(f"{place(module, node.lineno)} {node.name}: {count} methods")
    assert not wide, "\n".join(wide)


def _is_property(node: FunctionNode) -> bool:
    names = {getattr(item, "id", getattr(item, "attr", "")) for item in node.decorator_list}
    return bool(names & {"property", "cached_property", "lazy"})
