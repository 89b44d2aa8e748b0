"""The pages of the desk, in the agent's language; they run no script and use no style but the desk's own files."""

from __future__ import annotations

import secrets
from functools import cache
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.cases import lodging
from bot.cases.agent import ADMINISTRATOR, LEAD
from bot.cases.audit import ABOUT_AGENTS, ABOUT_CASES, ABOUT_CONVERSATIONS
from bot.cases.case import Case
from bot.cases.complaint import SERVICES
from bot.cases.conversation import Message, Notice
from bot.desk.access import SignedIn
from bot.desk.audit import Read, Wished
from bot.desk.charts import PATTERNS
from bot.desk.drafts import NOTHING_WRITTEN, Draft
from bot.desk.glance import Seen, Wording
from bot.desk.on_the_line import on_the_line
from bot.desk.queue import Queue
from bot.gateway.serving import LANGUAGE_NAMES
from bot.languages import pack
from bot.languages.wording import written_phone
from bot.reading.circumstances import CIRCUMSTANCES
from bot.reading.safety import DANGERS

_HERE = Path(__file__).parent
_TEMPLATES = Environment(
    loader=FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.globals["languages"] = LANGUAGE_NAMES
_TEMPLATES.globals["ADMINISTRATOR"] = ADMINISTRATOR
_TEMPLATES.globals["written_phone"] = written_phone
_TEMPLATES.globals["LEAD"] = LEAD

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
}
FILES = {
    "desk.css": "text/css",
    "desk.js": "text/javascript",
    "writing.css": "text/css",
    "writing.js": "text/javascript",
}


@cache
def file(name: str) -> str:
    """Return the text of a file that pages ask for."""
    return (_HERE / "static" / name).read_text(encoding="utf-8")


def page(html: str, status: int = 200) -> HTMLResponse:
    """Answer with a page, which no cache keeps."""
    return HTMLResponse(html, status, HEADERS)


def sign_in_page(wording: Wording, provider: str | None, email: str = "", problem: str | None = None) -> str:
    """Return the page to sign in at, or to go from to `provider`; `problem` says what was wrong with the last try."""
    return accounts_page("sign_in.html", wording, None, provider=provider, email=email, problem=problem)


def accounts_page(template: str, wording: Wording, who: SignedIn | None, **values: Any) -> str:
    """Return a page about signing in and those who do."""
    values["text"] = pack(wording.language, "accounts")
    return _rendered(template, wording, who, **values)


def error_page(wording: Wording, who: SignedIn | None, problem: str) -> str:
    """Return the page that says why something was not done."""
    return _rendered("error.html", wording, who, problem=problem)


def queue_page(wording: Wording, who: SignedIn, queue: Queue, problem: str | None = None) -> str:
    """Return the page of who waits; `problem` says why the last step was not done."""
    return _rendered("queue.html", wording, who, queue=queue, problem=problem)


def queue_fragment(wording: Wording, who: SignedIn, queue: Queue) -> str:
    """Return the part of that page that changes."""
    return _rendered("queue_lines.html", wording, who, queue=queue)


def conversation_page(
    wording: Wording,
    who: SignedIn,
    seen: Seen,
    problem: str | None = None,
    draft: Draft = NOTHING_WRITTEN,
    decisions: Any = None,
) -> str:
    """Return the page of a conversation; `problem` says why the last step was not done, `draft` keeps its words."""
    values = _conversation_values(wording, who, seen)
    return _rendered(
        "conversation.html", wording, who, problem=problem, draft=draft, decisions=decisions, **values
    )


def message_fragment(wording: Wording, who: SignedIn, message: Message, spoken: str) -> str:
    """Return one line of a transcript in the language that is spoken there."""
    return _rendered("message.html", wording, who, message=message, spoken=spoken)


def actions_fragment(wording: Wording, who: SignedIn, seen: Seen) -> str:
    """Return who has the conversation and what this agent can do about it."""
    values = _conversation_values(wording, who, seen)
    return _rendered("actions.html", wording, who, draft=NOTHING_WRITTEN, **values)


def glance_fragment(wording: Wording, who: SignedIn, seen: Seen) -> str:
    """Return what an agent sees of the conversation at a glance."""
    return _rendered("glance.html", wording, who, **_conversation_values(wording, who, seen))


def case_list_page(wording: Wording, who: SignedIn, **values: Any) -> str:
    """Return the page of the cases that were asked for."""
    return _rendered("cases.html", wording, who, **values)


def case_page(wording: Wording, who: SignedIn, **values: Any) -> str:
    """Return the page of a whole case."""
    return _rendered("case.html", wording, who, **values)


def report_page(wording: Wording, who: SignedIn, **values: Any) -> str:
    """Return the page of a report."""
    return _rendered("reports.html", wording, who, patterns=PATTERNS, **values)


def language_name(language: str) -> str:
    """Return what a language calls itself."""
    return LANGUAGE_NAMES[language]


def decide_page(wording: Wording, who: SignedIn, **values: Any) -> str:
    """Return the page on which a decision is shown as it would leave."""
    return _rendered("decide.html", wording, who, **values)


def escalations_page(wording: Wording, who: SignedIn, **values: Any) -> str:
    """Return the page of what waits for a lead."""
    return _rendered("escalations.html", wording, who, **values)


def macros_to_choose_page(wording: Wording, who: SignedIn, **values: Any) -> str:
    """Return the page of the macros for one customer."""
    return _rendered("macros_to_choose.html", wording, who, **values)


def macros_page(wording: Wording, who: SignedIn, **values: Any) -> str:
    """Return the page of the desk's own macros."""
    return _rendered("macros.html", wording, who, **values)


def new_case_page(wording: Wording, who: SignedIn, **values: Any) -> str:
    """Return the form to open a case with."""
    return _rendered("new_case.html", wording, who, **_choices(wording), **values)


def facts_page(wording: Wording, who: SignedIn, **values: Any) -> str:
    """Return the page on which facts of a case are put right."""
    return _rendered("facts.html", wording, who, **_choices(wording), **values)


def merge_page(wording: Wording, who: SignedIn, pair: Any) -> str:
    """Return two cases side by side, one of which would lead to the other."""
    return _rendered("merge.html", wording, who, pair=pair)


def letter_page(wording: Wording, who: SignedIn, case: Case, notice: Notice, waits: bool) -> str:
    """Return a letter as it is printed; it `waits` to be posted or not."""
    return _rendered("letter.html", wording, who, case=case, notice=notice, waits=waits)


def reason_page(wording: Wording, who: SignedIn, **values: Any) -> str:
    """Return the page that asks why something is opened."""
    return _rendered("reason.html", wording, who, **values)


def audit_page(wording: Wording, who: SignedIn, wished: Wished, read: Read) -> str:
    """Return the page of who saw and did what."""
    values = {
        "wished": wished,
        "read": read,
        "about_conversations": ABOUT_CONVERSATIONS,
        "about_cases": ABOUT_CASES,
        "about_agents": ABOUT_AGENTS,
        "reasons": pack(wording.language, "oversight")["reason"]["reasons"],
    }
    return _rendered("audit.html", wording, who, **values)


def deliveries_page(wording: Wording, who: SignedIn, **values: Any) -> str:
    """Return the page of what did not arrive at another desk."""
    return _rendered("deliveries.html", wording, who, told=pack(wording.language, "other_desks"), **values)


def _choices(wording: Wording) -> dict[str, Any]:
    """Return what can be chosen on forms about a case, and how issues and services are called."""
    known = {
        "channels": lodging.CHANNELS,
        "dangers": DANGERS,
        "circumstances": CIRCUMSTANCES,
        "services": SERVICES,
    }
    return {"labels": pack(wording.language, "nature_labels"), "known": known}


def _conversation_values(wording: Wording, who: SignedIn, seen: Seen) -> dict[str, Any]:
    conversation = seen.conversation
    return {
        "seen": seen,
        "conversation": conversation,
        "name": wording.name(seen),
        "sections": wording.glance(seen),
        "is_mine": seen.is_held_by(who.agent),
        "may_release": conversation.holder == "agent" and conversation.agent_id and who.agent.may(LEAD),
        "is_by_hand": conversation.channel in lodging.CHANNELS,
        "is_call": conversation.channel == "voice",
        "line": on_the_line(seen, who.agent),
        "line_words": pack(wording.language, "line")["desk"],
        "word_id": secrets.token_hex(8),
    }


def _rendered(template: str, wording: Wording, who: SignedIn | None, **values: Any) -> str:
    return _TEMPLATES.get_template(template).render(
        language=wording.language, wording=wording, words=wording.words, work=wording.work, who=who, **values
    )
