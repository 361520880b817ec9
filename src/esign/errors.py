"""The error tree: who is at fault, and what to do next.

A bad signature is not an error but a verdict (:mod:`esign.validation.report`). What is
raised here is the caller's mistake, an unreadable input, or a key or network in trouble.
Every error carries a :class:`~esign.messages.Message` and, where a program may want
them, fields. No error ever carries a PIN, a password, key octets or document content.
"""

from __future__ import annotations

from esign.messages import Message


class EsignError(Exception):
    """The base of everything this library raises on purpose.

    The first argument is an English template with ``{named}`` values; the values follow
    as keywords and stay readable as ``error.values``.
    """

    def __init__(self, template: str, /, **values: object) -> None:
        self.message = Message(template, **values)
        super().__init__(template)

    @property
    def values(self) -> dict[str, object]:
        """The named values of the sentence."""
        return dict(self.message.values)

    def __str__(self) -> str:
        return str(self.message)

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.message.template, dict(self.message.values))


def _rebuild(kind: type[EsignError], template: str, values: dict[str, object]) -> EsignError:
    error = kind.__new__(kind)
    EsignError.__init__(error, template, **values)
    return error


class UsageError(EsignError):
    """The caller asked for something that cannot be, or left something out."""


class InputError(EsignError):
    """The document, or another given file, is at fault."""


class InputUnreadableError(InputError):
    """The file cannot be opened or read; the cause is chained."""


class UnrecognisedFormatError(InputError):
    """The content is no form of signature or document known here."""


class MalformedError(InputError):
    """The input breaks the rules of its own form so far that it cannot be read."""


class MalformedASN1Error(MalformedError):
    """Octets that should be BER or DER are not."""


class MalformedCertificateError(MalformedError):
    """A certificate, CRL or OCSP response cannot be read."""


class MalformedCMSError(MalformedError):
    """A CMS structure does not follow RFC 5652."""


class MalformedXMLError(MalformedError):
    """An XML document is not well-formed, or carries what is refused (a DTD, entities)."""


class MalformedPDFError(MalformedError):
    """A PDF's structure cannot be followed."""


class MalformedTrustedListError(MalformedError):
    """A trusted list does not follow TS 119 612 so far that nothing can be told from it."""


class TrustedListError(InputError):
    """A trusted list can be read but not relied on.

    Its signature, signer, territory, version, sequence number or date is at fault; the
    sentence says which, and what to do.
    """


class EncryptedPDFError(InputError):
    """The PDF is encrypted, and passwords cannot be given yet; decrypt it first."""


class TrustNotReadyError(InputError):
    """The trust anchors cannot be relied on: none, past their time, stale or not whole."""


class LimitExceededError(InputError):
    """An input would cost more than a named limit allows.

    ``values`` holds ``limit`` (its name) and ``bound`` (its value).
    """


class DeadlineExceededError(EsignError):
    """The total time the caller allowed for the call is over."""


class UnsupportedAlgorithmError(EsignError):
    """An algorithm is unknown, or may be read but never used to sign."""


class KeyAccessError(EsignError):
    """The key, its file, or the token that holds it is at fault."""


class WrongPasswordError(KeyAccessError):
    """The password does not open the key file; try again with the right one."""


class KeyNotFoundError(KeyAccessError):
    """The place was opened, but holds no key that fits."""


class KeyMismatchError(KeyAccessError):
    """Key and certificate, or key and algorithm, do not belong together."""


class NetworkError(EsignError):
    """A server could not be used; ``values`` holds ``url``."""


class TransportRefusedError(NetworkError):
    """The address is not one this process may contact (see the allow-list)."""


class SourceError(NetworkError):
    """Certificates or revocation data could not be fetched."""


class AnswerUnusableError(SourceError):
    """The server did answer, but with an error or beside the point."""


class CacheError(EsignError):
    """The cache of fetched evidence cannot be used; verifying goes on without it."""


class TimestampingError(NetworkError):
    """The time-stamping authority could not give a usable token."""


class TSARejectedError(TimestampingError):
    """The authority answered with a status other than granted (RFC 3161 §2.4.2)."""


class TSAUnreachableError(TimestampingError):
    """The authority did not answer in time, or not in its protocol."""


class TSATokenRefusedError(TimestampingError):
    """The authority answered, but its token does not stand up to judgement."""


class CreationError(EsignError):
    """A signature could not be made from sound inputs; nothing was written."""


class ReservationTooSmallError(CreationError):
    """The hole in a PDF is smaller than what must go in; ``needed`` and ``reserved``."""


class LevelUnreachableError(CreationError):
    """The level asked for cannot be reached; ``level`` and ``missing``."""


class SessionMismatchError(CreationError):
    """An answer belongs to another session, document, digest or certificate."""


class OutputError(EsignError):
    """The result cannot be written where it was asked for; the document is untouched."""
