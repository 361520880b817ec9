"""Three documents as a portal meets them, and one dishonest change to each.

The change keeps every octet count, so that only the signature can notice it.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

from esign.terms import SignatureForm


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoDocument:
    """One document of the demonstration and how it will be tampered with."""

    name: str
    description: str
    octets: bytes
    form: SignatureForm
    honest: bytes
    """What the document says; occurs exactly once in the signed file."""
    forged: bytes
    """What a forger makes of it; of the same length."""

    def tampered(self, signed: bytes) -> bytes:
        """Return the signed file with the honest words replaced by the forged ones."""
        assert signed.count(self.honest) == 1
        return signed.replace(self.honest, self.forged)


def demo_documents() -> tuple[DemoDocument, ...]:
    """Return an application in PDF, an application form in XML, and a scanned picture."""
    return (
        DemoDocument(
            name="application.pdf",
            description="application for a business permit",
            octets=_pdf(
                (
                    "To: State Agency for Public Service (demonstration)",
                    "Application for a business permit",
                    "",
                    "I apply for a permit to open a bakery at 12 Nizami Street, Baku.",
                    "Fee paid: 100 AZN",
                )
            ),
            form=SignatureForm.PADES,
            honest=b"Fee paid: 100 AZN",
            forged=b"Fee paid: 900 AZN",
        ),
        DemoDocument(
            name="form.xml",
            description="child benefit application form",
            octets=_XML_FORM.encode("utf-8"),
            form=SignatureForm.XADES,
            honest=b"<Amount>100</Amount>",
            forged=b"<Amount>900</Amount>",
        ),
        DemoDocument(
            name="scan.png",
            description="scanned receipt",
            octets=_png(b"Receipt 2026-0001"),
            form=SignatureForm.CADES,
            honest=b"Receipt 2026-0001",
            forged=b"Receipt 2026-9999",
        ),
    )


_XML_FORM = """<?xml version="1.0" encoding="UTF-8"?>
<Application xmlns="urn:example:child-benefit" number="2026-17">
  <Applicant>
    <GivenName>Aygün</GivenName>
    <Surname>Məmmədova</Surname>
  </Applicant>
  <Benefit>
    <Amount>100</Amount>
    <Currency>AZN</Currency>
  </Benefit>
</Application>
"""


def _pdf(lines: tuple[str, ...]) -> bytes:
    """Return a one-page PDF 1.7 with the lines in Helvetica; ISO 32000-1 §7.5."""
    rows = b"".join(b"(%s) Tj T*\n" % _escaped(line) for line in lines)
    content = b"BT /F1 12 Tf 60 770 Td 20 TL\n" + rows + b"ET"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
            b"/Resources << /Font << /F1 5 0 R >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    )
    body = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    offsets = []
    for number, octets in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, octets)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return body + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table, len(objects) + 1, len(body))
    )


def _escaped(line: str) -> bytes:
    octets = line.encode("cp1252")
    return octets.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _png(remark: bytes, width: int = 96, height: int = 64) -> bytes:
    """Return a small grey picture whose comment says what it is; RFC 2083."""
    rows = b"".join(
        b"\0" + bytes((x * 2 + y * 3) % 256 for x in range(width)) for y in range(height)
    )
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
            _chunk(b"tEXt", b"Comment\0" + remark),
            _chunk(b"IDAT", zlib.compress(rows, 9)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, octets: bytes) -> bytes:
    return (
        struct.pack(">I", len(octets))
        + kind
        + octets
        + struct.pack(">I", zlib.crc32(kind + octets))
    )
