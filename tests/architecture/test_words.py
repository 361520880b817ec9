"""Committed files speak of the product, in its own words, and of nobody's machine."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.architecture.source import ROOT, functions, modules, place

HOSTS = (
    r"127\.0\.0\.\d+",
    r"localhost",
    r"\[?::1\]?",
    r"10\.\d+\.\d+\.\d+",
    r"169\.254\.\d+\.\d+",
    r"172\.16\.\d+\.\d+",
    r"192\.168\.\d+\.\d+",
    r"192\.0\.2\.\d+",
    r"(.*\.)?example(\.(com|net|org|test))?",
    r"(.*\.)?(test|invalid|local|internal|localhost)",
    r"(www\.)?w3\.org",
    r"(uri|www)\.etsi\.org",
    r"json-schema\.org",
    r"(www\.)?apache\.org",
    r"maven\.apache\.org",
    r"keepachangelog\.com",
    r"semver\.org",
    r"dss\.esig\.europa\.eu",
    r"(www\.)?rfc-editor\.org",
    r"ns\.adobe\.com",
    r"docs\.oasis-open\.org",
)
"""Hosts a committed file may name: namespaces, standards, and addresses nobody owns."""

URL = re.compile(r"\b(?:https?|ftp|ldap)://(?:[^\s/@\"'<>]*@)?([^\s/:\"'<>`)\\]+)", re.IGNORECASE)
PUBLIC = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}\b", re.IGNORECASE)
"""What could be the name of a host that somebody owns."""
UNFINISHED = re.compile(r"\b(?:" + "|".join(("TO" + "DO", "FIX" + "ME", "X" * 3 + ":")) + r")\b")
TICKET = re.compile(r"\bissues?\s+#?\d+\b|\bticket\s+#?\d+\b", re.IGNORECASE)

TEXT = {".py", ".toml", ".md", ".txt", ".json", ".yaml", ".yml", ".cfg", ".java", ".sh", ""}

FORBIDDEN_NAMES = re.compile(
    r"^_?(?:get|do|process)_(?!_)|(?:^|_)(?:manager|helper|utils?|misc)(?:_|$)"
)
FORBIDDEN_MODULES = {"utils", "util", "common", "helpers", "helper", "misc", "manager", "core"}

NAMES_ALLOWED = {
    "get_command": "click asks for it by this name",
    "get_extra_info": "httpcore asks for it by this name",
    "__get__": "the language asks for it by this name",
    "do_GET": "the standard library's HTTP server asks for it by this name",
    "do_POST": "the standard library's HTTP server asks for it by this name",
    "process_request": "the standard library's server asks for it by this name",
    "process_request_thread": "the standard library's server asks for it by this name",
}


@cache
def _committed() -> tuple[tuple[Path, str], ...]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    paths = [ROOT / name for name in listed if name and Path(name).suffix in TEXT]
    return tuple((path, path.read_text("utf-8", "replace")) for path in paths if path.is_file())


def _lines() -> Iterator[tuple[str, str]]:
    for path, text in _committed():
        for number, line in enumerate(text.splitlines(), 1):
            yield f"{path.relative_to(ROOT)}:{number}", line


def test_hosts_are_known() -> None:
    """No file names a host that is neither a namespace, a standard, nor reserved."""
    known = re.compile("|".join(f"(?:{host})" for host in HOSTS), re.IGNORECASE)
    strangers = [
        f"{where} {host}"
        for where, line in _lines()
        for host in URL.findall(line)
        if PUBLIC.match(host) and not known.fullmatch(host.rstrip(".").partition("?")[0])
    ]
    assert not strangers, "\n".join(strangers)


def test_no_machine_is_named() -> None:
    """No file holds a path of the machine it was written on."""
    homes = {str(ROOT), str(ROOT.parent) + "/", str(Path.home()) + "/"} - {"//", "/"}
    leaks = [where for where, line in _lines() if any(home in line for home in homes)]
    assert not leaks, "\n".join(leaks)


def test_nothing_is_left_unfinished() -> None:
    """No file carries a note to somebody about work not done."""
    notes = [f"{where} {line.strip()}" for where, line in _lines() if UNFINISHED.search(line)]
    assert not notes, "\n".join(notes)


def test_no_tickets_are_quoted() -> None:
    """A reason stands in words, not as the number of a ticket that a reader cannot open."""
    quoted = [f"{where} {line.strip()}" for where, line in _lines() if TICKET.search(line)]
    assert not quoted, "\n".join(quoted)


def test_names_say_what_they_do() -> None:
    """No function is called after doing, getting or helping, no module after being common."""
    vague = [
        f"{place(module, node.lineno)} {node.name}"
        for module in modules()
        for node in functions(module.tree)
        if FORBIDDEN_NAMES.search(node.name) and node.name not in NAMES_ALLOWED
    ]
    vague += [
        place(module, 1)
        for module in modules()
        if module.name.rpartition(".")[2] in FORBIDDEN_MODULES
    ]
    assert not vague, "\n".join(vague)
