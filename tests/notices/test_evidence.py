"""What customers text as evidence is kept whole or not at all; our password goes nowhere but to the carrier's API."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bot import evidence
from bot.cases.case import Case, Handoff
from bot.cases.complaint import Complaint
from bot.cases.conversation import Conversation
from bot.cases.texting import MOST_BYTES, Evidence
from bot.evidence import RETRY_AFTER, EvidenceFetching, Fetching, path_of, type_of
from bot.provider import profile
from bot.settings import Secret, Settings
from tests.gateway.fakes import outbox_of
from tests.phone.rest import ACCOUNT, TOKEN

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"p" * 5_000
PHONE = "+14165550123"
PLACE = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/MM{'b' * 32}/Media/ME{'c' * 32}"


class Carrier:
    """A web server that answers each path as it is told and remembers who asked with which password."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[tuple[str, str, str | None]] = []
        carrier = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                carrier.asked.append((self.headers["Host"], self.path, self.headers["Authorization"]))
                status, headers, body = carrier.answers[self.path]
                self.send_response_only(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        self.base = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def holds(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.answers[PLACE] = status, headers, body

    def redirects(self, to: str) -> None:
        self.answers[PLACE] = 307, {"Location": to}, b""


@pytest.fixture
def carrier() -> Iterator[Carrier]:
    carrier = Carrier()
    yield carrier
    carrier.server.shutdown()
    carrier.server.server_close()


@pytest.fixture
def texted(store, time):
    """Somebody texted a file, in a conversation with a case; returns how it stands in the store."""

    def add(url: str, place: int = 0, sid: str = "MM1", said_to_be: str = "image/jpeg") -> str:
        piece = Evidence(f"{sid}-{place}", "c-1", f"{sid}:{place}", url, said_to_be, time.now)
        with store.unit() as unit:
            if unit.conversations.get("c-1") is None:
                conversation = Conversation("c-1", "", "sms", time.now, "en")
                conversation.tracking_number = "4821-0937-5562"
                unit.conversations.add(conversation)
                unit.cases.add(Case("4821-0937-5562", Complaint(), "en", "sms", time.now), "c-1")
                texter = unit.texters.get(PHONE)
                texter.begin("c-1")
                texter.last_at = time.now
                unit.texters.save(texter)
            unit.evidence.add(piece)
        return piece.id

    return add


@pytest.fixture
def fetching(store, carrier, tmp_path, time):
    settings = Settings(
        twilio_account_sid=ACCOUNT, twilio_auth_token=Secret(TOKEN), twilio_api_base=carrier.base
    )
    operator = profile(settings.provider)
    return EvidenceFetching(store, Fetching(settings), operator, tmp_path, time)


def found(store, evidence_id="MM1-0"):
    with store.view() as unit:
        return next(each for each in unit.evidence.of_conversation("c-1") if each.id == evidence_id)


def history(store):
    with store.view() as unit:
        return [(line.what, line.detail) for line in unit.cases.get("4821-0937-5562").history]


def files(tmp_path):
    folder = tmp_path / "evidence"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_photo_is_kept_with_its_true_type_and_its_digest_and_the_case_says_so(
    store, carrier, fetching, texted, tmp_path
):
    carrier.holds(JPEG)
    texted(carrier.base + PLACE, said_to_be="image/png")
    fetching.tick()
    piece, digest = found(store), hashlib.sha256(JPEG).hexdigest()
    assert (piece.state, piece.media_type, piece.bytes) == ("kept", "image/jpeg", len(JPEG))
    assert piece.sha256 == digest
    assert files(tmp_path) == ["MM1-0.jpg"]
    assert path_of(piece, tmp_path).read_bytes() == JPEG
    assert path_of(piece, tmp_path).stat().st_mode & 0o077 == 0
    assert history(store) == [
        ("evidence_kept", f"MM1-0: image/jpeg, {len(JPEG)} bytes, sha256 {digest}"),
    ]
    assert outbox_of(store) == []
    fetching.tick()
    assert len(carrier.asked) == 1


def test_the_password_is_not_sent_to_where_the_api_sends_us(store, carrier, fetching, texted):
    carrier.redirects(f"http://localhost:{carrier.port}/cdn/photo")
    carrier.answers["/cdn/photo"] = 200, {}, JPEG
    texted(carrier.base + PLACE)
    fetching.tick()
    assert found(store).state == "kept"
    (_, _, to_the_api), (host, _, to_the_store) = carrier.asked
    assert to_the_api and to_the_api.startswith("Basic ")
    assert host == f"localhost:{carrier.port}" and to_the_store is None


def test_the_stand_in_for_the_whole_api_is_satisfied(store, twilio, texted, tmp_path, time):
    settings = Settings(**twilio.settings)
    texted(twilio.photo(JPEG))
    EvidenceFetching(store, Fetching(settings), profile(settings.provider), tmp_path, time).tick()
    assert found(store).state == "kept"


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest/meta-data",
        "{base}/2010-04-01/Accounts/AC" + "f" * 32 + PLACE[PLACE.index("/Messages") :],
        "{base}" + PLACE + ".json",
        "{base}" + PLACE + "?x=1",
        "{base}" + PLACE + "\n",
        "{base}@evil.example" + PLACE,
        "https://api.twilio.com.evil.example" + PLACE,
        "https://mms.twiliocdn.com/photo",
        "file:///etc/passwd",
        "",
    ],
)
def test_only_media_of_our_own_account_is_asked_for(store, carrier, fetching, texted, tmp_path, address):
    texted(address.format(base=carrier.base))
    fetching.tick()
    assert (found(store).state, found(store).reason) == ("refused", "address")
    assert carrier.asked == [] and files(tmp_path) == []


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.1:1/cdn/photo",
        "https://evil.example/photo.jpg",
        "https://mms.twiliocdn.com.evil.example/photo.jpg",
        "https://evil.example\\@mms.twiliocdn.com/photo.jpg",
        "https://mms.twiliocdn.com@evil.example/photo.jpg",
        "http://mms.twiliocdn.com/photo.jpg",
        "https://s3-external-1.amazonaws.com/a-bucket-of-others/photo.jpg",
        "file:///etc/passwd",
    ],
)
def test_a_redirect_leads_to_the_carriers_hosts_or_nowhere(store, carrier, fetching, texted, location):
    carrier.redirects(location)
    texted(carrier.base + PLACE)
    fetching.tick()
    assert found(store).reason == "address"
    assert len(carrier.asked) == 1


@pytest.mark.parametrize(
    "address",
    [
        "https://mms.twiliocdn.com/AC1/x?Expires=1&Signature=a~b",
        "https://media.twiliocdn.com/AC1/x",
        "https://s3-external-1.amazonaws.com/media.twiliocdn.com/AC1/x",
    ],
)
def test_the_real_hosts_of_media_are_known_and_the_real_api_leads_to_no_other(address):
    settings = Settings(twilio_account_sid=ACCOUNT, twilio_auth_token=Secret(TOKEN))
    elsewhere = Fetching(settings)._elsewhere
    assert elsewhere.fullmatch(address)
    assert not elsewhere.fullmatch("http://localhost:8000/cdn/x")


def test_a_circle_of_redirects_ends(store, carrier, fetching, texted):
    carrier.redirects(carrier.base + PLACE)
    texted(carrier.base + PLACE)
    fetching.tick()
    assert len(carrier.asked) == evidence.MOST_REDIRECTS + 1
    assert (found(store).state, found(store).failures) == ("waiting", 1)


@pytest.mark.parametrize(
    "body",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script> GIF89a",
        b"MZ\x90\x00" + b"x" * 100,
        b"\x00\x00\x00\x20ftypavif" + b"x" * 100,
        b"\x00\x00\x00\x20ftypisom" + b"x" * 100,
        b"RIFF\x00\x00\x00\x00WAVEfmt ",
        b"\xff\xd8",
        b"",
    ],
)
def test_what_is_no_photo_or_pdf_is_refused_whatever_it_is_said_to_be(
    store, carrier, fetching, texted, tmp_path, body
):
    carrier.holds(body, **{"Content-Type": "image/jpeg"})
    texted(carrier.base + PLACE)
    fetching.tick()
    assert found(store).reason == "type"
    assert files(tmp_path) == []
    assert history(store) == [("evidence_refused", "MM1-0: type")]
    (notice,) = outbox_of(store)
    assert notice.to == PHONE and "only take photos" in notice.text


@pytest.mark.parametrize(
    "beginning, media_type",
    [
        (b"\xff\xd8\xff\xe1", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\n\x00\x00\x00WEBP", "image/webp"),
        (b"\x00\x00\x00\x18ftypheic", "image/heic"),
        (b"\x00\x00\x00\x0aftypmif1", "image/heif"),
        (b"%PDF-1.7", "application/pdf"),
    ],
)
def test_each_type_that_is_taken_is_told_by_its_first_bytes(beginning, media_type):
    assert type_of(beginning + b"x" * 20) == media_type
    assert type_of(b"x" + beginning + b"x" * 20) is None


@pytest.mark.parametrize("told", [True, False])
def test_a_file_that_is_too_large_is_left_and_the_customer_told_once(
    store, carrier, fetching, texted, tmp_path, told
):
    large = JPEG[:20] + b"x" * MOST_BYTES
    carrier.holds(large, **({"Content-Length": str(len(large))} if told else {}))
    texted(carrier.base + PLACE, place=0)
    texted(carrier.base + PLACE, place=1)
    fetching.tick()
    assert [found(store, f"MM1-{place}").reason for place in (0, 1)] == ["size", "size"]
    assert files(tmp_path) == []
    (notice,) = outbox_of(store)
    assert notice.text.endswith("larger than 5 MB. Please send a smaller one, or describe it in words.")
    assert not notice.unasked
    with store.view() as unit:
        assert [message.text for message in unit.messages.after("c-1", 0)] == [notice.text.replace("'", "’")]


def test_a_file_of_the_largest_size_is_kept(store, carrier, fetching, texted):
    carrier.holds(JPEG[:20] + b"x" * (MOST_BYTES - 20))
    texted(carrier.base + PLACE)
    fetching.tick()
    assert (found(store).state, found(store).bytes) == ("kept", MOST_BYTES)


@pytest.mark.parametrize("status", [401, 404, 429, 500])
def test_what_is_not_there_is_tried_with_growing_pauses_then_lost(
    store, carrier, fetching, texted, time, status
):
    carrier.holds(b"{}", status=status)
    texted(carrier.base + PLACE)
    for number, pause in enumerate(RETRY_AFTER, 1):
        fetching.tick()
        assert (found(store).state, len(carrier.asked)) == ("waiting", number)
        time.now += pause / 2
        fetching.tick()
        assert len(carrier.asked) == number
        time.now += pause / 2
    assert outbox_of(store) == []
    fetching.tick()
    assert (found(store).state, found(store).reason) == ("refused", "lost")
    (notice,) = outbox_of(store)
    assert "couldn" in notice.text and notice.unasked
    assert list(RETRY_AFTER) == sorted(RETRY_AFTER)


def test_what_came_back_in_time_is_kept(store, carrier, fetching, texted, time):
    carrier.holds(b"", status=503)
    texted(carrier.base + PLACE)
    fetching.tick()
    carrier.holds(JPEG)
    time.now += RETRY_AFTER[0]
    fetching.tick()
    assert found(store).state == "kept"


def test_a_line_that_breaks_off_leaves_nothing_half(store, carrier, fetching, texted, tmp_path):
    carrier.holds(JPEG, **{"Content-Length": str(len(JPEG) + 1_000)})
    texted(carrier.base + PLACE)
    fetching.tick()
    assert (found(store).state, files(tmp_path)) == ("waiting", [])


def test_a_carrier_that_drips_is_not_waited_for(store, carrier, fetching, texted, tmp_path, monkeypatch):
    monkeypatch.setattr(evidence, "LONGEST_FETCH_SECONDS", -1.0)
    carrier.holds(JPEG)
    texted(carrier.base + PLACE)
    fetching.tick()
    assert (found(store).state, files(tmp_path)) == ("waiting", [])


def test_a_kill_leaves_nothing_that_looks_whole_and_the_next_clock_fetches_it(
    store, carrier, fetching, texted, tmp_path, monkeypatch, time
):
    carrier.holds(JPEG)
    texted(carrier.base + PLACE)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(evidence.os, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            fetching.tick()
    assert files(tmp_path) == [".MM1-0.part"]
    assert found(store).state == "waiting"
    time.now += evidence.LEASE
    fetching.tick()
    assert (files(tmp_path), found(store).state) == (["MM1-0.jpg"], "kept")


@pytest.mark.parametrize("why", ["opted out", "unsafe"])
def test_who_wants_no_texts_or_may_not_be_written_to_is_not_told(store, carrier, fetching, texted, time, why):
    carrier.holds(b"<svg/>")
    texted(carrier.base + PLACE)
    with store.unit() as unit:
        if why == "opted out":
            texter = unit.texters.get(PHONE)
            texter.opted_out_at = time.now
            unit.texters.save(texter)
        else:
            case = unit.cases.get("4821-0937-5562")
            case.handoffs.append(Handoff(time.now, "safety: violence"))
            unit.cases.save(case)
    fetching.tick()
    assert found(store).reason == "type"
    assert outbox_of(store) == []
