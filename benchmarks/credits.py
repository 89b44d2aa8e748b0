"""The long proof that no credit is given twice: round after round of two customers who accept the same one at once.

`python -m benchmarks.credits [--rounds 100] [--seed 1]` runs the real product, and a provider's systems with a ledger
of their own, each in a folder of its own. In every round two conversations over two channels accept the same offer at
once, each sends its yes three times, and one process is killed at one moment between the decision and the answer. It
prints a line for each round and a table at the end; the exit code is 1 when anything was doubled, lost or wrongly told.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from itertools import product as pairs
from pathlib import Path

from tests.faults.credits import Outcome, round_of, settings_for
from tests.faults.product import Product
from tests.faults.systems import MOMENTS, serving_systems

VICTIMS = ("actions", "engine", "gateway", "clock")


def main(arguments: list[str] | None = None) -> int:
    """Play as many rounds as asked, or until one comes to no end."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.credits", description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="recourse-credits-"))
    began = time.monotonic()
    kills, outcomes = Counter[tuple[str, str]](), list[Outcome]()
    with serving_systems(folder / "systems") as systems:
        product = Product(folder, **settings_for(systems))
        try:
            product.start()
            for number, (victim, moment) in enumerate(_plan(chosen.rounds, chosen.seed), start=1):
                kills[victim, moment] += 1
                chance, since = random.Random(f"{chosen.seed} {number}"), time.monotonic()
                outcomes.append(round_of(product, systems, victim, moment, chance))
                _print_round(number, victim, moment, outcomes[-1], time.monotonic() - since)
        except AssertionError as failure:
            outcomes.append(Outcome(lost=["the round came to no end"]))
            print(f"Round {len(outcomes)}: {failure}", file=sys.stderr)
        finally:
            product.stop()
    _print_table(kills, outcomes, (time.monotonic() - began) / 60)
    if any(outcome.wrong for outcome in outcomes):
        print(f"See {folder}", file=sys.stderr)
        return 1
    return 0


def _plan(rounds: int, seed: int) -> list[tuple[str, str]]:
    """Return who is killed when: every process at every moment, as often as the others, in an order of chance."""
    every = [*pairs(VICTIMS, MOMENTS)]
    plan = (every * (rounds // len(every) + 1))[:rounds]
    random.Random(seed).shuffle(plan)
    return plan


def _print_round(number: int, victim: str, moment: str, outcome: Outcome, seconds: float) -> None:
    print(
        f"{number:4} {victim:<8} killed when {moment:<9} {outcome.credits} credit, "
        f"{outcome.waited} told to wait {seconds:6.1f} s {'; '.join(outcome.wrong)}",
        flush=True,
    )


def _print_table(kills: Counter[tuple[str, str]], outcomes: list[Outcome], minutes: float) -> None:
    print(f"\n{'killed':<10}" + "".join(f"{moment:>10}" for moment in MOMENTS) + f"{'all':>10}")
    for victim in VICTIMS:
        counts = [kills[victim, moment] for moment in MOMENTS]
        print(f"{victim:<10}" + "".join(f"{count:>10}" for count in (*counts, sum(counts))))
    rows = {
        "rounds": len(outcomes),
        "conversations that accepted": 2 * len(outcomes),
        "of them told to wait at first": sum(outcome.waited for outcome in outcomes),
        "credits given": sum(outcome.credits for outcome in outcomes),
        "doubled": sum(bool(outcome.doubled) for outcome in outcomes),
        "lost": sum(bool(outcome.lost) for outcome in outcomes),
        "wrongly told": sum(bool(outcome.wrongly_told) for outcome in outcomes),
        "minutes": round(minutes),
    }
    print()
    for name, count in rows.items():
        print(f"{name:<30}{count:>10}")


if __name__ == "__main__":
    sys.exit(main())
