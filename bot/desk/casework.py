"""The routes of case work beside those of bot.desk.cases, which they go before: a new case is no case of a number."""

from __future__ import annotations

from fastapi import APIRouter

from bot.desk import assigning, attaching, correcting, letters, merging, new_case, transcripts, views

router = APIRouter()

for _module in (new_case, assigning, attaching, correcting, letters, merging, transcripts, views):
    router.include_router(_module.router)
