"""Name constraints: which names a certification authority may certify at all.

Permitted subtrees of several authorities narrow each other, excluded ones add up. A kind
of name that is constrained but not understood here fails the path: it is never skipped.

Spec: RFC 5280 §4.2.1.10, §6.1.3 (b) and (c), §6.1.4 (g)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from esign.asn1.reader import Element, parse, read_integer
from esign.errors import MalformedCertificateError
from esign.pki.distinguished import RelativeNames, relative_names
from esign.pki.general_names import GeneralName, NameKind, read_general_name

MAX_COMPARISONS = 100_000
"""Names times subtrees in one path; webpki allows 250,000 in Rust, real paths need tens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameConstraints:
    """The value of one nameConstraints extension."""

    permitted: tuple[GeneralName, ...] = ()
    excluded: tuple[GeneralName, ...] = ()


def read_name_constraints(octets: bytes) -> NameConstraints:
    """Return the constraints of an extension's value.

    Raises:
        MalformedError: it is empty, cannot be read, or uses minimum or maximum, which
            RFC 5280 §4.2.1.10 forbids.
    """
    subtrees: dict[int, tuple[GeneralName, ...]] = {}
    for part in parse(octets).children:
        number = part.tag & 0x1F
        if number > 1 or number in subtrees or not part.children:
            raise MalformedCertificateError(
                "The name constraints are not written as RFC 5280 says."
            )
        subtrees[number] = tuple(_subtree(child) for child in part.children)
    if not subtrees:
        raise MalformedCertificateError("The name constraints are empty.")
    return NameConstraints(permitted=subtrees.get(0, ()), excluded=subtrees.get(1, ()))


def _subtree(element: Element) -> GeneralName:
    base, *distances = element.children
    for distance in distances:
        if distance.tag & 0x1F != 0 or read_integer(distance) != 0:
            raise MalformedCertificateError("A name constraint uses a minimum or maximum.")
    name = read_general_name(base)
    if name.kind is NameKind.DIRECTORY:
        relative_names(name.value)  # broken names are refused here, not when they are compared
    return name


@dataclass(frozen=True, slots=True, kw_only=True)
class Subjects:
    """All names one certificate speaks for, made comparable once."""

    directory: tuple[RelativeNames, ...]
    names: tuple[GeneralName, ...]
    """Alternative names other than directory names, and e-mail addresses of the subject."""


class NameConstraintState:
    """What is permitted and excluded so far, from the anchor downwards."""

    __slots__ = ("_comparisons", "_excluded", "_permitted")

    def __init__(self) -> None:
        self._permitted: list[tuple[GeneralName, ...]] = []
        self._excluded: list[GeneralName] = []
        self._comparisons = 0

    @property
    def is_empty(self) -> bool:
        """Nothing is constrained yet, so no name needs to be looked at."""
        return not (self._permitted or self._excluded)

    def add(self, constraints: NameConstraints) -> None:
        """Take in what an authority may certify.

        Spec: RFC 5280 §6.1.4 (g)
        """
        if constraints.permitted:
            self._permitted.append(constraints.permitted)
        self._excluded.extend(constraints.excluded)

    def offending(self, subjects: Subjects) -> str | None:
        """Return the first name that is not allowed, as text; None when all are.

        Spec: RFC 5280 §6.1.3 (b), (c)
        """
        count = len(subjects.directory) + len(subjects.names)
        size = len(self._excluded) + sum(map(len, self._permitted))
        self._comparisons += count * size
        if self._comparisons > MAX_COMPARISONS:
            return "more names and constraints than can be compared"
        for relative in subjects.directory:
            if relative and not self._allows(NameKind.DIRECTORY, relative):
                return "the directory name"
        for name in subjects.names:
            if not self._allows(name.kind, name):
                return f"{name.kind.name} {name.text!r}"
        return None

    def _allows(self, kind: NameKind, name: RelativeNames | GeneralName) -> bool:
        if any(s.kind is kind and _within(name, s) is not False for s in self._excluded):
            return False
        return all(_permits(permitted, kind, name) for permitted in self._permitted)


def _permits(
    permitted: Iterable[GeneralName], kind: NameKind, name: RelativeNames | GeneralName
) -> bool:
    """Return whether one authority's permitted subtrees let the name through."""
    same_kind = [subtree for subtree in permitted if subtree.kind is kind]
    return not same_kind or any(_within(name, subtree) is True for subtree in same_kind)


def _within(name: RelativeNames | GeneralName, subtree: GeneralName) -> bool | None:
    """Return whether the name lies within the subtree; None when that cannot be told.

    An answer that cannot be told counts as "excluded" for the excluded and as "not
    permitted" for the permitted subtrees.
    """
    if not isinstance(name, GeneralName):
        base = relative_names(subtree.value)
        return name[: len(base)] == base
    compare = _COMPARISONS.get(subtree.kind)
    return None if compare is None else compare(name.value, subtree.value)


def _dns_within(name: bytes, base: bytes) -> bool | None:
    """Any labels may be added on the left; a leading dot, common in the field, asks for one."""
    host, within = name.lower().rstrip(b"."), base.lower()
    if not host or not _is_host(host.removeprefix(b"*.")):
        return None
    if not within:
        return True
    if within.startswith(b"."):
        return host.endswith(within)
    # A wildcard for hosts above the base might also name hosts inside it.
    if host.startswith(b"*.") and within.endswith(host[1:]):
        return None
    return host == within or host.endswith(b"." + within)


def _email_within(name: bytes, base: bytes) -> bool | None:
    local, at, host = name.rpartition(b"@")
    if not at or not local or not _is_host(host.lower()):
        return None
    if b"@" in base:
        wanted_local, _, wanted_host = base.rpartition(b"@")
        return local == wanted_local and host.lower() == wanted_host.lower()
    return _host_within(host.lower(), base.lower())


def _uri_within(name: bytes, base: bytes) -> bool | None:
    """Only the host is compared; a URI without a host name cannot be told.

    Spec: RFC 5280 §4.2.1.10
    """
    match = _AUTHORITY.match(name)
    host = match["host"].lower() if match else b""
    if not _is_host(host) or host.replace(b".", b"").isdigit():
        return None
    return _host_within(host, base.lower())


def _host_within(host: bytes, base: bytes) -> bool:
    """A base with a leading dot means hosts below it, one without means that host."""
    if not base:
        return True
    return host.endswith(base) if base.startswith(b".") else host == base


def _ip_within(name: bytes, base: bytes) -> bool | None:
    if len(name) not in (4, 16) or len(base) not in (8, 32):
        return None
    if len(base) != 2 * len(name):
        return False
    address, mask = base[: len(name)], base[len(name) :]
    return all(n & m == a & m for n, a, m in zip(name, address, mask, strict=True))


def _is_host(host: bytes) -> bool:
    return _HOST.fullmatch(host) is not None


_HOST = re.compile(rb"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*")
_AUTHORITY = re.compile(
    rb"[a-z][a-z0-9+.-]*://(?:[^/?#@]*@)?(?P<host>[^/?#@:\[\]]+)(?::[0-9]*)?(?:[/?#]|$)",
    re.IGNORECASE,
)
_COMPARISONS: dict[NameKind, Callable[[bytes, bytes], bool | None]] = {
    NameKind.EMAIL: _email_within,
    NameKind.DNS: _dns_within,
    NameKind.URI: _uri_within,
    NameKind.IP: _ip_within,
}
