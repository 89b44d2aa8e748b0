"""The demo page, and the widget with its words."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from bot.gateway.errors import Refusal
from bot.gateway.schemas import merged, plain, refusals
from bot.gateway.services import services
from bot.gateway.serving import (
    LANGUAGE_NAMES,
    AskedLanguage,
    etag_of,
    filled,
    language_for,
    page_response,
    page_route,
    render_page,
    unless_known,
)
from bot.languages import LANGUAGES, pack
from bot.provider import Profile, profile

router = APIRouter(tags=["Pages"])

_WIDGET = Path(__file__).parent / "widget"
_WIDGET_FILES = ("conversation.js", "text.js", "transcript.js", "style.js", "chat.js")
# Short, since pages embed the widget under one address for good; the ETag makes asking again cheap.
_CACHED = "public, max-age=300"


@cache
def widget_script() -> str:
    """Return the widget's files joined into one function, so that nothing of them shows in the page."""
    languages = f"const LANGUAGES = {json.dumps(LANGUAGE_NAMES, ensure_ascii=False)};"
    files = [(_WIDGET / name).read_text(encoding="utf-8") for name in _WIDGET_FILES]
    return "\n".join(['(() => {\n"use strict";\n', languages, *files, "})();\n"])


def page_words(language: str, provider: Profile) -> dict[str, str]:
    """Return the words that all pages share."""
    return filled(pack(language, "widget")["page"], provider=provider.name, phone=provider.phone)


@cache
def _demo(language: str, provider: str) -> str:
    words = page_words(language, profile(provider))
    return render_page("demo.html", language=language, page=words, home="")


@page_route(
    router,
    "/",
    summary="The demo provider's page",
    response_class=Response,
    responses=merged(
        plain("text/html", "A page that carries the widget", "<!doctype html>"), refusals("unavailable")
    ),
)
async def demo_page(request: Request, lang: AskedLanguage = None) -> Response:
    """Show what the widget looks like on a provider's site."""
    return page_response(request, _demo(language_for(request, lang), services(request).settings.provider))


@page_route(
    router,
    "/widget.js",
    summary="The chat for any page",
    response_class=Response,
    responses=merged(plain("text/javascript", "A script to embed", "(() => {})();"), refusals("unavailable")),
)
async def widget(request: Request) -> Response:
    """Return the script that a page embeds with one tag."""
    script = widget_script()
    return unless_known(request, Response(script, media_type="text/javascript"), etag_of(script), _CACHED)


@page_route(
    router,
    "/widget/words/{language}.json",
    summary="The widget's words",
    responses={
        200: {"content": {"application/json": {"example": {"widget": {"send": "Send"}}}}},
        **refusals("not_found", "unavailable"),
    },
)
async def widget_words(language: str, request: Request) -> Response:
    """Return the words of the widget in one language."""
    if language not in LANGUAGES:
        raise Refusal("not_found")
    response = JSONResponse({"widget": pack(language, "widget")["widget"]})
    return unless_known(request, response, etag_of(bytes(response.body).decode()), _CACHED)
