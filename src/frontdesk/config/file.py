"""The file of settings: TOML, one key for each setting. There are no secrets among them.

Nothing here judges a value; it only says what stands in the file, or why nothing can be read.
"""

from pathlib import Path

from frontdesk.config.bad import BadSetting
from frontdesk.config.kinds import full_path

# Hundreds of times what all settings take with a comment each; what is larger is another file.
FILE_BYTES = 65_536

# What the parser says of a line can repeat the line.
REASON_CHARS = 160


def read(source: str, written: str) -> tuple[Path, dict[str, object]]:
    """What stands in the file.

    Args:
        source: who names it, a flag or a variable.
        written: its path, as it was typed.

    Returns:
        Its path and its keys.

    Raises:
        BadSetting: there is no such file, or it is none of settings.
    """
    wanted = "the path of a file"
    try:
        if not written.strip():
            raise ValueError(wanted)
        path = full_path(written, wanted)
    except ValueError as wrong:
        raise BadSetting(f"{source} is {written[:80]!r}, but it takes {wrong}.") from None
    try:
        return path, _parsed(_text(path))
    except ValueError as wrong:
        raise BadSetting(f"{source} names {path}, but {wrong}.") from None


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(FILE_BYTES + 1)
    except FileNotFoundError:
        raise ValueError("there is no such file") from None
    except IsADirectoryError:
        raise ValueError("that is a folder, not a file") from None
    except OSError as error:
        raise ValueError(f"it cannot be read: {error.strerror}") from None
    if len(raw) > FILE_BYTES:
        raise ValueError(f"it is larger than {FILE_BYTES // 1024} KiB")
    try:
        # Some editors begin every text with a mark of three bytes.
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"it is no text in UTF-8, from byte {error.start + 1} on") from None


def _parsed(text: str) -> dict[str, object]:
    # Not above: it takes longer than all the rest, and few have a file.
    import tomllib

    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("it is no TOML: too many brackets within each other") from None
    except ValueError as error:
        reason = " ".join(str(error).split())[:REASON_CHARS].rstrip(".")
        raise ValueError(f"it is no TOML: {reason}") from None
