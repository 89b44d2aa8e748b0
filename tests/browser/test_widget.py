"""The web chat in a real browser: it loses nothing, says nothing twice and trusts nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from bot.languages import pack
from tests.browser.fake_gateway import GREETINGS, TRACKING_NUMBER, FakeGateway
from tests.browser.steps import bubbles, open_chat, say, tell_to_read_back, visit

HOSTILE = (
    '<img src=x onerror="window.owned=1"><script>window.owned=1</script> '
    "javascript:alert(1) &lt;b&gt; \u202egnp"
)


def test_opening_again_begins_no_second_conversation(page: Page, gateway: FakeGateway) -> None:
    open_chat(page)
    page.keyboard.press("Escape")
    page.locator(".launcher").click()
    expect(bubbles(page, "assistant")).to_have_count(1)
    assert gateway.languages == ["en"]


def test_a_reload_resumes_the_conversation_with_all_messages_and_the_draft(
    page: Page, gateway: FakeGateway
) -> None:
    open_chat(page)
    say(page, "I was charged twice")
    page.locator("textarea").fill("half a sent")
    before = page.locator(".text").all_inner_texts()
    page.reload()
    expect(page.locator(".text")).to_have_count(3)
    assert page.locator(".text").all_inner_texts() == before
    expect(page.locator("textarea")).to_have_value("half a sent")
    assert len(gateway.conversations) == 1


def test_another_page_of_the_site_resumes_too(
    context: BrowserContext, page: Page, gateway: FakeGateway
) -> None:
    open_chat(page)
    say(page, "I was charged twice")
    other = visit(context, gateway, "?lang=fr")
    other.locator(".launcher").click()
    expect(other.locator(".text")).to_have_count(3)
    assert len(gateway.conversations) == 1


@pytest.mark.parametrize(
    "echoes", [True, False], ids=["answer holds own message", "answer holds new ones only"]
)
@pytest.mark.parametrize("streams", [True, False], ids=["stream", "polling"])
def test_every_message_is_shown_once_and_in_order(
    page: Page, gateway: FakeGateway, streams: bool, echoes: bool
) -> None:
    gateway.streams, gateway.echoes = streams, echoes
    open_chat(page)
    say(page, "first")
    say(page, "second")
    gateway.conversation().say("agent", "I am Marie.")
    expect(bubbles(page, "agent")).to_have_text(["I am Marie."])
    order = page.locator(".message").evaluate_all("nodes => nodes.map((node) => node.dataset.seq)")
    assert order == ["1", "2", "3", "4", "5", "6"]
    expect(bubbles(page, "customer")).to_have_text(["first", "second"])


@pytest.mark.parametrize(
    "failure", [(503, {}), (500, {}), (429, {"Retry-After": "1"})], ids=["503", "500", "429"]
)
def test_a_failed_send_is_tried_again_with_the_same_id(
    page: Page, gateway: FakeGateway, failure: tuple[int, dict[str, str]]
) -> None:
    open_chat(page)
    gateway.failures = [failure]
    page.locator("textarea").fill("I was charged twice")
    page.locator("textarea").press("Enter")
    expect(page.locator(".trouble")).not_to_be_empty()
    expect(bubbles(page, "assistant")).to_have_count(2)
    expect(page.locator(".trouble")).to_be_empty()
    assert len(gateway.received) == 2 and len(set(gateway.received)) == 1
    expect(bubbles(page, "customer")).to_have_count(1)


def test_what_was_written_offline_is_sent_when_the_line_is_back(
    context: BrowserContext, page: Page, gateway: FakeGateway
) -> None:
    open_chat(page)
    context.set_offline(True)
    page.locator("textarea").fill("I was charged twice")
    page.locator("textarea").press("Enter")
    expect(page.locator(".trouble")).to_contain_text("You are offline")
    expect(page.locator(".fate")).to_contain_text(["Sending"])
    context.set_offline(False)
    expect(bubbles(page, "assistant")).to_have_count(2)
    assert [text for _, text in gateway.received] == ["I was charged twice"]


def test_a_message_on_its_way_at_a_reload_is_sent_again_with_the_same_id(
    page: Page, gateway: FakeGateway
) -> None:
    open_chat(page)
    gateway.failures = [(503, {})] * 2
    page.locator("textarea").fill("I was charged twice")
    page.locator("textarea").press("Enter")
    expect(page.locator(".trouble")).not_to_be_empty()
    page.reload()
    expect(bubbles(page, "assistant")).to_have_count(2)
    assert len(set(gateway.received)) == 1
    expect(bubbles(page, "customer")).to_have_text(["I was charged twice"])


def test_a_refused_message_stays_and_can_be_sent_again(page: Page, gateway: FakeGateway) -> None:
    open_chat(page)
    gateway.failures = [(422, {})]
    page.locator("textarea").fill("I was charged twice")
    page.locator("textarea").press("Enter")
    expect(page.locator(".fate").last).to_contain_text("Not sent")
    page.get_by_role("button", name="Try again").click()
    expect(bubbles(page, "assistant")).to_have_count(2)
    assert len(set(gateway.received)) == 1


def test_a_message_that_is_too_long_goes_back_into_the_box(page: Page, gateway: FakeGateway) -> None:
    open_chat(page)
    gateway.failures = [(413, {})]
    page.locator("textarea").fill("a very long story")
    page.locator("textarea").press("Enter")
    expect(page.locator(".trouble")).to_contain_text("too long")
    expect(page.locator("textarea")).to_have_value("a very long story")
    expect(bubbles(page, "customer")).to_have_count(0)


def test_an_expired_conversation_starts_anew_and_keeps_what_was_written(
    page: Page, gateway: FakeGateway
) -> None:
    open_chat(page)
    gateway.failures = [(401, {})]
    page.locator("textarea").fill("I was charged twice")
    page.locator("textarea").press("Enter")
    page.locator(".trouble button").click()
    expect(page.locator("textarea")).to_have_value("I was charged twice")
    expect(bubbles(page, "assistant")).to_have_count(1)
    assert len(gateway.conversations) == 2


def test_choices_send_their_value_show_their_label_and_go_when_answered(
    page: Page, gateway: FakeGateway
) -> None:
    open_chat(page)
    tell_to_read_back(page)
    expect(page.get_by_role("group", name="Suggested answers").get_by_role("button")).to_have_count(2)
    page.get_by_role("button", name="Yes, that is right").click()
    expect(bubbles(page, "customer").last).to_have_text("Yes, that is right")
    expect(page.locator(".choices")).to_have_count(0)
    assert gateway.received[-1][1] == "yes"
    page.reload()
    expect(bubbles(page, "customer").last).to_have_text("Yes, that is right")


def test_the_tracking_number_is_shown_above_and_can_be_copied(context: BrowserContext, page: Page) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_chat(page)
    tell_to_read_back(page)
    say(page, "yes")
    expect(page.locator(".case")).to_contain_text(TRACKING_NUMBER)
    page.locator(".log").get_by_role("button", name=f"Copy number {TRACKING_NUMBER}").click()
    expect(page.get_by_text("Number copied")).to_be_attached()
    assert page.evaluate("navigator.clipboard.readText()") == TRACKING_NUMBER
    links = page.locator(".log a").evaluate_all(
        "nodes => nodes.map((node) => [node.getAttribute('href'), node.rel])"
    )
    assert links == [["tel:18882211687", ""], ["https://www.ccts-cprst.ca/", "noopener noreferrer"]]


@pytest.mark.parametrize(("holder", "shown"), pack("en", "widget")["widget"]["holder"].items())
def test_the_header_says_who_holds_the_conversation(
    page: Page, gateway: FakeGateway, holder: str, shown: str
) -> None:
    open_chat(page)
    gateway.conversation().state["holder"] = holder
    expect(page.locator(".holder")).to_have_text(shown)


def test_an_agents_message_reaches_a_closed_chat_as_an_unread_count(page: Page, gateway: FakeGateway) -> None:
    open_chat(page)
    gateway.conversation().state["holder"] = "waiting"
    expect(page.locator(".holder")).to_have_text("Waiting for a person")
    page.keyboard.press("Escape")
    gateway.conversation().say("agent", "I am Marie.")
    expect(page.get_by_role("button", name="Make a complaint, 1 unread")).to_be_visible()


def test_starting_over_asks_first_and_then_begins_a_new_conversation(
    page: Page, gateway: FakeGateway
) -> None:
    open_chat(page)
    tell_to_read_back(page)
    page.get_by_role("button", name="Start a new conversation").click()
    page.get_by_role("button", name="Keep this one").click()
    assert len(gateway.conversations) == 1
    page.get_by_role("button", name="Start a new conversation").click()
    page.get_by_role("button", name="Start a new one").click()
    expect(page.locator(".text")).to_have_text([GREETINGS["en"]])
    expect(page.locator("textarea")).to_be_focused()
    assert len(gateway.conversations) == 2


def test_the_transcript_holds_all_that_was_said(page: Page, gateway: FakeGateway) -> None:
    open_chat(page)
    tell_to_read_back(page)
    say(page, "yes")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the conversation").click()
    assert download.value.suggested_filename == f"complaint-{TRACKING_NUMBER}.txt"
    text = Path(download.value.path()).read_text(encoding="utf-8")
    said = [message["text"] for message in gateway.conversation().messages if message["text"] != "yes"]
    assert [line for line in said if line not in text] == []
    assert "Yes, that is right" in text and f"Case {TRACKING_NUMBER}" in text


def test_hostile_text_is_shown_as_text_and_does_nothing(page: Page, gateway: FakeGateway) -> None:
    open_chat(page)
    gateway.conversation().steps = [(HOSTILE, [{"label": HOSTILE, "value": HOSTILE}], {"case": HOSTILE})]
    say(page, HOSTILE)
    expect(bubbles(page, "assistant").last).to_have_text(HOSTILE)
    assert page.locator(".panel :is(img, script, b)").count() == 0
    assert page.evaluate("window.owned") is None
    assert page.locator(".log a").count() == 0


@pytest.mark.parametrize(
    ("text", "hrefs"),
    [
        ("see https://example.com/a?b=1, please", ["https://example.com/a?b=1"]),
        ("https://bank.example@evil.example/", []),
        ("http://example.com and javascript:alert(1)", []),
        ("call (514) 555-0142 or +1 416 555-0117.", ["tel:5145550142", "tel:+14165550117"]),
        ("account 10031865, case 1234-5678-9012, 2026-03-05", []),
    ],
)
def test_only_https_addresses_and_phone_numbers_become_links(
    page: Page, gateway: FakeGateway, text: str, hrefs: list[str]
) -> None:
    open_chat(page)
    gateway.conversation().steps = [(text, [], {})]
    say(page, "hello")
    assert (
        page.locator(".log a").evaluate_all("nodes => nodes.map((node) => node.getAttribute('href'))")
        == hrefs
    )


def test_any_page_may_embed_the_chat_in_its_own_language(
    context: BrowserContext, gateway: FakeGateway
) -> None:
    page = context.new_page()
    tag = f'<script src="{gateway.url}/widget.js" data-language="it" defer></script>'
    body = f"<!doctype html><html lang='en'><title>A page</title><h1>A page</h1>{tag}</html>"
    strict = {
        "Content-Security-Policy": f"default-src 'none'; script-src {gateway.url}; connect-src {gateway.url}"
    }
    page.route(
        "**/embedding", lambda route: route.fulfill(body=body, content_type="text/html", headers=strict)
    )
    page.goto(f"{gateway.url}/embedding")
    open_chat(page)
    expect(bubbles(page, "assistant")).to_have_text([GREETINGS["it"]])
    assert gateway.languages == ["it"]
    assert (
        page.locator(".launcher").evaluate("node => getComputedStyle(node).backgroundColor")
        == "rgb(11, 85, 102)"
    )
    assert page.locator(".launcher").evaluate("node => getComputedStyle(node).position") == "fixed"
