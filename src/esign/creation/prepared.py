"""A signature between two sittings, as plain data.

The first sitting fixes the request and says which octets are to be signed; the second
opens the same slot again from the document and the stored request. Nothing stored is
believed: octets, document and certificate must come out the same, and the value must
verify. The document itself is not stored.

Spec: EN 319 102-1 §4.2 (the signature creation environment may be split)
"""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass

from esign.ades.format import SignatureRequest
from esign.creation import plain
from esign.creation.order import Order
from esign.creation.session import SignatureWanted, open_signature
from esign.document import Document
from esign.errors import CreationError, SessionMismatchError
from esign.terms import SignatureLevel

VERSION = 1
_KIND = "esign-prepared-signature"


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedSignature:
    """What the second sitting needs beside the document and the signature value."""

    request: SignatureRequest
    level: SignatureLevel
    octets: bytes
    """Exactly what the key signs."""
    document_size: int
    document_digest: bytes
    """Over the document as given, under the request's digest algorithm."""
    detached_digests: tuple[bytes, ...] = ()

    @property
    def digest(self) -> bytes | None:
        """The digest a device that signs digests wants; None for EdDSA, which takes octets."""
        digest = self.request.algorithm.digest
        return None if digest is None else digest.digest(self.octets)

    def to_json(self) -> str:
        """Return everything as JSON text."""
        content = {
            "kind": _KIND,
            "version": VERSION,
            "level": self.level.value,
            "octets": b64encode(self.octets).decode(),
            "document_size": self.document_size,
            "document_digest": self.document_digest.hex(),
            "detached_digests": [each.hex() for each in self.detached_digests],
            "request": plain.to_plain(self.request),
        }
        return json.dumps(content, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> PreparedSignature:
        """Return what :meth:`to_json` wrote.

        Raises:
            SessionMismatchError: the text is something else, or of another version.
        """
        try:
            content = json.loads(text)
            if content["kind"] != _KIND or content["version"] != VERSION:
                raise SessionMismatchError(
                    "This stored signing session is of another kind or version; prepare anew."
                )
            return cls(
                request=plain.from_plain(SignatureRequest, content["request"]),
                level=SignatureLevel(content["level"]),
                octets=plain.from_plain(bytes, content["octets"]),
                document_size=int(content["document_size"]),
                document_digest=bytes.fromhex(content["document_digest"]),
                detached_digests=tuple(bytes.fromhex(x) for x in content["detached_digests"]),
            )
        except (ArithmeticError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise SessionMismatchError(
                "This is no stored signing session; prepare the signature anew."
            ) from error


def prepare_order(order: Order) -> PreparedSignature:
    """Return what the first sitting ends with.

    Raises:
        CreationError: the form wants something else before the signature.
    """
    wanted = open_signature(order).wanted
    if not isinstance(wanted, SignatureWanted):
        raise CreationError(
            "The size of the time-stamp must be known when a PDF is prepared for level T: name "
            "the authority, so that it can be measured."
        )
    return PreparedSignature(
        request=order.request,
        level=order.level,
        octets=wanted.octets,
        document_size=order.document.size,
        document_digest=_digest(order.document, order.request),
        detached_digests=tuple(_digest(each, order.request) for each in order.detached),
    )


def require_same(prepared: PreparedSignature, order: Order, octets: bytes) -> None:
    """Raise unless document and request give what was prepared.

    Args:
        prepared: from the first sitting.
        order: of the second sitting.
        octets: what the slot, opened anew, wants to be signed.

    Raises:
        SessionMismatchError: something is not what it was.
    """
    document, request = order.document, order.request
    detached = tuple(_digest(each, request) for each in order.detached)
    if (
        document.size != prepared.document_size
        or _digest(document, request) != prepared.document_digest
        or detached != prepared.detached_digests
    ):
        raise SessionMismatchError(
            "This is not the document the signature was prepared for; nothing was signed."
        )
    if octets != prepared.octets:
        raise SessionMismatchError(
            "The stored session does not fit the document: the octets to be signed differ from "
            "those that were prepared. Prepare the signature anew."
        )


def _digest(document: Document, request: SignatureRequest) -> bytes:
    return document.digest(request.digest_algorithm.hashlib_name)
