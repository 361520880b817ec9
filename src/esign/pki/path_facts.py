"""What one certificate contributes to a path, read once and kept.

Spec: RFC 5280 §4.2, §6.1
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from esign.asn1.reader import parse, read_oid
from esign.asn1.writer import oid as encode_oid
from esign.errors import MalformedError
from esign.messages import Message
from esign.pki.certificate import Certificate
from esign.pki.constraints import NameConstraints, Subjects, read_name_constraints
from esign.pki.distinguished import relative_names
from esign.pki.extensions import reading
from esign.pki.general_names import GeneralName, NameKind, read_general_names
from esign.pki.policies import NO_POLICY_FACTS, PolicyFacts, read_policy_facts

SUBJECT_ALTERNATIVE_NAME = "2.5.29.17"
NAME_CONSTRAINTS = "2.5.29.30"
CERTIFICATE_POLICIES = "2.5.29.32"
POLICY_MAPPINGS = "2.5.29.33"
POLICY_CONSTRAINTS = "2.5.29.36"
INHIBIT_ANY_POLICY = "2.5.29.54"
QC_STATEMENTS = "1.3.6.1.5.5.7.1.3"
EMAIL_ADDRESS = "1.2.840.113549.1.9.1"
SMTP_UTF8_MAILBOX = "1.3.6.1.5.5.7.8.9"

PROCESSED_EXTENSIONS = frozenset(
    {
        "2.5.29.14",  # subjectKeyIdentifier
        "2.5.29.15",  # keyUsage
        SUBJECT_ALTERNATIVE_NAME,
        "2.5.29.18",  # issuerAltName: RFC 5280 §4.2.1.7 gives it no part in path validation
        "2.5.29.19",  # basicConstraints
        NAME_CONSTRAINTS,
        "2.5.29.31",  # cRLDistributionPoints
        CERTIFICATE_POLICIES,
        POLICY_MAPPINGS,
        "2.5.29.35",  # authorityKeyIdentifier
        POLICY_CONSTRAINTS,
        "2.5.29.37",  # extKeyUsage: judged by the role the certificate plays
        "2.5.29.46",  # freshestCRL
        INHIBIT_ANY_POLICY,
        "2.5.29.56",  # noRevAvail
        "1.3.6.1.5.5.7.1.1",  # authorityInfoAccess
        "1.3.6.1.5.5.7.48.1.5",  # id-pkix-ocsp-nocheck
    }
)
"""What this library processes; any other critical extension fails the path."""

KNOWN_QC_STATEMENTS = frozenset(
    {"1.3.6.1.5.5.7.11.1", "1.3.6.1.5.5.7.11.2", *(f"0.4.0.1862.1.{n}" for n in range(1, 8))}
)
"""RFC 3739 §3.2.6 and EN 319 412-5 §4; a critical extension is known if all of its are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PathFacts:
    """The extensions of one certificate that path validation uses."""

    malformed: Message | None = None
    """Why the extensions cannot be used in a path at all."""
    profile: tuple[Message, ...] = ()
    """Where the certificate breaks RFC 5280's profile; an anchor may, others may not."""
    unknown_critical: str | None = None
    policies: PolicyFacts = NO_POLICY_FACTS
    constraints: NameConstraints | None = None
    subjects: Subjects | None = None
    is_ca: bool = False
    path_length: int | None = None
    key_usage: frozenset[str] | None = None


@lru_cache(maxsize=4096)
def path_facts(certificate: Certificate) -> PathFacts:
    """Return the facts of a certificate; what cannot be read is told, never skipped."""
    try:
        with reading("The certificate", "RFC 5280 §4.2"):
            return _read(certificate)
    except MalformedError as error:
        return PathFacts(malformed=error.message, profile=(error.message,))


def _read(certificate: Certificate) -> PathFacts:
    constraints = _value(certificate, NAME_CONSTRAINTS)
    return PathFacts(
        profile=certificate.problems,
        unknown_critical=_unknown_critical(certificate),
        policies=_policy_facts(certificate),
        constraints=None if constraints is None else read_name_constraints(constraints),
        subjects=_subjects(certificate),
        is_ca=certificate.is_ca,
        path_length=certificate.path_length,
        key_usage=certificate.key_usage,
    )


def _value(certificate: Certificate, oid: str) -> bytes | None:
    extension = certificate.extension(oid)
    return None if extension is None else extension.value


def _unknown_critical(certificate: Certificate) -> str | None:
    for extension in certificate.extensions:
        if not extension.critical or extension.oid in PROCESSED_EXTENSIONS:
            continue
        if extension.oid != QC_STATEMENTS or not _statements_known(extension.value):
            return extension.oid
    return None


def _statements_known(octets: bytes) -> bool:
    """Return whether every statement is known, as RFC 3739 §3.2.6 asks of a critical one."""
    statements = parse(octets).children
    return all(read_oid(s.children[0]) in KNOWN_QC_STATEMENTS for s in statements)


def _policy_facts(certificate: Certificate) -> PolicyFacts:
    values = [
        _value(certificate, oid)
        for oid in (CERTIFICATE_POLICIES, POLICY_MAPPINGS, POLICY_CONSTRAINTS, INHIBIT_ANY_POLICY)
    ]
    return NO_POLICY_FACTS if not any(values) else read_policy_facts(*values)


def _subjects(certificate: Certificate) -> Subjects:
    """Return all names the certificate speaks for.

    Spec: RFC 5280 §4.2.1.10, RFC 9598 §6
    """
    octets = _value(certificate, SUBJECT_ALTERNATIVE_NAME)
    names = () if octets is None else read_general_names(parse(octets))
    directory = [relative_names(certificate.subject.der)]
    directory += [relative_names(n.value) for n in names if n.kind is NameKind.DIRECTORY]
    others = [n for n in names if n.kind is not NameKind.DIRECTORY]
    # An e-mail address in the subject counts as one; an internationalised mailbox cannot be
    # compared here, so an e-mail constraint refuses it: an empty address is never within.
    for oid, text in certificate.subject.attributes:
        if oid == EMAIL_ADDRESS:
            others.append(GeneralName(kind=NameKind.EMAIL, value=text.encode()))
    if any(n.kind is NameKind.OTHER and _is_mailbox(n.value) for n in names):
        others.append(GeneralName(kind=NameKind.EMAIL, value=b""))
    return Subjects(directory=tuple(directory), names=tuple(others))


def _is_mailbox(octets: bytes) -> bool:
    return octets.startswith(encode_oid(SMTP_UTF8_MAILBOX))
