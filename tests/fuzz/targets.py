"""What is fed: each vector to the judge of its form, each object of the PKI to its parser."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

import esign
from esign.pki.certificate import load_certificates
from esign.pki.crl import CRL
from esign.pki.ocsp import OCSPResponse
from fixtures.document_files import document_octets
from tests.support.paths import FIXTURES
from tests.support.pki import PKI
from tests.support.vectors import Vector, judge, vectors

_DSIG = "{http://www.w3.org/2000/09/xmldsig#}"
OF_EACH = ("attached", "detached", "enveloped", "enveloping", "internally-detached", "invisible")
"""Vectors that pass, one of each kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Octets that are damaged, and who is to judge what became of them."""

    name: str
    octets: bytes
    judge: Callable[[bytes], bool]
    """True when the input was believed."""
    means_something: Callable[[bytes], bool]
    """True when believing this changed input would be wrong."""


def targets() -> list[Target]:
    """Return everything to be fed."""
    pki = PKI()
    chosen = [
        vector for vector in vectors() if vector.passes and vector.id.rpartition("::")[2] in OF_EACH
    ]
    return [_of_vector(vector, pki) for vector in chosen] + _of_pki()


def _of_vector(vector: Vector, pki: PKI) -> Target:
    original = vector.path.read_bytes()
    meant = _content(vector, original)

    def believed(octets: bytes) -> bool:
        report = judge(vector, pki, document=octets)
        esign.inspect(octets)
        return bool(report.signatures) and all(each.passed for each in report.signatures)

    def differs(octets: bytes) -> bool:
        # What is not covered (unsigned attributes, space after the root) may change.
        return _content(vector, octets) != meant

    return Target(
        name=vector.id.replace("::", "-"), octets=original, judge=believed, means_something=differs
    )


def _content(vector: Vector, octets: bytes) -> object:
    """Return what a reader would take from the file; found without our own parsers."""
    if vector.packaging == "DETACHED":
        return None  # lies beside the file that is damaged
    if vector.form == "PAdES":
        return octets[: len(document_octets("application.pdf"))]
    if vector.form == "CAdES":
        return document_octets("note.txt") in octets
    tree = etree.fromstring(octets)
    if vector.packaging == "ENVELOPING":
        return [b64decode(each.text or "") for each in tree.iterfind(f"{_DSIG}Object") if each.text]
    for signature in tree.findall(f".//{_DSIG}Signature"):
        signature.getparent().remove(signature)
    found = tree.findall(".//{*}request") if "internally" in vector.id else [tree]
    return ["".join(each.itertext()).split() for each in found]


def _of_pki() -> list[Target]:
    parsers: tuple[tuple[str, Callable[[bytes], object]], ...] = (
        ("certificates/citizen.crt", _certificate),
        ("crls/issuing.crl", _crl),
        ("ocsp/citizen.ors", OCSPResponse.from_der),
    )
    return [
        Target(
            name=name.replace("/", "-"),
            octets=(FIXTURES / "pki" / name).read_bytes(),
            judge=_read_by(parse),
            means_something=lambda _: False,
        )
        for name, parse in parsers
    ]


def _read_by(parse: Callable[[bytes], object]) -> Callable[[bytes], bool]:
    def judged(octets: bytes) -> bool:
        parse(octets)
        return False

    return judged


def _certificate(octets: bytes) -> object:
    return [
        (each.subject, each.key_usage, each.extension("2.5.29.31"), each.public_key)
        for each in load_certificates(octets)
    ]


def _crl(octets: bytes) -> object:
    crl = CRL.load(octets)
    return crl.issuer, crl.this_update, crl.next_update
