"""Kills builds, at random moments and at chosen system calls, and counts what the index lost by it.

Run it with `python -m benchmarks.chaos --trials 500 --seed 1`. A kill is SIGKILL: what the program wrote stays with the
system, so this says nothing of a power cut.
"""

import argparse
import sys
import time

from benchmarks.killed import run
from benchmarks.toll import Toll


def main() -> None:
    """Print the table; exit with 1 if anything was lost."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos")
    parser.add_argument("--trials", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    began = time.monotonic()
    tolls = run(asked.trials, asked.seed)
    whole = sum(tolls.values(), Toll())
    print("| kind of kill | trials | kills that hit | lost | duplicates | unreadable | misses |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for kind, toll in [*tolls.items(), ("all", whole)]:
        counts = (toll.trials, toll.kills, toll.lost, toll.duplicates, toll.unreadable, toll.misses)
        print(f"| {kind} | {' | '.join(map(str, counts))} |")
    print(f"\nSeed {asked.seed}, {time.monotonic() - began:.0f} s of wall time.", *whole.said, sep="\n")
    sys.exit(bool(whole.said))


if __name__ == "__main__":
    main()
