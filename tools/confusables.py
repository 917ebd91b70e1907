"""Writes src/frontdesk/desk/confusables.py: which letters pass for which ASCII ones.

Run by hand after a new Unicode version, with `confusable-homoglyphs` and `disarm` installed, which
carry Unicode's confusables.txt; neither is needed to run or to test Frontdesk. Never part of the
package.
"""

import json
import textwrap
import unicodedata
from collections import defaultdict
from importlib.resources import files
from pathlib import Path

import disarm  # type: ignore[import-not-found]

TARGET = Path(__file__).parents[1] / "src/frontdesk/desk/confusables.py"

# Letters in coloured circles and squares and the letters of flags: symbols to Unicode, so that
# its table has none of them.
ALPHABETS = (0x1F150, 0x1F170, 0x1F1E6)

HEAD = '''"""Letters and signs that pass for ASCII ones, by what they pass for. Written by
tools/confusables.py; not for editing.

Source: confusables.txt of Unicode's security mechanisms (UTS 39), version {version}, as carried
by the packages disarm (which adds a few) and confusable-homoglyphs. Copyright Unicode, Inc.; used
under the Unicode License V3 (SPDX: Unicode-3.0).

The signs stand here folded for case and compatibility and without their accents, as `names.py`
looks them up. They are escaped, because the whole point of them is that nobody can tell them by
looking. Only data; decides nothing.
"""

LOOK_LIKE = {{
'''


def main() -> None:
    path = files("confusable_homoglyphs") / "confusables.json"
    direct = json.loads(path.read_text(encoding="utf-8"))
    # Where a capital and its small letter look like different things, the small one counts:
    # a name is mostly small letters.
    found: dict[str, str] = {}
    for small in (False, True):
        for code in range(0x80, 0x110000):
            letter = chr(code)
            if unicodedata.category(letter) in {"Cs", "Co", "Cn"}:
                continue
            key = bare(unicodedata.normalize("NFKC", letter).casefold())
            if len(key) != 1 or key.isascii() or (key == letter) is not small:
                continue
            twins = [entry["c"] for entry in direct.get(letter, [])]
            for twin in (disarm.normalize_confusables(letter), *twins[: len(twins) == 1]):
                target = bare(twin).casefold()
                if target.isascii() and target.isalnum():
                    found[key] = target
                    break
    for first in ALPHABETS:
        found |= {chr(first + n): chr(ord("a") + n) for n in range(26)}
    TARGET.write_text(module(found), encoding="utf-8")


def bare(text: str) -> str:
    return "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text)
        if not unicodedata.combining(letter)
    )


def module(found: dict[str, str]) -> str:
    by_target: defaultdict[str, list[str]] = defaultdict(list)
    for key, target in sorted(found.items()):
        by_target[target].append(escape(key))
    lines = [HEAD.format(version=disarm.CONFUSABLES_VERSION)]
    for target, keys in sorted(by_target.items()):
        rows = textwrap.wrap(" ".join(keys), 88)
        if len(rows) == 1:
            lines.append(f'    "{target}": "{rows[0].replace(" ", "")}",\n')
            continue
        lines.append(f'    "{target}": (\n')
        lines += [f'        "{row.replace(" ", "")}"\n' for row in rows]
        lines.append("    ),\n")
    return "".join([*lines, "}\n"])


def escape(letter: str) -> str:
    code = ord(letter)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


if __name__ == "__main__":
    main()
