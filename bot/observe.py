"""Writes the logs of every process, Rasa's included, without what customers said or who they are.

One step, `redact`, stands between every log call and the line written. It works by what may pass, not by what
must not: only the keys named here are kept; the words of libraries that may quote a customer are replaced by
the place in the code that spoke; failures keep their type and place, and their message only where it cannot
hold customer data; what is left is masked by pattern (numbers, addresses, tokens, quoted text).
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, FilteringBoundLogger

from bot.settings import Settings

MASK = "***"

# Names and numbers of things of ours; none of them says who the customer is or what was said.
IDENTIFIERS = frozenset(
    "conversation message_id case_id turn_id notice_id promise_id agent_id playbook scheme category issue "
    "process child logger level timestamp error_code action action_name policy intent_name rule expects "
    "holder provider model queue".split()
)
# Measures and words of the trade.
FACTS = frozenset(
    "channel language status method route kind reason state step outcome error_type count attempt attempts "
    "duration_ms seconds retry_after bytes port pid exit_code signal version revision confidence due_at "
    "address_count pending lag_seconds host".split()
)

# Loggers whose sentences we write ourselves.
OURS = ("bot", "actions", "benchmarks")
# Loggers that speak of starting, training and serving, but never of a conversation.
TRUSTED = (
    "alembic",
    "uvicorn.error",
    "sanic.root",
    "rasa.core.run",
    "rasa.core.agent",
    "rasa.engine.training",
    "rasa.model_training",
)
CHATTY = (
    "apscheduler",
    "asyncio",
    "httpcore",
    "httpx",
    "matplotlib",
    "sanic",
    "tarsafe",
    "twilio",
    "urllib3",
)

# Failures whose message is about the code or the machine; others may quote a row, a request or a sentence.
_PLAIN_FAILURES = (OSError, ImportError, AttributeError, NameError, NotImplementedError)

_EVENT_KEY = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)+")
_IDENTIFIER = re.compile(r"[\w.:/+-]{1,80}")
_CODE_NAME = re.compile(r"[\w./-]*[_/][\w./-]*")
_QUOTED = re.compile(r"(?<!\w)'[^']*'(?!\w)|\"[^\"]*\"|«[^»]*»|“[^”]*”|‘[^’]*’")
_HERE = re.compile(r"127\.0\.0\.1|0\.0\.0\.0|localhost")
_PATTERNS = (
    re.compile(r"(?i)\b(?:bearer|basic)\s+\S+"),
    re.compile(
        r"(?i)\b(?:token|password|passwd|secret|code|pin|api[_-]?key|authorization)\b['\"]?\s*[=:]\s*\S+"
    ),
    re.compile(r"(?<=://)[^/\s@]+@"),
    re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"),
    re.compile(r"\b(?=\w*\d)(?=\w*[A-Za-z])[\w-]{20,}"),
    re.compile(r"(?i)\b[a-z]\d[a-z][ -]?\d[a-z]\d\b"),
    re.compile(r"127\.0\.0\.1|0\.0\.0\.0|\+?\d(?:[\s().-]{0,2}\d){5,}"),
)


def configure_logging(settings: Settings, process_name: str) -> None:
    """Send all logs of this process, redacted, to standard error, as plain or JSON lines."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.dev.set_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(process_name, as_json=settings.log_format == "json"))
    handler.addFilter(is_worth_writing)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Rasa detaches Sanic's loggers from the root without giving them another way out.
    logging.lastResort = handler
    for name in CHATTY:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    logging.getLogger("sanic.access").disabled = True
    # Warnings are for developers, who see them in tests; Rasa's may quote a customer.
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").disabled = True
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda failed: _log_uncaught(
        failed.exc_type, failed.exc_value or failed.exc_type(), failed.exc_traceback
    )


def get_logger(name: str) -> FilteringBoundLogger:
    """Return a logger whose calls name an event and give facts by key, never sentences about a customer."""
    return structlog.get_logger(name)


def is_worth_writing(record: logging.LogRecord) -> bool:
    """Say whether a record is a warning, or more would be left of it than a place in somebody else's code."""
    return (
        record.levelno >= logging.WARNING
        or bool(record.args)
        or isinstance(record.msg, dict)
        or _is_one_of(OURS + TRUSTED, record.name)
    )


def formatter(process_name: str, as_json: bool) -> logging.Formatter:
    """Return what turns a log record of any library into one redacted line."""

    def name_process(_: Any, __: str, event: EventDict) -> EventDict:
        return {"process": process_name, **event}

    return structlog.stdlib.ProcessorFormatter(
        processors=[
            redact,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([name_process, structlog.processors.JSONRenderer()] if as_json else [_plain_line]),
        ],
        use_get_message=False,
        pass_foreign_args=True,
    )


def redact(_: Any, __: str, event: EventDict) -> EventDict:
    """Return what may be written of one log call."""
    record: logging.LogRecord = event["_record"]
    logger, level = record.name, record.levelname.lower()
    words = _words(event, record, event["_from_structlog"])
    kept = {key: value for key, value in _kept(event)}
    kept.update(event=words, level=level, logger=logger)
    if failure := _failure_of(event.get("exc_info")):
        kept["failure"] = failure
    return kept


def mask(text: str, quotations: bool = True) -> str:
    """Mask whatever looks like a number, an address, a token or a quotation, in one line of text."""
    text = text.strip().partition("\n")[0]
    if quotations:
        text = _QUOTED.sub(lambda quoted: _kept_quotation(quoted.group()), text)
    for pattern in _PATTERNS:
        text = pattern.sub(lambda found: found.group() if _HERE.fullmatch(found.group()) else MASK, text)
    return text


def _kept_quotation(quotation: str) -> str:
    return quotation if _CODE_NAME.fullmatch(quotation[1:-1]) else MASK


def _words(event: EventDict, record: logging.LogRecord, from_structlog: bool) -> str:
    said, arguments = event.get("event"), event.get("positional_args") or ()
    if _is_one_of(OURS, record.name):
        return mask(_filled(said, arguments))
    if _is_one_of(TRUSTED, record.name):
        return mask(_filled(said, arguments), quotations=False)
    if isinstance(said, str) and (_EVENT_KEY.fullmatch(said) if from_structlog else arguments):
        return mask(_filled(said, _harmless(arguments)))
    return "speaks" if from_structlog else f"{record.module}:{record.lineno}"


def _is_one_of(names: tuple[str, ...], logger: str) -> bool:
    return any(logger == name or logger.startswith(name + ".") for name in names)


def _filled(said: Any, arguments: Any) -> str:
    try:
        return str(said) % arguments if arguments else str(said)
    except (TypeError, ValueError, KeyError):
        return str(said)


def _harmless(arguments: Any) -> Any:
    """Keep numbers and names of code among what a library fills into its sentence."""

    def keep(value: Any) -> Any:
        if isinstance(value, bool | int | float):
            return value
        return value if isinstance(value, str) and _CODE_NAME.fullmatch(value) else MASK

    if isinstance(arguments, dict):
        return {key: keep(value) for key, value in arguments.items()}
    return tuple(keep(value) for value in arguments)


def _kept(event: EventDict) -> Iterator[tuple[str, Any]]:
    for key, value in event.items():
        if key not in IDENTIFIERS and key not in FACTS:
            continue
        if value is None or isinstance(value, bool | int | float):
            yield key, value
        elif key in IDENTIFIERS:
            yield key, str(value) if _IDENTIFIER.fullmatch(str(value)) else MASK
        else:
            yield key, mask(str(value))


def _failure_of(exc_info: Any) -> str | None:
    if exc_info is True:
        exc_info = sys.exc_info()
    error = exc_info[1] if isinstance(exc_info, tuple) else exc_info
    if not isinstance(error, BaseException):
        return None
    return " from ".join(_told(link) for link in _chain(error))


def _chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    for _ in range(5):
        if link is None:
            return
        yield link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def _told(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    places = " > ".join(f"{_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames)
    return f"{type(error).__name__}{_message_of(error)} [{places}]"


def _message_of(error: BaseException) -> str:
    if isinstance(error, _PLAIN_FAILURES) and str(error):
        return f" {mask(str(error))}"
    key = error.args[0] if isinstance(error, KeyError) and error.args else None
    return f" {key}" if isinstance(key, str) and _CODE_NAME.fullmatch(key) else ""


def _place(filename: str) -> str:
    return "/".join(filename.replace("\\", "/").split("/")[-2:])


def _plain_line(_: Any, __: str, event: EventDict) -> str:
    head = (
        f"{event.pop('timestamp')[:19]}Z {event.pop('level'):<7} {event.pop('logger')}: {event.pop('event')}"
    )
    return " ".join([head, *(f"{key}={value}" for key, value in event.items())])


def _log_uncaught(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt | SystemExit):
        return
    logging.getLogger("bot.observe").critical("process.failed", exc_info=error)
