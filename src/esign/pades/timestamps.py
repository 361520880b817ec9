"""Document time-stamps: a token over the byte ranges instead of a signature.

Spec: EN 319 142-1 §5.4.3; ISO 32000-2 §12.8.5
"""

from __future__ import annotations

from collections.abc import Sequence

from esign.ades.signature import EmbeddedTimestamp, Reference, TimestampToken
from esign.asn1.reader import parse_prefix
from esign.errors import MalformedError, UnsupportedAlgorithmError
from esign.messages import Message
from esign.pades.history import SignedValue
from esign.pades.signature import contents_of, covered_content, padding_findings
from esign.terms import ReferenceKind, TimestampKind
from esign.tsa.token import parse_token


def document_timestamp(value: SignedValue, covered: Sequence[str]) -> EmbeddedTimestamp:
    """Return the time-stamp of one dictionary.

    Args:
        value: the signature dictionary with its coverage.
        covered: ids of the signatures and tokens in the revisions before.
    """
    token, problem = _token(value)
    broken = next((f for f in value.coverage.findings), None)
    return EmbeddedTimestamp(
        kind=TimestampKind.DOCUMENT_TIMESTAMP,
        name=value.name,
        token=token,
        imprint=_imprint(value, token, broken.message if broken else None),
        covered=tuple(covered),
        problem=problem,
    )


def _token(value: SignedValue) -> tuple[TimestampToken | None, Message | None]:
    octets = contents_of(value)
    try:
        end = parse_prefix(octets).after
        for finding in padding_findings(octets, end):
            return None, finding.message
        return parse_token(octets[:end], value.view.file.budget, name=value.name), None
    except MalformedError as error:
        return None, error.message


def _imprint(value: SignedValue, token: TimestampToken | None, broken: Message | None) -> Reference:
    content = covered_content(value)
    algorithm = None if token is None else token.imprint_algorithm
    intact, problem = False, content.problem or broken
    found = content.digest is not None and problem is None
    if found and token is not None and algorithm is not None and content.digest is not None:
        try:
            intact = content.digest(algorithm) == token.imprint
        except UnsupportedAlgorithmError as error:
            problem = error.message
    return Reference(
        name=content.name,
        kind=ReferenceKind.MESSAGE_IMPRINT,
        found=found,
        intact=intact,
        digest_algorithm=algorithm,
        scope=content.scope,
        covers=content.covers,
        problem=problem,
    )
