"""Reads what clients send: all of it before any answer, no more of it kept than may be used, and checked."""

from __future__ import annotations

import json
import unicodedata
from typing import TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from bot.gateway.errors import Refusal

_Model = TypeVar("_Model", bound=BaseModel)

# JSON may write a character of one byte in six ("\u0041"), and the text is not alone in its body.
_ESCAPED = 6
_REST = 4096
_MOST_READ = 64_000_000


async def read_body(request: Request, text_bytes: int) -> bytes | None:
    """Return the whole body; None, after reading it, when it is longer than any message may be."""
    most_kept = text_bytes * _ESCAPED + _REST
    kept, length = bytearray(), 0
    async for chunk in request.stream():
        length += len(chunk)
        kept += chunk[: most_kept + 1 - len(kept)]
        if length > _MOST_READ:
            break
    return bytes(kept) if length <= most_kept else None


def parse(body: bytes | None, model: type[_Model]) -> _Model:
    """Return the body as `model`; raises Refusal when it is too long, no JSON, or not of that shape."""
    if body is None:
        raise Refusal("too_long")
    try:
        data = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Refusal("bad_json") from None
    try:
        return model.model_validate(data)
    except ValidationError as error:
        place = error.errors(include_url=False, include_context=False, include_input=False)[0]["loc"]
        raise Refusal("invalid", field=str(place[0]) if place else "body") from None


def must_be_readable(text: str, most_bytes: int) -> None:
    """Raise Refusal when a text is longer than may be sent, in UTF-8, or shows nothing."""
    if len(text.encode()) > most_bytes:
        raise Refusal("too_long")
    if not any(map(_is_visible, text)):
        raise Refusal("empty_text")


def _is_visible(character: str) -> bool:
    return unicodedata.category(character)[0] not in "ZC"
