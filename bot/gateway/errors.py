"""Refusals in one shape, `{"error": {"code", "message"}}`, in the customer's language where it is known."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.gateway.metrics import Metrics
from bot.languages import pack
from bot.languages.wording import form
from bot.observe import get_logger
from bot.store import StoreError

log = get_logger(__name__)

STATUSES: Mapping[str, int] = {
    "bad_json": 400,
    "unauthorized": 401,
    "forged": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "too_long": 413,
    "invalid": 422,
    "empty_text": 422,
    "today_not_allowed": 422,
    "rate_limited": 429,
    "too_many_streams": 429,
    "unavailable": 503,
    "not_ready": 503,
}
"""Every code of a refusal with its HTTP status; the words are in errors.yml of each pack."""


class Refusal(Exception):
    """A request that is not served; `values` fill the words, `headers` go with the answer."""

    def __init__(self, code: str, headers: Mapping[str, str] | None = None, **values: str) -> None:
        super().__init__(code)
        self.code = code
        self.headers = dict(headers or {})
        self.values = values
        if code == "unauthorized":
            self.headers["WWW-Authenticate"] = "Bearer"


def words(language: str, key: str, channel: str = "web", **values: str) -> str:
    """Return a sentence of errors.yml, in its form for the channel."""
    return form(pack(language, "errors")[key], channel).format(**values)


def refusal_response(refusal: Refusal, language: str = "en") -> JSONResponse:
    """Return the answer to a request that is not served."""
    error = {"code": refusal.code, "message": words(language, refusal.code, **refusal.values)}
    return JSONResponse({"error": error}, STATUSES[refusal.code], refusal.headers)


def answer_refusals(app: FastAPI, metrics: Metrics, language_of: Callable[[str], Awaitable[str]]) -> None:
    """Give every refusal of the app, the framework's own included, the one shape.

    `language_of` gives the language of a conversation; it is asked only for one that the request has opened.
    """

    async def answer(request: Request, refusal: Refusal) -> JSONResponse:
        metrics.errors.labels(refusal.code).inc()
        language = getattr(request.state, "language", "en")
        opened = getattr(request.state, "conversation", None)
        if opened and STATUSES[refusal.code] < 500:
            language = await language_of(opened)
        return refusal_response(refusal, language)

    @app.exception_handler(Refusal)
    async def refused(request: Request, refusal: Refusal) -> JSONResponse:
        return await answer(request, refusal)

    @app.exception_handler(RequestValidationError)
    async def not_valid(request: Request, error: RequestValidationError) -> JSONResponse:
        return await answer(request, Refusal("invalid", field=str(error.errors()[0]["loc"][-1])))

    @app.exception_handler(HTTPException)
    async def not_served(request: Request, error: HTTPException) -> JSONResponse:
        code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "unavailable")
        return await answer(request, Refusal(code, error.headers))

    @app.exception_handler(StoreError)
    async def store_failed(request: Request, error: StoreError) -> JSONResponse:
        log.error("store.failed", error_type=type(error).__name__, exc_info=error)
        return await answer(request, Refusal("unavailable", {"Retry-After": "2"}))


class Shield:
    """Answers 503 where code of ours failed: the log learns the place in the code, the customer nothing."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        begun = False

        async def watched_send(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched_send)
        except Exception as error:
            if scope["type"] != "http":
                raise
            log.error("request.failed", error_type=type(error).__name__, exc_info=error)
            self._metrics.errors.labels("unavailable").inc()
            if not begun:
                await refusal_response(Refusal("unavailable"))(scope, receive, send)
