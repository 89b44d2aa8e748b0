"""The web chat in a real browser: usable by everyone, in their language, on any screen."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bot.languages import LANGUAGES, pack
from tests.browser.fake_gateway import CASE_OPEN, GREETINGS, TRACKING_NUMBER, FakeGateway
from tests.browser.steps import Scheme, bubbles, open_chat, say, tell_to_read_back, visit, visitor

WCAG_22_AA = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
RECORD_HOW_MESSAGES_ARE_ADDED = """
    window.added = [];
    const attach = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function (options) {
        const root = attach.call(this, options);
        new MutationObserver((changes) => {
            for (const node of changes.flatMap(({ addedNodes }) => [...addedNodes]))
                if (node.matches?.(".message")) window.added.push(node.parentNode.ariaLive);
        }).observe(root, { childList: true, subtree: true });
        return root;
    };
"""


def violations(page: Page) -> list[tuple[str, list[str]]]:
    # Elements are there before their style sheet is: unstyled links on a dark page are nobody's fault.
    page.wait_for_load_state("load")
    found = Axe().run(page, options=WCAG_22_AA).response["violations"]
    return [(rule["id"], [str(node["target"]) for node in rule["nodes"]]) for rule in found]


def focused_label(page: Page) -> str:
    """What has the focus inside the chat, by its label or text."""
    active = "document.querySelector('recourse-chat').shadowRoot.activeElement"
    return page.evaluate(f"{active}?.ariaLabel ?? {active}?.textContent.trim() ?? ''") or page.evaluate(
        f"{active}?.tagName ?? ''"
    )


def test_a_whole_complaint_can_be_made_with_the_keyboard_alone(page: Page, gateway: FakeGateway) -> None:
    page.locator(".launcher").focus()
    page.keyboard.press("Enter")
    expect(page.locator("textarea")).to_be_focused()
    expect(bubbles(page, "assistant")).to_have_count(1)
    for answer in ("I was charged twice", "10031865", "123456"):
        answered = bubbles(page, "assistant").count()
        page.keyboard.type(answer)
        page.keyboard.press("Enter")
        expect(bubbles(page, "assistant")).to_have_count(answered + 1)
    page.keyboard.press("Shift+Tab")
    assert focused_label(page) == "No, correct it"
    page.keyboard.press("Shift+Tab")
    assert focused_label(page) == "Yes, that is right"
    page.keyboard.press("Space")
    expect(page.locator(".case")).to_contain_text(TRACKING_NUMBER)
    expect(page.locator("textarea")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".panel")).to_be_hidden()
    expect(page.locator(".launcher")).to_be_focused()
    assert [text for _, text in gateway.received] == ["I was charged twice", "10031865", "123456", "yes"]


def test_focus_returns_to_the_button_of_the_page_that_opened_the_chat(page: Page) -> None:
    opener = page.locator("[data-recourse-open]")
    opener.click()
    expect(page.locator("textarea")).to_be_focused()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()


def test_changing_the_language_asks_the_assistant_and_changes_the_words(
    page: Page, gateway: FakeGateway
) -> None:
    open_chat(page)
    page.locator("select").select_option("fr")
    expect(bubbles(page, "assistant").last).to_have_text(GREETINGS["fr"])
    assert gateway.received[-1][1] == "Français"
    expect(page.locator("textarea")).to_have_attribute(
        "placeholder", pack("fr", "widget")["widget"]["placeholder"]
    )
    expect(page.locator(".panel")).to_have_attribute("lang", "fr")
    assert page.locator(".message").evaluate_all("nodes => nodes.map((node) => node.lang)") == [
        "en",
        "en",
        "fr",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_and_chat_speak_the_language_of_the_address(
    context: BrowserContext, gateway: FakeGateway, language: str
) -> None:
    page = visit(context, gateway, f"?lang={language}")
    words = pack(language, "widget")
    assert page.evaluate("document.documentElement.lang") == language
    expect(page.locator("h1")).to_have_text(words["page"]["heading"])
    expect(page.locator(".launcher")).to_have_text(words["widget"]["launcher"])
    open_chat(page)
    assert gateway.languages == [language]


@pytest.mark.parametrize(
    ("expects", "inputmode", "autocomplete"),
    [
        ("code", "numeric", "one-time-code"),
        ("account", "numeric", "off"),
        ("contact", "email", "email"),
        ("name", "text", "name"),
        ("open", "text", "off"),
    ],
)
def test_the_box_knows_what_is_asked_for(
    page: Page, gateway: FakeGateway, expects: str, inputmode: str, autocomplete: str
) -> None:
    open_chat(page)
    gateway.conversation().steps = [("And now?", [], {"expects": expects})]
    say(page, "hello")
    expect(page.locator("textarea")).to_have_attribute("inputmode", inputmode)
    expect(page.locator("textarea")).to_have_attribute("autocomplete", autocomplete)
    expect(page.locator("#hint")).to_have_text(pack("en", "widget")["widget"]["hints"].get(expects, ""))


def test_enter_sends_shift_enter_breaks_the_line_and_an_input_method_keeps_its_enter(
    page: Page, gateway: FakeGateway
) -> None:
    open_chat(page)
    box = page.locator("textarea")
    box.press_sequentially("one")
    box.press("Shift+Enter")
    box.press_sequentially("two")
    box.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    expect(box).to_have_value("one\ntwo")
    assert gateway.received == []
    box.press("Enter")
    expect(bubbles(page, "customer")).to_have_text(["one\ntwo"])
    expect(box).to_have_value("")


def test_waiting_is_announced_politely_and_only_while_it_lasts(page: Page, gateway: FakeGateway) -> None:
    gateway.delay_seconds = 2.0
    open_chat(page)
    page.locator("textarea").fill("I was charged twice")
    page.locator("textarea").press("Enter")
    expect(page.get_by_role("status").filter(has_text="The assistant is writing")).to_be_visible()
    expect(bubbles(page, "assistant")).to_have_count(2)
    expect(page.get_by_text("The assistant is writing")).to_have_count(0)


def test_new_messages_are_read_aloud_once_and_a_resumed_past_is_not(
    context: BrowserContext, gateway: FakeGateway
) -> None:
    context.add_init_script(RECORD_HOW_MESSAGES_ARE_ADDED)
    page = visit(context, gateway)
    open_chat(page)
    say(page, "I was charged twice")
    expect(page.get_by_role("log", name="Conversation")).to_have_attribute("aria-relevant", "additions")
    assert page.evaluate("window.added") == ["polite"] * 3
    page.reload()
    expect(page.locator(".text")).to_have_count(3)
    assert page.evaluate("window.added") == ["off"] * 3
    say(page, "10031865")
    assert page.evaluate("window.added.length") == 5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_page_and_chat_have_no_accessibility_violation(
    browser: Browser, gateway: FakeGateway, scheme: Scheme, width: int
) -> None:
    with visitor(browser, width, scheme=scheme) as context:
        page = visit(context, gateway)
        page.locator("summary").click()
        assert violations(page) == []
        open_chat(page)
        tell_to_read_back(page)
        assert violations(page) == []
        gateway.conversation().state |= CASE_OPEN | {"holder": "agent"}
        gateway.conversation().say("agent", "I am Marie.")
        gateway.conversation().say("system", f"Your case {TRACKING_NUMBER} is open.")
        expect(bubbles(page, "system")).to_be_visible()
        gateway.failures = [(422, {})]
        page.locator("textarea").fill("thanks")
        page.locator("textarea").press("Enter")
        expect(page.locator(".trouble")).not_to_be_empty()
        assert violations(page) == []
        page.get_by_role("button", name="Start a new conversation").click()
        assert violations(page) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("width", "height"), [(320, 568), (640, 400)], ids=["narrow phone", "1280 by 800 at 200 % zoom"]
)
def test_nothing_is_lost_on_small_screens(
    browser: Browser, gateway: FakeGateway, language: str, width: int, height: int
) -> None:
    with visitor(browser, width, height) as context:
        page = visit(context, gateway, f"?lang={language}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        open_chat(page)
        tell_to_read_back(page)
        gateway.conversation().state |= CASE_OPEN | {"holder": "waiting"}
        expect(page.locator(".case")).to_be_visible()
        for part in page.locator(".panel :is(.head button, select, textarea, .send, .case, .holder)").all():
            box = part.bounding_box()
            assert box is not None
            assert box["x"] >= 0 and box["x"] + box["width"] <= width, part
            assert box["y"] >= 0 and box["y"] + box["height"] <= height, part
        log = page.locator(".log")
        assert log.evaluate("node => node.scrollWidth <= node.clientWidth")
        assert log.evaluate("node => node.clientHeight") >= 120


def test_everything_to_press_is_large_enough(page: Page) -> None:
    open_chat(page)
    tell_to_read_back(page)
    say(page, "yes")
    sizes = page.locator("button:visible, select:visible").evaluate_all(
        "nodes => nodes.map((node) => [node.className, node.offsetWidth, node.offsetHeight])"
    )
    assert [size for size in sizes if min(size[1:]) < 24] == []


def test_the_three_packs_hold_the_same_words() -> None:
    def keys(words: dict[str, object], path: str = "") -> set[str]:
        nested = [keys(value, f"{path}{key}.") for key, value in words.items() if isinstance(value, dict)]
        return {f"{path}{key}" for key, value in words.items() if isinstance(value, str)}.union(*nested)

    assert keys(pack("en", "widget")) == keys(pack("fr", "widget")) == keys(pack("it", "widget"))
