"""One GiB: time against hashing (or hashing and copying to the disk) the same file, and memory.

Each job runs in a process of its own, which first does the same on a small file (so that
everything is imported and the idle process is the one that matters), then on the large one.

    python -m bench.large JOB FOLDER       one job, as JSON
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.measure import Row, forget_peak, peak_megabytes, resident_megabytes

GIBIBYTE = 1 << 30
MEMORY_BOUND = 100.0
TIME_BOUND = 1.3


def rows(size: int = GIBIBYTE) -> Iterator[Row]:
    """Yield time and memory rows for every job."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write_large(folder / "large.bin", size)
        (folder / "small.bin").write_bytes(b"small" * 100)
        for job in JOBS:
            yield from _rows_of(job, folder)


def _rows_of(job: str, folder: Path) -> Iterator[Row]:
    run = subprocess.run(
        [sys.executable, "-m", "bench.large", job, str(folder)],
        check=True,
        capture_output=True,
        text=True,
    )
    found = json.loads(run.stdout)
    peer = "hashing and copying to disk" if job == "sign CAdES attached" else "hashing"
    yield Row(
        work=f"{job}, 1 GiB",
        peer=peer,
        ours=found["seconds"],
        theirs=found["peer_seconds"],
        unit="s",
        bound=TIME_BOUND,
        at_most=True,
    )
    yield Row(
        work=f"{job}, 1 GiB: memory beyond the idle process",
        peer="100 MiB",
        ours=found["megabytes"],
        theirs=MEMORY_BOUND,
        unit="MiB",
        bound=1.0,
        at_most=True,
    )


def _write_large(path: Path, size: int) -> None:
    block = hashlib.shake_256(b"large").digest(1 << 20)
    with path.open("wb") as file:
        for _ in range(size >> 20):
            file.write(block)


def _measure(job: str, folder: Path) -> dict[str, float]:
    work = JOBS[job]
    work(folder, "small.bin")
    idle = resident_megabytes()
    peer = _hash_and_copy if job == "sign CAdES attached" else _hash
    times: dict[str, list[float]] = {"ours": [], "peer": []}
    peak = 0.0
    for _ in range(3):
        times["peer"].append(_timed(lambda: peer(folder, "large.bin")))
        forget_peak()
        times["ours"].append(_timed(lambda: work(folder, "large.bin")))
        peak = max(peak, peak_megabytes())
    return {
        "seconds": min(times["ours"]),
        "peer_seconds": min(times["peer"]),
        "megabytes": peak - idle,
    }


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _hash(folder: Path, name: str) -> None:
    state = hashlib.sha256()
    with (folder / name).open("rb") as file:
        while chunk := file.read(1 << 20):
            state.update(chunk)


def _hash_and_copy(folder: Path, name: str) -> None:
    """Copy as the signed file is written: beside, flushed to the disk, then renamed."""
    _hash(folder, name)
    partial = folder / "copy.part"
    shutil.copyfile(folder / name, partial)
    with partial.open("rb+") as file:
        os.fsync(file.fileno())
    partial.replace(folder / "copy")


def _sign(folder: Path, name: str, *, form: str, packaging: str) -> None:
    import esign
    from bench.small import signer

    signed = esign.sign(
        folder / name,
        signer=signer("citizen"),
        form=esign.SignatureForm[form],
        packaging=esign.Packaging[packaging],
    )
    signed.write(_signed(folder, name, form, packaging), overwrite=True)


def _verify(folder: Path, name: str, *, form: str, packaging: str) -> None:
    import esign
    from bench.small import POLICY, TRUST

    signed = _signed(folder, name, form, packaging)
    if not signed.exists():
        _sign(folder, name, form=form, packaging=packaging)
    report = esign.verify(
        signed,
        trust=TRUST,
        policy=POLICY,
        detached=() if packaging == "ENVELOPING" else (folder / name,),
        offline=True,
        timeout=None,
    )
    report.require_passed()


def _signed(folder: Path, name: str, form: str, packaging: str) -> Path:
    return folder / f"{name}.{form}.{packaging}"


def _job(act: Callable[..., None], form: str, packaging: str) -> Callable[[Path, str], None]:
    return lambda folder, name: act(folder, name, form=form, packaging=packaging)


JOBS: dict[str, Callable[[Path, str], None]] = {
    "sign CAdES attached": _job(_sign, "CADES", "ENVELOPING"),
    "verify CAdES attached": _job(_verify, "CADES", "ENVELOPING"),
    "sign CAdES detached": _job(_sign, "CADES", "DETACHED"),
    "verify CAdES detached": _job(_verify, "CADES", "DETACHED"),
    "sign XAdES detached": _job(_sign, "XADES", "DETACHED"),
    "verify XAdES detached": _job(_verify, "XADES", "DETACHED"),
}


if __name__ == "__main__":
    json.dump(_measure(sys.argv[1], Path(sys.argv[2])), sys.stdout)
