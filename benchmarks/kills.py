"""The long proof: complaint after complaint with a process killed in the middle of each, and nothing lost or doubled.

`python -m benchmarks.kills [--kills 200] [--seed 1]` runs the real product on a port and in a folder of its own and
prints one line for each kill. Every fifth blow falls on the supervisor, so the product is also started again.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.faults.product import Product
from tests.faults.rounds import undisturbed, with_a_kill

VICTIMS = ("engine", "actions", "gateway", "clock", "supervisor")


def main(arguments: list[str] | None = None) -> int:
    """Kill as often as asked; return 1 and keep the folder when anything was lost or done twice."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    chance = random.Random(chosen.seed)
    folder = Path(tempfile.mkdtemp(prefix="recourse-kills-"))
    product = Product(folder, ENGINE_TIMEOUT_SECONDS="5")
    began, survived = time.monotonic(), Counter[str]()
    try:
        product.start()
        expected = undisturbed(product)
        for number in range(chosen.kills):
            victim, question = VICTIMS[number % len(VICTIMS)], chance.choice(expected.asked)
            since = time.monotonic()
            if with_a_kill(product, victim, question, chance) != expected:
                raise AssertionError("the complaint went another way than when nobody is killed")
            survived[victim] += 1
            seconds = time.monotonic() - since
            print(f"{number + 1:4} {victim:<10} killed at {question:<13} {seconds:6.1f} s", flush=True)
    except AssertionError as failure:
        print(
            f"After {sum(survived.values())} kills, seed {chosen.seed}: {failure}\nSee {folder}",
            file=sys.stderr,
        )
        return 1
    finally:
        product.stop()
    minutes = (time.monotonic() - began) / 60
    told = ", ".join(f"{victim} {count}" for victim, count in survived.items())
    print(
        f"{sum(survived.values())} kills in {minutes:.0f} minutes ({told}): nothing lost, nothing done twice"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
