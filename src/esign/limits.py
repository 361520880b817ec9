"""Every bound on what an input may cost, named, counted, with where its number is from.

A :class:`Budget` belongs to one call. Code that does something a hostile input could
multiply spends from it; overspending raises :class:`~esign.errors.LimitExceededError`.
Counts, never stopwatches: the same input ends the same way on every machine. The one
clock here is the caller's total deadline.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, fields

from esign.errors import DeadlineExceededError, LimitExceededError, UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The bounds of one call; each default says why it is what it is."""

    public_key_operations: int = 20_000
    """A 50-signature document with archive time-stamps needs some 2,000; ten times that."""
    path_steps: int = 400
    """webpki spends 200,000 build calls in Rust; real hierarchies need under 10 steps."""
    path_signatures: int = 300
    """Signature checks during one path search: a hundred namesakes that an attacker made with
    the honest key cost two each, and the honest path, whose checks come last, about five."""
    path_length: int = 16
    """Certificates in one path; the deepest hierarchy in the test corpora has 7."""
    certificates: int = 5_000
    """Certificates taken from one document."""
    signatures: int = 1_000
    """Signatures judged in one document."""
    nesting: int = 64
    """ASN.1 constructed values inside each other; real CMS stays under 20."""
    asn1_elements: int = 2_000_000
    """TLVs read from one CMS structure, embedded CRLs excepted."""
    asn1_in_memory: int = 256 * 1024 * 1024
    """Octets of one CMS structure, its content excepted."""
    xml_octets: int = 200 * 1024 * 1024
    """Octets of an XML document parsed as a tree: lxml needs 18 times that in memory."""
    xml_nodes: int = 5_000_000
    """Elements in one XML document."""
    xml_depth: int = 256
    """Elements inside each other, libxml2's own default."""
    xml_attributes: int = 256
    """Attributes of one element; libxml2 sorts them by insertion. Forms have under 20."""
    xml_namespace_steps: int = 200_000_000
    """Declarations passed while canonicalising, beyond the ordinary: about two seconds."""
    xml_canonical_octets: int = 512 * 1024 * 1024
    """Octets canonicalised in one call; libxml2 writes 40 to 100 MB a second. Fifty
    signatures over a document of 10 MB stay below."""
    references: int = 10_000
    """References of one XML signature, manifests included."""
    transforms: int = 8
    """Transforms of one reference; XAdES needs at most four."""
    pdf_revisions: int = 1_000
    """Incremental updates of one PDF."""
    pdf_objects: int = 1_000_000
    """Objects visited in one PDF."""
    pdf_octets: int = 2 * 1024 * 1024 * 1024
    """Octets of a PDF."""
    download_octets: int = 32 * 1024 * 1024
    """Octets of one fetched answer; the largest public CRLs have about 20 MB."""
    downloaded_octets: int = 128 * 1024 * 1024
    """Octets of all answers of one call together; four of the largest public CRLs."""
    downloads: int = 64
    """Requests sent on behalf of one call."""
    redirects: int = 3
    """Redirects followed for one request."""


DEFAULT_LIMITS = Limits()
_NUMBERS = (int, float)


@dataclass(slots=True)
class Budget:
    """What one call has spent of its :class:`Limits`, and its deadline."""

    limits: Limits = DEFAULT_LIMITS
    deadline: float | None = None
    """``time.monotonic()`` seconds after which :meth:`check_deadline` raises."""
    spent: dict[str, int] = field(default_factory=dict)

    def spend(self, limit: str, amount: int = 1) -> None:
        """Count ``amount`` against the named limit.

        Raises:
            LimitExceededError: when more was spent than the limit allows.
            DeadlineExceededError: when the caller's time is over.
        """
        if limit == "public_key_operations":
            self.check_deadline()  # the one step of a judgement that can be slow in itself
        total = self.spent.get(limit, 0) + amount
        self.spent[limit] = total
        bound: int = getattr(self.limits, limit)
        if total > bound:
            raise LimitExceededError(
                "This input needs more than {bound} {limit}, the limit set for it.",
                limit=limit,
                bound=bound,
            )

    def require_within(self, limit: str, amount: int) -> None:
        """Raise unless ``amount`` is within the named limit; nothing is counted."""
        bound: int = getattr(self.limits, limit)
        if amount > bound:
            raise LimitExceededError(
                "This input needs {amount} {limit}; the limit is {bound}.",
                limit=limit,
                bound=bound,
                amount=amount,
            )

    def check_deadline(self) -> None:
        """Raise :class:`DeadlineExceededError` when the caller's time is over."""
        if self.deadline is not None and time.monotonic() > self.deadline:
            raise DeadlineExceededError("The time allowed for this call is over.")

    def remaining_seconds(self) -> float | None:
        """Return the seconds left, never negative, or None without a deadline."""
        return None if self.deadline is None else max(0.0, self.deadline - time.monotonic())

    @classmethod
    def within(cls, seconds: float | None, limits: Limits = DEFAULT_LIMITS) -> Budget:
        """Return a fresh budget whose deadline is ``seconds`` from now.

        Raises:
            UsageError: ``seconds`` is no number of seconds.
        """
        given: object = seconds
        if given is not None and (not isinstance(given, _NUMBERS) or given != given):
            raise UsageError("timeout= wants seconds or None, not {given}.", given=repr(given))
        return cls(limits, None if seconds is None else time.monotonic() + seconds)


LIMIT_NAMES = frozenset(f.name for f in fields(Limits))
