"""Many calls at once by callers of chance, and whether each of them got what is theirs.

`python -m benchmarks.calls [--calls 200] [--seed 1] [--at-once 8] [--only 37 --only 38]` lets callers in three languages
phone the whole product in this process, with Twilio's side played: they are silent, noisy, heard badly, press any key,
are delivered twice and hang up. Every fifth call the gateway has no patience, so that callers are kept waiting. Whoever
gave a complaint has to have a case or a saved draft and to have been told so, no call may go round without the caller's
doing, and no two may share a conversation, a case, a text or a number. The exit code is 1 when anything of it fails;
`--seed` and `--only` let the same callers call again.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import structlog

from tests.phone.call import Phone
from tests.phone.callers import Caller, check, let_call
from tests.phone.webhooks import SETTINGS

NEVER_HOLDS_SECONDS, SOON_HOLDS_SECONDS = 3_600.0, 0.3


def main(arguments: list[str] | None = None) -> int:
    """Let everybody call, and print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calls", description=__doc__)
    parser.add_argument("--calls", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=8)
    parser.add_argument(
        "--only", type=int, action="append", help="the number of a caller; may be given again"
    )
    chosen = parser.parse_args(arguments)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    callers = [Caller(number, chosen.seed) for number in chosen.only or range(chosen.calls)]
    print(f"{len(callers)} calls, seed {chosen.seed}", flush=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="recourse-calls-") as folder:
        asyncio.run(_run(Path(folder), callers, chosen.at_once))
    _print_wrong(callers, chosen.seed)
    _print_table(callers, time.monotonic() - began)
    return 1 if any(caller.wrong for caller in callers) else 0


async def _run(folder: Path, callers: Sequence[Caller], at_once: int) -> None:
    product = _product(folder)
    phone, patience = Phone(product.app), product.app.state.services.calls
    waiting = [caller for caller in callers if caller.number % 5 == 4]
    at_ease = [caller for caller in callers if caller.number % 5 != 4]
    for group, seconds in ((at_ease, NEVER_HOLDS_SECONDS), (waiting, SOON_HOLDS_SECONDS)):
        patience.hold_after_seconds = seconds
        await let_call(product, phone, group, at_once)
    check(product, callers)


def _product(folder: Path) -> Any:
    with warnings.catch_warnings():
        # The engine's libraries complain of each other while they are loaded.
        warnings.simplefilter("ignore")
        from tests.dialogues.house import Product, load_agent

        return Product(folder, load_agent(), **SETTINGS)


def _print_wrong(callers: Sequence[Caller], seed: int) -> None:
    for caller in callers:
        if caller.wrong:
            print(f"\nCaller {caller.number}, {caller.language}, from {caller.phone or 'nowhere'}:")
            print("\n".join(f"  {what}" for what in caller.wrong))
            print(caller.call.told() if caller.call else "")
            print(f"To play it again: python -m benchmarks.calls --seed {seed} --only {caller.number}")


def _print_table(callers: Sequence[Caller], seconds: float) -> None:
    steps = [len(caller.call.steps) for caller in callers if caller.call]
    done = Counter(what for caller in callers if caller.call for what in _done(caller))
    rows = {
        "calls": len(callers),
        **{
            f"in {language}": sum(caller.language == language for caller in callers)
            for language in ("en", "fr", "it")
        },
        "gave a complaint": sum(caller.has_told for caller in callers),
        "number withheld": sum(caller.is_withheld for caller in callers),
        "silences": done["…"],
        "keys pressed": done["["],
        "things said": done["“"],
        "calls put through": done["dials"],
        "hung up": done["hangs up"],
        "steps in the longest call": max(steps, default=0),
        "seconds": round(seconds),
        "calls with something wrong": sum(bool(caller.wrong) for caller in callers),
    }
    print()
    for name, count in rows.items():
        print(f"{name:<28}{count:>7}")


def _done(caller: Caller) -> list[str]:
    assert caller.call is not None
    doings = [what for who, what in caller.call.transcript if who in ("caller", "Twilio")]
    return [
        what.partition(" ")[0] if what.startswith("dials") else what if what == "hangs up" else what[0]
        for what in doings
    ]


if __name__ == "__main__":
    sys.exit(main())
