"""The pages, what a browser may do with them, and which sites may use the chat."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode

import pytest

SITE = "https://www.provider.example"
CHAT = "/api/chat"


@pytest.mark.parametrize(
    "path, media_type, words",
    [
        ("/", "text/html", "widget.js"),
        ("/widget.js", "text/javascript", "customElements.define"),
        ("/widget/words/fr.json", "application/json", "Faire une plainte"),
    ],
)
async def test_a_page_is_served_and_need_not_be_sent_twice(gateway, path, media_type, words):
    response = await gateway.client.get(path)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith(media_type)
    assert words in response.text
    again = await gateway.client.get(path, headers={"If-None-Match": response.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_the_demo_page_may_run_its_own_scripts_and_no_others(gateway):
    response = await gateway.client.get("/")
    policy = response.headers["content-security-policy"]
    scripts = re.findall(r"<script>(.*?)</script>", response.text, re.DOTALL)
    assert scripts
    for script in scripts:
        assert f"'sha256-{b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]


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
