"""The pages, what a browser may do with them, and which sites may use the chat."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from pathlib import Path

import pytest

from bot import languages
from bot.gateway import sessions
from bot.languages import LANGUAGES
from bot.languages.wording import render
from bot.provider import profile

SITE = "https://www.provider.example"
CHAT = "/api/chat"


@pytest.mark.parametrize(
    "path, media_type, words",
    [
        ("/", "text/html", "widget.js"),
        ("/widget.js", "text/javascript", "customElements.define"),
        ("/widget/words/fr.json", "application/json", "Faire une plainte"),
        ("/process", "text/html", "1-888-221-1687"),
    ],
)
async def test_a_page_is_served_and_need_not_be_sent_twice(gateway, path, media_type, words):
    response = await gateway.client.get(path)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith(media_type)
    assert words in response.text
    again = await gateway.client.get(path, headers={"If-None-Match": response.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/", "/widget.js", "/widget/words/fr.json", "/process"])
async def test_a_page_answers_head_as_it_answers_get(gateway, path):
    head, get = await gateway.client.head(path), await gateway.client.get(path)
    assert (head.status_code, head.headers) == (200, get.headers)


@pytest.mark.parametrize("path", ["/", "/process"])
async def test_a_page_runs_scripts_of_this_site_only_and_its_own_style(gateway, path):
    response = await gateway.client.get(path)
    policy = dict(rule.split(" ", 1) for rule in response.headers["content-security-policy"].split("; "))
    (style,) = re.findall(r"<style>(.*?)</style>", response.text, re.DOTALL)
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy["script-src"] == "'self'"
    assert policy["style-src"] == f"'self' 'sha256-{digest}'"
    assert not re.search(r"<script(?! src=)| style=| on\w+=", response.text)


@pytest.mark.parametrize(
    "asked, accepted, language",
    [
        ("?lang=it", "fr-CA", "it"),
        ("", "fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("", "de, it;q=0.5", "it"),
        ("?lang=de", "fr", "fr"),
        ("", "de", "en"),
        ("", "", "en"),
    ],
)
@pytest.mark.parametrize("path", ["/", "/process"])
async def test_a_page_speaks_the_language_asked_for_else_the_browsers(
    gateway, path, asked, accepted, language
):
    response = await gateway.client.get(f"{path}{asked}", headers={"Accept-Language": accepted})
    assert f'<html lang="{language}">' in response.text
    assert response.headers["vary"] == "Accept-Language"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_pages_and_greeting_name_the_provider_of_the_profile(gateway, monkeypatch, language):
    monkeypatch.setattr(sessions, "render", render)
    name = profile("jive_ca").name
    assert f"{name} (" in (await gateway.client.get(f"/?lang={language}")).text
    for body in ({"language": language}, {}):
        begun = await gateway.client.post(CHAT, json=body)
        assert name in begun.json()["messages"][0]["text"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_pack_names_a_provider(language):
    folder = Path(languages.__file__).parent / language
    texts = "".join(file.read_text(encoding="utf-8") for file in folder.glob("*.yml"))
    assert profile("jive_ca").name not in texts


@pytest.mark.parametrize("path", ["/", "/widget.js", "/healthz", "/api/cases", "/nothing", "/openapi.json"])
async def test_every_answer_carries_what_protects_it(gateway, path):
    headers = (await gateway.client.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["cross-origin-resource-policy"] == "same-origin"


async def test_transport_security_is_asked_for_only_where_we_are_on_https(start):
    async with start(public_url="https://care.example") as gateway:
        assert "strict-transport-security" in (await gateway.client.get("/")).headers
    async with start() as gateway:
        assert "strict-transport-security" not in (await gateway.client.get("/")).headers


def asked_beforehand(gateway, path, origin):
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    return gateway.client.options(path, headers=headers)


@pytest.mark.parametrize(
    "origins, path, origin, allowed",
    [
        ((SITE,), CHAT, SITE, True),
        ((SITE,), f"{CHAT}/x/messages", SITE, True),
        ((SITE,), "/widget.js", SITE, True),
        ((SITE,), "/widget/words/en.json", SITE, True),
        ((SITE,), CHAT, "https://evil.example", False),
        ((SITE,), CHAT, f"{SITE}.evil.example", False),
        ((SITE,), CHAT, "null", False),
        ((SITE,), "/api/cases", SITE, False),
        ((SITE,), "/api/chatter", SITE, False),
        ((SITE,), "/metrics", SITE, False),
        ((), CHAT, SITE, False),
        ((), "/widget/words/en.json", SITE, False),
    ],
)
async def test_only_the_sites_that_may_embed_may_use_the_chat(start, origins, path, origin, allowed):
    async with start(widget_origins=origins) as gateway:
        beforehand = await asked_beforehand(gateway, path, origin)
        assert beforehand.headers.get("access-control-allow-origin") == (origin if allowed else None)
        assert (
            "authorization" in beforehand.headers.get("access-control-allow-headers", "").lower()
        ) is allowed
        response = await gateway.client.get(path, headers={"Origin": origin})
        assert response.headers.get("access-control-allow-origin") == (origin if allowed else None)
        assert response.headers.get("access-control-allow-credentials") is None


async def test_a_site_that_may_embed_begins_a_conversation_and_reads_refusals(start):
    async with start(widget_origins=(SITE,)) as gateway:
        begun = await gateway.client.post(CHAT, json={}, headers={"Origin": SITE})
        refused = await gateway.client.post(CHAT, content=b"{", headers={"Origin": SITE})
        assert (begun.status_code, refused.status_code) == (201, 400)
        for response in (begun, refused):
            assert response.headers["access-control-allow-origin"] == SITE
            assert response.headers["vary"] == "Origin"
            assert "Retry-After" in response.headers["access-control-expose-headers"]
