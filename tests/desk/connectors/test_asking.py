"""What comes of asking another desk: an answer, or a failure that says whether it may have arrived."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from bot.desk.connectors import http, other_desk
from bot.desk.connectors.http import LARGEST_BODY, Asking
from bot.desk.connectors.shapes import plain
from bot.notices.courier import LATER, NEVER, UNKNOWN, NotDelivered
from bot.settings import Secret, Settings


def asking(monkeypatch: pytest.MonkeyPatch, answer: Any) -> Asking:
    def respond(request: httpx.Request) -> httpx.Response:
        if isinstance(answer, type):
            raise answer("as the test says", request=request)
        return answer

    transport = httpx.MockTransport(respond)
    monkeypatch.setattr(http, "_client", lambda headers: httpx.Client(transport=transport, headers=headers))
    return Asking("https://desk.example.com")


@pytest.mark.parametrize(
    ("answer", "outlook", "reason"),
    [
        (httpx.ConnectError, LATER, "ConnectError"),
        (httpx.ConnectTimeout, LATER, "ConnectTimeout"),
        (httpx.ReadTimeout, UNKNOWN, "ReadTimeout"),
        (httpx.RemoteProtocolError, UNKNOWN, "RemoteProtocolError"),
        (httpx.Response(401), LATER, "http_401"),
        (httpx.Response(403), LATER, "http_403"),
        (httpx.Response(404), NEVER, "http_404"),
        (httpx.Response(408), UNKNOWN, "http_408"),
        (httpx.Response(422), NEVER, "http_422"),
        (httpx.Response(429), LATER, "http_429"),
        (httpx.Response(500), UNKNOWN, "http_500"),
        (httpx.Response(503), UNKNOWN, "http_503"),
        # no redirect is followed: the token would go elsewhere
        (httpx.Response(302, headers={"Location": "https://evil.example"}), NEVER, "http_302"),
        (httpx.Response(200, content=iter([b"<html>"])), UNKNOWN, "answer_unreadable"),
        (httpx.Response(200, content=iter([b" " * (LARGEST_BODY + 1)])), UNKNOWN, "answer_too_long"),
    ],
)
def test_a_failure_says_whether_it_may_have_arrived(monkeypatch, answer, outlook, reason):
    with pytest.raises(NotDelivered) as failed:
        asking(monkeypatch, answer).send("/x", {"name": "Kim"})
    assert (failed.value.outlook, failed.value.reason_code) == (outlook, reason)
    assert "Kim" not in repr(failed.value.__context__)


@pytest.mark.parametrize(
    ("told", "seconds"), [("120", 120), ("999999", 3600), ("soon", 0), ("", 0), ("-5", 0)]
)
def test_how_long_to_wait_is_taken_from_the_answer_within_reason(monkeypatch, told, seconds):
    with pytest.raises(NotDelivered) as failed:
        asking(monkeypatch, httpx.Response(429, headers={"Retry-After": told})).get("/x")
    assert failed.value.wait_seconds == seconds


def test_certificates_are_checked_and_nothing_of_this_machine_is_sent_along():
    client = http._client({})
    assert client.follow_redirects is False and client.trust_env is False
    assert client._transport._pool._ssl_context.check_hostname is True  # type: ignore[attr-defined]


def test_a_desk_that_is_not_set_up_is_none_and_the_log_says_what_is_missing(logged):
    assert other_desk(Settings()) is None
    assert other_desk(Settings(desk_connector="zammad", zammad_token=Secret("x"))) is None
    (told,) = [entry for entry in logged if entry["event"] == "other_desk.not_set_up"]
    assert told["missing"] == "ZAMMAD_URL, ZAMMAD_GROUP, ZAMMAD_CUSTOMER, ZAMMAD_WEBHOOK_SECRET"


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("Hello", "Hello"),
        ("<div>One</div><div>Two &amp; three</div>", "One\nTwo & three"),
        ("One<br>Two<br/><br>Four", "One\nTwo\nFour"),
        ("<p>Caf&eacute;</p>\n<p>2 &lt; 3</p>", "Café\n2 < 3"),
        ("<style>p {}</style><script>alert(1)</script>Hi", "Hi"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("", ""),
    ],
)
def test_html_is_read_as_words(html, words):
    assert plain(html) == words
