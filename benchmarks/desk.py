"""How fast the desk answers with a full house: 200 open conversations and 50,000 past cases.

`python -m benchmarks.desk [--cases 50000] [--open 200] [--rounds 60]` fills a store of its own (SQLite in a new folder, or
the empty database that DESK_BENCH_DATABASE_URL names), serves the gateway, lets ten agents follow the queue, and asks for
each page so many times. It prints the median and the 95th percentile of each in milliseconds, and how long a customer's line
takes from being sent until it is at the agent's screen. The exit code is 1 when the queue, a conversation or a case takes
150 ms or more at the 95th percentile, or a line 300 ms or more.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx

from bot.cases.agent import Agent
from bot.cases.case import AGENT, ASSISTANT, WAITING
from bot.desk import live
from bot.gateway.app import create_app
from bot.settings import Settings
from bot.store import Store, migrate, open_store
from bot.store.case_lists import Wanted
from tests.browser.live import serving
from tests.desk.agents import HERE, signed_in_desk_of
from tests.gateway.fakes import FakeEngine
from tests.store.many import AGENTS, Made, fill, made

PAGE_MS, LINE_MS = 150.0, 300.0
FOLLOWERS = 10
CONVERSATIONS_TO_A_CASE = 3.05
"""What is made up for tests has many conversations that were left before there was a case."""

BOUND = {"queue", "conversation", "case"}


def main(arguments: list[str] | None = None) -> int:
    """Fill the store, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.desk", description=__doc__)
    parser.add_argument("--cases", type=int, default=50_000)
    parser.add_argument("--open", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=60)
    chosen = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="recourse-desk-"))
    url = os.environ.get("DESK_BENCH_DATABASE_URL") or f"sqlite:///{folder / 'recourse.db'}"
    settings = Settings(data_dir=folder, database_url=url)
    migrate(url)
    store = open_store(url)
    began = time.monotonic()
    some = _fill(store, chosen.cases, chosen.open)
    print(f"Filled in {time.monotonic() - began:.0f} s: {_counts(store)}", flush=True)
    product = type("Product", (), {"app": create_app(settings, store, FakeEngine()), "store": store})()
    with serving(product) as served:
        desk = signed_in_desk_of(product.app, store, "lead")
        cookies = dict(desk.client.cookies)
        measured = asyncio.run(_measured(served.url, cookies, some, chosen.rounds))
    store.dispose()
    return _print(measured)


def _fill(store: Store, cases: int, still_open: int) -> list[Made]:
    """Put conversations into the store until there are so many cases, the last ones open; return some with cases."""
    with store.unit() as unit:
        for name in AGENTS:
            unit.agents.add(Agent(name, f"{name}@example.com", name.upper()), "hash")
    some: list[Made] = []
    past = int(cases * CONVERSATIONS_TO_A_CASE)
    everything = _with_holders(made(past + still_open), past)
    while batch := list(islice(everything, 500)):
        fill(store, batch)
        some = [one for one in batch if one.case] or some
    return some


def _with_holders(everything: Iterator[Made], past: int) -> Iterator[Made]:
    for place, one in enumerate(everything):
        conversation = one.conversation
        conversation.holder = ASSISTANT if place < past else (WAITING, AGENT)[place % 2]
        conversation.held_since = None if place < past else conversation.created_at
        conversation.agent_id = AGENTS[0] if conversation.holder == AGENT else None
        yield one


def _counts(store: Store) -> str:
    with store.view() as unit:
        lines = unit.holdings.queue()
        cases = unit.case_lists.count(Wanted(), 1_000_000)
    return f"{len(lines)} open conversations, {cases} cases"


async def _measured(
    url: str, cookies: dict[str, str], some: list[Made], rounds: int
) -> dict[str, list[float]]:
    limits = httpx.Limits(max_connections=100)
    async with httpx.AsyncClient(base_url=url, cookies=cookies, timeout=60, limits=limits) as agent:
        followers = [asyncio.create_task(_follow(agent, "/desk/stream")) for _ in range(FOLLOWERS)]
        await asyncio.sleep(1)
        number = lambda place: some[place % len(some)].case.tracking_number  # type: ignore[union-attr]  # noqa: E731
        pages: dict[str, Callable[[int], str]] = {
            "queue": lambda _: "/desk",
            "conversation": lambda place: f"/desk/conversations/{some[place % len(some)].conversation.id}",
            "case": lambda place: f"/desk/cases/{number(place)}",
            "list of cases": lambda _: "/desk/cases",
            "search by words": lambda _: "/desk/cases?q=dial+tone",
            "search by name": lambda _: "/desk/cases?q=L%C3%A9a",
            "search, none found": lambda _: "/desk/cases?q=xylophone",
        }
        measured = {}
        for name, address in pages.items():
            await _is_there(agent, address)
            measured[name] = [await _timed(agent, address(place)) for place in range(rounds)]
        measured["report of a month"] = [await _timed(agent, "/desk/reports") for _ in range(5)]
        measured["line to the agent"] = await _lines(agent, rounds)
        for follower in followers:
            follower.cancel()
    return measured


async def _is_there(agent: httpx.AsyncClient, address: Callable[[int], str]) -> None:
    """See that the page is there at all, whether it asks for a reason first or not."""
    answer = await agent.get(address(0))
    assert answer.status_code in (200, 403), answer.status_code


async def _timed(agent: httpx.AsyncClient, address: str) -> float:
    began = time.perf_counter()
    await agent.get(address)
    return (time.perf_counter() - began) * 1000


async def _follow(
    agent: httpx.AsyncClient, address: str, seen: Callable[[str], Any] = lambda _: None
) -> None:
    async with agent.stream("GET", address, timeout=None) as stream:
        async for line in stream.aiter_lines():
            seen(line)


async def _lines(agent: httpx.AsyncClient, rounds: int) -> list[float]:
    """Let a customer write to the agent who has them, and time each line until it is at the agent's screen."""
    opened = (await agent.post("/api/chat", json={"language": "en"})).json()
    chat, headers = opened["conversation"], {"Authorization": f"Bearer {opened['token']}"}
    page = (await agent.get("/desk/account")).text
    token = page.split('name="token" value="')[1].split('"')[0]
    # a conversation that nobody waits in is nobody's work, so a reason comes first
    reason = {"token": token, "kind": "conversations", "name": chat, "reason": "quality"}
    await agent.post("/desk/reasons", data=reason, headers={"Origin": str(agent.base_url).rstrip("/")})
    claimed = await agent.post(
        f"/desk/conversations/{chat}/claim",
        data={"token": token},
        headers={**HERE, "Origin": str(agent.base_url).rstrip("/")},
    )
    assert claimed.status_code == 303, claimed.status_code
    at: dict[str, float] = {}

    def seen(line: str) -> None:
        if "line number " in line:
            at.setdefault(line.split("line number ")[1].split()[0], time.perf_counter())

    follower = asyncio.create_task(_follow(agent, f"/desk/conversations/{chat}/stream", seen))
    await asyncio.sleep(0.5)
    taken = []
    for place in range(rounds):
        began = time.perf_counter()
        text = f"line number {place} of them"
        await agent.post(
            f"/api/chat/{chat}/messages", headers=headers, json={"id": f"m{place}", "text": text}
        )
        while str(place) not in at and time.perf_counter() - began < 2 * live.POLL_SECONDS:
            await asyncio.sleep(0.005)
        taken.append((at.get(str(place), float("inf")) - began) * 1000)
    follower.cancel()
    return taken


def _print(measured: dict[str, list[float]]) -> int:
    print(f"{'':22}{'times':>6}{'median':>9}{'p95':>9}   (milliseconds)")
    is_slow = False
    for name, taken in measured.items():
        p95 = quantiles(taken, n=20)[-1]
        bar = LINE_MS if name == "line to the agent" else PAGE_MS if name in BOUND else None
        is_slow |= bar is not None and p95 >= bar
        told = "" if bar is None else f"   under {bar:.0f}" if p95 < bar else f"   NOT under {bar:.0f}"
        print(f"{name:22}{len(taken):6}{median(taken):9.1f}{p95:9.1f}{told}")
    return int(is_slow)


if __name__ == "__main__":
    sys.exit(main())
