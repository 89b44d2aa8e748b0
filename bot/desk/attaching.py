"""Agents add files to a case: the scan of a letter, a picture that came by e-mail."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Iterable

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from bot.cases.agent import AGENT, Agent
from bot.cases.texting import MOST_BYTES
from bot.desk import access
from bot.desk.access import Forbidden
from bot.desk.answering import go
from bot.desk.cases import case_page
from bot.evidence import NotTaken, add_file
from bot.gateway.services import Services, services

router = APIRouter(prefix="/desk/cases/{tracking_number}", include_in_schema=False)

MOST_FILES_AT_ONCE = 5
_REST_BYTES = 1024**2
"""Room for the fields beside the files."""


@router.post("/attach")
async def attach(tracking_number: str, request: Request) -> Response:
    """Add files to a case."""
    await must_fit(request)
    who, _, files = await access.posted_with_files(request, AGENT, access.MOST_FIELDS, MOST_FILES_AT_ONCE)
    if not files:
        return await case_page(request, who, tracking_number, "file_none")
    try:
        await attach_all(services(request), who.agent, tracking_number, files)
    except NotTaken as refused:
        return await case_page(request, who, tracking_number, f"file_{refused.reason}")
    except LookupError:
        raise Forbidden("not_found", who.agent.language) from None
    return go(f"/desk/cases/{tracking_number}")


async def attach_all(
    parts: Services, agent: Agent, tracking_number: str, files: Iterable[UploadFile]
) -> None:
    """Keep files on a case, one after the other; raises NotTaken at the first that is not taken, and LookupError."""
    for file in files:
        content = await file.read(MOST_BYTES + 1)
        await to_thread(
            add_file, parts.store, parts.settings.data_dir, tracking_number, content, agent, parts.now()
        )


async def must_fit(request: Request) -> None:
    """Raise Forbidden for a form that is larger than all its files may be, before any of it is read."""
    who = await access.signed_in(request, AGENT)
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > MOST_FILES_AT_ONCE * MOST_BYTES + _REST_BYTES:
        raise Forbidden("file_size", who.agent.language)
