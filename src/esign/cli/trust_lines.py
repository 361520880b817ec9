"""What ``esign trust`` says of anchors, as sentences for the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from esign.messages import Message
from esign.pki.anchors import TrustAnchor
from esign.pki.trust import TrustStore
from esign.reports.printing import harmless

_DIGEST = Message("SHA-256")
_PURPOSES = Message("purposes")
_SOURCE = Message("source")
_CERTIFICATE = Message("certificate")
_TRUSTED = Message("trusted")
_CONSTRAINTS = Message("constraints")
_LIST = Message("listed as")
_LABELS = (_DIGEST, _PURPOSES, _SOURCE, _CERTIFICATE, _TRUSTED, _CONSTRAINTS, _LIST)


def content_of(store: TrustStore) -> Message:
    """Return how many anchors there are and the hash of the whole."""
    return Message("{count} anchors, SHA-256 {hash}", count=len(store), hash=store.hash)


def anchor_lines(anchor: TrustAnchor, at: datetime, language: str) -> Iterator[str]:
    """Yield everything about one anchor, and whether it is usable at ``at``."""
    width = max(len(each.render(language)) for each in _LABELS) + 2
    yield harmless(str(anchor.certificate.subject))
    for label, value in _facts(anchor):
        yield harmless(f"  {label.render(language):<{width}}{value.render(language)}")
    usable = Message("usable at {at}", at=moment_of(at))
    unusable = Message("NOT USABLE at {at}", at=moment_of(at))
    told = usable if anchor.is_usable_at(at) else unusable
    yield f"  {told.render(language)}"


def differences(before: TrustStore, after: TrustStore) -> Iterator[tuple[str, Message]]:
    """Yield anchors that went, came and changed with their sign, each once, by certificate."""
    old, new = by_certificate(before), by_certificate(after)
    for fingerprint in sorted(old.keys() - new.keys()):
        yield from (("-", _summary(each)) for each in old[fingerprint])
    for fingerprint in sorted(new.keys() - old.keys()):
        yield from (("+", _summary(each)) for each in new[fingerprint])
    for fingerprint in sorted(old.keys() & new.keys()):
        gone = [_summary(each) for each in old[fingerprint]]
        come = [_summary(each) for each in new[fingerprint]]
        yield from (("~-", each) for each in gone if each not in come)
        yield from (("~+", each) for each in come if each not in gone)
    if before.valid_until != after.valid_until:
        yield (
            "~",
            Message(
                "valid until {before}, now {now}",
                before=moment_of(before.valid_until),
                now=moment_of(after.valid_until),
            ),
        )


def with_two_windows(known: TrustStore, added: TrustStore) -> Iterator[TrustAnchor]:
    """Yield anchors that are there under other dates: adding narrows nothing."""
    before = by_certificate(known)
    for anchor in added.anchors:
        others = before.get(anchor.certificate.fingerprint, [])
        if any(
            (e.not_before, e.not_after) != (anchor.not_before, anchor.not_after) for e in others
        ):
            yield anchor


def by_certificate(store: TrustStore) -> dict[str, list[TrustAnchor]]:
    """Return the anchors by the fingerprint of their certificate."""
    found: dict[str, list[TrustAnchor]] = {}
    for anchor in store.anchors:
        found.setdefault(anchor.certificate.fingerprint, []).append(anchor)
    return found


def moment_of(moment: datetime | None) -> str:
    """Return a time as people read it; a dash where there is none."""
    return "-" if moment is None else f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _facts(anchor: TrustAnchor) -> Iterator[tuple[Message, Message]]:
    certificate = anchor.certificate
    yield _DIGEST, _verbatim(certificate.fingerprint)
    yield _PURPOSES, _verbatim(", ".join(sorted(anchor.purposes)))
    yield _SOURCE, _verbatim(anchor.source)
    yield _CERTIFICATE, _span(certificate.not_before, certificate.not_after)
    yield _TRUSTED, _span(anchor.not_before, anchor.not_after)
    for constraint in _constraints(anchor):
        yield _CONSTRAINTS, constraint
    for service in anchor.services:
        yield _LIST, _verbatim(f"{service.territory} {service.sequence}: {service.service}")


def _constraints(anchor: TrustAnchor) -> Iterator[Message]:
    length = anchor.certificate.path_length
    if length is not None:
        yield Message("at most {count} authorities below it", count=length)
    if anchor.has_name_constraints:
        yield Message("limits the names below it")
    if length is None and not anchor.has_name_constraints:
        yield Message("no constraints")


def _span(begins: datetime | None, ends: datetime | None) -> Message:
    return Message("{begins} to {ends}", begins=moment_of(begins), ends=moment_of(ends))


def _verbatim(text: str) -> Message:
    return Message("{text}", text=text)


def _summary(anchor: TrustAnchor) -> Message:
    services = "".join(
        f"; {each.territory} {each.service} {each.status.rpartition('/')[2]}"
        for each in anchor.services
    )
    return Message(
        "{digest} {subject} [{purposes}] {window}{services}",
        digest=anchor.certificate.fingerprint[:16],
        subject=str(anchor.certificate.subject),
        purposes=", ".join(sorted(anchor.purposes)),
        window=_span(anchor.not_before, anchor.not_after),
        services=services,
    )
