"""What we write is read by other implementations as we mean it, and what we refuse they see."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from esign.crypto.algorithms import digest_by_name
from esign.document import Document
from esign.limits import Budget
from esign.pades.format import PADES
from esign.terms import SlotKind
from tests.support import cms_making
from tests.support.pdf_making import document, only, signed, stream, timestamped, updated

pytestmark = pytest.mark.interop

KEYS = [
    ("citizen", "RSA_PKCS1_SHA256"),
    ("citizen", "RSA_PSS_SHA384"),
    ("citizen-p256", "ECDSA_SHA256"),
    ("citizen-p521", "ECDSA_SHA512"),
    ("citizen-ed25519", "ED25519"),
]


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def _run(*command: str | Path) -> str:
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def _written(folder: Path, octets: bytes) -> Path:
    path = folder / "document.pdf"
    path.write_bytes(octets)
    return path


VISIBLE = {"page": 1, "box": (50, 50, 250, 110), "reason": "Təsdiq edirəm", "name": "Əliyeva Şəhla"}


@pytest.mark.parametrize(("person", "algorithm"), KEYS[:1] + KEYS[2:4])
def test_pdfsig_accepts_what_we_sign(person: str, algorithm: str, tmp_path: Path) -> None:
    """Valid, over the whole document, in the kind we say it is."""
    pdfsig = _tool("pdfsig")
    told = _run(pdfsig, "-nocert", _written(tmp_path, signed(None, person, algorithm, **VISIBLE)))
    assert "Signature is Valid" in told
    assert "Total document signed" in told
    assert "ETSI.CAdES.detached" in told
    assert "Mar 01 2026 09:30:00" in told


def test_pdfsig_sees_a_changed_octet(tmp_path: Path) -> None:
    """The sibling that differs in one octet is refused."""
    pdfsig = _tool("pdfsig")
    octets = signed().replace(b"(I apply.)", b"(I refus.)")
    assert "Signature is Valid" not in _run(pdfsig, "-nocert", _written(tmp_path, octets))


def test_pdfsig_sees_a_later_revision(tmp_path: Path) -> None:
    """What we call changed is not the whole document there either."""
    pdfsig = _tool("pdfsig")
    octets = updated(signed(), {4: stream(b"BT /F1 12 Tf 72 760 Td (I refuse.) Tj ET")})
    assert "Not total document signed" in _run(pdfsig, "-nocert", _written(tmp_path, octets))


@pytest.mark.parametrize("xref_stream", [False, True], ids=["table", "stream"])
@pytest.mark.parametrize("signatures", [1, 3])
def test_qpdf_finds_no_fault(xref_stream: bool, signatures: int, tmp_path: Path) -> None:
    """Syntax, streams and cross-references are right after several updates."""
    qpdf = _tool("qpdf")
    octets = document(xref_stream=xref_stream)
    for index in range(signatures):
        octets = signed(octets, unique=f"{index:016d}", **VISIBLE)
    told = _run(qpdf, "--check", _written(tmp_path, timestamped(octets)))
    assert "No syntax or stream encoding errors found" in told
    assert "WARNING" not in told


def test_the_text_on_the_page_can_be_searched(tmp_path: Path) -> None:
    """Another reader extracts the Azerbaijani letters from the appearance."""
    pdftotext = _tool("pdftotext")
    text = _run(pdftotext, _written(tmp_path, signed(**VISIBLE)), "-")
    assert "Əliyeva Şəhla" in text
    assert "Təsdiq edirəm" in text


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_the_appearance_stands_where_it_was_asked_for(turned: int, tmp_path: Path) -> None:
    """On pages turned four ways the ink lies in the lower left corner as seen."""
    pdftoppm = _tool("pdftoppm")
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 300] /Rotate %d >>" % turned
    octets = signed(document({3: page}), page=1, box=(10, 10, 110, 60), text="ƏĞŞÇÖÜİı")
    _run(pdftoppm, "-r", "72", "-gray", _written(tmp_path, octets), tmp_path / "page")
    (picture,) = tmp_path.glob("page*.pgm")
    width, height, rows = _picture(picture.read_bytes())
    assert (width, height) == ((400, 300) if turned in (0, 180) else (300, 400))
    dark = [
        (x, height - y) for y in range(height) for x in range(width) if rows[y * width + x] < 100
    ]
    assert len(dark) > 50
    assert all(9 <= x <= 111 and 9 <= y <= 61 for x, y in dark)


def _picture(octets: bytes) -> tuple[int, int, bytes]:
    kind, size, depth, rows = octets.split(b"\n", 3)
    assert (kind, depth) == (b"P5", b"255")
    width, height = map(int, size.split())
    return width, height, rows


@pytest.mark.parametrize(("person", "algorithm"), KEYS)
def test_pyhanko_accepts_what_we_sign(person: str, algorithm: str, tmp_path: Path) -> None:
    """Intact, valid, over the entire file, at level B-B."""
    status = _pyhanko_status(signed(None, person, algorithm, **VISIBLE), person)
    assert status.intact
    assert status.valid
    assert status.coverage.name == "ENTIRE_FILE"


def test_pyhanko_sees_nothing_but_a_further_signature(tmp_path: Path) -> None:
    """Its own difference analysis agrees that a second signature changed nothing else."""
    octets = signed(signed(**VISIBLE), unique="f" * 16, **VISIBLE)
    status = _pyhanko_status(octets, "citizen", index=0, difference=True)
    assert status.intact
    assert status.valid
    assert status.docmdp_ok
    assert status.modification_level.name == "FORM_FILLING"


def test_pyhanko_reads_the_timestamp_in_the_hole() -> None:
    """The token put into an existing signature is found there."""
    octets = signed(timestamp_reserve=4000)
    slot = PADES.open_timestamp_slot(
        Document.of(octets),
        SlotKind.SIGNATURE_TIMESTAMP,
        Budget(),
        signature_id=only(octets).id,
        digest_algorithm=digest_by_name("SHA256"),
    )
    assert slot.imprint is not None
    stamped = PADES.fill(slot, cms_making.token(slot.imprint)).whole()
    validity = _pyhanko_status(stamped, "citizen").timestamp_validity
    assert validity is not None
    assert validity.intact
    assert validity.valid


def _embedded(octets: bytes):  # type: ignore[no-untyped-def]
    import io

    from pyhanko.pdf_utils.reader import PdfFileReader

    return PdfFileReader(io.BytesIO(octets)).embedded_signatures


def _pyhanko_status(  # type: ignore[no-untyped-def]
    octets: bytes, person: str, *, index: int = 0, difference: bool = False
):
    from asn1crypto import x509
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    certificate = x509.Certificate.load(cms_making.certificate(person).der)
    context = ValidationContext(
        trust_roots=[certificate], moment=cms_making.TIME, revocation_mode="soft-fail"
    )
    return validate_pdf_signature(_embedded(octets)[index], context, skip_diff=not difference)
