"""Who stands behind a certificate and what it is called in law, in words for a reader.

Spec: EN 319 412-1 §5.1, EN 319 412-5 §4, TS 119 615
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from esign.messages import Message
from esign.pki.qc_statements import QcStatements, QcType
from esign.validation.identity import SignerIdentity, SubjectKind, SubjectRole
from esign.validation.identity_profiles import IdentityNumber
from esign.validation.qualification import Qualification, QualificationStatus

_KINDS: Mapping[SubjectKind, Message] = {
    SubjectKind.PERSON: Message("a natural person"),
    SubjectKind.SEAL: Message("the seal of an organisation"),
    SubjectKind.UNKNOWN: Message("person or organisation: not known"),
}
_ROLES: Mapping[SubjectRole | None, Message] = {
    SubjectRole.REPRESENTATIVE: Message("a natural person who acts for an organisation"),
    SubjectRole.SEAL: Message("a natural person with the right to seal for an organisation"),
}
_STATUS: Mapping[QualificationStatus, Message] = {
    QualificationStatus.QESIG: Message("a qualified electronic signature (QESig)"),
    QualificationStatus.QESEAL: Message("a qualified electronic seal (QESeal)"),
    QualificationStatus.ADES_QC: Message(
        "an advanced signature or seal with a qualified certificate (AdES-QC)"
    ),
    QualificationStatus.ADES: Message("an advanced signature or seal (AdES)"),
    QualificationStatus.UNKNOWN: Message("not known"),
}
_TYPES: Mapping[QcType, Message] = {
    QcType.ESIGN: Message("for signatures"),
    QcType.ESEAL: Message("for seals"),
    QcType.WEB: Message("for web sites"),
}
_PAIR = "{first}, {second}"


def identity_sentences(identity: SignerIdentity) -> Iterator[Message]:
    """Yield the kind of subject and its numbers, with the profile that read them."""
    if not identity.profile and identity.kind is SubjectKind.UNKNOWN:
        return
    said = _ROLES.get(identity.role) or _KINDS[identity.kind]
    for number in (identity.national_id, identity.organisation_number):
        if number is not None:
            said = Message(_PAIR, first=said, second=_number(number))
    yield Message("The certificate is of: {subject}", subject=said)
    if identity.profile_note:
        yield Message(
            "The numbers were read by the identity profile {profile}: {note}.",
            profile=identity.profile,
            note=Message(identity.profile_note.replace("{", "").replace("}", "")),
        )


def qualification_sentences(found: Qualification) -> Iterator[Message]:
    """Yield the status with the list and entry it came from, then what led to it."""
    status = _STATUS[found.status]
    if found.list:
        yield Message(
            "Qualification: {status}, by the trusted list {list}, entry {entry}",
            status=status,
            list=found.list,
            entry=found.entry or "-",
        )
    else:
        yield Message("Qualification: {status}", status=status)
    yield from found.reasons


def statement_sentences(stated: QcStatements) -> Iterator[Message]:
    """Yield what the issuer stated of the certificate's legal quality, one sentence each."""
    if not stated.says_something:
        return
    yield Message("The issuer states: {what}", what=_stated(stated))
    if stated.limit is not None:
        yield Message("The issuer limits what is signed to {limit}.", limit=stated.limit)
    if stated.retention_years is not None:
        yield Message(
            "The issuer keeps its records for {years} years after the certificate's end.",
            years=stated.retention_years,
        )
    for each in stated.disclosure:
        yield Message(
            "The issuer's terms ({language}): {url}", language=each.language, url=each.url
        )
    yield from stated.problems


def _stated(stated: QcStatements) -> Message:
    said = (
        Message("a qualified certificate")
        if stated.compliance
        else Message("nothing about being qualified")
    )
    more = [_TYPES[each] for each in sorted(stated.types)]
    if stated.sscd:
        more.append(Message("key in a qualified device"))
    if stated.countries:
        more.append(Message("under the law of {countries}", countries=", ".join(stated.countries)))
    for each in more:
        said = Message(_PAIR, first=said, second=each)
    return said


def _number(number: IdentityNumber) -> Message:
    return Message(
        "{scheme} {value} of {country}",
        scheme=number.scheme,
        value=number.value,
        country=number.country,
    )
