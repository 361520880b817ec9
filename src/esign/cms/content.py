"""What a SignerInfo covers: the content's octets or digest, wherever they lie.

Attached content, a detached file, a PDF's byte range, the value of a counter-signed
signature: to the signature they are all one of these.

Spec: RFC 5652 §5.4, §11.4
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from esign.crypto.algorithms import DigestAlgorithm
from esign.document import Document
from esign.messages import Message
from esign.terms import ReferenceKind, Scope


class CoveredContent(NamedTuple):
    """The content of one signature, or why there is none."""

    name: str = "content"
    digest: Callable[[DigestAlgorithm], bytes] | None = None
    """Computes the digest over the content; None when it was not found."""
    document: Document | None = None
    """The octets themselves, where they can be had (EdDSA without signed attributes
    needs them, and content that imitates signed attributes is recognised by them)."""
    kind: ReferenceKind = ReferenceKind.CONTENT
    scope: Scope = Scope.FULL
    covers: Message | None = None
    ambiguous: bool = False
    problem: Message | None = None
    """Why the content was not found."""

    @classmethod
    def of(cls, document: Document, *, name: str | None = None) -> CoveredContent:
        """Return the whole of a document as the content."""
        return cls(
            name=(document.name or "content") if name is None else name,
            document=document,
            digest=lambda algorithm: document_digest(document, algorithm),
        )

    @classmethod
    def missing(cls, problem: Message, *, ambiguous: bool = False) -> CoveredContent:
        """Return content that could not be found, with the reason."""
        return cls(problem=problem, ambiguous=ambiguous)


def document_digest(document: Document, algorithm: DigestAlgorithm) -> bytes:
    """Return the digest over a document, remembered by it; SHAKE has the length CMS fixes.

    Raises:
        UnsupportedAlgorithmError: this machine cannot compute the digest.

    Spec: RFC 8702 §3.1
    """
    if not algorithm.hashlib_name.startswith("shake"):
        try:
            return document.digest(algorithm.hashlib_name)
        except ValueError:
            algorithm.new()  # says in our own words that the algorithm is not offered
            raise
    state = algorithm.new()
    for chunk in document.chunks():
        state.update(chunk)
    return state.digest()
