"""Which form a document is of, or should become, by its content alone.

A format is imported only when a document needs it: PDF and XML bring large libraries.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import cast

from esign.ades.format import SignatureFormat
from esign.document import Document
from esign.errors import UnrecognisedFormatError, UsageError
from esign.terms import SignatureForm

_MODULES = {
    SignatureForm.CADES: ("esign.cades.format", "CADES"),
    SignatureForm.XADES: ("esign.xades.format", "XADES"),
    SignatureForm.PADES: ("esign.pades.format", "PADES"),
}
_PDF_SEARCH = 1024
"""Octets: readers accept a header somewhere in the first 1,024 whatever ISO 32000-1 §7.5.2 says."""
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


@lru_cache(maxsize=len(_MODULES))
def format_of(form: SignatureForm) -> SignatureFormat:
    """Return the format that reads and makes ``form``.

    Raises:
        UsageError: there is none, or a library it needs is not installed.
    """
    if form not in _MODULES:
        raise UsageError("Documents of form {form} are not made here.", form=form.value)
    module, name = _MODULES[form]
    try:
        return cast("SignatureFormat", getattr(import_module(module), name))
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] == "esign":
            raise
        raise UsageError(
            "{form} needs the package {package}, which is not installed.",
            form=form.value,
            package=error.name,
        ) from error


def recognised(document: Document) -> SignatureFormat:
    """Return the format of a signed document.

    Raises:
        UnrecognisedFormatError: it is of no form known here.
    """
    head = document.head(_PDF_SEARCH)
    if _is_pdf(head):
        return format_of(SignatureForm.PADES)
    if head[:1] != b"0" and _is_xml(head):  # what begins so is no XML: most often CMS
        return format_of(SignatureForm.XADES)
    cades = format_of(SignatureForm.CADES)
    if cades.recognise(document):
        return cades
    if head.startswith(b"PK\x03\x04"):
        raise UnrecognisedFormatError(
            "{name} is a ZIP file; ASiC containers are not read yet. Take out the signature and "
            "the signed file and verify them as detached.",
            name=document.name or "The document",
        )
    raise UnrecognisedFormatError(
        "{name} is no signed document known here: neither CMS nor XML nor PDF.",
        name=document.name or "The document",
    )


def form_to_make(document: Document) -> SignatureForm:
    """Return the form a document gets by default: PDF, XML, or anything else."""
    head = document.head(_PDF_SEARCH)
    if _is_pdf(head):
        return SignatureForm.PADES
    return SignatureForm.XADES if _is_xml(head) else SignatureForm.CADES


def _is_pdf(head: bytes) -> bool:
    return b"%PDF-" in head


def _is_xml(head: bytes) -> bool:
    """Return whether it begins as XML does; web pages do not count."""
    for mark in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            head = head[len(mark) :]
    start = head.lstrip(b" \t\r\n\0")[:64]
    if not start.startswith(b"<"):
        return False
    start = start.replace(b"\0", b"").lower()
    if start.startswith((b"<html", b"<!doctype html")):
        return False
    return start[1:2].isalpha() or start[1:2] in b"?!_:" or start[1:2] >= b"\x80"
