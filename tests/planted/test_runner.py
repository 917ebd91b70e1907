import re
from difflib import unified_diff
from pathlib import Path

import pytest

from tests.planted.runner import HAPPY_PATH, ROOT, judge, read, try_out

PATCHES = sorted((ROOT / "tests" / "planted").glob("*.patch"))
TEST = "tests/desk/test_queue.py::test_it"
HAPPY = f"PASSED {HAPPY_PATH}\n"


@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch.stem)
def test_every_bug_names_a_test_that_is_there(patch: Path):
    bug = read(patch)

    path, _, name = bug.test.partition("::")
    # One case of a test may be enough.
    name = name.rpartition("::")[2].partition("[")[0]
    found = [ROOT / path, *(ROOT / "tests" / "contracts").glob("*.py")]
    assert any(re.search(rf"def {name}\(", file.read_text()) for file in found), bug.test
    assert bug.what.endswith(".")


def test_every_bug_has_a_number_of_its_own():
    numbers = [patch.name.partition("-")[0] for patch in PATCHES]

    assert all(re.fullmatch(r"\d\d", number) for number in numbers)
    assert len(set(numbers)) == len(numbers)


def test_a_patch_without_its_header_is_a_fault(tmp_path: Path):
    patch = tmp_path / "01-x.patch"
    patch.write_text("Bug: It is slow.\n--- a/x\n+++ b/x\n")

    with pytest.raises(ValueError, match="Fails"):
        read(patch)


def test_a_bug_is_noticed_if_its_test_fails_and_the_happy_path_does_not():
    assert judge(f"FAILED {TEST}\n{HAPPY}", TEST) == ""
    assert judge(f"PASSED {TEST}[a]\nFAILED {TEST}[b]\n{HAPPY}", TEST) == ""


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (f"PASSED {TEST}\n{HAPPY}", "did not notice"),
        (f"PASSED {TEST}\nFAILED {TEST}_too\n{HAPPY}", "did not notice"),
        (f"FAILED {TEST}\nFAILED {HAPPY_PATH}\n", "happy path"),
        (f"FAILED {TEST}\n", "happy path"),
        (f"ERROR {TEST}\n{HAPPY}", "could not be run"),
        (f"FAILED {TEST}\nERROR {HAPPY_PATH}\n", "could not be run"),
        (HAPPY, "could not be run"),
        ("no tests ran", "could not be run"),
    ],
)
def test_anything_else_is_a_failure(report: str, said: str):
    assert said in judge(report, TEST)


@pytest.mark.parametrize(
    "diff",
    [
        "--- a/src/frontdesk/__init__.py\n+++ b/src/frontdesk/__init__.py\n"
        "@@ -1,1 +1,1 @@\n-never there\n+x\n",
        "--- a/src/nothing.py\n+++ b/src/nothing.py\n@@ -1,1 +1,1 @@\n-x\n+y\n",
        "",
    ],
)
def test_a_patch_that_no_longer_applies_is_a_failure(tmp_path: Path, diff: str):
    patch = tmp_path / "01-x.patch"
    patch.write_text(f"Bug: It is not.\nFails: {TEST}\n\n{diff}")

    wrong, _ = try_out(read(patch))

    assert "no longer applies" in wrong


@pytest.mark.slow
def test_a_patch_that_breaks_nothing_is_a_failure(tmp_path: Path):
    patch = tmp_path / "01-x.patch"
    path = "src/frontdesk/desk/queue.py"
    before = (ROOT / path).read_text().splitlines(keepends=True)
    diff = unified_diff(before, [*before, "# Nothing.\n"], f"a/{path}", f"b/{path}")
    test = "tests/desk/test_queue.py::test_guests_wait_in_the_order_in_which_they_came"
    patch.write_text(f"Bug: It is not.\nFails: {test}\n\n{''.join(diff)}")

    wrong, _ = try_out(read(patch))

    assert "did not notice" in wrong
