"""Logs: what a customer said or is never comes out, whichever library speaks and however."""

from __future__ import annotations

import io
import json
import logging
import re
import sys
import threading
import warnings
from collections.abc import Callable, Iterator

import pytest
import structlog

from bot.observe import configure_logging, get_logger, mask
from bot.settings import Settings

SAID = "I am Marie Tremblay, 514 555 0199, marie@example.com, account 4032 1185, code 482913"
PERSONAL = ("Marie", "Tremblay", "514", "0199", "marie@", "4032", "1185", "482913")


@pytest.fixture(params=["plain", "json"])
def written(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What the process writes, with every log configured at the most talkative level."""
    root = logging.getLogger()
    kept = (root.handlers[:], root.level, logging.lastResort, sys.excepthook, threading.excepthook)
    names = ("sanic", "httpx", "sanic.access", "py.warnings", "rasa", "uvicorn", "uvicorn.error")
    levels = {name: (logging.getLogger(name).level, logging.getLogger(name).disabled) for name in names}
    lines = io.StringIO()
    monkeypatch.setattr(sys, "stderr", lines)
    # a server that another test ran in this process may have left its log quieter than a new process has it
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).setLevel(logging.NOTSET)
        monkeypatch.setattr(logging.getLogger(name), "propagate", True)
    configure_logging(Settings(log_level="debug", log_format=request.param), "engine")
    yield lines
    root.handlers[:], root.level, logging.lastResort, sys.excepthook, threading.excepthook = kept
    logging.captureWarnings(False)
    for name, (level, disabled) in levels.items():
        logging.getLogger(name).setLevel(level)
        logging.getLogger(name).disabled = disabled
    structlog.reset_defaults()


def _raise(error: BaseException) -> None:
    raise error


def _logged_failure(name: str, error: Exception) -> None:
    try:
        _raise(error)
    except Exception:
        logging.getLogger(name).exception("it failed")
        structlog.get_logger(name).exception("it.failed", text=SAID)


def _chained_failure() -> None:
    try:
        try:
            _raise(KeyError(SAID))
        except KeyError as error:
            raise RuntimeError(SAID) from error
    except RuntimeError:
        get_logger("bot.gateway").exception("turn.failed")


RASA = "rasa.core.processor"

WAYS_TO_SPEAK: dict[str, Callable[[], object]] = {
    "rasa by key": lambda: structlog.get_logger(RASA).debug("processor.message.parse", text=SAID),
    "rasa by several keys": lambda: structlog.get_logger(RASA).debug(
        "processor.slots.log", slot_values={"name": SAID}, parse_data_entities=[SAID], event_info=SAID
    ),
    "rasa by sentence": lambda: structlog.get_logger(RASA).warning(f"Received {SAID}"),
    "rasa by permitted key": lambda: structlog.get_logger(RASA).info("a.b", conversation=SAID, action=SAID),
    "log with argument": lambda: logging.getLogger(RASA).debug("Received '%s' (%d)", SAID, 3),
    "log with mapping": lambda: logging.getLogger(RASA).warning("Received %(text)s", {"text": SAID}),
    "log with name alone": lambda: logging.getLogger(RASA).warning("Received %s", "Marie"),
    "log by sentence": lambda: logging.getLogger(RASA).warning(f"Received {SAID}"),
    "log by object": lambda: logging.getLogger(RASA).error({"text": SAID}),
    "log of the root": lambda: logging.warning(f"Received {SAID}"),
    "log of a library": lambda: logging.getLogger("httpx").warning("HTTP Request: %s", SAID),
    "ours by unknown key": lambda: get_logger("bot.gateway").info("turn.answered", name=SAID, text=SAID),
    "ours by permitted key": lambda: get_logger("bot.gateway").info("turn.answered", case_id=SAID),
    "failure with words": lambda: _logged_failure(RASA, ValueError(SAID)),
    "failure of ours": lambda: _logged_failure("bot.gateway", ValueError(SAID)),
    "failure from a failure": _chained_failure,
    "warning": lambda: warnings.warn(SAID, stacklevel=1),
    "uncaught": lambda: sys.excepthook(ValueError, ValueError(SAID), None),
    "uncaught in a thread": lambda: _in_thread(lambda: _raise(ValueError(SAID))),
}


def _in_thread(work: Callable[[], None]) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("way", WAYS_TO_SPEAK)
def test_nothing_personal_is_written(way: str, written: io.StringIO) -> None:
    WAYS_TO_SPEAK[way]()
    without_clock = re.sub(r"\d\d:\d\d:\d\d[.\d]*Z", "", written.getvalue())
    for fragment in PERSONAL:
        assert fragment not in without_clock


def test_a_logger_cut_off_from_the_root_is_redacted_too(written: io.StringIO) -> None:
    alone = logging.Logger("test.alone")
    alone.warning("Received %s", SAID)
    assert "Received ***" in written.getvalue()
    assert "Marie" not in written.getvalue()


def test_what_operators_need_is_written(written: io.StringIO) -> None:
    get_logger("bot.gateway").info("turn.answered", conversation="c-1", duration_ms=12.5, text=SAID)
    line = written.getvalue()
    for fact in ("bot.gateway", "turn.answered", "c-1", "12.5"):
        assert fact in line


def test_a_failure_keeps_its_type_and_place(written: io.StringIO) -> None:
    _chained_failure()
    assert "RuntimeError" in written.getvalue()
    assert "from KeyError" in written.getvalue()
    assert "tests/test_observe.py:" in written.getvalue()


def test_a_failure_of_the_machine_keeps_its_reason(written: io.StringIO) -> None:
    _logged_failure("bot.store", OSError(28, "No space left on device"))
    assert "No space left on device" in written.getvalue()


def test_a_missing_name_of_code_is_told(written: io.StringIO) -> None:
    _logged_failure("bot.pipeline", KeyError("ask_service"))
    assert "KeyError ask_service" in written.getvalue()


def test_servers_tell_where_they_listen(written: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").info("Running on %s://%s:%d", "http", "127.0.0.1", 45123)
    assert "Running on http://127.0.0.1:45123" in written.getvalue()


def test_a_line_without_words_is_written_only_as_a_warning(written: io.StringIO) -> None:
    logging.getLogger(RASA).info("Some sentence")
    assert written.getvalue() == ""
    logging.getLogger(RASA).warning("Some sentence")
    assert "test_observe:" in written.getvalue()


def test_json_lines_name_their_process(written: io.StringIO) -> None:
    get_logger("bot.gateway").info("turn.answered", count=1)
    line = written.getvalue()
    if line.startswith("{"):
        told = json.loads(line)
        assert (told["process"], told["event"], told["count"]) == ("engine", "turn.answered", 1)
    else:
        assert line.endswith("info    bot.gateway: turn.answered count=1\n")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("call 514-555-0199 now", "call *** now"),
        ("call +1 (514) 555-0199", "call ***"),
        ("write to marie.t@example.com", "write to ***"),
        ("account 40321185", "account ***"),
        ("the code: 482913", "the ***"),
        ("Authorization: Bearer abc.def", "***"),
        ("postgresql://user:word@db/recourse", "postgresql://***db/recourse"),
        ("moved to H2X 1Y4", "moved to ***"),
        ("said 'hello there' twice", "said *** twice"),
        ("ran 'action_open_case' twice", "ran 'action_open_case' twice"),
        ("key 0f8fad5bd9cb469fa16570867728950e", "key ***"),
        ("line one\nline two", "line one"),
        ("listening on 127.0.0.1:45123", "listening on 127.0.0.1:45123"),
        ("can't open it; won't try", "can't open it; won't try"),
        ("12 of 3000 rows", "12 of 3000 rows"),
    ],
)
def test_mask_hides_patterns_and_leaves_sentences(text: str, masked: str) -> None:
    assert mask(text) == masked
