"""Headers on every answer: what a browser may do with it, and which other sites may use the chat."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SHARED = ("/api/chat", "/widget")
_ALLOWED = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Last-Event-ID",
    "Access-Control-Max-Age": "600",
}
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_STRICT_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class BrowserHeaders:
    """Adds security headers to every answer, and opens the chat's routes to the sites of WIDGET_ORIGINS."""

    def __init__(self, app: ASGIApp, origins: Sequence[str], over_https: bool) -> None:
        self._app = app
        self._origins = frozenset(origin.lower() for origin in origins)
        self._always = dict(_ALWAYS)
        if over_https:
            self._always["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; a browser's question beforehand is answered here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        origin = asked.get("origin", "")
        is_shared = bool(self._origins) and _is_shared(scope["path"])
        is_allowed = is_shared and origin.lower() in self._origins

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._always.items():
                    headers.setdefault(name, value)
                headers.setdefault("Content-Security-Policy", _STRICT_POLICY)
                headers.setdefault(
                    "Cross-Origin-Resource-Policy", "cross-origin" if is_shared else "same-origin"
                )
                if is_shared:
                    headers.add_vary_header("Origin")
                if is_allowed:
                    headers["Access-Control-Allow-Origin"] = origin
                    headers["Access-Control-Expose-Headers"] = "Retry-After"
            await send(message)

        if is_shared and scope["method"] == "OPTIONS" and "access-control-request-method" in asked:
            await Response(status_code=204, headers=_ALLOWED if is_allowed else None)(
                scope, receive, send_with_headers
            )
            return
        await self._app(scope, receive, send_with_headers)


def _is_shared(path: str) -> bool:
    return any(path == root or path.startswith((f"{root}/", f"{root}.")) for root in _SHARED)
