"""Sign and verify CAdES, XAdES and PAdES, with verdicts that give their reasons.

Verify::

    import esign

    trust = esign.TrustStore.load("roots/")
    report = esign.verify("signed.pdf", trust=trust)
    report.require_passed()      # raises unless every signature passed and covers everything

Sign::

    signer = esign.load_signer("citizen.p12", password="...")
    signed = esign.sign("application.pdf", signer=signer)
    signed.write("application-signed.pdf")

Every name below is imported when it is first used, so that a program pays only for what it
does. :mod:`esign.aio` has the same calls, awaited; :mod:`esign.certificates` judges certificates
by themselves.

Spec: EN 319 102-1
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from esign.version import __version__

if TYPE_CHECKING:
    from esign import aio
    from esign.ades.format import PDFOptions, SignerProperties, XMLOptions
    from esign.api.signing import sign, timestamp
    from esign.api.sittings import complete, prepare
    from esign.api.verification import inspect, verify
    from esign.creation.prepared import PreparedSignature
    from esign.creation.signed import SignedDocument
    from esign.document import Document
    from esign.errors import EsignError
    from esign.keys.files import load_signer
    from esign.net.timestamping import TimestampClient
    from esign.pki.trust import TrustStore
    from esign.terms import (
        Indication,
        Packaging,
        SignatureForm,
        SignatureLevel,
        SubIndication,
    )
    from esign.validation.policy import Policy
    from esign.validation.report import Report, SignatureReport

__all__ = [
    "Document",
    "EsignError",
    "Indication",
    "PDFOptions",
    "Packaging",
    "Policy",
    "PreparedSignature",
    "Report",
    "SignatureForm",
    "SignatureLevel",
    "SignatureReport",
    "SignedDocument",
    "SignerProperties",
    "SubIndication",
    "TimestampClient",
    "TrustStore",
    "XMLOptions",
    "__version__",
    "aio",
    "complete",
    "inspect",
    "load_signer",
    "prepare",
    "sign",
    "timestamp",
    "verify",
]

_PLACES = {
    "Document": "esign.document",
    "EsignError": "esign.errors",
    "Indication": "esign.terms",
    "PDFOptions": "esign.ades.format",
    "Packaging": "esign.terms",
    "Policy": "esign.validation.policy",
    "PreparedSignature": "esign.creation.prepared",
    "Report": "esign.validation.report",
    "SignatureForm": "esign.terms",
    "SignatureLevel": "esign.terms",
    "SignatureReport": "esign.validation.report",
    "SignedDocument": "esign.creation.signed",
    "SignerProperties": "esign.ades.format",
    "SubIndication": "esign.terms",
    "TimestampClient": "esign.net.timestamping",
    "TrustStore": "esign.pki.trust",
    "XMLOptions": "esign.ades.format",
    "complete": "esign.api.sittings",
    "inspect": "esign.api.verification",
    "load_signer": "esign.keys.files",
    "prepare": "esign.api.sittings",
    "sign": "esign.api.signing",
    "timestamp": "esign.api.signing",
    "verify": "esign.api.verification",
}


def __getattr__(name: str) -> object:
    if name in ("aio", "certificates"):
        return import_module(f"esign.{name}")
    place = _PLACES.get(name)
    if place is None:
        raise AttributeError(f"module 'esign' has no attribute {name!r}")
    value: object = getattr(import_module(place), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
