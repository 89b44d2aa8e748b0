"""Files that customers sent, to be saved by whoever works on their cases; each download stands in the audit."""

from __future__ import annotations

from asyncio import to_thread

from fastapi.responses import FileResponse

from bot.cases.audit import DOWNLOADED
from bot.cases.texting import KEPT, Evidence
from bot.evidence import path_of
from bot.gateway.services import Services

_NEVER_SHOWN = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}
"""What strangers sent is saved, and never shown inside a page."""


async def evidence_file(
    parts: Services, tracking_number: str, evidence_id: str, agent_id: str | None = None
) -> FileResponse | None:
    """Return a piece of a case's evidence, None when there is none; `agent_id` is None for a desk of another make."""
    piece = await to_thread(_find, parts, tracking_number, evidence_id)
    path = path_of(piece, parts.settings.data_dir) if piece else None
    if piece is None or path is None or not path.is_file():
        return None
    await to_thread(_record, parts, agent_id, piece.id)
    return FileResponse(path, media_type=piece.media_type, filename=path.name, headers=_NEVER_SHOWN)


def _find(parts: Services, tracking_number: str, evidence_id: str) -> Evidence | None:
    with parts.store.view() as unit:
        pieces = unit.evidence.of_case(tracking_number)
        return next((each for each in pieces if each.id == evidence_id and each.state == KEPT), None)


def _record(parts: Services, agent_id: str | None, evidence_id: str) -> None:
    with parts.store.unit() as unit:
        unit.audit.add(parts.now(), DOWNLOADED, agent_id, evidence_id)
