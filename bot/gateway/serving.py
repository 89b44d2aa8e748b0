"""How pages and files are served: in the visitor's language, cached by ETag, and to HEAD as to GET."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, TypeVar

from babel import Locale
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.languages import LANGUAGES

AskedLanguage = Annotated[str | None, Query(description="en, fr or it; else the browser's own language")]

_Endpoint = TypeVar("_Endpoint", bound=Callable[..., Any])
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
LANGUAGE_NAMES = {code: Locale(code).get_display_name(code).capitalize() for code in LANGUAGES}
"""Each language's own name for itself, as it is shown to choose from."""

_TEMPLATES.globals["languages"] = LANGUAGE_NAMES
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def page_route(router: APIRouter, path: str, **described: Any) -> Callable[[_Endpoint], _Endpoint]:
    """Serve a path to GET, and to HEAD, whose answer the server sends without its body."""

    def add(endpoint: _Endpoint) -> _Endpoint:
        router.head(path, include_in_schema=False)(endpoint)
        router.get(path, **described)(endpoint)
        return endpoint

    return add


def language_for(request: Request, asked: str | None) -> str:
    """Return the language that was asked for, else the first of the browser's that we have, else English."""
    wishes = [asked or "", *request.headers.get("accept-language", "").split(",")]
    known = (wish.strip()[:2].lower() for wish in wishes)
    return next((language for language in known if language in LANGUAGES), "en")


def filled(words: Mapping[str, str], **values: object) -> dict[str, str]:
    """Return the words of a page with their placeholders filled in."""
    return {key: text.format(**values) for key, text in words.items()}


def render_page(template: str, **values: object) -> str:
    """Return a page; every value is escaped, and one that is missing is an error."""
    return _TEMPLATES.get_template(template).render(**values)


def page_response(request: Request, html: str) -> Response:
    """Answer with a page, which may run only scripts of this site and use only its own style."""
    headers = {"Content-Security-Policy": _policy(html), "Vary": "Accept-Language"}
    response = Response(html, media_type="text/html", headers=headers)
    return unless_known(request, response, etag_of(html), "no-cache")


def etag_of(text: str) -> str:
    """Return the ETag of a text."""
    return f'"{sha256(text.encode()).hexdigest()[:32]}"'


def unless_known(request: Request, response: Response, etag: str, cached: str) -> Response:
    """Return the response with its caching headers, or 304 when the client has it already."""
    response.headers.update({"ETag": etag, "Cache-Control": cached})
    if etag not in request.headers.get("if-none-match", ""):
        return response
    kept = ("etag", "cache-control", "vary")
    return Response(status_code=304, headers={k: v for k, v in response.headers.items() if k in kept})


def _policy(html: str) -> str:
    digests = (b64encode(sha256(style.encode()).digest()).decode() for style in _STYLE.findall(html))
    styles = " ".join(f"'sha256-{digest}'" for digest in digests)
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self' {styles}; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
