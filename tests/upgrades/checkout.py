"""Checkouts of two versions, as `git pull` lays one over the other while a server runs."""

import shutil
import sys
from pathlib import Path

import frontdesk
from tests.e2e.server import Server

PACKAGE = Path(frontdesk.__file__).parent
RUN = "from frontdesk.cli.main import main; main()"


class Checkout:
    """A copy of the package, of which a server may run."""

    def __init__(self, folder: Path) -> None:
        self.package = folder / "frontdesk"
        shutil.copytree(PACKAGE, self.package, ignore=shutil.ignore_patterns("__pycache__"))

    def server(self, folder: Path) -> Server:
        """A server of what stands there when it is started."""
        made = Server(folder)
        made.program = (sys.executable, "-c", RUN)
        made.variables = {"PYTHONPATH": str(self.package.parent), "PYTHONDONTWRITEBYTECODE": "1"}
        return made

    def becomes_newer(self, version: str) -> None:
        """What a pull brings: another number, and one more step of the schema."""
        first = self.package / "__init__.py"
        text = first.read_text()
        assert f'"{frontdesk.__version__}"' in text
        first.write_text(text.replace(frontdesk.__version__, version))
        steps = self.package / "store" / "sqlite" / "migrations"
        number = 1 + max(int(path.name[:4]) for path in steps.glob("*.sql"))
        (steps / f"{number:04}_of_a_later_version.sql").write_text(
            "CREATE TABLE later (x TEXT) STRICT;"
        )

    def becomes_unusable(self) -> None:
        """So that whatever is read or loaded from now on shows."""
        for path in self.package.rglob("*"):
            if path.is_file():
                path.write_text("raise RuntimeError('of another version')\n")
