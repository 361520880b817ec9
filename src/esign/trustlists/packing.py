"""A trusted list as plain data for JSON, and back, without loss."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeAlias

from esign.trustlists.model import (
    Criterion,
    Pointer,
    QualificationElement,
    Service,
    ServicePeriod,
    TrustedList,
)

Packed: TypeAlias = "list[Any]"
"""What JSON can hold; only this module knows the order of its parts."""
Number = Callable[[str], int | str]
"""Gives a certificate's base64 a number."""
Certificate = Callable[[int | str], str]
"""Gives the base64 back."""


def packed(listed: TrustedList, number: Number) -> Packed:
    """Return the list as arrays, texts and numbers."""
    return [
        [
            listed.digest,
            listed.version,
            listed.sequence,
            listed.type,
            listed.operator,
            listed.territory,
            listed.issued.isoformat(),
            listed.next_update and listed.next_update.isoformat(),
            listed.scheme_name,
            listed.scheme_uris,
            listed.distribution_points,
            listed.defects,
        ],
        [_pack_pointer(each, number) for each in listed.pointers],
        [_pack_service(each, number) for each in listed.services],
    ]


def unpacked(data: Packed, certificate: Certificate) -> TrustedList:
    """Return the list that :func:`packed` was given."""
    head, pointers, services = data
    return TrustedList(
        digest=head[0],
        version=head[1],
        sequence=head[2],
        type=head[3],
        operator=head[4],
        territory=head[5],
        issued=datetime.fromisoformat(head[6]),
        next_update=head[7] and datetime.fromisoformat(head[7]),
        scheme_name=head[8],
        scheme_uris=tuple(head[9]),
        distribution_points=tuple(head[10]),
        defects=tuple(head[11]),
        pointers=tuple(_pointer(each, certificate) for each in pointers),
        services=tuple(_service(each, certificate) for each in services),
    )


def _pack_pointer(one: Pointer, number: Number) -> list[Any]:
    certificates = [number(each) for each in one.listed_certificates]
    return [one.location, one.territory, one.type, one.mime_type, one.operator, certificates]


def _pointer(data: list[Any], certificate: Certificate) -> Pointer:
    location, territory, kind, mime_type, operator, certificates = data
    return Pointer(
        location=location,
        territory=territory,
        type=kind,
        mime_type=mime_type,
        operator=operator,
        listed_certificates=tuple(certificate(each) for each in certificates),
    )


def _pack_service(one: Service, number: Number) -> list[Any]:
    return [
        one.provider,
        one.provider_id,
        one.name,
        [number(each) for each in one.listed_certificates],
        [_pack_period(each) for each in one.periods],
    ]


def _service(data: list[Any], certificate: Certificate) -> Service:
    provider, provider_id, name, certificates, periods = data
    return Service(
        provider=provider,
        provider_id=provider_id,
        name=name,
        listed_certificates=tuple(certificate(each) for each in certificates),
        periods=tuple(_period(each) for each in periods),
    )


def _pack_period(one: ServicePeriod) -> list[Any]:
    return [
        one.type,
        one.status,
        one.starts.isoformat(),
        one.ends and one.ends.isoformat(),
        one.name,
        one.additional,
        [[each.qualifiers, _pack_criterion(each.criterion)] for each in one.qualifications],
        one.unknown_critical,
    ]


def _period(data: list[Any]) -> ServicePeriod:
    kind, status, starts, ends, name, additional, qualifications, unknown = data
    return ServicePeriod(
        type=kind,
        status=status,
        starts=datetime.fromisoformat(starts),
        ends=ends and datetime.fromisoformat(ends),
        name=name,
        additional=tuple(additional),
        qualifications=tuple(
            QualificationElement(qualifiers=tuple(names), criterion=_criterion(criterion))
            for names, criterion in qualifications
        ),
        unknown_critical=tuple(unknown),
    )


def _pack_criterion(one: Criterion) -> list[Any]:
    return [one.kind, one.values, [_pack_criterion(each) for each in one.parts]]


def _criterion(data: list[Any]) -> Criterion:
    kind, values, parts = data
    return Criterion(
        kind=kind, values=tuple(values), parts=tuple(_criterion(each) for each in parts)
    )
