"""What an operator reads of a soak. The soak itself is in tests/e2e/test_soak.py."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from frontdesk.cli import main
from frontdesk.trials import soak as trial

DONE = {
    "messages": 2_000,
    "rounds": 1,
    "kills": 2,
    "stops": 1,
    "replayed": 7,
    "fates": {"cut": 3},
    "lines": {"socket": 20, "sse": 5, "poll": 6},
    "changes": 9,
    "seconds": 10.0,
    "memory_mib": 60,
}


class Operator:
    """Somebody who soaks; what comes of it is given."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.plan: Any = None
        self.folder = Path()
        self.outcome: dict[str, Any] = {}
        monkeypatch.setattr(trial, "run", self._run)

    async def _run(self, plan: trial.Plan, folder: Path, **more: Any) -> trial.Result:
        self.plan, self.folder = plan, folder
        result = trial.Result(seed=plan.seed, **{**DONE, **self.outcome})
        more["on_news"](result)
        return result

    def types(self, *words: str, **outcome: Any) -> Result:
        self.outcome = outcome
        return CliRunner().invoke(main.cli, ["soak", *words], prog_name="frontdesk")


@pytest.fixture
def operator(monkeypatch: pytest.MonkeyPatch) -> Operator:
    return Operator(monkeypatch)


def test_a_report_says_what_was_done_and_that_all_was_kept(operator: Operator):
    told = operator.types("--seed", "7")

    assert told.exit_code == 0
    lines = told.stdout.splitlines()
    assert lines[0] == "messages        2,000 in 10 s, 200 a second"
    assert "lost 0, doubled 0, out of order 0" in lines
    assert "memory          60 MiB at most, of the soak itself" in lines
    assert lines[-1] == "All promises were kept. Seed 7."
    assert told.stderr.startswith("Seed 7. 20,000 messages between 20 clients.\n")
    assert operator.folder.name.startswith("frontdesk-soak-")
    assert not operator.folder.exists(), "it is thrown away"


def test_broken_promises_are_counted_and_named_and_are_a_failure(operator: Operator):
    broken = {"lost": 1, "gap": 1, "doubled": 3, "stuck": 1}

    told = operator.types(broken=broken, findings=["Ana did not hear it"])

    assert told.exit_code == 1
    assert "lost 2, doubled 3, out of order 0, stuck 1" in told.stdout
    assert "Ana did not hear it" in told.stdout
    assert f"PROMISES WERE BROKEN. Seed {operator.plan.seed}." in told.stdout


def test_a_server_that_was_never_ended_is_no_success(operator: Operator):
    told = operator.types("--seed", "7", kills=0, stops=0, untried=True)

    assert told.exit_code == 1
    assert told.stdout.splitlines()[-1].startswith("LITTLE WAS TRIED: the server was never ended.")
    assert json.loads(operator.types("--json", untried=True).stdout)["kept"] is False


def test_the_page_explains_each_line_of_the_report_and_each_name_in_the_json(operator: Operator):
    page = (Path(__file__).parents[2] / "docs" / "operations" / "soak.md").read_text()
    table = page[page.index("## The report") :]

    for line in operator.types().stdout.splitlines()[:-2]:
        assert f"| `{line[:16].strip()}` |" in table
    for name in json.loads(operator.types("--json").stdout):
        assert f"`{name}`" in table


def test_the_report_as_json(operator: Operator):
    told = operator.types("--json", "--seed", "7")

    assert json.loads(told.stdout) == DONE | {
        "seed": 7,
        "broken": {},
        "findings": [],
        "untried": False,
        "kept": True,
    }


def test_what_is_typed_is_what_is_done(operator: Operator):
    words = "--messages 5 --clients 4 --seed 1 --kill-every 0 --most 9"
    operator.types(*words.split())

    assert operator.plan == trial.Plan(messages=5, clients=4, seed=1, kill_every_s=0.0, most_s=9.0)
    assert operator.types("--clients", "1").exit_code == 2


def test_each_run_has_a_seed_of_its_own(operator: Operator):
    seeds = set()
    for _ in range(3):
        operator.types()
        seeds.add(operator.plan.seed)

    assert len(seeds) == 3
