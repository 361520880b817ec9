"""One table of algorithms: names, object identifiers, XML URIs, key types, parameters.

Everything that speaks of an algorithm looks it up here: CMS by AlgorithmIdentifier, XML
by URI, people by name. Whether an algorithm is still good enough is no question of this
table but of a suite with dates (:mod:`esign.crypto.suites`); the table only knows what
may be read and what may be used to sign.

Spec: RFC 5754, RFC 4055, RFC 8702, RFC 8419, RFC 9231, FIPS 202
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache, partial
from typing import Protocol

from esign.asn1 import tags, writer
from esign.asn1.lazy import lazy
from esign.asn1.reader import Element, read_integer, read_oid
from esign.crypto import table
from esign.errors import MalformedASN1Error, UnsupportedAlgorithmError


class KeyType(StrEnum):
    """The kinds of public keys."""

    RSA = "RSA"
    EC = "EC"
    ED25519 = "ED25519"
    ED448 = "ED448"
    DSA = "DSA"
    UNKNOWN = "UNKNOWN"
    """Some other kind, which nothing verifies under."""


class Scheme(StrEnum):
    """How a value is made from a digest and a key."""

    PKCS1 = "RSA_PKCS1"
    PSS = "RSA_PSS"
    ECDSA = "ECDSA"
    PLAIN_ECDSA = "PLAIN_ECDSA"
    """r‖s instead of the DER SEQUENCE. Spec: BSI TR-03111 §5.2.1"""
    EDDSA = "EDDSA"
    DSA = "DSA"


class KeyFacts(Protocol):
    """What must be known of a public key to choose an algorithm for it."""

    @property
    def key_type(self) -> KeyType: ...
    @property
    def size(self) -> int: ...
    @property
    def pss_only(self) -> bool: ...


class HashState(Protocol):
    """What a digest is computed with, piece by piece."""

    def update(self, octets: bytes, /) -> None: ...
    def digest(self) -> bytes: ...


@dataclass(frozen=True, kw_only=True, eq=False)
class DigestAlgorithm:
    """One digest algorithm; there is one object for each, so ``is`` compares."""

    name: str
    hashlib_name: str
    oid: str
    uri: str | None
    size: int
    """Octets."""
    signable: bool = True
    """Whether new signatures may use it."""

    def new(self) -> HashState:
        """Return a fresh state.

        Raises:
            UnsupportedAlgorithmError: this machine's OpenSSL does not offer the algorithm.
        """
        try:
            state = self._make()
        except ValueError as error:
            raise UnsupportedAlgorithmError(
                "The OpenSSL of this machine does not offer {name}.", name=self.name
            ) from error
        return _FixedLength(state, self.size) if "shake" in self.hashlib_name else state

    def digest(self, octets: bytes) -> bytes:
        """Return the digest over ``octets``."""
        state = self.new()
        state.update(octets)
        return state.digest()

    @lazy
    def _make(self) -> Callable[[], HashState]:
        # Asked for by name, OpenSSL would look for the algorithm anew each time.
        found: Callable[[], HashState] | None = getattr(hashlib, self.hashlib_name, None)
        return found or partial(hashlib.new, self.hashlib_name)

    def identifier(self) -> bytes:
        """Return the DER AlgorithmIdentifier, parameters absent but for MD5 and SHA-1.

        Spec: RFC 5754 §2, RFC 3370 §2.1
        """
        return self._identifier

    @lazy
    def _identifier(self) -> bytes:
        parameters = (writer.null(),) if self.name in ("MD5", "SHA1") else ()
        return writer.sequence(writer.oid(self.oid), *parameters)

    def __reduce__(self) -> tuple[object, ...]:
        return digest_by_name, (self.name,)  # one object, in every process

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, kw_only=True)
class SignatureAlgorithm:
    """One signature algorithm with its parameters."""

    name: str
    key_type: KeyType
    scheme: Scheme
    digest: DigestAlgorithm | None
    """None for EdDSA, which takes the octets themselves."""
    mgf_digest: DigestAlgorithm | None = None
    salt_length: int | None = None
    """RSA-PSS: octets of salt."""
    oid: str
    uri: str | None = None
    signable: bool = True

    @lazy
    def cms_digest(self) -> DigestAlgorithm:
        """The digest CMS uses for the message-digest attribute beside this algorithm.

        Spec: RFC 8419 §3.1
        """
        if self.digest is not None:
            return self.digest
        return _DIGESTS["SHAKE256" if self.key_type is KeyType.ED448 else "SHA512"]

    def identifier(self) -> bytes:
        """Return the DER AlgorithmIdentifier for a SignerInfo.

        Spec: RFC 5754 §3, RFC 4056 §2.2, RFC 8419 §2.2
        """
        return self._identifier

    @lazy
    def _identifier(self) -> bytes:
        if self.scheme is Scheme.PKCS1:
            return writer.sequence(writer.oid(self.oid), writer.null())
        if self.scheme is Scheme.PSS:
            return writer.sequence(writer.oid(self.oid), self._pss_parameters())
        return writer.sequence(writer.oid(self.oid))

    def _pss_parameters(self) -> bytes:
        # RFC 4055 §3.1: the defaults (SHA-1, 20 octets of salt) are left out by DER.
        assert self.digest is not None
        assert self.mgf_digest is not None
        parts = []
        if self.digest.name != "SHA1":
            parts.append(writer.explicit(0, _with_null(self.digest)))
        if self.mgf_digest.name != "SHA1":
            mgf = writer.sequence(writer.oid(table.MGF1), _with_null(self.mgf_digest))
            parts.append(writer.explicit(1, mgf))
        if self.salt_length not in (20, None):
            parts.append(writer.explicit(2, writer.integer(self.salt_length)))
        return writer.sequence(*parts)

    def __hash__(self) -> int:
        return hash(self.name)  # a text keeps its hash; a pair would be hashed anew

    def __str__(self) -> str:
        return self.name


def digest_by_name(name: str) -> DigestAlgorithm:
    """Return the digest algorithm people call ``name``: case and dashes do not matter.

    Raises:
        UnsupportedAlgorithmError: nobody is called so.
    """
    found = _DIGESTS_BY_PLAIN_NAME.get(_plain(name))
    if found is None:
        raise UnsupportedAlgorithmError(
            "{name} is no digest algorithm known here; known are {known}.",
            name=name,
            known=", ".join(each.name for each in _DIGESTS.values() if each.signable),
        )
    return found


def digest_by_oid(oid: str) -> DigestAlgorithm | None:
    """Return the digest algorithm of an object identifier, or None."""
    return _DIGESTS_BY_OID.get(oid)


def digest_by_uri(uri: str) -> DigestAlgorithm | None:
    """Return the digest algorithm of an XML identifier, or None."""
    return _DIGESTS_BY_URI.get(uri)


def digest_from_identifier(element: Element) -> DigestAlgorithm | None:
    """Return the digest algorithm an AlgorithmIdentifier names, or None.

    Raises:
        MalformedASN1Error: the element is no AlgorithmIdentifier.
    """
    oid, parameters = _algorithm_identifier(element)
    if parameters is not None and parameters.tag != tags.NULL:
        return None
    return digest_by_oid(oid)


def signature_by_name(name: str) -> SignatureAlgorithm:
    """Return the signature algorithm called ``name``, for example ``RSA_PSS_SHA256``.

    Raises:
        UnsupportedAlgorithmError: nobody is called so.
    """
    found = _SIGNATURES_BY_PLAIN_NAME.get(_plain(name))
    if found is None:
        raise UnsupportedAlgorithmError(
            "{name} is no signature algorithm known here; known are {known}.",
            name=name,
            known=", ".join(each.name for each in _SIGNATURES.values() if each.signable),
        )
    return found


def signature_by_uri(uri: str) -> SignatureAlgorithm | None:
    """Return the signature algorithm of an XML identifier, or None.

    For ``…/2007/05/xmldsig-more#rsa-pss`` this is the meaning without RSAPSSParams; with
    them, :func:`rsa_pss` says what is meant.

    Spec: RFC 9231 §2.3
    """
    return _SIGNATURES_BY_URI.get(uri)


def signature_from_identifier(
    element: Element, digest: DigestAlgorithm | None
) -> SignatureAlgorithm | None:
    """Return the algorithm an AlgorithmIdentifier names, or None when it is unknown.

    Args:
        element: the AlgorithmIdentifier.
        digest: what goes with identifiers that name only a kind of key (``rsaEncryption``).

    Raises:
        MalformedASN1Error: the element is no AlgorithmIdentifier.
    """
    oid, parameters = _algorithm_identifier(element)
    if oid == table.PSS:
        return _pss_from_parameters(parameters)
    scheme = _KEY_ONLY.get(oid)
    if scheme is not None:
        return None if digest is None else _SIGNATURES.get(f"{scheme}_{digest.name}")
    return _SIGNATURES_BY_OID.get(oid)


def rsa_pss(
    digest: DigestAlgorithm, mgf_digest: DigestAlgorithm, salt_length: int
) -> SignatureAlgorithm:
    """Return RSA-PSS with these parameters, as they were read somewhere.

    The table's own algorithm (mask digest equal to the digest, salt as long as it) may
    sign; every other combination may only be read.
    """
    usual = _SIGNATURES.get(f"RSA_PSS_{digest.name}")
    if usual is not None and mgf_digest is digest and salt_length == digest.size:
        return usual
    return SignatureAlgorithm(
        name=f"RSA_PSS_{digest.name}",
        key_type=KeyType.RSA,
        scheme=Scheme.PSS,
        digest=digest,
        mgf_digest=mgf_digest,
        salt_length=salt_length,
        oid=table.PSS,
        uri=None,
        signable=False,
    )


def algorithms_for(key: KeyFacts) -> tuple[SignatureAlgorithm, ...]:
    """Return what may be signed with the key, preferred first.

    ECDSA prefers the digest as long as the curve's order, RSA SHA-256 with PKCS#1 v1.5,
    which every verifier in the field reads. Keys too short for TS 119 312 sign nothing.
    """
    if key.size < _SHORTEST.get(key.key_type, 0):
        return ()
    fitting = [each for each in _SIGNATURES.values() if each.key_type is key.key_type]
    allowed = [each for each in fitting if each.signable and each.scheme is not Scheme.PLAIN_ECDSA]
    if key.key_type is KeyType.EC:
        wanted = 32 if key.size < 384 else 48 if key.size < 512 else 64
        allowed.sort(key=lambda each: each.digest is None or each.digest.size != wanted)
    if key.pss_only:
        allowed = [each for each in allowed if each.scheme is Scheme.PSS]
    return tuple(allowed)


_SHORTEST = {KeyType.RSA: 1900, KeyType.EC: 256}
"""Bits. Spec: ETSI TS 119 312 §6 and §8"""


class _FixedLength:
    """SHAKE with the output length its identifier implies.

    Spec: RFC 8702 §3.1
    """

    __slots__ = ("_size", "_state")

    def __init__(self, state: HashState, size: int) -> None:
        self._state = state
        self._size = size

    def update(self, octets: bytes, /) -> None:
        self._state.update(octets)

    def digest(self) -> bytes:
        # only the extendable-output functions take a length, and nothing else comes here
        return self._state.digest(self._size)  # type: ignore[call-arg]


def _algorithm_identifier(element: Element) -> tuple[str, Element | None]:
    children = element.children if element.tag == tags.SEQUENCE else ()
    if not 1 <= len(children) <= 2:
        raise MalformedASN1Error(
            "An AlgorithmIdentifier is broken at octet {offset}.", offset=element.start
        )
    return read_oid(children[0]), children[1] if len(children) == 2 else None


def _pss_from_parameters(parameters: Element | None) -> SignatureAlgorithm | None:
    """Return RSA-PSS as RSASSA-PSS-params say; strange ones are unknown, never guessed.

    Spec: RFC 4055 §3.1
    """
    if parameters is None or parameters.tag != tags.SEQUENCE:
        return None  # RFC 4055 §3.1: a signature must carry them
    fields = {child.tag: child for child in parameters.children}
    allowed = {tags.context(number) for number in range(4)}
    if len(fields) != len(parameters.children) or not fields.keys() <= allowed:
        return None
    digest = _pss_digest(fields.get(tags.context(0)))
    mgf_digest = _mgf1_digest(fields.get(tags.context(1)))
    salt = _pss_number(fields.get(tags.context(2)), 20)
    trailer = _pss_number(fields.get(tags.context(3)), 1)
    if digest is None or mgf_digest is None or trailer != 1 or not 0 <= salt <= 512:
        return None
    return rsa_pss(digest, mgf_digest, salt)


def _only(field: Element) -> Element:
    children = field.children
    if len(children) != 1:
        raise MalformedASN1Error(
            "An AlgorithmIdentifier is broken at octet {offset}.", offset=field.start
        )
    return children[0]


def _pss_digest(field: Element | None) -> DigestAlgorithm | None:
    return _DIGESTS["SHA1"] if field is None else digest_from_identifier(_only(field))


def _mgf1_digest(field: Element | None) -> DigestAlgorithm | None:
    if field is None:
        return _DIGESTS["SHA1"]
    oid, parameters = _algorithm_identifier(_only(field))
    if oid != table.MGF1 or parameters is None:
        return None
    return digest_from_identifier(parameters)


def _pss_number(field: Element | None, default: int) -> int:
    return default if field is None else read_integer(_only(field))


def _with_null(digest: DigestAlgorithm) -> bytes:
    # RFC 4055 §2.1: within RSASSA-PSS-params the NULL is written; both are read.
    return writer.sequence(writer.oid(digest.oid), writer.null())


@lru_cache(maxsize=256)
def _plain(name: str) -> str:
    return "".join(character for character in name.upper() if character.isalnum())


_DIGESTS: dict[str, DigestAlgorithm] = {
    row[0]: DigestAlgorithm(
        name=row[0], hashlib_name=row[1], oid=row[2], uri=row[3], size=row[4], signable=row[5]
    )
    for row in table.DIGEST_ROWS
}
_DIGESTS_BY_PLAIN_NAME = {_plain(name): each for name, each in _DIGESTS.items()}
_DIGESTS_BY_OID = {each.oid: each for each in _DIGESTS.values()}
_DIGESTS_BY_URI = {each.uri: each for each in _DIGESTS.values() if each.uri}

_KEY_TYPES = {
    Scheme.PKCS1: KeyType.RSA,
    Scheme.PSS: KeyType.RSA,
    Scheme.ECDSA: KeyType.EC,
    Scheme.PLAIN_ECDSA: KeyType.EC,
    Scheme.DSA: KeyType.DSA,
}


def _row(scheme: Scheme, digest_name: str, oid: str, uri: str | None) -> SignatureAlgorithm:
    digest = _DIGESTS[digest_name]
    pss = scheme is Scheme.PSS
    return SignatureAlgorithm(
        name=f"{scheme}_{digest_name}",
        key_type=_KEY_TYPES[scheme],
        scheme=scheme,
        digest=digest,
        mgf_digest=digest if pss else None,
        salt_length=digest.size if pss else None,
        oid=oid,
        uri=uri,
        signable=digest.signable and scheme not in (Scheme.DSA, Scheme.PLAIN_ECDSA),
    )


def _eddsa(kind: KeyType, oid: str, uri: str) -> SignatureAlgorithm:
    return SignatureAlgorithm(
        name=kind.value, key_type=kind, scheme=Scheme.EDDSA, digest=None, oid=oid, uri=uri
    )


_SIGNATURES: dict[str, SignatureAlgorithm] = {
    each.name: each
    for each in (
        *(_row(Scheme(row[0]), *row[1:]) for row in table.SIGNATURE_ROWS),
        _eddsa(KeyType.ED25519, "1.3.101.112", table.MORE_2021 + "eddsa-ed25519"),
        _eddsa(KeyType.ED448, "1.3.101.113", table.MORE_2021 + "eddsa-ed448"),
    )
}
_SIGNATURES_BY_PLAIN_NAME = {_plain(name): each for name, each in _SIGNATURES.items()}
_SIGNATURES_BY_OID = {
    each.oid: each for each in _SIGNATURES.values() if each.scheme is not Scheme.PSS
} | {
    "1.3.14.3.2.29": _SIGNATURES["RSA_PKCS1_SHA1"],  # OIW's identifier, in old Microsoft chains
    "1.3.14.3.2.27": _SIGNATURES["DSA_SHA1"],
}
_SIGNATURES_BY_URI = {each.uri: each for each in _SIGNATURES.values() if each.uri} | {
    table.MORE_2007 + "rsa-pss": _SIGNATURES["RSA_PSS_SHA256"],
    table.MORE + "rsa-pss": _SIGNATURES["RSA_PSS_SHA256"],
}
_KEY_ONLY = {
    table.PKCS1 + "1": Scheme.PKCS1,
    "1.2.840.10045.2.1": Scheme.ECDSA,
    table.X962 + "3": Scheme.ECDSA,
    "1.2.840.10040.4.1": Scheme.DSA,
}
