"""The names that trusted lists use: elements and URIs, in the spelling of the standard.

Spec: TS 119 612 §5, Annex D
"""

from __future__ import annotations

from typing import Final

TSL: Final = "http://uri.etsi.org/02231/v2#"
TSLX: Final = "http://uri.etsi.org/02231/v2/additionaltypes#"
QUALIFIERS: Final = "http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#"
TAG: Final = "http://uri.etsi.org/19612/TSLTag"

BASE: Final = "http://uri.etsi.org/TrstSvc/"
SERVICE_TYPES: Final = BASE + "Svctype/"
STATUSES: Final = BASE + "TrustedList/Svcstatus/"
INFORMATION: Final = BASE + "TrustedList/SvcInfoExt/"
LIST_TYPES: Final = BASE + "TrustedList/TSLType/"
SCHEME_RULES: Final = BASE + "TrustedList/schemerules/"
DETERMINATION: Final = BASE + "TrustedList/StatusDetn/"

QUALIFIED_CA: Final = "CA/QC"
QUALIFIED_TSA: Final = "TSA/QTST"

APPROVED: Final = frozenset(
    {
        "granted",
        "recognisedatnationallevel",
        # Before 1 July 2016, under Directive 1999/93/EC:
        "undersupervision",
        "supervisionincessation",
        "accredited",
        "setbynationallaw",
    }
)
"""Statuses under which a service may be relied on (TS 119 612 §5.5.4)."""


def tsl(local: str) -> str:
    """Return the Clark name of an element of a trusted list."""
    return f"{{{TSL}}}{local}"


def tslx(local: str) -> str:
    """Return the Clark name of an element of the additional types."""
    return f"{{{TSLX}}}{local}"


def sie(local: str) -> str:
    """Return the Clark name of an element of the qualifications extension."""
    return f"{{{QUALIFIERS}}}{local}"
