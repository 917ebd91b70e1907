"""Where a link of a page leads in the site.

A page leads to pages by their files, as on a forge, and to whatever else is in the checkout: that
is put into the site as well. A link that leads nowhere is a fault.
"""

import os
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from tools.handbook.pages import Page, is_elsewhere

# What browsers show as it is. All else gets another name, since a server may say of it that it is
# to be saved, or that it is a film.
SHOWN = {".json", ".png", ".txt"}


class Links:
    """Leads from one page to the other, and notes what leads nowhere and what else is needed."""

    def __init__(self, root: Path, pages: Mapping[PurePosixPath, Page]) -> None:
        self._root = root
        self._pages = pages
        self.faults: list[str] = []
        # Files and folders that are no pages, and where they stand in the site.
        self.files: dict[PurePosixPath, PurePosixPath] = {}

    def to(self, page: Page, target: str) -> str:
        """Where this link of that page leads, as it is written in the site."""
        if is_elsewhere(target):
            return target
        name, mark, place = target.partition("#")
        path = page.leads_to(name) if name else page.path
        found = self._pages.get(path)
        if found is None:
            return self._to_file(page, path, target)
        if place and place not in {one.id for one in found.headings}:
            self.faults.append(f"{page.path}: {target} names no heading of {path}")
        away = "" if found is page else between(page.address, found.address)
        return away + mark + place

    def _to_file(self, page: Page, path: PurePosixPath, target: str) -> str:
        if not (self._root / path).exists():
            self.faults.append(f"{page.path}: {target} leads nowhere")
        shown = path if path.suffix in SHOWN else path.with_name(path.name + ".txt")
        self.files[path] = shown
        return between(page.address, shown)


def content(file: Path) -> bytes:
    """What the site has of a file; of a folder all its files, one after the other."""
    if not file.is_dir():
        return file.read_bytes()
    files = sorted(one for one in file.iterdir() if one.is_file())
    return b"\n".join(f"==> {one.name} <==\n\n".encode() + one.read_bytes() for one in files)


def between(here: PurePosixPath, there: PurePosixPath) -> str:
    """The way from one file of the site to another."""
    return os.path.relpath(there, here.parent)
