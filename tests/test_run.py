"""The supervisor: it starts what it needs, revives what dies, leaves nobody behind, and fails in one line."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.run import (
    FIRST_PAUSE_SECONDS,
    LONGEST_PAUSE_SECONDS,
    STEADY_AFTER_SECONDS,
    SUPERVISOR_PID,
    CannotRun,
    Child,
    desk_access,
    run,
    stop,
)
from bot.settings import Settings
from bot.training import fingerprint, model_is_current, model_path

ROOT = Path(__file__).parent.parent

# A product of four tiny processes: everything of the supervisor is real, what it supervises is not.
TINY = {
    "bot/store/__init__.py": """
        def migrate(url): print('migrated', url)
        def open_store(url): pass
        """,
    "bot/agents.py": "def first_administrator(store, settings): pass",
    "bot/pipeline/without_tensorflow.py": "def install(): return False",
    "bot/clock.py": """
        import time
        def main(settings):
            while True:
                time.sleep(1)
        """,
    "bot/training.py": """
        class TrainingFailed(Exception): pass
        def model_is_current(settings): return (settings.model_dir / 'model').exists()
        def model_path(settings): return settings.model_dir / 'model'
        model_to_serve = model_path
        def train(settings):
            settings.model_dir.mkdir()
            (settings.model_dir / 'model').write_text('')
        """,
    "bot/observe.py": """
        import logging
        def configure_logging(settings, name): pass
        def get_logger(name): return logging.getLogger(name)
        """,
    "bot/__main__.py": """
        import http.server, os, sys, time
        from urllib.parse import urlsplit
        import real
        def serve(port):
            class Well(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    self.send_response(200); self.end_headers(); self.wfile.write(b'well')
                def log_message(self, *arguments): pass
            http.server.ThreadingHTTPServer(('127.0.0.1', port), Well).serve_forever()
        if __name__ == '__main__':
            verb = sys.argv[1]
            real._die_with_supervisor()
            if verb == os.environ.get('BROKEN'):
                sys.exit('this verb is broken')
            limits = os.environ.get('SANIC_WORKERS'), os.environ.get('OMP_NUM_THREADS')
            print('started', verb, os.getpid(), *limits)
            if verb in ('actions', 'engine'):
                serve(urlsplit(os.environ[verb.upper() + '_URL']).port)
            elif verb == 'gateway':
                serve(int(os.environ['PORT']))
            else:
                sys.exit(real.main())
        """,
}


@pytest.fixture
def product(tmp_path: Path) -> Path:
    """A folder that holds the real supervisor and the tiny product."""
    for name, code in TINY.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(code))
    for name in ("__init__.py", "run.py", "settings.py"):
        (tmp_path / "bot" / name).write_text((ROOT / "bot" / name).read_text())
    (tmp_path / "real.py").write_text((ROOT / "bot" / "__main__.py").read_text())
    return tmp_path


class Running:
    """A supervisor at work, and what it has said so far."""

    def __init__(self, product: Path, **environment: str) -> None:
        self.port = _free_port()
        self.log = product / f"{self.port}.log"
        given = {"PORT": str(self.port), "HOST": "127.0.0.1", "PYTHONUNBUFFERED": "1"} | environment
        inherited = {key: value for key, value in os.environ.items() if key not in ("DATA_DIR", "MODEL_DIR")}
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                cwd=product,
                env=inherited | given,
                stdout=log,
                stderr=log,
            )

    @property
    def said(self) -> str:
        return self.log.read_text()

    def wait_until(self, condition: Callable[[], object]) -> None:
        give_up_at = time.monotonic() + 30
        while not condition():
            assert time.monotonic() < give_up_at, self.said
            time.sleep(0.05)

    def wait_until_running(self) -> Running:
        self.wait_until(lambda: "Recourse is running" in self.said or self.process.poll() is not None)
        assert self.process.poll() is None, self.said
        return self

    def pids(self, verb: str) -> list[int]:
        return [int(line.split()[4]) for line in self.said.splitlines() if f"| started {verb} " in line]

    def all_pids(self) -> list[int]:
        return [pid for verb in ("actions", "engine", "clock", "gateway") for pid in self.pids(verb)]


@pytest.fixture
def start(product: Path) -> Iterator[Callable[..., Running]]:
    """Starts the tiny product with the given settings; whatever still runs at the end is killed."""
    runs: list[Running] = []

    def start_it(**environment: str) -> Running:
        runs.append(Running(product, **environment))
        return runs[-1]

    yield start_it
    for running in runs:
        running.process.kill()
        running.process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_it_migrates_trains_starts_all_and_stops_all(start: Callable[..., Running], product: Path) -> None:
    running = start(SANIC_WORKERS="4").wait_until_running()
    steps = ["migrated", "training takes", "actions is ready", "engine is ready", "gateway is ready", "desk "]
    assert sorted(steps, key=running.said.index) == steps
    pids = running.all_pids()
    assert len(pids) == 4
    assert " None 1\n" in running.said, "SANIC_WORKERS must not reach the children, OMP_NUM_THREADS must"
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(15) == 0
    assert not [pid for pid in pids if _lives(pid)]


def test_a_second_run_does_not_train_and_keeps_the_way_to_sign_in(start: Callable[..., Running]) -> None:
    said = []
    for _ in range(2):
        running = start().wait_until_running()
        running.process.terminate()
        assert running.process.wait(15) == 0
        said.append(running.said)
    assert "training takes" in said[0] and "training takes" not in said[1]
    assert len({text[text.index("sign in as") :].splitlines()[0] for text in said}) == 1


def test_a_child_that_is_killed_is_started_again(start: Callable[..., Running]) -> None:
    running = start().wait_until_running()
    for verb in ("engine", "actions"):
        os.kill(running.pids(verb)[0], signal.SIGKILL)
        running.wait_until(lambda verb=verb: len(running.pids(verb)) == 2)
    assert "engine ended with exit code -9" in running.said


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux tells a child of its parent's death"
)
def test_no_child_outlives_a_supervisor_that_is_killed(start: Callable[..., Running]) -> None:
    running = start().wait_until_running()
    pids = running.all_pids()
    running.process.kill()
    running.process.wait()
    running.wait_until(lambda: not [pid for pid in pids if _lives(pid)])


def test_two_instances_run_side_by_side(start: Callable[..., Running]) -> None:
    first = start(DATA_DIR="one").wait_until_running()
    second = start(DATA_DIR="two").wait_until_running()
    assert first.process.poll() is None and second.process.poll() is None


@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        ({"PORT": "none"}, "PORT must be a whole number from 1 to 65535, not 'none'"),
        (
            {"DATA_DIR": "/dev/null/var"},
            "cannot write to /dev/null/var (Not a directory); set DATA_DIR to another",
        ),
        ({"BROKEN": "migrate"}, "migrate failed with exit code 1; its lines above say why"),
        ({"BROKEN": "engine"}, "engine ended with exit code 1; its lines above say why"),
    ],
)
def test_what_prevents_a_start_is_told_in_one_line(
    start: Callable[..., Running], environment: dict[str, str], reason: str
) -> None:
    running = start(**environment)
    assert running.process.wait(30) == 1
    assert f"recourse: {reason}" in running.said.splitlines()
    assert "Traceback" not in running.said
    assert not [pid for pid in running.all_pids() if _lives(pid)]


def test_a_port_or_folder_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotRun, match=rf"cannot listen on 127.0.0.1 port {port} .*; set PORT"):
            run(Settings(host="127.0.0.1", port=port, data_dir=tmp_path))


def test_a_second_instance_on_the_same_data_is_refused(start: Callable[..., Running]) -> None:
    start(DATA_DIR="one").wait_until_running()
    second = start(DATA_DIR="one")
    assert second.process.wait(15) == 1
    assert "another instance already uses one; set DATA_DIR to another" in second.said


def test_a_child_that_will_not_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.run.STOPPED_WITHIN_SECONDS", 0.3)
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(60)"
    child = Child("deaf", {})
    child.process = subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE)
    assert child.process.stdout is not None
    child.process.stdout.readline()
    stop([child])
    assert child.exit_code == -signal.SIGKILL
    child.process.stdout.close()


def test_a_child_that_keeps_dying_is_started_ever_more_slowly() -> None:
    child = Child("engine", {}, started_at=0.0)
    pauses = [child.schedule_restart(now=1.0) for _ in range(9)]
    assert pauses[:3] == [FIRST_PAUSE_SECONDS, 2 * FIRST_PAUSE_SECONDS, 4 * FIRST_PAUSE_SECONDS]
    assert pauses[-1] == LONGEST_PAUSE_SECONDS
    assert child.schedule_restart(now=STEADY_AFTER_SECONDS + 1) == FIRST_PAUSE_SECONDS


class TestSignIn:
    """Desk access is made once where the operator set none, and kept where only the owner reads it."""

    def test_what_is_missing_is_made_once(self, tmp_path: Path) -> None:
        settings = Settings(data_dir=tmp_path)
        made, sign_in = desk_access(settings)
        assert set(made) == {"DESK_ADMIN_EMAIL", "DESK_ADMIN_PASSWORD", "DESK_API_TOKEN"}
        assert made["DESK_ADMIN_PASSWORD"] in sign_in and made["DESK_API_TOKEN"] not in sign_in
        assert desk_access(settings) == (made, sign_in)

    def test_it_is_kept_for_its_owner_only(self, tmp_path: Path) -> None:
        desk_access(Settings(data_dir=tmp_path))
        assert stat.S_IMODE((tmp_path / "sign-in.env").stat().st_mode) == 0o600

    def test_what_is_set_is_neither_made_nor_printed_nor_kept(self, tmp_path: Path) -> None:
        given = {
            "DESK_ADMIN_EMAIL": "a@example.com",
            "DESK_ADMIN_PASSWORD": "hunter2",
            "DESK_API_TOKEN": "t0ken",
        }
        made, sign_in = desk_access(Settings.read({**given, "DATA_DIR": str(tmp_path)}))
        assert made == {}
        assert "a@example.com" in sign_in and "hunter2" not in sign_in and "t0ken" not in sign_in
        assert not (tmp_path / "sign-in.env").exists()


class TestModel:
    """A model is current as long as none of its inputs changed."""

    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        for name in (
            "domain.yml",
            "config.yml",
            "data/nlu/en/a.yml",
            "bot/languages/fr/b.yml",
            "bot/reading/c.py",
        ):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(name)
        return tmp_path

    @pytest.mark.parametrize(
        "name",
        [
            "domain.yml",
            "config.yml",
            "data/nlu/en/a.yml",
            "bot/languages/fr/b.yml",
            "bot/reading/c.py",
            "data/d",
        ],
    )
    def test_a_changed_or_new_input_makes_it_old(self, root: Path, name: str) -> None:
        settings = Settings(model_dir=root / "models")
        settings.model_dir.mkdir()
        model_path(settings, root).write_text("")
        assert model_is_current(settings, root)
        (root / name).write_text("changed")
        assert not model_is_current(settings, root)

    @pytest.mark.parametrize("name", ["README.md", "bot/gateway.py", "data/__pycache__/a.pyc", "data/.swp"])
    def test_other_files_do_not(self, root: Path, name: str) -> None:
        before = fingerprint(root)
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text("changed")
        assert fingerprint(root) == before


def test_a_child_learns_who_supervises_it() -> None:
    orphan = subprocess.run(
        [sys.executable, "-m", "bot", "clock"],
        env={**os.environ, SUPERVISOR_PID: "1"},
        cwd=ROOT,
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert orphan.returncode == 1, "a child whose supervisor is gone before it began ends at once"
