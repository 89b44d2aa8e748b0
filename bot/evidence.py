"""Evidence: files that customers texted, or that agents add, are looked at and kept on our own disk."""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from urllib.parse import urljoin, urlsplit

from requests import Response, Session
from requests.auth import AuthBase, HTTPBasicAuth
from requests.exceptions import RequestException
from requests.models import PreparedRequest
from urllib3.exceptions import HTTPError

from bot.cases import audit
from bot.cases.agent import Agent
from bot.cases.case import ASSISTANT, Case
from bot.cases.conversation import Conversation, Notice
from bot.cases.texting import (
    AUDIO,
    BY_ADDRESS,
    BY_NUMBER,
    BY_SIZE,
    BY_TYPE,
    KEPT,
    LOST,
    MEDIA,
    MOST_BYTES,
    MOST_FILES,
    REFUSED,
    Evidence,
)
from bot.languages import pack
from bot.languages.wording import filled_in
from bot.notices.segments import as_sms
from bot.notices.twilio import API
from bot.observe import get_logger
from bot.provider import Profile
from bot.settings import Settings
from bot.store import Store, StoreError, Unit

log = get_logger(__name__)

LEASE = timedelta(minutes=2)
LONGEST_FETCH_SECONDS = 60.0
"""So long one file may take, all redirects told; well within the lease."""

TIMEOUT_SECONDS = (5.0, 10.0)
"""To connect, and between one piece of a file and the next."""

CHUNK_BYTES = 64 * 1024
MOST_REDIRECTS = 3

RETRY_AFTER = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 1_800, 7_200))
"""How long to wait after each failure; after one more the file is lost."""

# Where Twilio keeps media, checked 2026-12-01: signed addresses, and the public ones of accounts without passwords.
_MEDIA_HOSTS = (
    r"https://(?:mms|media)\.twiliocdn\.com/[!-~]*",
    r"https://s3-external-1\.amazonaws\.com/media\.twiliocdn\.com/[!-~]*",
)
_TOLD = {BY_TYPE: "file_type", BY_SIZE: "file_size", BY_ADDRESS: "file_lost", LOST: "file_lost"}

_SIGNS = (
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb".{4}ftyp(?:hei[cxms]|hev[cxms])", re.DOTALL), "image/heic"),
    (re.compile(rb".{4}ftyp(?:mif1|msf1)", re.DOTALL), "image/heif"),
    (re.compile(rb"%PDF-[12]\."), "application/pdf"),
)
_AUDIO_SIGNS = ((re.compile(rb"ID3|\xff[\xe2\xe3\xf2\xf3\xfa\xfb]"), "audio/mpeg"),)
LONGEST_SIGN = 16
_RECORDING = re.compile(r"/(Recordings/RE[0-9a-fA-F]{32})\.mp3$")


def type_of(beginning: bytes) -> str | None:
    """Return what a file is by its first bytes, None for what is not taken; what it was said to be counts nothing."""
    return _by_signs(_SIGNS, beginning)


def _audio_type_of(beginning: bytes) -> str | None:
    return _by_signs(_AUDIO_SIGNS, beginning)


def _by_signs(signs: Iterable[tuple[re.Pattern[bytes], str]], beginning: bytes) -> str | None:
    return next((media_type for sign, media_type in signs if sign.match(beginning)), None)


def recording_address(settings: Settings, sid: str) -> str:
    """Return where the carrier keeps what it recorded."""
    return f"{_account_at(settings)}/Recordings/{sid}.mp3"


def _account_at(settings: Settings) -> str:
    return f"{settings.twilio_api_base}/2010-04-01/Accounts/{settings.twilio_account_sid}"


def path_of(piece: Evidence, data_dir: Path) -> Path:
    """Return where a piece of evidence that was kept lies."""
    return data_dir / "evidence" / f"{piece.id}.{(MEDIA | AUDIO)[piece.media_type]}"


class NotTaken(Exception):
    """A file that is refused for good."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotThere(Exception):
    """A file that could not be had this time; `why` is for the log."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Fetched:
    """What was fetched: the true type, and the figures that prove it was not changed since."""

    media_type: str
    bytes: int
    sha256: str


class Fetching:
    """Fetches files of our own account from the carrier; the account's password goes to the API alone."""

    def __init__(self, settings: Settings) -> None:
        if not (settings.twilio_account_sid and settings.twilio_auth_token):
            raise ValueError("Twilio needs account and token")
        account, base = settings.twilio_account_sid, settings.twilio_api_base
        here = re.escape(_account_at(settings))
        self._own = re.compile(rf"{here}/Messages/[A-Za-z0-9]{{34}}/Media/[A-Za-z0-9]{{34}}")
        self._recordings = re.compile(rf"{here}/Recordings/RE[0-9a-fA-F]{{32}}\.mp3")
        self._elsewhere = re.compile(
            "|".join(_MEDIA_HOSTS if base == API else [*_MEDIA_HOSTS, _beside(base)])
        )
        self._password = HTTPBasicAuth(account, settings.twilio_auth_token.reveal())

    def fetch(self, url: str, to: Path) -> Fetched:
        """Fetch a file into `to`; raises NotTaken and NotThere, and leaves nothing half behind."""
        is_recording = self._recordings.fullmatch(url) is not None
        if not (is_recording or self._own.fullmatch(url)):
            raise NotTaken(BY_ADDRESS)
        looks_like = _audio_type_of if is_recording else type_of
        until = time.monotonic() + LONGEST_FETCH_SECONDS
        try:
            with Session() as session, closing(self._followed(session, url, until)) as response:
                return _received(response, to, until, looks_like)
        except (RequestException, HTTPError, OSError) as failed:
            raise NotThere(type(failed).__name__) from None

    def _followed(self, session: Session, url: str, until: float) -> Response:
        """Return the answer that holds the file; every address on the way must be one of the carrier's."""
        password: AuthBase = self._password
        for _ in range(MOST_REDIRECTS + 1):
            response = session.get(
                url, auth=password, stream=True, timeout=TIMEOUT_SECONDS, allow_redirects=False
            )
            if response.status_code == 200:
                return response
            response.close()
            if not response.is_redirect:
                raise NotThere(f"status_{response.status_code}")
            _in_time(until)
            url, password = urljoin(url, response.headers["location"]), _NoPassword()
            if not self._elsewhere.fullmatch(url):
                raise NotTaken(BY_ADDRESS)
        raise NotThere("redirects")


class _NoPassword(AuthBase):
    """Sends no password, not even one that this machine keeps for the host."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers.pop("Authorization", None)
        return request


def _beside(base: str) -> str:
    """Return which addresses a stand-in may send us to: its own, where it listens here under any name of this machine."""
    address = urlsplit(base)
    names = {address.hostname or ""}
    if names & {"localhost", "127.0.0.1"}:
        names |= {"localhost", "127.0.0.1"}
    port = f":{address.port}" if address.port else ""
    return rf"{address.scheme}://(?:{'|'.join(map(re.escape, sorted(names)))}){port}/[!-~]*"


def _received(
    response: Response, to: Path, until: float, looks_like: Callable[[bytes], str | None]
) -> Fetched:
    told = response.headers.get("Content-Length", "")
    if told.isdecimal() and int(told) > MOST_BYTES:
        raise NotTaken(BY_SIZE)
    to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beginning, size, digest = b"", 0, hashlib.sha256()
    try:
        with open(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            for chunk in response.iter_content(CHUNK_BYTES):
                _in_time(until)
                beginning, size = (beginning + chunk)[:LONGEST_SIGN], size + len(chunk)
                if size > MOST_BYTES:
                    raise NotTaken(BY_SIZE)
                if len(beginning) == LONGEST_SIGN and looks_like(beginning) is None:
                    raise NotTaken(BY_TYPE)
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        media_type = looks_like(beginning)
        if media_type is None:
            raise NotTaken(BY_TYPE)
    except BaseException:
        to.unlink(missing_ok=True)
        raise
    return Fetched(media_type, size, digest.hexdigest())


def _in_time(until: float) -> None:
    if time.monotonic() > until:
        raise NotThere("too_slow")


class EvidenceFetching:
    """One tick fetches what customers sent and is still to be fetched."""

    def __init__(
        self,
        store: Store,
        fetching: Fetching,
        operator: Profile,
        data_dir: Path,
        now: Callable[[], datetime],
    ) -> None:
        self._store, self._fetching, self._operator = store, fetching, operator
        self._data_dir, self._now = data_dir, now

    def tick(self, is_stopped: Callable[[], bool] = lambda: False) -> None:
        """Fetch what waits, one file after the other; a database that is away is waited for."""
        try:
            while not is_stopped():
                with self._store.unit() as unit:
                    claimed = unit.evidence.claim_waiting(self._now(), LEASE, limit=1)
                if not claimed:
                    return
                self._fetch(claimed[0])
        except StoreError as error:
            log.error("evidence.store_failed", exc_info=error)

    def _fetch(self, piece: Evidence) -> None:
        # A kill leaves this name at the most; the next try writes over it.
        unfinished = self._data_dir / "evidence" / f".{piece.id}.part"
        try:
            fetched = self._fetching.fetch(piece.url, unfinished)
            piece.media_type, piece.bytes, piece.sha256 = fetched.media_type, fetched.bytes, fetched.sha256
            _put_in_place(unfinished, path_of(piece, self._data_dir))
        except NotTaken as refused:
            self._refuse(piece, refused.reason)
        except (NotThere, OSError) as failed:
            why = failed.why if isinstance(failed, NotThere) else type(failed).__name__
            self._try_later(piece, why, unfinished)
        except Exception as error:
            # One file that nobody foresaw must not stop the others.
            log.error("evidence.failed", evidence_id=piece.id, exc_info=error)
            self._try_later(piece, "unforeseen", unfinished)
        else:
            self._end(piece, KEPT)
            log.info("evidence.kept", evidence_id=piece.id, media_type=piece.media_type, bytes=piece.bytes)

    def _try_later(self, piece: Evidence, why: str, unfinished: Path) -> None:
        piece.failures += 1
        is_over = piece.failures > len(RETRY_AFTER)
        log.warning("evidence.not_fetched", evidence_id=piece.id, why=why, attempt=piece.failures)
        if is_over:
            unfinished.unlink(missing_ok=True)
            self._refuse(piece, LOST)
            return
        piece.due_at = self._now() + RETRY_AFTER[piece.failures - 1]
        with self._store.unit() as unit:
            unit.evidence.save(piece)

    def _refuse(self, piece: Evidence, reason: str) -> None:
        piece.reason, piece.bytes, piece.sha256 = reason, None, None
        self._end(piece, REFUSED)
        log.info("evidence.refused", evidence_id=piece.id, reason=reason)

    def _end(self, piece: Evidence, state: str) -> None:
        """Record what became of a file, on the case too; the customer, who was told that we have it, is told otherwise."""
        now = self._now()
        piece.state, piece.ended_at, piece.due_at = state, now, None
        with self._store.unit() as unit:
            conversation = unit.conversations.get(piece.conversation_id)
            tracking_number = conversation.tracking_number if conversation else None
            case = unit.cases.get(tracking_number) if tracking_number else None
            unit.evidence.save(piece)
            recording = _RECORDING.search(piece.url)
            if recording and state == KEPT:
                unit.leftovers.add(recording[1], now)
            if case is not None:
                case.note(now, ASSISTANT, f"evidence_{state}", _detail(piece))
                unit.cases.save(case)
            if conversation is not None and piece.reason is not None:
                self._tell(unit, conversation, case, piece, piece.reason, now)

    def _tell(
        self,
        unit: Unit,
        conversation: Conversation,
        case: Case | None,
        piece: Evidence,
        reason: str,
        now: datetime,
    ) -> None:
        """Tell the customer once of each message and reason; in the transcript, too, stands what was texted."""
        texter = unit.texters.of_conversation(conversation.id)
        if texter is None or texter.opted_out_at or (case and case.is_unsafe_to_write):
            return
        values = {"megabytes": MOST_BYTES // 1024**2}
        form = pack(conversation.language, "sms")[_TOLD[reason]]
        if _RECORDING.search(piece.url):
            form = pack(conversation.language, "line")["message_lost"]
        words = filled_in(form, values, conversation.language)
        notice = Notice(
            key=f"evidence:{piece.source.partition(':')[0]}:{_TOLD[reason]}",
            kind="sms",
            to=texter.phone,
            language=conversation.language,
            text=as_sms(words),
            at=now,
            # who texted just now is awake; a file that was tried for hours is told of by day
            unasked=piece.failures > 0,
        )
        if unit.outbox.add(notice):
            unit.messages.add(conversation.id, "system", words, now)


def add_file(
    store: Store, data_dir: Path, tracking_number: str, content: bytes, agent: Agent, now: datetime
) -> Evidence:
    """Keep a file that an agent adds to a case, the same one once.

    Raises NotTaken for what is no picture or document, is too large or one too many, LookupError when there is no
    such case.
    """
    media_type = type_of(content[:LONGEST_SIGN])
    if media_type is None:
        raise NotTaken(BY_TYPE)
    if len(content) > MOST_BYTES:
        raise NotTaken(BY_SIZE)
    digest = hashlib.sha256(content).hexdigest()
    name = hashlib.sha256(f"{tracking_number}:{digest}".encode()).hexdigest()[:32]
    with store.view() as unit:
        conversation_id = unit.cases.conversation_of(tracking_number)
        known = unit.evidence.of_conversation(conversation_id) if conversation_id else []
    if conversation_id is None:
        raise LookupError("no such case")
    if len(known) >= MOST_FILES:
        raise NotTaken(BY_NUMBER)
    piece = Evidence(
        name,
        conversation_id,
        source=f"desk:{name}",
        url="",
        media_type=media_type,
        received_at=now,
        state=KEPT,
        bytes=len(content),
        sha256=digest,
        ended_at=now,
        added_by=agent.name,
    )
    _write(content, path_of(piece, data_dir))
    with store.unit() as unit:
        case = unit.cases.get(tracking_number)
        assert case is not None
        if unit.evidence.add(piece):
            case.note(now, agent.name, f"evidence_{KEPT}", _detail(piece))
            unit.cases.save(case)
            unit.audit.add(now, audit.ATTACHED, agent.id, tracking_number)
    return piece


def _write(content: bytes, place: Path) -> None:
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = place.with_name(f".{place.name}.{token_hex(4)}.part")
    try:
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _put_in_place(unfinished, place)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def _put_in_place(unfinished: Path, place: Path) -> None:
    os.replace(unfinished, place)
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _detail(piece: Evidence) -> str:
    if piece.reason is not None:
        return f"{piece.id}: {piece.reason}"
    return f"{piece.id}: {piece.media_type}, {piece.bytes} bytes, sha256 {piece.sha256}"
