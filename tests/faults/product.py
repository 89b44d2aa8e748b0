"""The real product as an operator runs it: four processes and their supervisor, on a port and in a folder of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import fields
from pathlib import Path
from typing import Any

import httpx

from bot.run import SUPERVISOR_PID
from bot.settings import Settings

ROOT = Path(__file__).parents[2]
DESK_TOKEN = "desk-token-of-the-fault-tests"
PROCESSES = ("engine", "actions", "gateway", "clock")

READY_WITHIN_SECONDS = 480  # a first start trains the model
WELL_AGAIN_WITHIN_SECONDS = 240  # an engine starts in fifteen, on a busy machine in many times that


class Product:
    """The running product; everything is asked of it from outside, through HTTP, its files and its processes."""

    def __init__(self, folder: Path, **settings: str) -> None:
        """`settings` go to the product as environment variables; it is not started yet."""
        self.folder, self.data = folder, folder / "data"
        self.output = folder / "output.log"
        self.port = _free_port()
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=60, trust_env=False)
        # Empty means not set, and wins over what a developer keeps in .env.
        unset = {setting.name.upper(): "" for setting in fields(Settings) if setting.name != "model_dir"}
        ours = {
            "PORT": str(self.port),
            "HOST": "127.0.0.1",
            "DATA_DIR": str(self.data),
            "DESK_API_TOKEN": DESK_TOKEN,
            "MESSAGES_PER_MINUTE": "100000",
            "MESSAGES_PER_MINUTE_ADDRESS": "100000",
            "CONVERSATIONS_PER_MINUTE_ADDRESS": "100000",
        }
        # Should the tests themselves be killed, the product goes with them.
        with_us = {SUPERVISOR_PID: str(os.getpid())}
        self._environment = os.environ | unset | ours | with_us | settings
        self._supervisor: subprocess.Popen[bytes] | None = None

    # ── Its life ───────────────────────────────────────────────────────────────────────────────────

    def start(self) -> None:
        """Start it and wait until customers can be served."""
        with open(self.output, "ab") as output:
            self._supervisor = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.wait_until_well(READY_WITHIN_SECONDS)

    def stop(self) -> None:
        """End it as Ctrl-C would, by force when that does not help."""
        self.http.close()
        if self._supervisor is None:
            return
        self._supervisor.send_signal(signal.SIGINT)
        try:
            self._supervisor.wait(40)
        except subprocess.TimeoutExpired:
            self._supervisor.kill()
            self._supervisor.wait()

    def wait_until_well(self, seconds: float = WELL_AGAIN_WITHIN_SECONDS) -> None:
        """Wait until every process runs and answers."""
        self.until(self._is_well, seconds, "the product is not ready")

    def _is_well(self) -> bool:
        assert self._supervisor is not None and self._supervisor.poll() is None, self.told()
        try:
            return len(self.pids()) == len(PROCESSES) and self.http.get("/readyz").status_code == 200
        except httpx.HTTPError:
            return False

    def until(self, condition: Callable[[], Any], seconds: float, otherwise: str) -> Any:
        """Wait for a condition and return what it said; fail with `otherwise` and the end of the log."""
        give_up_at = time.monotonic() + seconds
        while not (said := condition()):
            assert time.monotonic() < give_up_at, f"{otherwise} after {seconds} s\n{self.told()}"
            time.sleep(0.05)
        return said

    def told(self) -> str:
        """Return the end of what its processes wrote, for a failing test's message."""
        return self.output.read_text(errors="replace")[-6000:] if self.output.exists() else ""

    # ── Its processes ──────────────────────────────────────────────────────────────────────────────

    def pids(self) -> dict[str, int]:
        """Return the running processes by name, as the kernel knows them."""
        assert self._supervisor is not None
        running = {}
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit() and (found := _verb_of_child(folder, self._supervisor.pid)):
                running[found] = int(folder.name)
        return running

    def kill(self, victim: str) -> None:
        """Kill a process as the kernel does when memory runs out: it learns nothing of it."""
        if victim != "supervisor":
            os.kill(self.pids()[victim], signal.SIGKILL)
            return
        assert self._supervisor is not None
        children = self.pids()
        self._supervisor.kill()
        self._supervisor.wait()
        self.until(lambda: not any(map(_lives, children.values())), 10, "children outlive the supervisor")

    # ── What it keeps ──────────────────────────────────────────────────────────────────────────────

    def outbox(self) -> list[dict[str, Any]]:
        """Return what has left the house, oldest first; a line that is being written is not there yet."""
        file = self.data / "outbox.jsonl"
        written = file.read_bytes() if file.exists() else b""
        return [json.loads(line) for line in written.splitlines(keepends=True) if line.endswith(b"\n")]

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return what the database holds."""
        with closing(sqlite3.connect(self.data / "recourse.db", timeout=30)) as database:
            return database.execute(query, values).fetchall()

    def forget_accounts(self) -> None:
        """Make the demo's accounts as they were: nothing credited, no case, no code sent, nobody mistaken."""
        with closing(sqlite3.connect(self.data / "recourse.db", timeout=30)) as database, database:
            for table in ("books", "instructions", "codes", "attempts"):
                database.execute(f"DELETE FROM {table}")
            # The cases stay, and are nobody's: whoever complains next has not come back about the same thing.
            database.execute("UPDATE cases SET account_number = NULL")

    def come_by(self, conversation: str, channel: str) -> None:
        """Have a conversation held over another channel."""
        with closing(sqlite3.connect(self.data / "recourse.db", timeout=30)) as database, database:
            database.execute("UPDATE conversations SET channel = ? WHERE id = ?", (channel, conversation))

    def let_time_pass(self) -> None:
        """Make due what the clock would carry out later, whoever had claimed it."""
        with closing(sqlite3.connect(self.data / "recourse.db", timeout=30)) as database, database:
            database.execute(
                "UPDATE instructions SET due_at = '2000-01-01 00:00:00.000000', claimed_until = NULL"
                " WHERE due_at IS NOT NULL"
            )

    def case(self, tracking_number: str) -> dict[str, Any]:
        """Return a case as desks read it."""
        response = self.http.get(
            f"/api/cases/{tracking_number}", headers={"Authorization": f"Bearer {DESK_TOKEN}"}
        )
        assert response.status_code == 200, response.text
        return dict(response.json())


def _verb_of_child(process: Path, parent: int) -> str | None:
    try:
        # The name of the program may hold anything, even ") "; the parent is the second field after it.
        fields_after_name = (process / "stat").read_text().rpartition(")")[2].split()
        if int(fields_after_name[1]) != parent or fields_after_name[0] == "Z":
            return None
        arguments = (process / "cmdline").read_bytes().decode(errors="replace").rstrip("\0").split("\0")
    except (OSError, IndexError):
        return None
    return arguments[-1] if arguments[-1] in PROCESSES else None


def _lives(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
