"""The demo page, and the widget with its words."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from bot.gateway.errors import Refusal
from bot.gateway.schemas import merged, plain, refusals
from bot.languages import LANGUAGES, pack

router = APIRouter(tags=["Pages"])

_FOLDER = Path(__file__).parent / "widget"
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
# Short, since pages embed the widget under one address for good; the ETag makes asking again cheap.
_CACHED = "public, max-age=300"


@cache
def _file(name: str) -> tuple[str, str]:
    """Return a file of the widget's folder and its ETag."""
    text = (_FOLDER / name).read_text(encoding="utf-8")
    return text, _etag(text)


def _etag(text: str) -> str:
    return f'"{sha256(text.encode()).hexdigest()[:32]}"'


def _unless_known(request: Request, response: Response, etag: str, cached: str = _CACHED) -> Response:
    """Return the response with its caching headers, or 304 when the client has it already."""
    headers = {"ETag": etag, "Cache-Control": cached}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return response


@cache
def _page_policy(html: str) -> str:
    """Return a content policy that allows the page's own scripts, word for word, and no others."""
    digests = (
        b64encode(sha256(script.encode()).digest()).decode() for script in _INLINE_SCRIPT.findall(html)
    )
    scripts = " ".join(f"'sha256-{digest}'" for digest in digests)
    return (
        f"default-src 'none'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )


@router.get(
    "/",
    summary="The demo provider's page",
    response_class=Response,
    responses=merged(
        plain("text/html", "A page that carries the widget", "<!doctype html>"), refusals("unavailable")
    ),
)
async def demo_page(request: Request) -> Response:
    """Show what the widget looks like on a provider's site."""
    html, etag = _file("demo.html")
    response = Response(html, media_type="text/html", headers={"Content-Security-Policy": _page_policy(html)})
    return _unless_known(request, response, etag, "no-cache")


@router.get(
    "/widget.js",
    summary="The chat for any page",
    response_class=Response,
    responses=merged(plain("text/javascript", "A script to embed", "(() => {})();"), refusals("unavailable")),
)
async def widget(request: Request) -> Response:
    """Return the script that a page embeds with one tag."""
    script, etag = _file("widget.js")
    return _unless_known(request, Response(script, media_type="text/javascript"), etag)


@router.get(
    "/widget/words/{language}.json",
    summary="The widget's words",
    responses={
        200: {"content": {"application/json": {"example": {"widget": {"send": "Send"}, "page": {}}}}},
        **refusals("not_found", "unavailable"),
    },
)
async def widget_words(language: str, request: Request) -> Response:
    """Return the words of the widget and of the demo page in one language."""
    if language not in LANGUAGES:
        raise Refusal("not_found")
    response = JSONResponse(pack(language, "widget"))
    return _unless_known(request, response, _etag(bytes(response.body).decode()))
