"""Print how fast and how frugal esign is beside its peers, measured in the same run.

    make bench                       everything, several minutes
    python bench/run.py small        one part: small, large, startup, lists, chains

Ratios are what counts; rates depend on the machine. The exit code is 1 when a bound is missed.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench import chains, large, lists, small, startup  # noqa: E402 - the checkout is put on the path first
from bench.measure import Row  # noqa: E402

PARTS = {
    "lists": lists.rows,
    "startup": startup.rows,
    "small": small.rows,
    "large": large.rows,
    "chains": chains.rows,
}
_LINE = "{work:<58} {peer:<30} {ours:>12} {theirs:>12} {ratio:>8} {bound:>9}  {verdict}"


def main() -> int:
    """Run the parts asked for and print each row as it is there."""
    parser = argparse.ArgumentParser(description="Measure esign against its peers.")
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], default=[])
    parts = parser.parse_args().parts or list(PARTS)
    heads = ("work", "peer", "ours", "theirs", "ratio", "bound", "verdict")
    print(_LINE.format(**{name: name for name in heads}))
    missed = 0
    for part in parts:
        for row in PARTS[part]():
            print(_text(row), flush=True)
            missed += not row.reached
    return 1 if missed else 0


def _text(row: Row) -> str:
    return _LINE.format(
        work=row.work,
        peer=row.peer,
        ours=f"{row.ours:.4g} {row.unit}",
        theirs=f"{row.theirs:.4g} {row.unit}",
        ratio=f"{row.ratio:.2f}",
        bound=f"{'<=' if row.at_most else '>='} {row.bound:g}",
        verdict="ok" if row.reached else "MISSED",
    )


if __name__ == "__main__":
    sys.exit(main())
