"""The commands of the product: `python -m bot run`, and one verb for each process and chore."""

from __future__ import annotations

import argparse
import ctypes
import os
import signal
import sys
from collections.abc import Callable
from getpass import getpass
from urllib.parse import urlsplit

from bot.observe import configure_logging, get_logger
from bot.run import LIMITS, SUPERVISOR_PID, UNWANTED, CannotRun, run
from bot.settings import SettingError, Settings, settings
from bot.training import TrainingFailed, model_to_serve, train

DUTIES = {
    "languages": "what they speak with customers, such as en,fr",
    "skills": "the categories of complaint they take, such as billing,contract; none for all",
    "most-at-once": "how many conversations they have at most",
    "shift": "when they work, such as 'mon-fri 09:00-17:00, sat 22:00-02:00'; none for the operator's hours",
    "phone": "the number at which calls reach them, such as +14165550123; or none",
}
"""What an agent takes on, and how it is written."""


def main(arguments: list[str] | None = None) -> int:
    """Run one verb and return its exit code; what can be expected to fail says why in one line."""
    chosen = _parser().parse_args(arguments)
    _die_with_supervisor()
    try:
        return chosen.verb(chosen) or 0
    except (CannotRun, SettingError, TrainingFailed) as reason:
        print(f"recourse: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    verbs = parser.add_subparsers(required=True, metavar="VERB")

    def verb(
        name: str, does: Callable[[argparse.Namespace], int | None], about: str
    ) -> argparse.ArgumentParser:
        added = verbs.add_parser(name, help=about, description=about)
        added.set_defaults(verb=does)
        return added

    verb("run", _run, "migrate, train if needed, and run every process until Ctrl-C")
    verb("train", _train, "train the model if it is missing or its inputs changed")
    verb("migrate", _migrate, "bring the database up to date")
    verb("gateway", _gateway, "the public web server")
    verb("engine", _engine, "the dialogue engine, on loopback")
    verb("actions", _actions, "the action server, on loopback")
    verb("clock", _clock, "what happens by itself: promises, deliveries, retention")
    verb("fairness", _fairness, "what was offered for the same facts, side by side, and first contacts")
    audit = verb(
        "audit", _audit, "whether the record of who saw and did what at the desk is as it was written"
    )
    audit.add_argument(
        "--noted", metavar="HASH", help="a hash that was printed before and must be there still"
    )
    verb(
        "demo-desk", _demo_desk, "let made-up customers chat with a running product that nobody has used yet"
    )
    backup = verb(
        "backup", _backup, "copy database, evidence and secrets into a new folder, while the product goes on"
    )
    backup.add_argument("folder", help="a folder that is not there yet")
    transcript = verb(
        "transcript", _transcript, "whether a transcript that was taken from the desk is as it was signed"
    )
    transcript.add_argument("file", help="the transcript, as it was downloaded")
    agent = verb(
        "agent",
        _agent,
        "add or change an agent of the desk, set a password, let somebody sign in no more, or without the code of an app",
    )
    agent.add_argument("what", choices=("add", "change", "password", "disable", "reset-totp"))
    agent.add_argument("email")
    agent.add_argument("--name", help="what customers are told")
    agent.add_argument("--role", default="agent", help="agent, lead or administrator")
    agent.add_argument("--language", default="en", help="what the desk speaks to them: en, fr or it")
    for name, about in DUTIES.items():
        agent.add_argument(f"--{name}", help=about)
    phone_setup = verb(
        "phone-setup", _phone_setup, "lead the calls and texts of the Twilio number to this product"
    )
    phone_setup.add_argument("--dry-run", action="store_true", help="only show what would change")
    verb(
        "phone-check",
        _phone_check,
        "whether phone and texts are set up as they should be, and what to do if not",
    )
    rasa = verb("rasa", _rasa, "Rasa's own command line")
    rasa.add_argument("arguments", nargs=argparse.REMAINDER)
    return parser


def _run(_: argparse.Namespace) -> int:
    return run(settings())


def _train(_: argparse.Namespace) -> None:
    _start("train")
    _prepare_rasa(settings())
    print(f"model: {train(settings())}")


def _migrate(_: argparse.Namespace) -> None:
    from bot.agents import first_administrator
    from bot.store import migrate, open_store

    _start("migrate")
    settings().data_dir.mkdir(parents=True, exist_ok=True)
    migrate(settings().database_url)
    first_administrator(open_store(settings().database_url), settings())


def _gateway(_: argparse.Namespace) -> None:
    import uvicorn

    _start("gateway")
    chosen = settings()
    uvicorn.run(
        "bot.gateway.app:create_app",
        factory=True,
        host=chosen.host,
        port=chosen.port,
        # uvicorn's own choice does not import beside the websockets release that Rasa's server needs.
        ws="wsproto",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(chosen.trusted_proxies),
        forwarded_allow_ips=list(chosen.trusted_proxies),
        timeout_graceful_shutdown=5,
    )


def _engine(_: argparse.Namespace) -> int:
    _start("engine")
    chosen = settings()
    model = model_to_serve(chosen)
    if model is None:
        raise CannotRun(f"there is no model in {chosen.model_dir}; `make train` makes one")
    _prepare_rasa(chosen)
    from rasa.core.run import serve_application
    from rasa.core.utils import AvailableEndpoints
    from sanic import Sanic

    unfit = []

    async def leave_without_model(app: Sanic, _loop: object) -> None:
        if app.ctx.agent.is_ready():
            get_logger("bot.engine").info("engine.ready")
        else:  # Rasa would go on, answering nothing.
            unfit.append(model)
            app.stop()

    serve_application(
        model_path=str(model),
        interface="127.0.0.1",
        port=_port_of(chosen.engine_url, 5005),
        credentials="credentials.yml",
        endpoints=AvailableEndpoints.read_endpoints("endpoints.yml"),
        # The engine answers turns on its one channel; Rasa's API could read and rewrite any conversation.
        enable_api=False,
        server_listeners=[(leave_without_model, "after_server_start")],
    )
    if unfit:
        raise CannotRun(f"the model {model} could not be loaded")
    return 0


def _actions(_: argparse.Namespace) -> None:
    _start("actions")
    os.environ.pop("SANIC_WORKERS", None)
    from rasa_sdk.endpoint import create_app

    from bot.playbooks import PlaybookError, playbooks

    try:
        playbooks()
    except PlaybookError as wrong:
        raise CannotRun(str(wrong)) from None

    create_app("actions", cors_origins=None).run(
        "127.0.0.1", _port_of(settings().actions_url, 5055), workers=1
    )


def _clock(_: argparse.Namespace) -> None:
    from bot.clock import main as keep_time

    _start("clock")
    keep_time(settings())


def _fairness(_: argparse.Namespace) -> None:
    from bot.fairness import report
    from bot.store import open_store

    print(report(open_store(settings().database_url)))


def _audit(chosen: argparse.Namespace) -> int:
    from bot.cases.audit import broken_at
    from bot.store import open_store

    with open_store(settings().database_url).view() as unit:
        head = unit.audit.head()
        broken = broken_at(unit.audit.all(), head)
        is_lost = chosen.noted is not None and not unit.audit.holds(chosen.noted)
    if broken is not None:
        print(f"The record is broken at entry {broken}: it was changed, removed or put in afterwards.")
    elif is_lost:
        print("The record is whole in itself, but the hash that was noted is not in it: it was written anew.")
    else:
        print(f"{head.number} entries, all as they were written. Note the last hash elsewhere: {head.hash}")
    return 1 if broken is not None or is_lost else 0


def _demo_desk(_: argparse.Namespace) -> None:
    from bot.demo_desk import main as play

    _start("demo-desk")
    play(settings())


def _backup(chosen: argparse.Namespace) -> None:
    from pathlib import Path

    from bot.backup import NotHere, back_up

    try:
        copied = back_up(settings(), Path(chosen.folder))
    except NotHere:
        raise CannotRun("the database is PostgreSQL: copy it with pg_dump (docs/operating.md)") from None
    except FileExistsError:
        raise CannotRun(f"{chosen.folder} is there already: name a folder that is not") from None
    print(f"{chosen.folder}: {', '.join(copied)}")


def _transcript(chosen: argparse.Namespace) -> int:
    from bot import signing

    try:
        with open(chosen.file, encoding="utf-8", newline="") as file:
            found = signing.look_at(file.read(), settings())
    except (OSError, UnicodeDecodeError) as unreadable:
        raise CannotRun(f"{chosen.file} cannot be read: {unreadable}") from None
    told = {
        signing.UNCHANGED: "Unchanged since this desk signed it.",
        signing.ANOTHER_KEY: "Whole, but signed with another key than that of this desk.",
        signing.CHANGED: "Changed after it was signed.",
        signing.NOT_SIGNED: "Not signed, or not as it was downloaded.",
    }
    print(told[found])
    return 0 if found == signing.UNCHANGED else 1


def _agent(chosen: argparse.Namespace) -> None:
    from datetime import UTC, datetime

    from bot.agents import (
        AgentTrouble,
        add_agent,
        disable,
        duties_from,
        reset_second_step,
        set_duties,
        set_password,
    )
    from bot.store import open_store

    store, now = open_store(settings().database_url), datetime.now(UTC)
    try:
        if chosen.what == "disable":
            disable(store, chosen.email, now)
            print(f"{chosen.email} can sign in no more")
            return
        if chosen.what == "reset-totp":
            reset_second_step(store, chosen.email, now)
            print(f"{chosen.email} signs in with the password alone, and is signed out everywhere")
            return
        names = [name.replace("-", "_") for name in DUTIES]
        duties = duties_from({name: wish for name in names if (wish := getattr(chosen, name)) is not None})
        if chosen.what == "change":
            set_duties(store, chosen.email, duties)
            print(f"{chosen.email} works as you said")
            return
        # a password among the arguments would stay in the shell's history
        password = getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        if chosen.what == "password":
            set_password(store, chosen.email, password, now)
            print(f"{chosen.email} has a new password, and is signed out everywhere")
        else:
            name = chosen.name or ""
            add_agent(store, chosen.email, name, password, chosen.role, chosen.language, **duties)
            print(f"{chosen.email} can sign in as {chosen.role}")
    except AgentTrouble as trouble:
        raise CannotRun(str(trouble)) from None


def _phone_setup(chosen: argparse.Namespace) -> None:
    from bot.notices.phone_setup import PhoneTrouble, report, set_up

    try:
        changes = set_up(settings(), only_show=chosen.dry_run)
    except PhoneTrouble as trouble:
        raise CannotRun(str(trouble)) from None
    print(report(changes, settings(), only_show=chosen.dry_run))


def _phone_check(_: argparse.Namespace) -> int:
    import httpx

    from bot.notices.phone_check import WAIT_SECONDS, WRONG, check

    wrong = 0
    with httpx.Client(timeout=WAIT_SECONDS) as web:
        for finding in check(settings(), web):
            print(finding, flush=True)
            wrong += finding.verdict == WRONG
    return 1 if wrong else 0


def _rasa(chosen: argparse.Namespace) -> None:
    _prepare_rasa(settings())
    from rasa.__main__ import main as rasa_main

    sys.argv = ["rasa", *chosen.arguments]
    rasa_main()


def _start(process_name: str) -> None:
    configure_logging(settings(), process_name)
    get_logger("bot").debug("process.started", pid=os.getpid())


def _prepare_rasa(chosen: Settings) -> None:
    for name in UNWANTED:
        os.environ.pop(name, None)
    os.environ.update({name: os.environ.get(name, value) for name, value in LIMITS.items()})
    os.environ["RASA_TELEMETRY_ENABLED"] = str(chosen.rasa_telemetry_enabled).lower()
    os.environ["LOG_LEVEL"] = chosen.log_level.upper()
    # endpoints.yml asks the environment for these.
    os.environ["ACTIONS_URL"] = chosen.actions_url or "http://127.0.0.1:5055"
    os.environ["DATABASE_URL"] = chosen.database_url

    from bot.pipeline import without_tensorflow

    without_tensorflow.install()


def _port_of(url: str | None, otherwise: int) -> int:
    return (urlsplit(url).port if url else None) or otherwise


def _die_with_supervisor() -> None:
    """End this process as soon as the supervisor that started it is gone, however it went (Linux)."""
    supervisor = os.environ.get(SUPERVISOR_PID)
    if not supervisor or not sys.platform.startswith("linux"):
        return
    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)
    if os.getppid() != int(supervisor):  # It went before the line above.
        sys.exit(1)


if __name__ == "__main__":
    sys.exit(main())
