"""The fictional national lists, altered and signed again in memory.

octets = altered("zz.xml", (b"granted", b"withdrawn"))     # unsigned
signed = issue(octets, "zz-list")
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from esign.errors import SourceError
from esign.limits import Budget
from esign.pki.certificate import Certificate, load_certificates
from esign.trustlists.kept import CheckedList, checked
from esign.trustlists.making import sign_list
from esign.trustlists.reading import read_list
from fixtures import list_files, pki_files
from fixtures.vector_files import KeptSigner

ISSUED = list_files.SECOND_ISSUE
NOW = ISSUED + timedelta(days=40)
EXPIRED = datetime(2027, 1, 1, tzinfo=UTC)
GRANTED = list_files.GRANTED
WITHDRAWN = list_files.WITHDRAWN


def fixture(name: str) -> bytes:
    """Return a list as it is kept, signed."""
    return (list_files.HERE / name).read_bytes()


def certificate(name: str) -> Certificate:
    """Return a certificate of the test PKI."""
    path = pki_files.HERE / "certificates" / f"{name}.crt"
    (found,) = load_certificates(path.read_bytes())
    return found


def altered(name: str, *changes: tuple[bytes, bytes]) -> bytes:
    """Return a kept list without its signature, each text replaced wherever it stands."""
    octets = fixture(name)
    start = octets.index(b"<ds:Signature")
    end = octets.index(b"</ds:Signature>") + len(b"</ds:Signature>")
    octets = octets[:start] + octets[end:]
    for old, new in changes:
        assert old in octets, old
        octets = octets.replace(old, new)
    return octets


def issue(octets: bytes, signer: str = "zz-list", at: datetime = ISSUED) -> bytes:
    """Return the list signed by a key of the test PKI."""
    unique = sha256(octets).hexdigest()[:32]
    return sign_list(octets, KeptSigner(name=signer), at=at, unique=unique)


def kept(octets: bytes, location: str = "https://lists.esign.test/zz.xml") -> CheckedList:
    """Return a list as if it had just been checked."""
    return checked(read_list(octets, Budget()), location=location, signer="00")


class Shelf:
    """A source of lists in memory; counts what was asked."""

    def __init__(self, **lists: bytes) -> None:
        self.lists = {f"https://lists.esign.test/{name}.xml": o for name, o in lists.items()}
        self.fetched: list[str] = []

    def fetch(self, location: str, known: str | None, budget: Budget) -> bytes | None:
        """Return the octets, or None for the digest that is known."""
        octets = self.lists.get(location)
        if octets is None:
            raise SourceError("{url} answered with status 404.", url=location)
        if sha256(octets).hexdigest() == known:
            return None
        self.fetched.append(location)
        return octets


def list_of_lists(*pointers: tuple[str, str, str], pivots: tuple[str, ...] = ()) -> bytes:
    """Return an unsigned list of lists; each pointer is territory, location and signer."""
    written = "".join(_pointer(*each) for each in pointers)
    start = altered("zz.xml").partition(b"<TrustServiceProviderList>")[0].decode()
    for old, new in (
        ("TSLType/ZZlist", "TSLType/ZZlistofthelists"),
        (
            "<ListIssueDateTime>",
            f"<PointersToOtherTSL>{written}</PointersToOtherTSL><ListIssueDateTime>",
        ),
        (
            "<SchemeInformationURI>",
            "<SchemeInformationURI>" + "".join(f'<URI xml:lang="en">{uri}</URI>' for uri in pivots),
        ),
    ):
        assert old in start
        start = start.replace(old, new, 1)
    return (start + "</TrustServiceStatusList>").encode()


def _pointer(territory: str, location: str, signer: str) -> str:
    from esign.xml.markup import base64_text

    kind = "ZZlistofthelists" if territory == "ZZ" and "lotl" in location else "ZYlist"
    return (
        "<OtherTSLPointer><ServiceDigitalIdentities><ServiceDigitalIdentity><DigitalId>"
        f"<X509Certificate>{base64_text(certificate(signer).der)}</X509Certificate>"
        "</DigitalId></ServiceDigitalIdentity></ServiceDigitalIdentities>"
        f"<TSLLocation>{location}</TSLLocation><AdditionalInformation>"
        "<OtherInformation><TSLType>http://uri.etsi.org/TrstSvc/TrustedList/TSLType/"
        f"{kind}</TSLType></OtherInformation>"
        f"<OtherInformation><SchemeTerritory>{territory}</SchemeTerritory></OtherInformation>"
        '<OtherInformation><MimeType xmlns="http://uri.etsi.org/02231/v2/additionaltypes#">'
        "application/vnd.etsi.tsl+xml</MimeType></OtherInformation>"
        "</AdditionalInformation></OtherTSLPointer>"
    )
