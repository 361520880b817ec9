"""Signers from key files: PEM, DER and PKCS#12, encrypted or not.

The file is read once and the key kept in memory. The password is asked for only when the
file needs one, and neither it nor the key ever appears in a repr, a log or an error.

Spec: RFC 5208, RFC 5915, RFC 7292, RFC 8017 Annex A
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    load_der_private_key,
    load_pem_private_key,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import (
    PKCS12KeyAndCertificates,
    load_pkcs12,
)

from esign.asn1 import tags
from esign.asn1.reader import parse, read_integer
from esign.crypto.algorithms import SignatureAlgorithm, algorithms_for
from esign.crypto.signatures import PublicKey
from esign.crypto.signing import sign_octets
from esign.document import Document, DocumentLike
from esign.errors import (
    KeyAccessError,
    KeyMismatchError,
    KeyNotFoundError,
    MalformedASN1Error,
    MalformedCertificateError,
    UsageError,
    WrongPasswordError,
)
from esign.pki.certificate import Certificate, load_certificates

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

Password = str | bytes | Callable[[], str | bytes]
CertificateLike = Certificate | DocumentLike

_MAX_KEY_FILE = 1 << 20
"""Octets: a PKCS#12 with a long chain has some 20 KiB."""


def load_signer(
    key: DocumentLike,
    *,
    password: Password | None = None,
    certificate: CertificateLike | None = None,
    chain: Sequence[CertificateLike] = (),
) -> FileSigner:
    """Return a signer for the private key in a file.

    Args:
        key: path, octets or file of PEM (PKCS#1, PKCS#8, SEC1), DER or PKCS#12.
        password: the password, or a function that is called only when one is needed.
        certificate: the signer's certificate, when the key's file does not hold it.
        chain: further certificates to embed.

    Raises:
        WrongPasswordError: the password is missing or does not open the file.
        KeyNotFoundError: there is no key, or no certificate for it.
        KeyMismatchError: key and certificate do not belong together.
        KeyAccessError: the key's kind or encryption cannot be used here.
    """
    document = Document.of(key)
    name = document.name or "The key file"
    found = _read(document.whole(_MAX_KEY_FILE), name, password)
    given = () if certificate is None else _certificates(certificate)
    further = [each for item in chain for each in _certificates(item)]
    public = PublicKey.from_cryptography(found.key.public_key())
    own = _own_certificate(public, given or found.certificates, name)
    algorithms = algorithms_for(own.public_key)
    if not algorithms:
        raise KeyAccessError(
            "{name} holds a {kind} key of {bits} bits, which is not used to sign any more.",
            name=name,
            kind=public.key_type,
            bits=public.size,
        )
    pool = dict.fromkeys((*given, *further, *found.certificates))
    return FileSigner(found.key, own, _ordered(own, pool), algorithms)


class FileSigner:
    """A private key in memory with its certificate; may be shared by threads."""

    __slots__ = ("_key", "algorithms", "certificate", "chain")

    def __init__(
        self,
        key: PrivateKeyTypes,
        certificate: Certificate,
        chain: tuple[Certificate, ...],
        algorithms: tuple[SignatureAlgorithm, ...],
    ) -> None:
        self._key = key
        self.certificate = certificate
        self.chain = chain
        self.algorithms = algorithms

    def sign(self, octets: bytes, algorithm: SignatureAlgorithm) -> bytes:
        """Return the value over ``octets``; see :class:`esign.ades.ports.Signer`."""
        if algorithm not in self.algorithms:
            raise KeyMismatchError(
                "This key signs with {known}, not with {algorithm}.",
                known=", ".join(each.name for each in self.algorithms),
                algorithm=algorithm.name,
            )
        return sign_octets(self._key, octets, algorithm)

    def __repr__(self) -> str:
        return f"FileSigner({str(self.certificate.subject)!r})"

    def __reduce__(self) -> NoReturn:
        raise UsageError("A signer holds a private key and is not pickled; load it where it works.")

    def __copy__(self) -> FileSigner:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> FileSigner:
        return self


@dataclass(frozen=True, slots=True, repr=False)
class _Found:
    """What a key file held."""

    key: PrivateKeyTypes
    certificates: tuple[Certificate, ...]


class _PasswordGate:
    """Asks for the password at most once, and only when something needs it."""

    __slots__ = ("_given", "_name")

    def __init__(self, given: Password | None, name: str) -> None:
        self._given = given
        self._name = name

    def ask(self) -> bytes:
        if self._given is None:
            raise WrongPasswordError("{name} needs a password; none was given.", name=self._name)
        if callable(self._given):
            self._given = self._given()
        given = self._given
        return given.encode("utf-8", "surrogateescape") if isinstance(given, str) else given

    def refuse(self, error: TypeError | ValueError) -> NoReturn:
        raise WrongPasswordError(
            "The password does not open {name} (or the file is damaged).", name=self._name
        ) from error


def _read(octets: bytes, name: str, password: Password | None) -> _Found:
    gate = _PasswordGate(password, name)
    try:
        if b"-----BEGIN " in octets:
            return _read_pem(octets, name, gate)
        if _is_pkcs12(octets):
            return _read_pkcs12(octets, name, gate)
        return _Found(_read_der(octets, name, gate), ())
    except UnsupportedAlgorithm as error:
        raise KeyAccessError(
            "The kind of key or encryption of {name} is not supported here.", name=name
        ) from error


def _is_pkcs12(octets: bytes) -> bool:
    """Return whether it is a PFX, whose version is 3 (RFC 7292 §4)."""
    try:
        first = parse(octets).children[0]
        return first.tag == tags.INTEGER and read_integer(first) == 3
    except (MalformedASN1Error, IndexError):
        return False


def _read_pem(octets: bytes, name: str, gate: _PasswordGate) -> _Found:
    if b"PRIVATE KEY-----" not in octets:
        raise KeyNotFoundError("{name} holds no private key.", name=name)
    encrypted = b"ENCRYPTED" in octets
    try:
        key = load_pem_private_key(_key_block(octets), gate.ask() if encrypted else None)
    except (ValueError, TypeError) as error:
        if encrypted and isinstance(error, ValueError):
            gate.refuse(error)
        raise KeyNotFoundError("The private key in {name} cannot be read.", name=name) from error
    try:
        certificates = load_certificates(octets) if b"CERTIFICATE-----" in octets else ()
    except MalformedCertificateError as error:
        raise KeyNotFoundError("A certificate in {name} cannot be read.", name=name) from error
    return _Found(key, certificates)


def _key_block(octets: bytes) -> bytes:
    """Return the PEM block of the first private key; EC files begin with a block of parameters."""
    end = octets.index(b"PRIVATE KEY-----")
    start = octets.rindex(b"-----BEGIN ", 0, end)
    stop = octets.find(b"PRIVATE KEY-----", end + 1)
    return octets[start : stop + 16] if stop > 0 else octets[start:]


def _read_pkcs12(octets: bytes, name: str, gate: _PasswordGate) -> _Found:
    loaded = _open_pkcs12(octets, gate)
    if loaded.key is None:
        raise KeyNotFoundError("{name} holds certificates but no private key.", name=name)
    entries = [loaded.cert, *loaded.additional_certs]
    return _Found(
        loaded.key,
        tuple(
            Certificate.from_der(entry.certificate.public_bytes(Encoding.DER))
            for entry in entries
            if entry is not None
        ),
    )


def _open_pkcs12(octets: bytes, gate: _PasswordGate) -> PKCS12KeyAndCertificates:
    # Files without a password come in two kinds: no password, and the empty one.
    for nothing in (None, b""):
        try:
            return load_pkcs12(octets, nothing)
        except ValueError:
            continue
    try:
        return load_pkcs12(octets, gate.ask())
    except (TypeError, ValueError) as error:  # TypeError: the password is no UTF-8
        gate.refuse(error)


def _read_der(octets: bytes, name: str, gate: _PasswordGate) -> PrivateKeyTypes:
    try:
        return load_der_private_key(octets, None)
    except TypeError:  # it is encrypted
        pass
    except ValueError as error:
        raise KeyNotFoundError(
            "{name} is no private key in PEM, DER or PKCS#12.", name=name
        ) from error
    try:
        return load_der_private_key(octets, gate.ask())
    except ValueError as error:
        gate.refuse(error)


def _certificates(source: CertificateLike) -> tuple[Certificate, ...]:
    if isinstance(source, Certificate):
        return (source,)
    return load_certificates(Document.of(source).whole(_MAX_KEY_FILE))


def _own_certificate(
    public: PublicKey, certificates: Sequence[Certificate], name: str
) -> Certificate:
    for certificate in certificates:
        if certificate.public_key.is_same_key(public):
            return certificate
    if not certificates:
        raise KeyNotFoundError(
            "{name} holds a key but no certificate; say which with certificate=.", name=name
        )
    raise KeyMismatchError(
        "The key in {name} is not the key of the certificate for {subject}.",
        name=name,
        subject=certificates[0].subject,
    )


def _ordered(own: Certificate, pool: Iterable[Certificate]) -> tuple[Certificate, ...]:
    """Return the others, each after the one it issued; strangers come last."""
    rest = [each for each in pool if each != own]
    ordered: list[Certificate] = []
    current = own
    while issuer := next((each for each in rest if each.subject == current.issuer), None):
        rest.remove(issuer)
        ordered.append(issuer)
        current = issuer
    return (*ordered, *rest)
