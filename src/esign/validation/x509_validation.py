"""X.509 certificate validation: chain, constraints on the end entity, revocation, algorithms.

The result is a list of everything that does not hold, in the order in which it decides.
Some of it is harmless for a signature that provably existed early enough; such a check
carries the moment (``before``), and only the process with time-stamps may clear it.

1. A path to an anchor of the right purpose (RFC 5280 §6, :mod:`esign.pki.paths`).
2. Constraints on the end-entity certificate: key usage, extended key usage.
3. Its revocation: revoked, on hold, unknown, not fresh.
4. Its validity at the moment judged for.
5. Revocation of every authority below the anchor.
6. Algorithms and key sizes of the chain.

Spec: EN 319 102-1 §5.2.6
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from esign.messages import Message
from esign.pki.certificate import Certificate
from esign.pki.path_problems import written
from esign.pki.paths import PathResult, ValidatedPath, find_path
from esign.pki.problems import PathProblem, PathProblemCode, describe
from esign.pki.purposes import (
    OCSP_SIGNING,
    SERVER_AUTHENTICATION,
    TIME_STAMPING,
    timestamping_eku_problem,
)
from esign.terms import CertificateRole, Purpose, SubIndication
from esign.validation.checks import Block, Check, Outcome, failed
from esign.validation.context import ValidationContext
from esign.validation.cryptographic_constraints import (
    CHAIN_ALGORITHMS,
    chain_end,
    weak_certificate,
)
from esign.validation.revocation_checks import NOT_ASKED, asks_nothing, check_revocation
from esign.validation.x509_result import (
    Missing,
    MissingKind,
    RevocationResult,
    X509Result,
)

CHAIN = Check("certificate-chain", Block.X509_CERTIFICATE_VALIDATION, "EN 319 102-1 §5.2.6.4 1)")
END_ENTITY = Check("key-usage", Block.X509_CERTIFICATE_VALIDATION, "EN 319 412-2 §4.3.2")
_SIGNER = CertificateRole.SIGNER
SIGNER_PURPOSE = END_ENTITY._replace(clause="RFC 5280 §4.2.1.12")
TSA_USAGE = Check("time-stamping-usage", Block.X509_CERTIFICATE_VALIDATION, "RFC 3161 §2.3")
VALIDITY = Check("certificate-validity", Block.X509_CERTIFICATE_VALIDATION, "EN 319 102-1 §5.2.6.4")


def validate_certificate(
    certificate: Certificate, role: CertificateRole, purpose: Purpose, context: ValidationContext
) -> X509Result:
    """Return what holds and what does not of ``certificate`` at the moment judged for."""
    key = (certificate, role, purpose)
    known = context.remembered.get(key)
    if known is None:
        known = context.remembered[key] = _validate(certificate, role, purpose, context)
    return known


def _validate(
    certificate: Certificate, role: CertificateRole, purpose: Purpose, context: ValidationContext
) -> X509Result:
    found = find_path(
        certificate,
        candidates=context.pool.certificates,
        trust=context.trust,
        purpose=purpose,
        at=context.at,
        budget=context.budget,
        role=role,
    )
    if found.path is None:
        return _without_path(certificate, found)
    checks = [CHAIN, _check_usage(certificate, role, context)]
    revocation = _check_path_revocation(found.path, role, purpose, context)
    leaf, authorities = revocation[0], revocation[1:]
    outside = _outside_validity(certificate, role, leaf, context)
    if outside is None:
        checks += (*leaf.checks, VALIDITY)
    else:
        checks += [check for check in leaf.checks if not _superseded(check)]
        checks.append(outside)
    for each in authorities:
        checks += each.checks
    checks += _check_algorithms(found.path, found.chain, context)
    return X509Result(
        tuple(checks),
        found.chain,
        found.path,
        tuple([each.status for each in revocation if each.status is not None]),
        tuple([item for each in revocation for item in each.missing]),
    )


# 1. The path.


def _without_path(certificate: Certificate, found: PathResult) -> X509Result:
    problems = sorted(found.problems, key=lambda each: _late_authority(each, found))
    checks = tuple(_of_problem(problem, certificate, found) for problem in problems)
    missing = tuple(
        Missing(MissingKind.ISSUER, problem.certificate, None, problem.role)
        for problem in problems
        if problem.code is PathProblemCode.NO_ANCHOR or _names_another_issuer(problem, found)
    )
    return X509Result(checks, found.chain, None, (), missing)


def _names_another_issuer(problem: PathProblem, found: PathResult) -> bool:
    """Whether only the name was right: then the issuer's certificate is missing, not wrong.

    Where key identifiers show that the issuer is the one that is meant, its signature on the
    certificate is wrong, and nothing is missing.
    """
    if problem.code is not PathProblemCode.BAD_SIGNATURE:
        return False
    wanted = problem.certificate.authority_key_identifier
    return wanted is None or wanted != found.chain[-1].subject_key_identifier


def _late_authority(problem: PathProblem, found: PathResult) -> bool:
    """Where signer and authority are both out of time, the signer's is the word to say."""
    if found.leaf_validity is None or problem is found.leaf_validity:
        return False
    return problem.code in (PathProblemCode.EXPIRED, PathProblemCode.NOT_YET_VALID)


_BY_CODE = {
    PathProblemCode.NO_ANCHOR: SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
    PathProblemCode.ANCHOR_SUNSET: SubIndication.NO_CERTIFICATE_CHAIN_FOUND_NO_POE,
}
_OF_END_ENTITY = {
    PathProblemCode.EXPIRED: SubIndication.OUT_OF_BOUNDS_NO_POE,
    PathProblemCode.NOT_YET_VALID: SubIndication.OUT_OF_BOUNDS_NO_POE,
    PathProblemCode.KEY_USAGE: SubIndication.CHAIN_CONSTRAINTS_FAILURE,
    PathProblemCode.EXTENDED_KEY_USAGE: SubIndication.CHAIN_CONSTRAINTS_FAILURE,
}


_ANOTHER_CERTIFICATE = Message(
    "Only the authority that issued this certificate can mend it. Ask for a signature made "
    "with another certificate."
)


def _of_problem(problem: PathProblem, leaf: Certificate, found: PathResult) -> Check:
    """Everything else that breaks a path is CERTIFICATE_CHAIN_GENERAL_FAILURE (§5.2.6.4)."""
    sub_indication = _BY_CODE.get(problem.code)
    if _names_another_issuer(problem, found):
        sub_indication = SubIndication.NO_CERTIFICATE_CHAIN_FOUND
    if sub_indication is None and problem.certificate == leaf:
        sub_indication = _OF_END_ENTITY.get(problem.code)
    return failed(
        CHAIN._replace(clause=problem.clause),
        sub_indication or SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE,
        problem.message,
        problem.remedy or _ANOTHER_CERTIFICATE,
        certificate=problem.certificate,
        role=problem.role,
    )


# 2. The end entity.


def _check_usage(
    certificate: Certificate, role: CertificateRole, context: ValidationContext
) -> Check:
    if role is not _SIGNER:
        return _check_time_stamping(certificate) if role is CertificateRole.TSA else END_ENTITY
    usages = certificate.key_usage
    if usages is not None and not usages & context.policy.signer_key_usages:
        return _unfit_signer(certificate, END_ENTITY, ", ".join(sorted(usages)) or "-")
    purposes = certificate.extended_key_usage
    if purposes and context.policy.purposes_foreign_to_signers.issuperset(purposes):
        names = ", ".join(_PURPOSE_NAMES.get(each, each) for each in purposes)
        return _unfit_signer(certificate, SIGNER_PURPOSE, names)
    return END_ENTITY


_PURPOSE_NAMES = {
    SERVER_AUTHENTICATION: "serverAuth",
    TIME_STAMPING: "timeStamping",
    OCSP_SIGNING: "OCSPSigning",
}


def _unfit_signer(certificate: Certificate, passed: Check, usages: str) -> Check:
    message = Message(
        "{certificate} may be used for {usages}, not for signing documents.",
        certificate=describe(certificate, CertificateRole.SIGNER),
        usages=usages,
    )
    return failed(
        passed,
        SubIndication.CHAIN_CONSTRAINTS_FAILURE,
        message,
        Message("Ask the signer to sign with a certificate issued for signatures."),
        certificate=certificate,
        role=CertificateRole.SIGNER,
    )


def _check_time_stamping(certificate: Certificate) -> Check:
    """RFC 3161 §2.3: one extended key usage, timeStamping, and the extension is critical."""
    found = timestamping_eku_problem(certificate)
    if found is None:
        return TSA_USAGE
    remedy = Message("Use a time-stamping authority whose certificate follows RFC 3161.")
    return failed(
        TSA_USAGE,
        SubIndication.CHAIN_CONSTRAINTS_FAILURE,
        found.message,
        remedy,
        certificate=certificate,
        role=CertificateRole.TSA,
    )


# 3. and 5. Revocation.


def _check_path_revocation(
    path: ValidatedPath, role: CertificateRole, purpose: Purpose, context: ValidationContext
) -> list[RevocationResult]:
    """Return one result for each certificate of the path; an anchor as leaf has nothing."""
    positions = range(len(path.certificates))
    if asks_nothing(path, role, context):
        return [NOT_ASKED for _ in positions]
    return [check_revocation(path, position, role, purpose, context) for position in positions]


# 4. Validity.


def _outside_validity(
    certificate: Certificate,
    role: CertificateRole,
    revocation: RevocationResult,
    context: ValidationContext,
) -> Check | None:
    if certificate.is_valid_at(context.at):
        return None
    values = {
        "certificate": describe(certificate, role),
        "not_before": written(certificate.not_before),
        "not_after": written(certificate.not_after),
        "at": written(context.at),
    }
    message = Message(
        "{certificate} is valid from {not_before} to {not_after}, and so not at {at}.", **values
    )
    not_revoked = revocation.known_not_revoked
    return failed(
        VALIDITY,
        SubIndication.OUT_OF_BOUNDS_NOT_REVOKED
        if not_revoked
        else SubIndication.OUT_OF_BOUNDS_NO_POE,
        message,
        Message(
            "A time-stamp from within that period, and revocation data from then, would show "
            "that the signature was made in time."
        ),
        certificate=certificate,
        role=role,
        before=certificate.not_after if not_revoked else None,
    )


def _superseded(check: Check) -> bool:
    """Outside its validity, a certificate's missing data is told by OUT_OF_BOUNDS_NO_POE."""
    return (
        check.outcome is Outcome.INDETERMINATE
        and check.sub_indication is SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE
    )


# 6. Algorithms.


_STRONG = (CHAIN_ALGORITHMS,)


def _check_algorithms(
    path: ValidatedPath, chain: tuple[Certificate, ...], context: ValidationContext
) -> tuple[Check, ...]:
    if context.at < chain_end(context.policy.suite, chain):
        return _STRONG
    return tuple(check for check in _weak_certificates(path, context) if check is not None)


def _weak_certificates(path: ValidatedPath, context: ValidationContext) -> Iterator[Check | None]:
    """Anchors are believed as they are: nobody relies on their self-signature."""
    for certificate, issuer in pairwise(path.chain):
        yield weak_certificate(certificate, issuer.public_key, context.policy.suite, context.at)
