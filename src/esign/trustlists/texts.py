"""Small pieces of a trusted list: texts, names in several languages, moments, certificates.

Spec: TS 119 612 §5.1
"""

from __future__ import annotations

from datetime import UTC, datetime

from esign.errors import MalformedTrustedListError
from esign.trustlists.names import tsl
from esign.xml.names import XML
from esign.xml.tree import Element, text_pieces

_LANGUAGE = f"{{{XML}}}lang"
_NAME = tsl("Name")
_CERTIFICATE = tsl("X509Certificate")


def first_child(parent: Element, name: str) -> Element | None:
    """Return the first child of that name; several times faster than a search by path."""
    return next(parent.iterchildren(name), None)


def text_of(element: Element | None) -> str:
    """Return the text without white space around it; empty for a missing element."""
    if element is None:
        return ""
    # A comment splits the text; what is signed is the whole (see also CVE-2018-0489).
    if len(element):
        return "".join(text_pieces(element)).strip()
    written = element.text
    return written.strip() if written else ""


def name_in(element: Element | None) -> str:
    """Return the English name, or else the first (TS 119 612 §5.1.4)."""
    first = ""
    if element is not None:
        for child in element.iterchildren(_NAME):
            if child.get(_LANGUAGE) == "en":
                return text_of(child)
            first = first or text_of(child)
    return first


def moment(written: str, what: str) -> datetime:
    """Return a date and time; without an offset it is taken as UTC, which lists must use.

    Raises:
        MalformedTrustedListError: it is none; ``what`` names the field.
    """
    try:
        read = datetime.fromisoformat(written)
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        raise MalformedTrustedListError(
            "{what} is no date and time: {written}.", what=what, written=written[:40] or "nothing"
        ) from None


def certificates_in(element: Element) -> tuple[str, ...]:
    """Return the base64 of every certificate below, each once; it is decoded when needed."""
    return tuple({text_of(each): None for each in element.iter(_CERTIFICATE)})
