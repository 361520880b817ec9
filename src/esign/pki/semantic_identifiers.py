"""Semantic identifiers: a number with what kind of number it is and whose register gave it.

``PNOAZ-1AB2C3D`` is a personal number (PNO) of Azerbaijan; ``VATEE-101234567`` a tax number
of Estonia. A text that only resembles one is none: nothing is guessed.

Spec: EN 319 412-1 §5.1.3 (natural persons), §5.1.4 (legal persons)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_NATURAL = frozenset({"PAS", "IDC", "PNO", "TAX", "TIN"})
_LEGAL = frozenset({"VAT", "NTR", "PSD", "LEI"})
_FORM = re.compile(r"([A-Z]{3}|[A-Z]{2}:)([A-Z]{2})-(\S(?:.*\S)?)")
_LEI_COUNTRY = "XG"
"""The pseudo country of identifiers that belong to no country."""


class SubjectNature(StrEnum):
    """Whom an identifier can name."""

    NATURAL = "natural person"
    LEGAL = "legal person"


@dataclass(frozen=True, slots=True, kw_only=True)
class SemanticIdentifier:
    """One identifier in its three parts; ``str()`` puts them together again."""

    scheme: str
    """``PNO``, ``VAT`` and so on, or two letters and a colon for a scheme of one country."""
    country: str
    """ISO 3166 alpha-2 of the register, ``XG`` for a legal entity identifier."""
    value: str
    nature: SubjectNature

    def __str__(self) -> str:
        return f"{self.scheme}{self.country}-{self.value}"


def natural_person(text: str | None) -> SemanticIdentifier | None:
    """Return the identifier a serialNumber attribute holds, or None when it is no such thing.

    Spec: EN 319 412-1 §5.1.3
    """
    return _read(text, _NATURAL, SubjectNature.NATURAL)


def legal_person(text: str | None) -> SemanticIdentifier | None:
    """Return the identifier an organizationIdentifier attribute holds, or None.

    Spec: EN 319 412-1 §5.1.4
    """
    found = _read(text, _LEGAL, SubjectNature.LEGAL)
    if found is not None and (found.scheme == "LEI") is not (found.country == _LEI_COUNTRY):
        return None
    return found


def _read(
    text: str | None, schemes: frozenset[str], nature: SubjectNature
) -> SemanticIdentifier | None:
    match = _FORM.fullmatch(text or "")
    if match is None:
        return None
    scheme, country, value = match.groups()
    if not value.isprintable() or not (scheme in schemes or scheme.endswith(":")):
        return None
    return SemanticIdentifier(scheme=scheme, country=country, value=value, nature=nature)
