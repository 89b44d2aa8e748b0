"""The page that tells customers how complaints are handled, and who helps when we cannot agree."""

from __future__ import annotations

from functools import cache

from babel import Locale
from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.gateway.pages import page_words
from bot.gateway.schemas import merged, plain, refusals
from bot.gateway.services import services
from bot.gateway.serving import AskedLanguage, filled, language_for, page_response, page_route, render_page
from bot.languages import pack
from bot.languages.wording import LOCALES
from bot.provider import Profile, profile
from bot.schemes import scheme

router = APIRouter(tags=["Pages"])

ESTIMATES = ("call_back", "update_every", "resolution", "apply_credit", "escalation_review")
"""The time frames of a profile that customers are told, in the order of a complaint's course."""


@page_route(
    router,
    "/process",
    summary="How complaints are handled",
    response_class=Response,
    responses=merged(
        plain("text/html", "How to complain, what to expect, how to escalate", "<!doctype html>"),
        refusals("unavailable"),
    ),
)
async def process_page(request: Request, lang: AskedLanguage = None) -> Response:
    """Tell how to complain, what to expect, how to escalate, and who helps independently."""
    return page_response(request, _page(language_for(request, lang), services(request).settings.provider))


@cache
def _page(language: str, provider: str) -> str:
    operator = profile(provider)
    website = scheme(operator.scheme).value("website")
    words = filled(_words(language), provider=operator.name, phone=operator.phone, website=website)
    return render_page(
        "process.html",
        language=language,
        page=page_words(language, operator),
        home=f"/?lang={language}",
        words=words,
        operator=operator,
        estimates=[(words[name], _days(language, operator.business_days[name])) for name in ESTIMATES],
        notices=_notices(language, operator),
        website=website,
    )


def _words(language: str) -> dict[str, str]:
    return {key: text for key, text in pack(language, "process").items() if not key.startswith("days_")}


def _days(language: str, count: int) -> str:
    form = "one" if Locale.parse(LOCALES[language]).plural_form(count) == "one" else "other"
    return str(pack(language, "process")[f"days_{form}"]).format(count=count)


def _notices(language: str, operator: Profile) -> list[tuple[str, str]]:
    """Return the notice with its language; a courtesy translation is followed by the official text."""
    ombudsman = scheme(operator.scheme)
    official = ombudsman.value("languages")
    shown = [language] if language in official else [language, official[0]]
    return [(each, str(ombudsman.notices[each].value)) for each in shown]
