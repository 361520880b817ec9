"""A signature dictionary as an AdESSignature: a CMS signature over byte ranges.

The CMS is read by :mod:`esign.cms`; this room adds what the PDF decides: which octets are
covered, what the dictionary claims, what it must not contain, and what happened to the
document afterwards. Each /SubFilter is named as what it is.

Spec: EN 319 142-1 §5.2, §5.3, §6.3; ISO 32000-1 §12.8.3
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from esign.ades.signature import AdESSignature, Finding, SignedProperties, SignerLocation
from esign.cms import oids
from esign.cms.content import CoveredContent, document_digest
from esign.cms.damaged import DamagedSignature
from esign.cms.facts import Surroundings
from esign.cms.signature import CMSSignature
from esign.cms.signed_data import SignedData, SignerInfo, parse_signed_data
from esign.crypto.algorithms import DigestAlgorithm, digest_by_name
from esign.document import Document
from esign.errors import MalformedError, MalformedPDFError
from esign.messages import Message
from esign.pades.dates import read_date
from esign.pades.history import SignedValue
from esign.pades.legacy import RawRSASignature
from esign.pades.objects import Name, as_text
from esign.terms import Packaging, Scope, Severity, SignatureForm
from esign.tsa.token import parse_token

ETSI = "ETSI.CAdES.detached"
TIMESTAMP = "ETSI.RFC3161"
PKCS7 = "adbe.pkcs7.detached"
PKCS7_SHA1 = "adbe.pkcs7.sha1"
RAW_RSA = "adbe.x509.rsa_sha1"


def sub_filter(value: SignedValue) -> str:
    """Return what the signature dictionary says its /Contents is; empty when it does not."""
    name = value.view.resolve(value.dictionary.get("SubFilter"))
    return str(name) if isinstance(name, Name) else ""


def read_signature(value: SignedValue) -> AdESSignature:
    """Return the signature of one dictionary; a broken one answers, and never verifies."""
    kind = sub_filter(value)
    surroundings = Surroundings(
        form=SignatureForm.PADES,
        packaging=Packaging.ENVELOPED,
        name=value.name,
        read_timestamp=parse_token,
        claims=_claims(value),
        findings=(*value.findings, *_dictionary_findings(value, kind)),
    )
    octets = contents_of(value)
    try:
        if kind == RAW_RSA:
            return RawRSASignature(value, octets, covered_content(value), surroundings)
        return _cms_signature(value, octets, kind, surroundings)
    except MalformedError as error:
        return DamagedSignature(
            octets or value.name.encode(), error.message, surroundings, value.name
        )


def contents_of(value: SignedValue) -> bytes:
    """Return /Contents, padding included; empty when it is no string."""
    contents = value.dictionary.get("Contents")
    return contents if isinstance(contents, bytes) else b""


def covered_content(value: SignedValue) -> CoveredContent:
    """Return the byte ranges as the content of a signature."""
    ranges = value.coverage.ranges
    if not ranges:
        problem = Message("The signature does not say which octets of the file it covers.")
        return CoveredContent.missing(problem)._replace(name="ByteRange", scope=Scope.NONE)
    source = value.view.file.octets.document
    joined = Document.join([source.range(start, end) for start, end in ranges])

    digests = value.view.file.digests
    return CoveredContent(
        name="ByteRange",
        digest=lambda algorithm: digests.digest(algorithm, ranges),
        document=joined,
        scope=Scope.FULL if value.is_undisturbed else Scope.PARTIAL,
        covers=Message(
            "octets 0 to {hole} and {second} to {end} of {size}",
            hole=ranges[0][1],
            second=ranges[1][0],
            end=ranges[1][1],
            size=source.size,
        ),
    )


def padding_findings(octets: bytes, end: int) -> Iterator[Finding]:
    """Yield a finding when anything but zeros follows the signature inside the hole."""
    if octets[end:].strip(b"\0"):
        yield Finding(
            code="octets-after-signature",
            severity=Severity.MALFORMED,
            message=Message("Something other than zeros fills the rest of /Contents."),
            clause="ISO 32000-1 §12.8.3.3",
        )


def _cms_signature(
    value: SignedValue, octets: bytes, kind: str, surroundings: Surroundings
) -> AdESSignature:
    if not octets.startswith(b"0"):  # a SEQUENCE: text, armoured CMS, is refused here
        raise MalformedPDFError("The signature's /Contents is no CMS structure.")
    signed_data = parse_signed_data(octets, value.view.file.budget)
    elements = signed_data.signer_info_elements
    if not elements:
        raise MalformedPDFError("The signature's /Contents holds no signature.")
    info = SignerInfo(elements[0])
    findings = (*surroundings.findings, *_cms_findings(signed_data, info, octets, kind))
    surroundings = replace(surroundings, findings=findings)
    content = covered_content(value)
    if kind == PKCS7_SHA1:
        return _digested(signed_data, info, content, surroundings)
    return CMSSignature(signed_data, info, content, surroundings)


class _DigestedContentSignature(CMSSignature):
    """adbe.pkcs7.sha1: the CMS signs the SHA-1 digest of the byte ranges."""

    @property
    def digest_algorithms(self) -> tuple[DigestAlgorithm, ...]:
        """SHA-1 links the document to the signature, whatever else is used on top."""
        return tuple(dict.fromkeys((*super().digest_algorithms, digest_by_name("SHA1"))))


def _digested(
    signed_data: SignedData, info: SignerInfo, content: CoveredContent, surroundings: Surroundings
) -> AdESSignature:
    """Return adbe.pkcs7.sha1's signature, whose content is the digest of the ranges.

    Spec: ISO 32000-1 §12.8.3.3.1
    """
    embedded = None if signed_data.content is None else signed_data.content.whole(1 << 20)
    if content.digest is not None:
        computed = content.digest(digest_by_name("SHA1"))
        digest = Document.of(computed)
        content = content._replace(
            document=digest, digest=lambda algorithm: document_digest(digest, algorithm)
        )
        if embedded != computed:
            message = Message("The digest inside the signature is not that of the document.")
            mismatch = _finding("embedded-digest-differs", Severity.MALFORMED, message)
            surroundings = replace(surroundings, findings=(*surroundings.findings, mismatch))
    return _DigestedContentSignature(signed_data, info, content, surroundings)


def _claims(value: SignedValue) -> SignedProperties:
    dictionary, view = value.dictionary, value.view

    def text(key: str) -> str | None:
        return as_text(view.resolve(dictionary.get(key)))

    location = text("Location")
    return SignedProperties(
        signing_time=read_date(view.resolve(dictionary.get("M"))),
        location=None if location is None else SignerLocation(city=location),
        reason=text("Reason"),
        contact=text("ContactInfo"),
        name=text("Name"),
    )


def _dictionary_findings(value: SignedValue, kind: str) -> Iterator[Finding]:
    dictionary = value.dictionary
    if value.contents is not None:
        start, end = value.contents
        if end - start - 2 != 2 * len(contents_of(value)):
            message = Message("/Contents is not written in hexadecimal digits alone.")
            yield _finding("contents-not-hexadecimal", Severity.MALFORMED, message)
    if kind not in (ETSI, TIMESTAMP, PKCS7, PKCS7_SHA1, RAW_RSA):
        message = Message("The signature's kind {kind} is not known.", kind=kind or "(none)")
        yield _finding("sub-filter-unknown", Severity.MALFORMED, message)
    elif kind != ETSI:
        message = Message("The signature is of the older kind {kind}, not PAdES.", kind=kind)
        yield _finding("sub-filter-not-etsi", Severity.LEVEL, message, "EN 319 142-1 §6.3")
    elif "Cert" in dictionary:
        message = Message("The signature dictionary has /Cert, which PAdES excludes.")
        yield _finding("dictionary-has-cert", Severity.LEVEL, message, "EN 319 142-1 §6.3")
    if not isinstance(value.view.resolve(dictionary.get("Filter")), Name):
        message = Message("The signature dictionary does not name its handler, /Filter.")
        yield _finding("filter-missing", Severity.LEVEL, message)


def _cms_findings(
    signed_data: SignedData, info: SignerInfo, octets: bytes, kind: str
) -> Iterator[Finding]:
    yield from padding_findings(octets, signed_data.envelope.after)
    if len(signed_data.signer_info_elements) != 1:
        message = Message(
            "The signature holds {count} SignerInfos; a PDF signature has exactly one.",
            count=len(signed_data.signer_info_elements),
        )
        yield _finding("several-signer-infos", Severity.MALFORMED, message, "EN 319 142-1 §5.2")
    if kind != PKCS7_SHA1 and signed_data.content is not None:
        message = Message("The signature carries content of its own beside the document.")
        yield _finding("content-encapsulated", Severity.MALFORMED, message, "EN 319 142-1 §5.2")
    if kind == ETSI and oids.SIGNING_TIME in info.attributes()[0]:
        message = Message("The signing time stands in the CMS; in PAdES /M alone says it.")
        yield _finding("signing-time-attribute", Severity.LEVEL, message, "EN 319 142-1 §6.3")


def _finding(
    code: str, severity: Severity, message: Message, clause: str = "ISO 32000-1 §12.8.1"
) -> Finding:
    return Finding(code=code, severity=severity, message=message, clause=clause)
