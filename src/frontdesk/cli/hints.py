"""Commands to type next, written so that they work for whoever reads them.

The program is `./start` for somebody who runs a checkout and `frontdesk` for everybody else, by its
path where the shell would not find it, as in an environment of its own under systemd. A folder that
was chosen is named again. No message may spell out a command in any other way.
"""

import shlex
import shutil
import sys
from pathlib import Path

from frontdesk.config import Config, load


def program() -> str:
    """What to type to run this program from where the reader is."""
    environment = Path(sys.prefix)
    start = environment.parent / "start"
    if environment.name != ".venv" or not start.is_file():
        installed, known = environment / "bin" / "frontdesk", shutil.which("frontdesk")
        if not installed.is_file() or (known is not None and installed.samefile(known)):
            return "frontdesk"
        return shlex.quote(str(installed))
    return "./start" if start.parent == Path.cwd() else shlex.quote(str(start))


def to_type(*words: str, config: Config | None = None) -> str:
    """A command with these words, on the folder of `config`."""
    line = [program(), shlex.join(words)]
    # Compared with what it is where nothing is set, so that it works in another shell too.
    if config is not None and config.data_dir != load({}, {}).data_dir:
        line += ["--data-dir", shlex.quote(str(config.data_dir))]
    return " ".join(line)
