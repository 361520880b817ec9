"""A signed document, and how it reaches a file: whole or not at all."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import BinaryIO

from esign.creation.writing import write_whole
from esign.document import Document
from esign.errors import OutputError
from esign.messages import Message
from esign.terms import Packaging, SignatureForm, SignatureLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedDocument:
    """What signing or time-stamping made; nothing is written until asked."""

    document: Document
    form: SignatureForm
    level: SignatureLevel
    packaging: Packaging
    signature_id: str
    """The id of the signature made or raised (see ``AdESSignature.id``)."""
    warnings: tuple[Message, ...] = ()
    unsafe_unverified_tsa: bool = False
    """The time-stamp was built in without being judged."""
    sources: tuple[Path, ...] = ()
    """Files that were read to make it; none of them is ever overwritten."""

    @property
    def label(self) -> str:
        """Form and level as people write them: ``PAdES-B-T``."""
        return self.level.label(self.form)

    @property
    def size(self) -> int:
        """Octets."""
        return self.document.size

    def octets(self) -> bytes:
        """Return everything as one ``bytes``."""
        return self.document.read(0, self.document.size)

    def write(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """Write the document to ``path``, whole or not at all, and return the path.

        Raises:
            OutputError: the file exists and ``overwrite`` is not set, it is the very
                document that was signed, or it cannot be written.
        """
        target = Path(path)
        if any(_same_file(source, target) for source in self.sources):
            raise OutputError(
                "{path} is the document that was signed; write the result elsewhere.", path=path
            )
        write_whole(self.document, target, overwrite=overwrite)
        return target

    def write_to(self, sink: BinaryIO) -> None:
        """Write the document to an open binary file.

        Raises:
            OutputError: the file does not take it.
        """
        try:
            self.document.write_to(sink)
        except BrokenPipeError:
            raise  # whoever reads has gone; that is no fault of the output
        except OSError as error:
            raise OutputError(
                "The signed document cannot be written: {reason}.", reason=error.strerror or error
            ) from error

    def suggested_name(self, name: str) -> str:
        """Return a name for the result beside a document called ``name``."""
        path = PurePath(name)
        if self.form is SignatureForm.CADES:
            return name + (".p7s" if self.packaging is Packaging.DETACHED else ".p7m")
        if self.form is SignatureForm.PADES:
            return f"{path.stem}-signed.pdf"
        if self.packaging is Packaging.DETACHED:
            return f"{name}-signature.xml"
        return f"{path.stem}-signed.xml"

    def describe(self) -> str:
        """Return one sentence for people: what it is, and what should be known of it."""
        parts = [f"{self.label}, {self.packaging.value.lower().replace('_', ' ')}"]
        parts += [f"warning: {warning}" for warning in self.warnings]
        return "; ".join(parts)


def _same_file(source: Path, target: Path) -> bool:
    try:
        return source.samefile(target)
    except OSError:
        return False
