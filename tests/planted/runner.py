"""Plants known bugs, one at a time, and asks whether the tests notice.

A test that cannot fail proves nothing, so for each promise that matters there is a patch that
breaks it, and the one test that must fail then. The patch is applied to a copy of the tree, never
to the tree. The happy path must still pass there: a bug that breaks everything is noticed by
everybody and proves nothing about that test.

A patch begins with what the bug is (`Bug:`) and the test that must fail (`Fails:`).
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
HAPPY_PATH = "tests/web/test_happy_path.py::test_a_guest_is_helped_from_hello_to_goodbye"
COPIED = ("src", "tests", "pyproject.toml")

# One copy and two tests; a busy machine takes ten times the usual two seconds.
MOST_S = 60


class Bug(NamedTuple):
    """A patch, what it breaks, and the test that has to notice."""

    patch: Path
    what: str
    test: str


def read(patch: Path) -> Bug:
    """The bug in this file.

    Raises:
        ValueError: it does not say what it is, or which test must fail.
    """
    text = patch.read_text(encoding="utf-8")
    what, test = (re.search(rf"^{word}: (.+)$", text, re.M) for word in ("Bug", "Fails"))
    if what is None or test is None:
        raise ValueError(f"{patch.name} lacks its lines `Bug:` and `Fails:`")
    return Bug(patch, what[1], test[1])


def try_out(bug: Bug) -> tuple[str, float]:
    """What is wrong with this bug, if anything: an empty text if its test has noticed it.

    Returns:
        That, and the seconds that it took.
    """
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="frontdesk-planted-") as folder:
        copy = Path(folder)
        wrong = _plant(bug, copy) or _run(bug, copy)
    return wrong, time.monotonic() - began


def _plant(bug: Bug, copy: Path) -> str:
    leave_out = shutil.ignore_patterns("e2e", "planted", "*.patch", "__pycache__", ".*_cache")
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=leave_out)
        else:
            shutil.copy2(ROOT / name, copy / name)
    # Away from any repository: in one, `git apply` leaves out what lies elsewhere in silence.
    alone = {**os.environ, "GIT_CEILING_DIRECTORIES": str(copy.parent)}
    applied = subprocess.run(
        ["git", "apply", "--verbose", str(bug.patch)],
        cwd=copy,
        env=alone,
        capture_output=True,
        text=True,
        check=False,
    )
    if applied.returncode or "Applied patch" not in applied.stderr:
        return f"the patch no longer applies\n{applied.stderr.rstrip()}"
    return ""


def _run(bug: Bug, copy: Path) -> str:
    """Run both tests against the copy, and judge."""
    options = ["-q", "-rA", "--tb=no", "-p", "no:cacheprovider", "--timeout=20"]
    try:
        ran = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                *options,
                "--rootdir",
                str(copy),
                bug.test,
                HAPPY_PATH,
            ],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": str(copy / "src"), "PYTHONHASHSEED": "0"},
            capture_output=True,
            text=True,
            timeout=MOST_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"the tests took more than {MOST_S} s"
    return judge(ran.stdout, bug.test)


def judge(report: str, test: str) -> str:
    """What is wrong, going by pytest's summary; an empty text if the bug was noticed."""
    told = re.findall(r"^(PASSED|FAILED|ERROR|SKIPPED|XFAIL) (\S+)", report, re.M)
    # A test with parameters is all of its cases.
    own = [verdict for verdict, name in told if name == test or name.startswith(f"{test}[")]
    happy = [verdict for verdict, name in told if name == HAPPY_PATH]
    if not own or any(verdict == "ERROR" for verdict, _ in told):
        return f"{test} could not be run\n{report.rstrip()}"
    if "FAILED" not in own:
        return f"{test} did not notice"
    if happy != ["PASSED"]:
        return "the happy path fails too, so that anybody would have noticed"
    return ""


def main(wanted: Sequence[str]) -> int:
    """Try out all bugs, or those whose names hold one of the words. Returns the exit status."""
    patches = sorted((ROOT / "tests" / "planted").glob("*.patch"))
    bugs = [read(one) for one in patches if not wanted or any(word in one.name for word in wanted)]
    failed = 0
    with ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2)) as threads:
        for bug, (wrong, seconds) in zip(bugs, threads.map(try_out, bugs), strict=True):
            failed += bool(wrong)
            print(
                f"{'FAILED' if wrong else 'noticed'} {seconds:5.1f} s  {bug.patch.stem}", flush=True
            )
            if wrong:
                print(f"    {bug.what}\n    {wrong}".replace("\n", "\n    "), flush=True)
    print(f"{len(bugs) - failed} passed, {failed} failed")
    return 1 if failed or not bugs else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
