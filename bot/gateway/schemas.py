"""The shapes of the public JSON, with examples, as /openapi.json describes them."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from bot.cases import status as statuses
from bot.gateway.errors import STATUSES, words

Language = Literal["en", "fr", "it"]
Holder = Literal["assistant", "waiting", "agent"]
Status = Literal[statuses.STATUSES]  # type: ignore[valid-type]

_CONVERSATION = "kZ0o2bY4xO0m0nM3fQ5r7A"
_MESSAGE = {
    "seq": 3,
    "from": "assistant",
    "text": "Which service is this about?",
    "choices": [{"label": "Internet", "value": "Internet"}],
    "at": "2026-03-05T15:04:05.123Z",
}
_STATE = {"language": "en", "expects": "service", "holder": "assistant", "case": None, "status": None}


def example(value: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"example": value})


def _iso_day(value: Any) -> Any:
    # pydantic would also take numbers and times of day for a date.
    if value is None or (isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII)):
        return value
    raise ValueError("a day such as 2026-03-05")


_HALF_CHARACTERS = re.compile("[\ud800-\udfff]")


def _storable(value: Any) -> Any:
    # What no database takes: half surrogates, which JSON can spell, and NUL. All else stays as sent.
    if not isinstance(value, str):
        return value
    return _HALF_CHARACTERS.sub("\N{REPLACEMENT CHARACTER}", value).replace("\0", "")


class Start(BaseModel):
    """A wish to begin. Without a language the assistant asks for it; `today` is for trials only."""

    model_config = example({"language": "fr"})

    language: Language | None = None
    today: Annotated[date | None, BeforeValidator(_iso_day)] = None


class Said(BaseModel):
    """A customer's message. `id` is made by the client and the same when the message is sent again."""

    model_config = example({"id": "m-1", "text": "I was charged twice on my last bill."})

    id: Annotated[str, Field(strict=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
    text: Annotated[str, BeforeValidator(_storable), Field(strict=True)]


class Choice(BaseModel):
    """Something to pick; `value` is sent back as text."""

    label: str
    value: str


class Message(BaseModel):
    """A line of the transcript."""

    model_config = example(_MESSAGE)

    seq: int = Field(ge=1)
    sender: Literal["customer", "assistant", "agent", "system"] = Field(alias="from")
    text: str
    choices: list[Choice]
    at: str


class State(BaseModel):
    """Where the conversation stands; `expects` is what the assistant asked for last."""

    model_config = example(_STATE)

    language: Language
    expects: str | None
    holder: Holder
    case: str | None
    status: Status | None


class Exchange(BaseModel):
    """Messages and the state after them."""

    model_config = example({"messages": [_MESSAGE], "state": _STATE})

    messages: list[Message]
    state: State


class Started(Exchange):
    """A conversation that has begun; only who knows the token may read it or write to it."""

    model_config = example(
        {
            "conversation": _CONVERSATION,
            "token": "0y9sJq1mJ2b3Zt4Vw5Xx6Yy7Zz8Aa9Bb0Cc1Dd2Ee3F",
            "messages": [{**_MESSAGE, "seq": 1, "choices": []}],
            "state": _STATE | {"expects": "open"},
        }
    )

    conversation: str
    token: str


class ErrorDetail(BaseModel):
    """Why a request was not served: a code for programs, a sentence for people."""

    code: str
    message: str


class Error(BaseModel):
    """The one shape of every refusal."""

    error: ErrorDetail


class Alive(BaseModel):
    """The process lives."""

    model_config = example({"status": "ok"})

    status: Literal["ok"]


def refusals(*codes: str) -> dict[int | str, dict[str, Any]]:
    """Describe the refusals of a route, each code with its words as an example."""
    described: dict[int | str, dict[str, Any]] = {}
    for code in codes:
        entry = described.setdefault(
            STATUSES[code],
            {"model": Error, "description": "", "content": {"application/json": {"examples": {}}}},
        )
        entry["description"] = "; ".join(filter(None, [entry["description"], code]))
        error = {"code": code, "message": words("en", code, field="text")}
        entry["content"]["application/json"]["examples"][code] = {"value": {"error": error}}
        if STATUSES[code] == 429:
            entry["headers"] = {
                "Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer"}}
            }
    return described


def request_body(model: type[BaseModel]) -> dict[str, Any]:
    """Describe a body that the route reads by itself."""
    return {
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": model.model_json_schema()}},
        }
    }


def plain(media_type: str, description: str, example: str) -> dict[int | str, dict[str, Any]]:
    """Describe an answer that is not JSON."""
    content = {media_type: {"schema": {"type": "string"}, "example": example}}
    return {200: {"description": description, "content": content}}


def merged(*described: dict[int | str, dict[str, Any]]) -> dict[int | str, dict[str, Any]]:
    """Put descriptions of answers together."""
    return {status: entry for part in described for status, entry in part.items()}
