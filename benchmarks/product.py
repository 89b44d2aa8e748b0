"""Starts the product with a data folder of its own, for measurements that talk to it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from bot.run import SUPERVISOR_PID

ROOT = Path(__file__).parent.parent
READY_WITHIN_SECONDS = 900  # the model may have to be trained first
ROOM = {
    # The limits protect from crowds and floods; a measurement is both.
    "ALLOW_TODAY": "true",
    "MESSAGE_BYTES": "65536",
    "MESSAGES_PER_MINUTE": "1000000",
    "MESSAGES_PER_MINUTE_ADDRESS": "1000000",
    "CONVERSATIONS_PER_MINUTE_ADDRESS": "1000000",
    "LOG_LEVEL": "warning",
    "HOST": "127.0.0.1",
    # Whatever .env says, these customers are made up: nothing is sent to them and nothing kept.
    **dict.fromkeys(("DATABASE_URL", "ENGINE_URL", "ACTIONS_URL", "TWILIO_ACCOUNT_SID", "SMTP_HOST"), ""),
}


@dataclass(frozen=True)
class Product:
    """A product that runs: where it answers, its supervisor's process, how long it took to be ready, its data folder."""

    url: str
    pid: int
    start_seconds: float
    data: Path


class CannotMeasure(Exception):
    """The product did not start; the message ends with its last lines."""


@contextmanager
def running(
    settings: Mapping[str, str], root: Path = ROOT, python: str = sys.executable, port: int | None = None
) -> Iterator[Product]:
    """Run the product of a checkout with a data folder of its own in the block. Raises CannotMeasure."""
    port = port or _free_port()
    with tempfile.TemporaryDirectory(prefix="recourse-") as folder, open(Path(folder) / "log", "w+") as log:
        own = {"PORT": str(port), "DATA_DIR": f"{folder}/data"}
        own[SUPERVISOR_PID] = str(os.getpid())  # it ends with us, however we end
        began = time.perf_counter()
        process = subprocess.Popen(
            [python, "-m", "bot", "run"],
            cwd=root,
            env={**os.environ, **ROOM, **own, **settings},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _await_ready(url, process, Path(folder) / "log")
            yield Product(url, process.pid, time.perf_counter() - began, Path(own["DATA_DIR"]))
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _await_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    give_up_at = time.monotonic() + READY_WITHIN_SECONDS
    with httpx.Client(trust_env=False, timeout=5) as http:
        while process.poll() is None and time.monotonic() < give_up_at:
            try:
                if http.get(f"{url}/readyz").status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.05)
    raise CannotMeasure("the product did not start:\n" + "\n".join(log.read_text().splitlines()[-15:]))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
