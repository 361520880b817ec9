"""Fail when a page links to a file or heading that is not there.

make docs
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def main() -> int:
    """Print every link that leads nowhere."""
    broken = [problem for page in _pages() for problem in _problems(page)]
    print("\n".join(broken), end="\n" if broken else "")
    return 1 if broken else 0


def _pages() -> Iterator[Path]:
    yield from sorted(ROOT.glob("*.md"))
    for folder in ("docs", "fixtures", "hsm"):
        yield from sorted((ROOT / folder).rglob("*.md"))


def _problems(page: Path) -> Iterator[str]:
    text = re.sub(r"^```.*?^```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    for target in LINK.findall(text):
        if "://" in target:
            continue
        name, _, heading = target.partition("#")
        file = (page.parent / name) if name else page
        where = page.relative_to(ROOT)
        if not file.exists():
            yield f"{where}: {target} does not exist"
        elif heading and heading not in _headings(file):
            yield f"{where}: {target} has no such heading"


def _headings(page: Path) -> set[str]:
    found = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in found}


if __name__ == "__main__":
    sys.exit(main())
