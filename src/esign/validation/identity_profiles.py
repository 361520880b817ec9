"""Profiles of identity: which attribute of a subject holds which number, as data.

A profile says where a personal or organisation number stands and how it is written. The
built-in ones lie in ``identities/``; ``load_profile`` reads one of your own. Numbers are
taken from attributes as they are encoded, whole and once: text that only looks like an
attribute, inside a common name, is never one.

Spec: EN 319 412-1 §5.1.3, §5.1.4
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from esign.errors import InputError, InputUnreadableError
from esign.pki.names import COUNTRY, Name
from esign.pki.semantic_identifiers import SemanticIdentifier, legal_person, natural_person

_BUILT_IN = Path(__file__).with_name("identities")
MAX_NUMBER = 128
"""Characters of an identifier; RFC 5280 Annex A.1 allows 64 in a serialNumber."""
_FORMS = {"natural person": natural_person, "legal person": legal_person}


class NumberOwner(StrEnum):
    """Whose number a rule reads."""

    PERSON = "person"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityNumber:
    """A number with the register it is from; two of them name the same only if all is equal."""

    scheme: str
    """``PNO``, ``VAT``, ``FIN``, ``VOEN`` and so on."""
    country: str
    value: str

    def __str__(self) -> str:
        return f"{self.scheme} {self.country} {self.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRule:
    """Where a number stands and how it is written; ``pattern`` or ``form``, never both."""

    of: NumberOwner
    attribute: str
    """Dotted OID."""
    pattern: re.Pattern[str] | None = None
    """Matches the whole value; its group ``value`` is the number."""
    form: str = ""
    """A form of EN 319 412-1: ``natural person`` or ``legal person``."""
    scheme: str = ""
    country: str = ""

    def read(self, subject: Name) -> IdentityNumber | None:
        """Return the number; None when the attribute is absent, repeated or something else."""
        values = [text for oid, text in subject.attributes if oid == self.attribute]
        if len(values) != 1 or len(values[0]) > MAX_NUMBER:
            return None
        if self.pattern is None:
            return _of_semantic(_FORMS[self.form](values[0]))
        match = self.pattern.fullmatch(values[0])
        if match is None:
            return None
        return IdentityNumber(scheme=self.scheme, country=self.country, value=match["value"])


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityProfile:
    """How one country, or one standard, writes people and organisations into certificates."""

    name: str
    note: str = ""
    """What a reader must know of the profile itself; shown with every identity it read."""
    issuer_countries: frozenset[str] = frozenset()
    """It reads only certificates whose issuer is of these countries; empty: any."""
    seal_is_role: bool = False
    """A seal is a right of a natural person there, not a kind of subject."""
    seal_policies: frozenset[str] = frozenset()
    """Certificate policies that give the right to seal."""
    numbers: tuple[NumberRule, ...] = ()

    def applies_to(self, issuer: Name) -> bool:
        """Return whether the profile reads certificates of this issuer."""
        return not self.issuer_countries or issuer.get(COUNTRY) in self.issuer_countries

    def number(self, of: NumberOwner, subject: Name) -> IdentityNumber | None:
        """Return the first number that one of the rules finds."""
        found = (rule.read(subject) for rule in self.numbers if rule.of is of)
        return next((number for number in found if number is not None), None)


def _of_semantic(found: SemanticIdentifier | None) -> IdentityNumber | None:
    if found is None:
        return None
    return IdentityNumber(scheme=found.scheme, country=found.country, value=found.value)


@lru_cache(maxsize=1)
def built_in_profiles() -> tuple[IdentityProfile, ...]:
    """Return the profiles that come with the library, countries before the general one."""
    names = sorted(_BUILT_IN.glob("*.toml"), key=lambda path: (path.stem == "eidas", path.stem))
    return tuple(load_profile(path) for path in names)


def load_profile(path: str | Path) -> IdentityProfile:
    """Return the profile a TOML file describes.

    Raises:
        InputUnreadableError: the file cannot be opened.
        InputError: it is no profile; the sentence says what is wrong.
    """
    try:
        content = tomllib.loads(Path(path).read_text("utf-8"))
    except OSError as error:
        raise InputUnreadableError(
            "The identity profile {path} cannot be read: {cause}.",
            path=str(path),
            cause=error.strerror or "unknown cause",
        ) from error
    except ValueError as error:
        raise _refused(path, str(error)) from error
    try:
        return _profile(content)
    except (KeyError, TypeError, ValueError, re.error) as error:
        raise _refused(path, f"{type(error).__name__}: {error}") from error


def _refused(path: str | Path, cause: str) -> InputError:
    return InputError("{path} is no identity profile ({cause}).", path=str(path), cause=cause)


def _profile(content: Mapping[str, Any]) -> IdentityProfile:
    unknown = set(content) - _FIELDS
    if unknown:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    return IdentityProfile(
        name=str(content["name"]),
        note=str(content.get("note", "")),
        issuer_countries=frozenset(content.get("issuer_countries", ())),
        seal_is_role=bool(content.get("seal_is_role", False)),
        seal_policies=frozenset(content.get("seal_policies", ())),
        numbers=tuple(_rule(each) for each in content["number"]),
    )


_FIELDS = {"name", "note", "issuer_countries", "seal_is_role", "seal_policies", "number"}


def _rule(content: Mapping[str, Any]) -> NumberRule:
    pattern, form = content.get("pattern"), content.get("form", "")
    if (pattern is None) is (form == "") or (form and form not in _FORMS):
        raise ValueError(f"a number wants a pattern, or a form among {', '.join(_FORMS)}")
    compiled = None if pattern is None else re.compile(pattern, re.ASCII)
    if compiled is not None and "value" not in compiled.groupindex:
        raise ValueError("a pattern wants a group named value")
    return NumberRule(
        of=NumberOwner(content["of"]),
        attribute=str(content["attribute"]),
        pattern=compiled,
        form=str(form),
        scheme=str(content["scheme"]) if compiled is not None else "",
        country=str(content["country"]) if compiled is not None else "",
    )
