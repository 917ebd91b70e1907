"""Run seeds by hand: `python -m tests.simulation --seeds 10000`, or one with `--seed 17`."""

import argparse
import sys
import time

from tests.simulation.simulate import simulate


def main() -> int:
    """Returns the exit status: 1 if a promise was broken."""
    asked = argparse.ArgumentParser(prog="python -m tests.simulation")
    asked.add_argument("--seed", type=int, help="this one alone")
    asked.add_argument("--seeds", type=int, default=300, help="so many")
    asked.add_argument("--first", type=int, default=0, help="from this one on")
    asked.add_argument("--stop", action="store_true", help="at the first that fails")
    told = asked.parse_args()
    seeds = [told.seed] if told.seed is not None else range(told.first, told.first + told.seeds)
    began, steps, failed = time.monotonic(), 0, list[int]()
    done = 0
    for seed in seeds:
        outcome = simulate(seed)
        done += 1
        steps += outcome.steps
        if outcome.findings:
            failed.append(seed)
            print(f"{outcome.end}\n", *outcome.findings, f"seed {seed}", sep="\n", flush=True)
            if told.stop:
                break
    seconds = time.monotonic() - began
    print(f"{done} seeds, {steps} steps, {seconds:.1f} s, failed: {failed}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
