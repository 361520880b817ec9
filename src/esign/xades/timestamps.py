"""Time-stamps found in a signature, each with whether it covers what it must.

Spec: EN 319 132-1 §5.1.4, §5.2.8, §5.3, §5.5.2
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator

from esign.ades.signature import EmbeddedTimestamp, Reference
from esign.errors import MalformedError, UnsupportedAlgorithmError
from esign.messages import Message
from esign.terms import ReferenceKind, Scope, TimestampKind
from esign.tsa.token import Token, parse_token
from esign.xades import imprints
from esign.xades.facts import SignatureFacts
from esign.xades.names import first, is_property, properties
from esign.xml.nodeset import UnresolvedError
from esign.xml.text import leaf_octets
from esign.xml.tree import Element, local_name

_KINDS: dict[str, tuple[TimestampKind, imprints.Imprint]] = {
    "AllDataObjectsTimeStamp": (TimestampKind.CONTENT_TIMESTAMP, imprints.all_content_octets),
    "IndividualDataObjectsTimeStamp": (
        TimestampKind.CONTENT_TIMESTAMP,
        imprints.individual_content_octets,
    ),
    "SignatureTimeStamp": (TimestampKind.SIGNATURE_TIMESTAMP, imprints.signature_octets),
    "RefsOnlyTimeStamp": (TimestampKind.REFERENCES_TIMESTAMP, imprints.references_octets),
    "RefsOnlyTimeStampV2": (TimestampKind.REFERENCES_TIMESTAMP, imprints.references_octets),
    "SigAndRefsTimeStamp": (TimestampKind.REFERENCES_TIMESTAMP, imprints.complete_octets),
    "SigAndRefsTimeStampV2": (TimestampKind.REFERENCES_TIMESTAMP, imprints.complete_octets),
    "ArchiveTimeStamp": (TimestampKind.ARCHIVE_TIMESTAMP, imprints.archive_octets),
}
_SIGNED_KINDS = frozenset({"AllDataObjectsTimeStamp", "IndividualDataObjectsTimeStamp"})
_UNSIGNED_KINDS = frozenset(_KINDS) - _SIGNED_KINDS


def embedded_timestamps(facts: SignatureFacts, signature_id: str) -> tuple[EmbeddedTimestamp, ...]:
    """Return every time-stamp of the signature, content time-stamps first.

    Each kind counts only where it belongs. A content time-stamp that is not signed may have
    been added by anybody, and would "prove" that the signature is younger than it is.

    Args:
        facts: of the signature.
        signature_id: its :attr:`~esign.ades.signature.AdESSignature.id`.
    """
    found: list[EmbeddedTimestamp] = []
    qualifying = facts.qualifying
    signed = qualifying.data_object_properties.children
    places = ((signed, _SIGNED_KINDS), (qualifying.unsigned, _UNSIGNED_KINDS))
    for holder, kinds in ((each, kinds) for holders, kinds in places for each in holders):
        name = local_name(holder)
        if name in kinds and is_property(holder, name):
            earlier = tuple(one.token.id for one in found if one.token is not None)
            found.extend(_embedded(facts, holder, (signature_id, *earlier)))
    return tuple(found)


def _embedded(
    facts: SignatureFacts, holder: Element, before: tuple[str, ...]
) -> Iterator[EmbeddedTimestamp]:
    kind, octets = _KINDS[local_name(holder)]
    name = holder.get("Id") or local_name(holder)
    for encapsulated in properties(holder, "EncapsulatedTimeStamp"):
        token, problem = _token(encapsulated, facts)
        imprint = _imprint(facts, holder, token, octets)
        yield EmbeddedTimestamp(
            kind=kind,
            name=name,
            token=token,
            imprint=imprint,
            covered=_covered(kind, before),
            problem=problem,
        )
    if first(holder, "XMLTimeStamp") is not None:
        problem = Message("A time-stamp in XML form is not read; only RFC 3161 tokens are.")
        yield EmbeddedTimestamp(
            kind=kind, name=name, token=None, imprint=_not_found(problem), problem=problem
        )


def _covered(kind: TimestampKind, before: tuple[str, ...]) -> tuple[str, ...]:
    """A content time-stamp proves nothing of the signature; an archive one all before it."""
    if kind is TimestampKind.CONTENT_TIMESTAMP:
        return ()
    return before if kind is TimestampKind.ARCHIVE_TIMESTAMP else before[:1]


def _token(element: Element, facts: SignatureFacts) -> tuple[Token | None, Message | None]:
    octets = leaf_octets(element)
    if not octets:
        return None, Message("The time-stamp token is not base64.")
    try:
        return parse_token(octets, facts.budget), None
    except (MalformedError, UnsupportedAlgorithmError) as error:
        return None, error.message


def _imprint(
    facts: SignatureFacts, holder: Element, token: Token | None, octets: imprints.Imprint
) -> Reference:
    if token is None:
        return _not_found(Message("There is no readable token to compare with."))
    algorithm = token.imprint_algorithm
    if algorithm is None:
        return _not_found(Message("The digest algorithm of the time-stamp is not known."))
    try:
        digest = algorithm.digest(octets(facts, holder))
    except UnresolvedError as error:
        return _not_found(error.message)
    return Reference(
        name="messageImprint",
        kind=ReferenceKind.MESSAGE_IMPRINT,
        found=True,
        intact=hmac.compare_digest(digest, token.imprint),
        digest_algorithm=algorithm,
        scope=Scope.NONE,
    )


def _not_found(problem: Message) -> Reference:
    return Reference(
        name="messageImprint",
        kind=ReferenceKind.MESSAGE_IMPRINT,
        found=False,
        intact=False,
        digest_algorithm=None,
        scope=Scope.NONE,
        problem=problem,
    )
