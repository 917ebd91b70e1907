"""A check that nobody awaits is a coroutine, and a coroutine is true: such code fails here."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]

CHECK = """
import asyncio


async def may_enter(name: str) -> bool:
    return name == "Ida"


async def enter(name: str) -> str:
    {line}
    return "no"
"""

WRONG = [
    'if may_enter(name): return "yes"',
    'return "yes" if may_enter(name) else "no"',
    "may_enter(name)",
    "asyncio.create_task(may_enter(name))",
]


def test_what_is_not_awaited_is_an_error_in_every_tool():
    assert SETTINGS["pytest"]["ini_options"]["filterwarnings"] == ["error"]
    assert {"truthy-bool", "unused-awaitable"} <= {*SETTINGS["mypy"]["enable_error_code"]}
    assert SETTINGS["mypy"]["strict"] is True
    assert "RUF006" in SETTINGS["ruff"]["lint"]["select"]


async def test_a_coroutine_that_nobody_awaits_is_a_warning_which_is_an_error():
    async def may_enter() -> bool:
        return False

    forgotten = may_enter()
    with pytest.warns(RuntimeWarning, match="never awaited"):
        del forgotten


@pytest.mark.slow
@pytest.mark.parametrize("line", [*WRONG, 'if await may_enter(name): return "yes"'])
def test_a_check_that_is_not_awaited_does_not_pass_the_checkers(tmp_path: Path, line: str):
    sample = tmp_path / "sample.py"
    sample.write_text(CHECK.format(line=line))
    config = str(ROOT / "pyproject.toml")
    tools = [
        ["mypy", "--config-file", config, "--cache-dir", str(tmp_path), str(sample)],
        ["ruff", "check", "--config", config, "--select", "RUF006", "--no-cache", str(sample)],
    ]

    said = [
        subprocess.run(
            [sys.executable, "-m", *tool], capture_output=True, check=False, cwd=tmp_path
        )
        for tool in tools
    ]

    assert any(one.returncode for one in said) is (line in WRONG), [one.stdout for one in said]
