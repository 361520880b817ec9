"""The validation policy: a frozen value whose defaults are the strict ones.

``Policy()`` is what ``verify`` uses. Whatever weakens a check has ``unsafe`` in its name,
and the report says that it was used. Defaults follow EN 319 102-1 and RFC 5280 where those
are stricter than common practice: freshness is checked, every certificate below an anchor
needs revocation data, and a signature without a signing-certificate reference does not pass.

Spec: EN 319 102-1 §5.1.4
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType

from esign.asn1.lazy import lazy
from esign.crypto.suites import UNSAFE_LEGACY_SUITE, CryptographicSuite, load_suite
from esign.errors import UsageError
from esign.messages import Message
from esign.pki.purposes import OCSP_SIGNING, SERVER_AUTHENTICATION, TIME_STAMPING
from esign.terms import CertificateRole

_LONGEST = timedelta(days=365_000)
_NOTHING: Mapping[str, bytes] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What is asked of a signature beside the form itself; see each default."""

    name: str = "esign default"
    """What the report calls it; give your own policy a name of its own."""
    suite: CryptographicSuite = field(default_factory=lambda: load_suite("ts-119-312"))
    """Which algorithms and key sizes are acceptable until when."""

    maximum_revocation_age: timedelta | None = None
    """Revocation data older than this is not fresh. None: its own thisUpdate to nextUpdate
    interval is the limit (EN 319 102-1 §5.2.5)."""
    ocsp_age_without_next_update: timedelta = timedelta(hours=1)
    """An OCSP response without nextUpdate says that newer information is available all the
    time (RFC 6960 §4.2.2.1); it is taken as fresh this long. A CRL without one never is."""
    require_ocsp_nonce: bool = False
    """An answer fetched from an OCSP responder must repeat our nonce. Without, a fresh answer
    that repeats none is accepted; one that repeats another never is (RFC 9654 §3)."""
    prefer_crl: bool = False
    """Lists are fetched before OCSP answers; each is still the other's fallback."""
    clock_skew: timedelta = timedelta(minutes=5)
    """How far another clock may be ahead of the judging time."""

    signer_key_usages: frozenset[str] = frozenset({"nonRepudiation", "digitalSignature"})
    """A signer's certificate with a key usage extension needs one of these
    (EN 319 412-2 §4.3.2)."""
    purposes_foreign_to_signers: frozenset[str] = frozenset(
        {SERVER_AUTHENTICATION, TIME_STAMPING, OCSP_SIGNING}
    )
    """Extended key usages of services. A certificate whose extended key usages are all among
    these was issued for something else than documents, whatever its key usage says
    (RFC 5280 §4.2.1.12)."""
    require_signing_time: bool = True
    """A signature that does not say when it was made does not pass: every baseline level has
    the claimed time. It is a claim all the same, and never a proof."""
    signing_time_within_validity: bool = True
    """The claimed time must lie inside the signing certificate's validity."""
    strict_reference_digest: bool = False
    """A signing-certificate reference under a weak digest fails instead of warning. Finding
    a second certificate with the same SHA-1 is out of reach today, and most older
    time-stamps carry ESSCertID, which knows nothing else."""
    accepted_signature_policies: frozenset[str] | None = None
    """Identifiers of the signature policies accepted; None accepts any, and none."""
    signature_policy_documents: Mapping[str, bytes] = field(default_factory=lambda: _NOTHING)
    """Signature policy documents by identifier; their digest must match the signature's."""
    require_signature_policy_document: bool = False
    """An explicit policy whose document is not among those given does not pass."""
    maximum_timestamp_delay: timedelta | None = None
    """Longest time between the claimed signing time and the best-signature-time."""

    unsafe_roles_without_revocation: frozenset[CertificateRole] = frozenset()
    """Roles whose certificates are believed without revocation data."""
    unsafe_without_freshness: bool = False
    """Revocation data of any age inside its issuer's reach is believed."""
    unsafe_without_signing_certificate_reference: bool = False
    """A signature that does not cover a reference to its certificate may pass."""

    def __post_init__(self) -> None:
        """Refuse spans that are none: negative ones, and those that leave the calendar.

        Raises:
            UsageError: a span is negative or longer than a thousand years.
        """
        spans = {
            "maximum_revocation_age": self.maximum_revocation_age,
            "ocsp_age_without_next_update": self.ocsp_age_without_next_update,
            "clock_skew": self.clock_skew,
            "maximum_timestamp_delay": self.maximum_timestamp_delay,
        }
        for name, span in spans.items():
            if span is not None and not timedelta(0) <= span <= _LONGEST:
                raise UsageError("{name} cannot be {span}.", name=name, span=span)

    @classmethod
    def unsafe_without_revocation(cls) -> Policy:
        """Return the default policy that asks no revocation data of anybody.

        A certificate revoked years ago passes. For measurements and closed test systems.
        """
        return cls(
            name="Unsafe: without revocation",
            unsafe_roles_without_revocation=frozenset(CertificateRole),
        )

    @classmethod
    def unsafe_with_legacy_algorithms(cls) -> Policy:
        """Return the default policy under a suite that accepts MD5, SHA-1 and short keys.

        Values made with them can be forged. For looking into old archives only.
        """
        return cls(name="Unsafe: legacy algorithms", suite=load_suite(UNSAFE_LEGACY_SUITE))

    @lazy
    def weaknesses(self) -> tuple[Message, ...]:
        """What this policy leaves unchecked, for the report; empty for a strict one."""
        found = []
        if self.unsafe_roles_without_revocation:
            roles = ", ".join(sorted(role.value for role in self.unsafe_roles_without_revocation))
            found.append(
                Message("The policy asks no revocation data for these roles: {roles}.", roles=roles)
            )
        if self.unsafe_without_freshness:
            found.append(Message("The policy accepts revocation data of any age."))
        if self.unsafe_without_signing_certificate_reference:
            found.append(
                Message("The policy accepts signatures that do not name their certificate.")
            )
        if self.suite.unsafe:
            found.append(Message("The policy's cryptographic suite accepts broken algorithms."))
        return tuple(found)

    def asks_revocation(self, role: CertificateRole) -> bool:
        """True when a certificate in this role needs revocation data.

        Spec: EN 319 102-1 §5.2.6.4
        """
        return role not in self.unsafe_roles_without_revocation
