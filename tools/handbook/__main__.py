"""Builds the site into a folder: `.venv/bin/python -m tools.handbook OUT`.

OUT is made if it is not there. Files of an older site in it are written over, and others are left.
"""

import sys
from pathlib import Path

from tools.handbook.pages import Faults
from tools.handbook.site import built

ROOT = Path(__file__).parents[2]


def main(arguments: list[str]) -> int:
    """Build it; 0 if it is there, 1 if something is wrong with the pages, 2 if it was asked ill."""
    if len(arguments) != 1 or arguments[0].startswith("-"):
        sys.stderr.write(f"{__doc__}")
        return 2
    try:
        site = built(ROOT)
    except Faults as wrong:
        sys.stderr.write(f"{wrong}\nThere is no site with {len(wrong.faults)} faults.\n")
        return 1
    out = Path(arguments[0])
    for address, content in site.items():
        file = out / address
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    sys.stdout.write(f"{(out / 'index.html').resolve()}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
