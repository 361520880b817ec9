"""Feed damaged fixtures to everything that parses, for as long as asked.

    make fuzz                       a minute
    make fuzz SECONDS=3600          an hour
    python tests/fuzz/run.py --seed 7 --seconds 10

Whatever happens must be one of our own errors or a verdict, within five seconds; and a change of
a covered octet must never pass. The first surprise is written to a file and its name printed.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import esign  # noqa: E402 - the checkout is put on the path first
from tests.fuzz.damage import damaged  # noqa: E402
from tests.fuzz.targets import Target, targets  # noqa: E402

LONGEST = 5.0
"""Seconds one input may take."""


def main() -> int:
    """Damage and judge until the time is over."""
    parser = argparse.ArgumentParser(description="Feed damaged fixtures to every parser.")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=None)
    arguments = parser.parse_args()
    seed = random.randrange(1 << 32) if arguments.seed is None else arguments.seed
    print(f"seed {seed}")
    chance = random.Random(seed)
    count = 0
    end = time.monotonic() + arguments.seconds
    pool = targets()
    while time.monotonic() < end:
        target = chance.choice(pool)
        octets = damaged(target.octets, chance)
        problem = surprise(target, octets)
        if problem is not None:
            path = Path(f"surprise-{target.name}.bin")
            path.write_bytes(octets)
            print(f"{target.name}: {problem}; the input is in {path}")
            return 1
        count += 1
    print(f"{count} inputs, no surprise")
    return 0


def surprise(target: Target, octets: bytes) -> str | None:
    """Return what went wrong with one input, or None."""
    start = time.monotonic()
    try:
        passed = target.judge(octets)
    except esign.EsignError:
        passed = False
    except Exception as error:  # noqa: BLE001 - finding these is what a fuzzer is for
        return f"{type(error).__name__}: {error}"
    if time.monotonic() - start > LONGEST:
        return f"took {time.monotonic() - start:.1f} seconds"
    if passed and target.means_something(octets):
        return "passed although it was changed"
    return None


if __name__ == "__main__":
    sys.exit(main())
