"""Files written whole or not at all.

A temporary file in the target's own directory takes the octets, is flushed to the disk,
and only then takes the target's name. Devices and pipes cannot be replaced; they are
written directly and every error of theirs is told.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path

from esign.document import Document
from esign.errors import OutputError


def write_whole(document: Document, target: Path, *, overwrite: bool) -> None:
    """Write all octets to ``target``, or leave it as it was.

    Raises:
        OutputError: it exists and may not be replaced, or cannot be written.
    """
    try:
        if _is_special(target):
            _write_directly(document, target)
        else:
            _write_beside(document, target, overwrite=overwrite)
    except OSError as error:
        raise OutputError(
            "{path} cannot be written: {reason}. Nothing was left behind.",
            path=target,
            reason=error.strerror or error,
        ) from error


def _is_special(target: Path) -> bool:
    """Return whether it is there and neither a file nor a directory (a device, a pipe)."""
    try:
        mode = target.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _write_directly(document: Document, target: Path) -> None:
    with target.open("wb", buffering=0) as sink:
        document.write_to(sink)


def _write_beside(document: Document, target: Path, *, overwrite: bool) -> None:
    if not overwrite and os.path.lexists(target):
        raise _exists(target)
    # Through a symbolic link the file it points to is replaced, not the link.
    final = Path(os.path.realpath(target)) if target.is_symlink() else target
    partial = final.with_name(f".{final.name[:40]}-{secrets.token_hex(8)}.part")
    try:
        with partial.open("xb") as sink:
            document.write_to(sink)
            sink.flush()
            os.fsync(sink.fileno())
        if final.exists():
            partial.chmod(stat.S_IMODE(final.stat().st_mode))
        _take_name(partial, final, overwrite=overwrite)
    except BaseException:
        with contextlib.suppress(OSError):
            partial.unlink()
        raise


def _take_name(partial: Path, final: Path, *, overwrite: bool) -> None:
    if overwrite:
        partial.replace(final)
        return
    try:
        final.hardlink_to(partial)  # unlike a rename, this never replaces what came meanwhile
    except FileExistsError as error:
        raise _exists(final) from error
    except OSError:  # a file system without hard links
        if os.path.lexists(final):
            raise _exists(final) from None
        partial.replace(final)
        return
    partial.unlink()


def _exists(target: Path) -> OutputError:
    return OutputError(
        "{path} exists; it is replaced only when you say so (overwrite, --overwrite).", path=target
    )
