"""A time-stamp token: a CMS signature over a TSTInfo, with what the TSTInfo says.

Spec: RFC 3161 §2.4.2, RFC 5816 §2.2, EN 319 422 §5
"""

from __future__ import annotations

from datetime import datetime

from esign.ades.signature import Finding
from esign.asn1.lazy import lazy
from esign.cms.content import CoveredContent
from esign.cms.facts import Surroundings
from esign.cms.signature import CMSSignature
from esign.cms.signed_data import SignedData, SignerInfo, parse_signed_data
from esign.crypto.algorithms import DigestAlgorithm
from esign.document import Document
from esign.errors import MalformedCMSError
from esign.limits import Budget
from esign.messages import Message
from esign.terms import Packaging, Severity, SignatureForm
from esign.tsa.tst_info import CONTENT_TYPE, TSTInfo, read_tst_info

MAX_TST_INFO = 65_536
"""Octets; a TSTInfo with a full name and extensions stays under 1,000."""

KNOWN_EXTENSIONS = frozenset({"1.3.6.1.5.5.7.1.3"})
"""qcStatements, with which a TSA claims to be qualified (EN 319 422 §9.1)."""


def parse_token(octets: bytes, budget: Budget | None = None, *, name: str = "") -> Token:
    """Return the token that the octets are.

    Raises:
        MalformedError: they are no time-stamp token, or hold more than one signature.
    """
    budget = budget or Budget()
    signed_data = parse_signed_data(octets, budget)
    if signed_data.trailing:
        raise _malformed("octets follow its end")
    if signed_data.encap_content_type != CONTENT_TYPE:
        raise _malformed("what it signs is not declared to be a TSTInfo")
    if signed_data.content is None:
        raise _malformed("it does not hold its TSTInfo")
    if len(signed_data.signer_info_elements) != 1:
        raise _malformed("it must have one signature, that of its authority")
    content = signed_data.content.whole(MAX_TST_INFO)
    info = read_tst_info(content, budget)
    return Token(octets, info, signed_data, name)


class Token(CMSSignature):
    """A :class:`~esign.ades.signature.TimestampToken`."""

    def __init__(self, octets: bytes, info: TSTInfo, signed_data: SignedData, name: str) -> None:
        self._octets = octets
        self.info = info
        content = signed_data.content
        assert content is not None
        surroundings = Surroundings(
            form=SignatureForm.TIMESTAMP,
            packaging=Packaging.ENVELOPING,
            name=name,
            read_timestamp=parse_token,
            findings=tuple(_findings(info)),
        )
        super().__init__(
            signed_data,
            SignerInfo(signed_data.signer_info_elements[0]),
            CoveredContent.of(Document.of(content), name="TSTInfo"),
            surroundings,
        )

    @property
    def generation_time(self) -> datetime:
        """The time stated, aware, in UTC; fractions to the microsecond."""
        return self.info.generation_time

    @property
    def accuracy_seconds(self) -> float | None:
        """How far the true time may lie from it, in seconds; None when not stated."""
        accuracy = self.info.accuracy
        return None if accuracy is None else accuracy.total_seconds

    @property
    def policy(self) -> str:
        """The policy of the authority, as a dotted OID."""
        return self.info.policy

    @property
    def serial_number(self) -> int:
        """The token's number at its authority."""
        return self.info.serial_number

    @property
    def nonce(self) -> int | None:
        """The requester's number, repeated."""
        return self.info.nonce

    @property
    def ordering(self) -> bool:
        """Whether tokens of this authority can be ordered by their times alone."""
        return self.info.ordering

    @property
    def tsa_name(self) -> bytes | None:
        """DER GeneralName of the authority, as it names itself."""
        return self.info.tsa

    @property
    def imprint_algorithm(self) -> DigestAlgorithm | None:
        """The digest algorithm of the imprint; None when unknown."""
        return self.info.imprint.algorithm

    @property
    def imprint_oid(self) -> str:
        """The digest algorithm's OID as found."""
        return self.info.imprint.algorithm_oid

    @property
    def imprint(self) -> bytes:
        """The digest that was time-stamped."""
        return self.info.imprint.octets

    @property
    def encoded(self) -> bytes:
        """The token's own octets."""
        return self._octets

    @lazy
    def _token_findings(self) -> tuple[Finding, ...]:
        missing = () if self.facts.has_certificate_reference else (_NO_REFERENCE,)
        return super().structure_findings() + missing

    def structure_findings(self) -> tuple[Finding, ...]:
        """What is wrong with the form of signature and statement."""
        return self._token_findings

    def __repr__(self) -> str:
        return f"Token({self.generation_time:%Y-%m-%dT%H:%M:%SZ}, {self.id})"


_NO_REFERENCE = Finding(
    code="tst-no-signing-certificate",
    severity=Severity.CONSTRAINT,
    message=Message("The time-stamp token does not say with which certificate it was signed."),
    clause="RFC 3161 §2.4.2",
)


def _findings(info: TSTInfo) -> list[Finding]:
    found = [
        Finding(
            code="tst-unknown-critical-extension",
            severity=Severity.CONSTRAINT,
            message=Message(
                "The time-stamp token has the critical extension {oid}, which is unknown here.",
                oid=extension.oid,
            ),
            clause="RFC 3161 §2.4.2",
        )
        for extension in info.extensions
        if extension.critical and extension.oid not in KNOWN_EXTENSIONS
    ]
    if info.imprint.algorithm is not None and not info.imprint.has_right_length:
        found.append(
            Finding(
                code="tst-imprint-length",
                severity=Severity.MALFORMED,
                message=Message("The imprint's length does not fit its digest algorithm."),
                clause="RFC 3161 §2.4.1",
            )
        )
    return found


def _malformed(problem: str) -> MalformedCMSError:
    return MalformedCMSError(
        "This is no time-stamp token: {problem}.", problem=problem, clause="RFC 3161 §2.4.2"
    )
