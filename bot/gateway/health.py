"""Whether the process lives, whether the product can serve, and what it counted."""

from __future__ import annotations

import asyncio
from asyncio import to_thread
from datetime import timedelta

import httpx
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from bot.clock import HEARTBEAT
from bot.gateway import schemas
from bot.gateway.errors import words
from bot.gateway.schemas import merged, plain, refusals
from bot.gateway.services import Services, services
from bot.store import StoreError

router = APIRouter(tags=["Health"])

CLOCK_SILENCE = timedelta(seconds=15)
ACTIONS_SECONDS = 3.0
_DEFAULT_ACTIONS = "http://127.0.0.1:5055"
_NOT_STORED = {"Cache-Control": "no-store"}


@router.get(
    "/healthz",
    summary="Does the process live?",
    response_model=schemas.Alive,
    responses=refusals("unavailable"),
)
async def alive() -> JSONResponse:
    """Answer as long as the process can."""
    return JSONResponse({"status": "ok"}, headers=_NOT_STORED)


@router.get(
    "/readyz",
    summary="Can customers be served?",
    response_model=schemas.Alive,
    responses=refusals("not_ready"),
)
async def ready(request: Request) -> JSONResponse:
    """Answer 200 when engine, actions, clock and database do, else 503 with `missing` naming the others."""
    missing = await missing_parts(services(request))
    if not missing:
        return JSONResponse({"status": "ok"}, headers=_NOT_STORED)
    error = {"code": "not_ready", "message": words("en", "not_ready")}
    return JSONResponse({"error": error, "missing": missing}, 503, _NOT_STORED)


@router.get(
    "/metrics",
    summary="Figures for Prometheus",
    response_class=Response,
    responses=merged(
        plain("text/plain", "Prometheus' text format", "recourse_turns_total 1.0\n"), refusals("unavailable")
    ),
)
async def metrics(request: Request) -> Response:
    """Return what was counted since the process started."""
    return Response(
        services(request).metrics.text(), media_type="text/plain; version=0.0.4", headers=_NOT_STORED
    )


async def missing_parts(parts: Services) -> list[str]:
    """Return the names of the parts that do not answer, none when all is well."""
    checks = {
        "engine": parts.engine.ready(),
        "actions": _actions_answer(parts.settings.actions_url or _DEFAULT_ACTIONS),
        "clock": to_thread(_clock_ticks, parts),
        "database": to_thread(_database_answers, parts),
    }
    answers = await asyncio.gather(*checks.values())
    return [name for name, answered in zip(checks, answers, strict=True) if not answered]


async def _actions_answer(address: str) -> bool:
    # The setting may be the address that Rasa calls, which ends with the path of its webhook.
    url = address.rstrip("/").removesuffix("/webhook") + "/health"
    try:
        async with httpx.AsyncClient(timeout=ACTIONS_SECONDS, trust_env=False) as client:
            return (await client.get(url)).is_success
    except httpx.HTTPError:
        return False


def _clock_ticks(parts: Services) -> bool:
    try:
        with parts.store.view() as unit:
            beat = unit.heartbeats.last(HEARTBEAT)
    except StoreError:
        return False
    return beat is not None and parts.now() - beat <= CLOCK_SILENCE


def _database_answers(parts: Services) -> bool:
    try:
        parts.store.ping()
    except StoreError:
        return False
    return True
