"""Every room imports only downwards, and whoever holds a dangerous library holds it alone.

The layers themselves are contracts of import-linter in ``pyproject.toml``; here stands
what it cannot say. Imports inside functions and under ``TYPE_CHECKING`` count like any other.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import grimp
import pytest

from tests.architecture.source import ROOT, Module, imports, module_names, modules, place

ONLY_HERE = {
    "lxml": {"xml", "reports"},
    "pyhanko": set[str](),
    "pyhanko_certvalidator": set[str](),
    "asn1crypto": set[str](),
    "httpcore": {"net"},
    "h11": {"net"},
    "anyio": {"net", "aio"},
    "urllib.request": set[str](),
    "http.client": set[str](),
    "requests": set[str](),
    "httpx": set[str](),
    "aiohttp": set[str](),
    "socket": {"net", "service", "demo"},
    "http.server": {"service", "demo"},
    "socketserver": {"service", "demo"},
    "ssl": {"net"},
    "PyKCS11": {"keys"},
    "pkcs11": {"keys"},
    "click": {"cli", "demo"},
    "rich": {"cli", "reports", "demo"},
    "pickle": set[str](),
}
"""Library or module → the rooms that may import it."""

_OUTSIDE = {"esign.net", "esign.keys", "esign.reports", "esign.cli", "httpcore", "h11", "anyio"}
_FORMATS = {"esign.cms", "esign.cades", "esign.xml", "esign.xades", "esign.pades"}
_LIBRARIES = {"lxml", "pyhanko", "socket", "ssl", "http", "asyncio"}

OUT_OF_REACH = {
    "pki": _OUTSIDE | _FORMATS | _LIBRARIES | {"esign.validation", "esign.ades"},
    "validation": _OUTSIDE | _FORMATS | _LIBRARIES | {"esign.tsa", "esign.creation"},
    "creation": _OUTSIDE | _FORMATS | _LIBRARIES | {"esign.tsa"},
}
"""Room → what no chain of imports may lead to."""

LOCAL_ROOMS = {"cli", "esign", "api", "aio", "demo", "service"}
"""Faces import what a run needs when it needs it: start-up time is theirs to answer for."""

LOCAL_ALLOWED = {
    # importer → imported inside a function, with the reason
    ("esign.reports.text", "rich"): "reports as JSON shall not wait for a terminal library",
    (
        "esign.keys.files",
        "cryptography",
    ): "a key file is opened far less often than a verdict asked",
    ("esign.crypto.signatures", "cryptography"): "only whoever has a loaded key needs to encode it",
    ("esign.document", "shutil"): "only large pipes need it; it brings the compression libraries",
    ("esign.document", "tempfile"): "only large pipes need it",
    ("esign.messages", "esign.messages.catalogue"): "only other languages than English need it",
    ("esign.cades.format", "esign.tsa.token"): "only a signature with a time-stamp needs it",
    ("esign.pki.trust", "ssl"): "the system's roots are read only when asked for",
    (
        "esign.pki.pkcs12_trust",
        "cryptography",
    ): "another program's trust store is opened far less often than a verdict asked",
}
"""Imports inside functions elsewhere; ``cryptography`` stands for any of its modules."""


def test_contracts_hold() -> None:
    """The layers and prohibitions written down in pyproject.toml are kept."""
    run = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("room", sorted(OUT_OF_REACH))
def test_room_cannot_reach(room: str) -> None:
    """No chain of imports leads from judging or making to a format, a key or the network."""
    graph = grimp.build_graph("esign", include_external_packages=True, cache_dir=None)
    chains = [
        " -> ".join(chain)
        for target in OUT_OF_REACH[room] & graph.modules
        if (chain := graph.find_shortest_chain(f"esign.{room}", target, as_packages=True))
    ]
    assert not chains, "\n".join(chains)


def test_there_are_no_cycles() -> None:
    """No two modules import each other, by whatever detour and from whatever depth."""
    graph = {module.name: _targets(module) for module in modules()}
    cycles = [sorted(group) for group in _components(graph) if len(group) > 1]
    assert not cycles, f"modules that import each other: {cycles}"


@pytest.mark.parametrize("library", sorted(ONLY_HERE))
def test_library_stays_in_its_room(library: str) -> None:
    """A library with power over network, XML, PDF, tokens or terminal is imported in one room."""
    strays = [
        f"{place(module, item.line)} imports {item.module}"
        for module in modules()
        if module.room not in ONLY_HERE[library]
        for item in imports(module)
        if item.module == library or item.module.startswith(library + ".")
    ]
    assert not strays, "\n".join(strays)


def test_imports_stand_at_the_top() -> None:
    """An import inside a function is in the allow-list, with its reason."""
    hidden = [
        f"{place(module, item.line)} imports {item.module} inside a function"
        for module in modules()
        if module.room not in LOCAL_ROOMS
        for item in imports(module)
        if item.local and not _is_allowed(module.name, item.module)
    ]
    assert not hidden, "\n".join(hidden)


def _is_allowed(importer: str, imported: str) -> bool:
    return any(
        importer == module and (imported == library or imported.startswith(library + "."))
        for module, library in LOCAL_ALLOWED
    )


def _targets(module: Module) -> set[str]:
    found = {item.module for item in imports(module) if item.module in module_names()}
    return found - {module.name}


def _components(graph: dict[str, set[str]]) -> Iterable[set[str]]:
    """Yield the strongly connected components (Tarjan's algorithm, without recursion)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    for start in graph:
        if start in index:
            continue
        work = [(start, iter(sorted(graph[start])))]
        index[start] = low[start] = len(index)
        stack.append(start)
        while work:
            node, rest = work[-1]
            for target in rest:
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    work.append((target, iter(sorted(graph[target]))))
                    break
                if target in stack:
                    low[node] = min(low[node], index[target])
            else:
                work.pop()
                if work:
                    parent = work[-1][0]
                    low[parent] = min(low[parent], low[node])
                if low[node] == index[node]:
                    yield _pop_component(stack, node)


def _pop_component(stack: list[str], root: str) -> set[str]:
    group: set[str] = set()
    while root not in group:
        group.add(stack.pop())
    return group
