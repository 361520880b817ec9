"""From a document and a request to the octets to be signed, one way per packaging.

The signature is put into the document with empty digests, the result is parsed, and the
same reference processor that will verify it computes the digests: what is signed is what
will be checked.

Spec: W3C XML Signature 1.1 §3.1; EN 319 132-1 §6.3
"""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from esign.ades.format import SignatureRequest
from esign.document import Document, DocumentRange
from esign.errors import MalformedXMLError, UsageError
from esign.limits import Budget
from esign.terms import Packaging
from esign.xades.builder import (
    Part,
    canonicalisation,
    decoding,
    signature_id,
    signature_markup,
    without_signatures,
)
from esign.xades.parse import read_signatures
from esign.xml.dsig import SignatureElement
from esign.xml.markup import base64_text, tag
from esign.xml.names import ds
from esign.xml.nodeset import UnresolvedError
from esign.xml.parser import XMLDocument, parse_xml
from esign.xml.references import ReferenceProcessor
from esign.xml.splice import Splice, append_to, encoded
from esign.xml.tree import Element

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A document with a gap for the signature value, and what to sign."""

    octets: bytes
    """The canonical SignedInfo."""
    pieces: tuple[bytes | DocumentRange, ...]
    """What comes before the value."""
    rest: tuple[bytes | DocumentRange, ...]
    """What comes after it."""
    name: str


def prepare_signature(
    document: Document, request: SignatureRequest, budget: Budget, detached: Sequence[Document]
) -> Prepared:
    """Return the document prepared for the signature value.

    Raises:
        UsageError: the request does not fit the document.
        MalformedXMLError: the document must be XML for this packaging and is not.
    """
    placer = _PLACERS[request.packaging]
    return placer(document, request, budget, detached)


def _enveloped(
    document: Document, request: SignatureRequest, budget: Budget, detached: Sequence[Document]
) -> Prepared:
    """The signature goes into what it signs: the document, or one element of it."""
    parsed = _parsed(document, budget)
    host = _host(parsed, request)
    target = request.xml.target_id
    if target is not None:
        signed = _identified(parsed, target)
        if host is not signed and signed not in set(host.iterancestors()):
            if request.xml.placement is not None:
                raise UsageError(
                    "The signature must be placed inside the element {id} it signs.", id=target
                )
            host = signed
    transforms = without_signatures(request) + canonicalisation(request)
    uri = "" if target is None else "#" + target
    part = Part(
        uri=uri, media_type=_media_type(document, request, "text/xml"), transforms=transforms
    )
    return _insert(document, parsed, append_to(parsed, host), request, [part], (budget, detached))


def _internally_detached(
    document: Document, request: SignatureRequest, budget: Budget, detached: Sequence[Document]
) -> Prepared:
    """The signature stands in the same document, outside of the element it signs."""
    parsed = _parsed(document, budget)
    host = _host(parsed, request)
    target = request.xml.target_id
    if target is None:
        raise UsageError(
            "An internally detached signature signs one element: name it by its Id (target_id)."
        )
    signed = _identified(parsed, target)
    if host is signed or signed in set(host.iterancestors()):
        raise UsageError(
            "The signature would stand inside the element {id} it signs. Choose another"
            " placement, or ENVELOPED.",
            id=target,
        )
    part = Part(
        uri="#" + target,
        media_type=_media_type(document, request, "text/xml"),
        transforms=canonicalisation(request),
    )
    return _insert(document, parsed, append_to(parsed, host), request, [part], (budget, detached))


def _enveloping(
    document: Document, request: SignatureRequest, budget: Budget, detached: Sequence[Document]
) -> Prepared:
    """The content goes into the signature, in base64 whatever it is, so that it stays exact."""
    identifier = "o-" + request.unique
    media = _media_type(document, request, _ANYTHING)
    payload = tag(
        "ds:Object",
        base64_text(document.whole(budget.limits.xml_octets)),
        Id=identifier,
        MimeType=media,
        Encoding="http://www.w3.org/2000/09/xmldsig#base64",
    )
    part = Part(uri="#" + identifier, media_type=media, transforms=decoding(), payload=payload)
    return _alone(document, request, [part], (budget, detached))


def _detached(
    document: Document, request: SignatureRequest, budget: Budget, detached: Sequence[Document]
) -> Prepared:
    """The signature is a document of its own that names what it signs."""
    contents = [document, *(one for one in detached if one is not document)]
    names = [one.name for one in contents]
    if len(set(names)) != len(names) or (len(names) > 1 and not all(names)):
        raise UsageError("Several documents signed at once need names, each its own.")
    parts = [
        Part(
            uri=quote(one.name) if one.name else None,
            media_type=_media_type(one, request, _ANYTHING),
        )
        for one in contents
    ]
    return _alone(document, request, parts, (budget, contents))


_PLACERS = {
    Packaging.ENVELOPED: _enveloped,
    Packaging.INTERNALLY_DETACHED: _internally_detached,
    Packaging.ENVELOPING: _enveloping,
    Packaging.DETACHED: _detached,
}

_Context = tuple[Budget, Sequence[Document]]


def _alone(
    document: Document, request: SignatureRequest, parts: Sequence[Part], context: _Context
) -> Prepared:
    markup = signature_markup(request, parts)
    octets = (_DECLARATION + markup.head + markup.tail).encode("ascii", "xmlcharrefreplace")
    digests, signed = _computed(octets, request, context)
    markup = signature_markup(request, parts, digests)
    return Prepared(
        octets=signed,
        pieces=((_DECLARATION + markup.head).encode("ascii", "xmlcharrefreplace"),),
        rest=(markup.tail.encode("ascii", "xmlcharrefreplace"),),
        name=document.name,
    )


def _insert(
    document: Document,
    parsed: XMLDocument,
    place: Splice,
    request: SignatureRequest,
    parts: Sequence[Part],
    context: _Context,
) -> Prepared:
    markup = signature_markup(request, parts)
    before, after = parsed.octets[: place.start], parsed.octets[place.end :]
    middle = place.before + encoded(parsed, markup.head + markup.tail) + place.after
    whole = before + middle + after
    digests, signed = _computed(whole, request, context)
    if len(parsed.root) and next(parsed.root.iter(ds("Signature")), None) is not None:
        _refuse_breaking(parsed, whole, context)
    markup = signature_markup(request, parts, digests)
    return Prepared(
        octets=signed,
        pieces=(
            document.range(0, place.start),
            place.before + encoded(parsed, markup.head),
        ),
        rest=(encoded(parsed, markup.tail) + place.after, document.range(place.end)),
        name=document.name,
    )


def _computed(
    octets: bytes, request: SignatureRequest, context: _Context
) -> tuple[list[bytes], bytes]:
    """Return the digests of all references, and SignedInfo with them filled in."""
    budget, detached = context
    document = parse_xml(octets, budget)
    signature = SignatureElement(_identified(document, signature_id(request)), document)
    processor = ReferenceProcessor(document, detached, budget)
    digests = []
    for reference in signature.references:
        try:
            target = processor.dereference(reference, signature.element)
            digests.append(processor.digest(target, request.digest_algorithm))
        except UnresolvedError as error:
            raise UsageError("This cannot be signed: {reason}", reason=error.message) from error
    for reference, digest in zip(signature.references, digests, strict=True):
        value = reference.find(ds("DigestValue"))
        assert value is not None
        value.text = base64_text(digest)
    signed = signature.signed_octets
    assert signed is not None
    return digests, signed


def _refuse_breaking(parsed: XMLDocument, whole: bytes, context: _Context) -> None:
    """Refuse when a signature that covers its references now would not do so afterwards."""
    budget, detached = context
    sound = {
        one.id: one.name
        for one in read_signatures(parsed, budget, detached)
        if all(reference.intact for reference in one.references())
    }
    for one in read_signatures(parse_xml(whole, budget), budget, detached):
        if one.id in sound and not all(reference.intact for reference in one.references()):
            raise UsageError(
                "Adding a signature here would break the signature {name}, which covers the"
                " place. Sign the document enveloping or detached instead.",
                name=sound[one.id] or one.id,
            )


def _parsed(document: Document, budget: Budget) -> XMLDocument:
    octets = document.whole(budget.limits.xml_octets)
    if not octets:
        raise MalformedXMLError("The document is empty.")
    return parse_xml(octets, budget)


def _host(parsed: XMLDocument, request: SignatureRequest) -> Element:
    placement = request.xml.placement
    return parsed.root if placement is None else parsed.select(placement)


def _identified(parsed: XMLDocument, identifier: str) -> Element:
    found = parsed.by_id(identifier)
    if len(found) != 1:
        raise UsageError(
            "No element, or more than one, carries the id {id}; exactly one must.",
            id=identifier,
        )
    return found[0]


def _media_type(document: Document, request: SignatureRequest, fallback: str) -> str:
    """Return the MIME type: as asked, as the document says, or by its name."""
    asked = request.properties.media_type or document.media_type
    return asked or mimetypes.guess_type(document.name)[0] or fallback


_ANYTHING = "application/octet-stream"
