"""A ds:Signature as markup, before its digests and its value are known.

Nothing depends on the clock or on chance: ids come from the request's ``unique``.

Spec: W3C XML Signature 1.1 §4; EN 319 132-1 §4.3, §6.3
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from esign.ades.format import SignatureRequest
from esign.errors import UnsupportedAlgorithmError, UsageError
from esign.xades.names import TYPE_SIGNED_PROPERTIES, XADES_132
from esign.xades.properties import data_object_format, digest_method, signed_properties
from esign.xml.c14n import method_for
from esign.xml.markup import base64_text, tag
from esign.xml.names import DS, TRANSFORM_BASE64, TRANSFORM_ENVELOPED, TRANSFORM_FILTER2


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One object to be signed."""

    uri: str | None
    media_type: str
    transforms: str = ""
    payload: str = ""
    """A ds:Object to be carried in the signature."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    """The signature in two halves, between which the base64 of the value goes."""

    head: str
    tail: str


def signature_id(request: SignatureRequest) -> str:
    """Return the Id of the signature a request makes."""
    return "id-" + request.unique


def signature_markup(
    request: SignatureRequest, parts: Sequence[Part], digests: Sequence[bytes] = ()
) -> Markup:
    """Return the signature over the parts and over its own signed properties.

    Args:
        request: what is asked for.
        parts: the objects to sign.
        digests: of the parts, and last of the signed properties; empty while unknown.
    """
    algorithm = request.algorithm.uri
    if algorithm is None:
        raise UnsupportedAlgorithmError(
            "{algorithm} has no name in XML signatures; choose another algorithm.",
            algorithm=request.algorithm.name,
        )
    values = [base64_text(one) for one in digests] or [""] * (len(parts) + 1)
    info = tag(
        "ds:SignedInfo",
        tag("ds:CanonicalizationMethod", Algorithm=_canonicalization(request)),
        tag("ds:SignatureMethod", Algorithm=algorithm),
        *(
            _reference(request, part, value, number)
            for number, (part, value) in enumerate(zip(parts, values, strict=False), 1)
        ),
        _reference_to_properties(request, values[-1]),
    )
    opened = f'<ds:Signature xmlns:ds="{DS}" Id="{signature_id(request)}">'
    value_id = "value-" + request.unique
    return Markup(
        head=f'{opened}{info}<ds:SignatureValue Id="{value_id}">',
        tail="</ds:SignatureValue>" + _after_value(request, parts) + "</ds:Signature>",
    )


def canonicalisation(request: SignatureRequest) -> str:
    """Return the transform that canonicalises as the request asks."""
    return tag("ds:Transform", Algorithm=_canonicalization(request))


def without_signatures(request: SignatureRequest) -> str:
    """Return the transform that leaves every signature out, so that others may be added.

    Where the request asks for it, it leaves out this signature alone.

    Spec: XML-Signature XPath Filter 2.0 §3
    """
    if request.xml.only_signature:
        return tag("ds:Transform", Algorithm=TRANSFORM_ENVELOPED)
    expression = (
        f'<dsig-filter2:XPath xmlns:dsig-filter2="{TRANSFORM_FILTER2}" xmlns:ds="{DS}"'
        ' Filter="subtract">/descendant::ds:Signature</dsig-filter2:XPath>'
    )
    return tag("ds:Transform", expression, Algorithm=TRANSFORM_FILTER2)


def decoding() -> str:
    """Return the transform that decodes base64."""
    return tag("ds:Transform", Algorithm=TRANSFORM_BASE64)


def _canonicalization(request: SignatureRequest) -> str:
    uri = request.xml.canonicalization
    if method_for(uri) is None:
        raise UsageError("{uri} is no canonicalisation known here.", uri=uri)
    return uri


def _reference(request: SignatureRequest, part: Part, value: str, number: int) -> str:
    return tag(
        "ds:Reference",
        tag("ds:Transforms", part.transforms) if part.transforms else "",
        digest_method(request.digest_algorithm),
        f"<ds:DigestValue>{value}</ds:DigestValue>",
        Id=_reference_id(request, number),
        URI=part.uri,
    )


def _reference_id(request: SignatureRequest, number: int) -> str:
    return f"r-{request.unique}-{number}"


def _reference_to_properties(request: SignatureRequest, value: str) -> str:
    return tag(
        "ds:Reference",
        tag("ds:Transforms", canonicalisation(request)),
        digest_method(request.digest_algorithm),
        f"<ds:DigestValue>{value}</ds:DigestValue>",
        Type=TYPE_SIGNED_PROPERTIES,
        URI="#xades-" + request.unique,
    )


def _after_value(request: SignatureRequest, parts: Sequence[Part]) -> str:
    certificates = dict.fromkeys((request.certificate, *request.chain))
    formats = [
        data_object_format(_reference_id(request, number), part.media_type, request)
        for number, part in enumerate(parts, 1)
    ]
    properties = tag(
        "xades:QualifyingProperties",
        signed_properties(request, "xades-" + request.unique, formats),
        xmlns__xades=XADES_132,
        Target="#" + signature_id(request),
    )
    key_info = tag(
        "ds:KeyInfo",
        tag(
            "ds:X509Data",
            *(tag("ds:X509Certificate", base64_text(one.der)) for one in certificates),
        ),
    )
    return key_info + tag("ds:Object", properties) + "".join(part.payload for part in parts)
