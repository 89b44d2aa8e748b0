"""Runs the whole product on one machine: prepares it, starts its processes, keeps them alive, stops them."""

from __future__ import annotations

import fcntl
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from dotenv import dotenv_values

from bot.settings import Settings
from bot.training import model_is_current

SUPERVISOR_PID = "RECOURSE_SUPERVISOR_PID"
SIGN_IN_FILE = "sign-in.env"
LIMITS = {
    # One short sentence is not worth several threads, and idle threads of one process slow the others.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    # Rasa stops a turn after ten actions by default; a complaint told in one message takes more.
    "MAX_NUMBER_OF_PREDICTIONS": "30",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONUNBUFFERED": "1",
}
# Engine and action server both read it, and neither is made for it here.
UNWANTED = ("SANIC_WORKERS",)

READY_WITHIN_SECONDS = 180
STOPPED_WITHIN_SECONDS = 20
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 30.0
STEADY_AFTER_SECONDS = 60.0

# Loopback is never reached through the proxy that the environment may name.
_open = build_opener(ProxyHandler({})).open


class CannotRun(Exception):
    """The product cannot start or go on; the message is the reason, in one line for the operator."""


class _Stopped(Exception):
    """Somebody asked for the end while something was still being prepared."""


@dataclass
class Child:
    """One process of ours: how it is started, how it shows that it is well, and how its last start went."""

    name: str
    environment: Mapping[str, str]
    health: str | None = None
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    restart_at: float | None = None
    pause: float = field(default=FIRST_PAUSE_SECONDS)

    def start(self) -> None:
        """Start the process in a group of its own, so that a Ctrl-C reaches it only through us."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", self.name],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.started_at, self.restart_at = time.monotonic(), None
        threading.Thread(target=_relay, args=(self.name, self.process.stdout), daemon=True).start()

    @property
    def exit_code(self) -> int | None:
        """The code it ended with, or None while it lives."""
        return self.process.poll() if self.process else None

    def is_healthy(self) -> bool:
        """Say whether it lives and, where it has an address for that, answers well."""
        return self.exit_code is None and (self.health is None or _answers(self.health))

    def schedule_restart(self, now: float) -> float:
        """Set when to start it again and return the pause in seconds: longer each time it dies young."""
        if now - self.started_at > STEADY_AFTER_SECONDS:
            self.pause = FIRST_PAUSE_SECONDS
        pause, self.pause = self.pause, min(self.pause * 2, LONGEST_PAUSE_SECONDS)
        self.restart_at = now + pause
        return pause


def run(settings: Settings) -> int:
    """Run everything until Ctrl-C, SIGTERM or SIGHUP; return 0 after a wanted end. Raises CannotRun."""
    with _sole_user_of(settings.data_dir), _end_asked_for() as stopping:
        _require_free_port(settings.host, settings.port)
        environment, sign_in = _environment(settings)
        try:
            _prepare(settings, environment, stopping)
            return _serve(settings, environment, sign_in, stopping)
        except _Stopped:
            return 0


def _prepare(settings: Settings, environment: Mapping[str, str], stopping: threading.Event) -> None:
    _finish(Child("migrate", environment), stopping)
    if not model_is_current(settings):
        _say("The model is missing or its inputs changed: training takes a minute or two.")
        _finish(Child("train", environment), stopping)


def _finish(step: Child, stopping: threading.Event) -> None:
    step.start()
    while step.exit_code is None:
        if stopping.wait(0.1):
            stop([step])
            raise _Stopped
    if step.exit_code:
        raise CannotRun(f"{step.name} failed with exit code {step.exit_code}; its lines above say why")


def _serve(
    settings: Settings, environment: Mapping[str, str], sign_in: str, stopping: threading.Event
) -> int:
    here = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
    demo = Child("demo-desk", environment)
    children = [
        Child("actions", environment, environment["ACTIONS_URL"] + "/health"),
        Child("engine", environment, environment["ENGINE_URL"] + "/webhooks/recourse/health"),
        Child("clock", environment),
        Child("gateway", environment, f"http://{here}:{settings.port}/readyz"),
    ]
    try:
        for child in children:
            child.start()
        for child in children:
            _await_health(child, children, stopping)
        _say(_welcome(settings, here, sign_in))
        if wants_demo(settings, sys.stdout.isatty()):
            _say("Made-up customers of the demo come to a desk that is new; DEMO_DESK=never keeps them away.")
            demo.start()
        while not stopping.wait(0.2):
            _revive(children)
        return 0
    finally:
        _say("Stopping.")
        stop([*children, demo])


def wants_demo(settings: Settings, is_watched: bool) -> bool:
    """Whether made-up customers come to a new product, so that its desk can be looked at.

    They come where somebody watches at a terminal, unless the settings say otherwise, and never where anything is
    connected: records, another desk, a carrier or a mail server of the provider's own.
    """
    wish = settings.demo_desk == "always" or (settings.demo_desk == "terminal" and is_watched)
    own = (settings.records_url, settings.desk_connector, settings.twilio_auth_token, settings.smtp_host)
    return wish and not any(own)


def _await_health(child: Child, all_children: list[Child], stopping: threading.Event) -> None:
    give_up_at = time.monotonic() + READY_WITHIN_SECONDS
    while not child.is_healthy():
        if stopping.wait(0.2):
            raise _Stopped
        for other in all_children:
            if other.exit_code is not None:
                raise CannotRun(
                    f"{other.name} ended with exit code {other.exit_code}; its lines above say why"
                )
        if time.monotonic() > give_up_at:
            raise CannotRun(
                f"{child.name} was not ready after {READY_WITHIN_SECONDS} s; its lines above may say why"
            )
    _say(f"{child.name} is ready")


def _revive(children: list[Child]) -> None:
    now = time.monotonic()
    for child in children:
        if child.exit_code is None:
            continue
        if child.restart_at is None:
            pause = child.schedule_restart(now)
            _say(f"{child.name} ended with exit code {child.exit_code}; starting it again in {pause:g} s")
        elif now >= child.restart_at:
            child.start()


def stop(children: list[Child]) -> None:
    """End every child: ask the one the public sees first, wait, and kill what is left."""
    alive = [child.process for child in reversed(children) if child.process and child.process.poll() is None]
    for process in alive:
        process.terminate()
    give_up_at = time.monotonic() + STOPPED_WITHIN_SECONDS
    for process in alive:
        try:
            process.wait(max(0.0, give_up_at - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _environment(settings: Settings) -> tuple[dict[str, str], str]:
    """Return the environment of the children, and how to sign in at the desk."""
    environment = {name: value for name, value in os.environ.items() if name not in UNWANTED}
    environment.update({name: environment.get(name, value) for name, value in LIMITS.items()})
    made, sign_in = desk_access(settings)
    environment |= made
    environment |= {
        SUPERVISOR_PID: str(os.getpid()),
        "RASA_TELEMETRY_ENABLED": str(settings.rasa_telemetry_enabled).lower(),
        "ENGINE_URL": settings.engine_url or _free_address(),
        "ACTIONS_URL": settings.actions_url or _free_address(),
    }
    return environment, sign_in


def desk_access(settings: Settings) -> tuple[dict[str, str], str]:
    """Make what the operator did not set of the first administrator and the case API's token.

    They are made once per data folder and kept there, readable by its owner only. Returns them as environment
    variables, and one line that says how to sign in.
    """
    file = settings.data_dir / SIGN_IN_FILE
    kept = {key: value for key, value in dotenv_values(file).items() if value} if file.exists() else {}
    made: dict[str, str] = {}
    if not settings.desk_admin_email:
        made["DESK_ADMIN_EMAIL"] = kept.get("DESK_ADMIN_EMAIL", "admin@example.com")
    if not settings.desk_admin_password:
        made["DESK_ADMIN_PASSWORD"] = kept.get("DESK_ADMIN_PASSWORD", secrets.token_urlsafe(12))
    if not settings.desk_api_token:
        made["DESK_API_TOKEN"] = kept.get("DESK_API_TOKEN", secrets.token_urlsafe(32))
    if made.keys() - kept.keys():
        with open(file, "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as written:
            written.writelines(f"{key}={value}\n" for key, value in (kept | made).items())
    email = settings.desk_admin_email or made["DESK_ADMIN_EMAIL"]
    password = made.get("DESK_ADMIN_PASSWORD", "as set in DESK_ADMIN_PASSWORD")
    token = f"the API token is in {file}" if "DESK_API_TOKEN" in made else "the API token is as set"
    return made, f"sign in as {email}, first password {password}; {token}"


def _welcome(settings: Settings, here: str, sign_in: str) -> str:
    address = f"http://{'localhost' if here == '127.0.0.1' else here}:{settings.port}"
    return (
        f"Recourse is running. Ctrl-C stops it.\n"
        f"  customers  {address}/\n"
        f"  desk       {address}/desk  ({sign_in})\n"
        f"  API        {address}/openapi.json\n"
        f"  data       {settings.data_dir.resolve()}"
    )


def _require_free_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = error.strerror or str(error)
            raise CannotRun(
                f"cannot listen on {host} port {port} ({reason}); set PORT to a free one"
            ) from None


def _free_address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def _answers(address: str) -> bool:
    try:
        with _open(address, timeout=3) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError, ValueError):
        return False


@contextmanager
def _sole_user_of(data_dir: Path) -> Iterator[None]:
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = os.open(data_dir / ".running", os.O_RDWR | os.O_CREAT)
    except OSError as error:
        raise CannotRun(f"cannot write to {data_dir} ({error.strerror}); set DATA_DIR to another") from None
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotRun(f"another instance already uses {data_dir}; set DATA_DIR to another") from None
        yield
    finally:
        os.close(lock)


@contextmanager
def _end_asked_for() -> Iterator[threading.Event]:
    stopping = threading.Event()

    def ask(_signal: int, _frame: Any) -> None:
        stopping.set()

    before: dict[signal.Signals, Callable[..., Any] | int | None] = {
        name: signal.signal(name, ask) for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    try:
        yield stopping
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def _relay(name: str, output: IO[bytes] | None) -> None:
    for line in output or ():
        # A progress bar overwrites its line; only its last state is told.
        _say(line.decode(errors="replace").rstrip().rpartition("\r")[2], name)


def _say(text: str, speaker: str = "recourse") -> None:
    for line in text.splitlines():
        # A JSON line names its process itself. One write for a line, so that lines never mix.
        sys.stdout.write(f"{line}\n" if line.startswith("{") else f"{speaker:<8} | {line}\n")
    sys.stdout.flush()
