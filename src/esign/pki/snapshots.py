"""A trust snapshot as a file: every anchor with its source, purposes, window and entries.

JSON, so that a diff can be read and a change reviewed. Reading checks the count and the
hash, and refuses a field it does not know: a limit that is not understood must not be lost.

Spec: RFC 5280 §6.1.1 (d)
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from esign.errors import InputError, MalformedError
from esign.messages import Message
from esign.pki.anchors import AnchorSet, ServiceFacts, TrustAnchor
from esign.pki.certificate import Certificate
from esign.terms import Purpose

FORMAT = "esign trust snapshot"
VERSION = 1

_HEAD = {"format", "version", "sha256", "count", "valid_until", "incomplete", "anchors"}
_ANCHOR = {"subject", "certificate", "purposes", "source", "not_before", "not_after", "services"}
_SERVICE = {field.name for field in fields(ServiceFacts)}


def is_snapshot(octets: bytes) -> bool:
    """Return whether the octets begin like a JSON object, as snapshots alone do."""
    return octets.lstrip()[:1] == b"{"


def write_snapshot(content: AnchorSet) -> bytes:
    """Return the file; the same anchors give the same octets."""
    anchors = sorted(content.anchors, key=lambda a: (a.certificate.fingerprint, _ends(a)))
    document = {
        "format": FORMAT,
        "version": VERSION,
        "sha256": content.hash,
        "count": len(anchors),
        "valid_until": _written(content.valid_until),
        "incomplete": [str(each) for each in content.incomplete],
        "anchors": [_anchor_written(each) for each in anchors],
    }
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


def read_snapshot(octets: bytes, name: str) -> AnchorSet:
    """Return the anchors of a snapshot file.

    Args:
        octets: the whole file.
        name: the file, for errors.

    Raises:
        InputError: it is no snapshot, of a newer version, cut short, or changed.
    """
    try:
        content = _read(json.loads(octets))
    except (ValueError, KeyError, TypeError, MalformedError) as error:
        raise InputError(
            "{path} is no whole trust snapshot ({cause}).",
            path=name,
            cause=f"{type(error).__name__}: {error}",
        ) from error
    return content


def _read(document: Mapping[str, Any]) -> AnchorSet:
    if document["format"] != FORMAT or document["version"] != VERSION:
        raise ValueError(f"format {document['format']!r}, version {document['version']!r}")
    _require_known(document, _HEAD)
    found = AnchorSet(
        anchors=tuple(_anchor(each) for each in document["anchors"]),
        valid_until=_moment(document["valid_until"]),
        incomplete=tuple(Message("{what}", what=str(each)) for each in document["incomplete"]),
    )
    if len(found.anchors) != document["count"]:
        raise ValueError(f"{len(found.anchors)} anchors instead of {document['count']}")
    if found.hash != document["sha256"]:
        raise ValueError("its hash is not that of its anchors; somebody changed it")
    return found


def _anchor(content: Mapping[str, Any]) -> TrustAnchor:
    _require_known(content, _ANCHOR)
    purposes = frozenset(Purpose(each) for each in content["purposes"])
    if not purposes:
        raise ValueError("an anchor without purpose")
    return TrustAnchor(
        certificate=Certificate.from_der(base64.b64decode(content["certificate"], validate=True)),
        purposes=purposes,
        source=str(content["source"]),
        not_before=_moment(content["not_before"]),
        not_after=_moment(content["not_after"]),
        services=tuple(_service(each) for each in content["services"]),
    )


def _service(content: Mapping[str, Any]) -> ServiceFacts:
    _require_known(content, _SERVICE)
    dates = {name: _moment(content[name]) for name in ("starts", "ends")}
    return ServiceFacts(**{**content, **dates})


def _anchor_written(anchor: TrustAnchor) -> dict[str, object]:
    return {
        "subject": str(anchor.certificate.subject),
        "certificate": base64.b64encode(anchor.certificate.der).decode("ascii"),
        "purposes": sorted(each.value for each in anchor.purposes),
        "source": anchor.source,
        "not_before": _written(anchor.not_before),
        "not_after": _written(anchor.not_after),
        "services": [_service_written(each) for each in anchor.services],
    }


def _service_written(service: ServiceFacts) -> dict[str, object]:
    values = {name: getattr(service, name) for name in (f.name for f in fields(ServiceFacts))}
    return {
        name: _written(value) if isinstance(value, datetime) else value
        for name, value in values.items()
    }


def _require_known(content: Mapping[str, Any], known: set[str]) -> None:
    unknown = sorted(set(content) - known)
    if unknown:
        raise ValueError(f"unknown field {', '.join(unknown)}")


def _ends(anchor: TrustAnchor) -> tuple[str, str]:
    return _written(anchor.not_before) or "", _written(anchor.not_after) or ""


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return moment
