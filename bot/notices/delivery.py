"""Who carries what: the networks that are set up, else the outbox file; and the mail server's courier."""

from __future__ import annotations

import json
import os
import smtplib
import ssl
from collections.abc import Callable
from datetime import UTC
from email.message import EmailMessage
from email.utils import formatdate
from hashlib import sha256
from pathlib import Path
from threading import Lock

from bot.cases.conversation import Notice
from bot.notices.courier import Courier, NotDelivered
from bot.notices.ringing import RING
from bot.notices.twilio import TwilioCall, TwilioRing, TwilioSms
from bot.provider import profile
from bot.settings import Settings

TIMEOUT_SECONDS = 10
TAIL_BYTES = 256 * 1024
_SMTP_OVER_TLS = 465


def couriers(settings: Settings) -> Callable[[str], Courier]:
    """Return who carries each kind of notice: the networks that are set up, else the outbox file."""
    to_file = OutboxFile(settings.data_dir / "outbox.jsonl")
    by_kind: dict[str, Courier] = {}
    if settings.sends_sms:
        by_kind |= {"sms": TwilioSms(settings), "call": TwilioCall(settings), RING: TwilioRing(settings)}
    if settings.sends_email:
        by_kind["email"] = MailServer(settings)
    return lambda kind: by_kind.get(kind, to_file)


class OutboxFile:
    """Appends notices to a file, one JSON object a line, each once even when we crash right afterwards."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._written: set[str] | None = None
        self._lock = Lock()

    def __call__(self, notice: Notice) -> None:
        """Append the notice unless it is there already."""
        try:
            with self._lock:
                if self._written is None:
                    self._written = self._mend_and_read_tail()
                if notice.key not in self._written:
                    self._append(notice)
                    self._written.add(notice.key)
        except OSError as error:
            raise NotDelivered("outbox_file") from error

    def _append(self, notice: Notice) -> None:
        line = {
            "id": notice.key,
            "kind": notice.kind,
            "to": notice.to,
            "language": notice.language,
            "text": notice.text,
            "case": notice.tracking_number,
            "at": notice.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }
        with open(self._path, "ab") as file:
            file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def _mend_and_read_tail(self) -> set[str]:
        """Cut off a line that a crash left unfinished, and return the ids of the last lines."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with open(self._path, "a+b") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - TAIL_BYTES))
            tail = file.read()
            finished = tail[: tail.rfind(b"\n") + 1]
            if len(finished) < len(tail):
                file.truncate(size - len(tail) + len(finished))
        # The first line of the tail may have lost its beginning.
        lines = finished.splitlines()[1 if size > TAIL_BYTES else 0 :]
        return {json.loads(line)["id"] for line in lines}


class MailServer:
    """Sends e-mail through an SMTP server, over TLS wherever the server can."""

    def __init__(self, settings: Settings) -> None:
        if not (settings.smtp_host and settings.smtp_from):
            raise ValueError("e-mail needs a server and a sender")
        self._host, self._port, self._from = settings.smtp_host, settings.smtp_port, settings.smtp_from
        self._username = settings.smtp_username
        self._password = settings.smtp_password.reveal() if settings.smtp_password else ""
        self._name = profile(settings.provider).name

    def __call__(self, notice: Notice) -> None:
        """Send the notice; raises NotDelivered."""
        try:
            message = self._message(notice)
            with self._connection() as server:
                server.send_message(message)
        except smtplib.SMTPResponseException as refused:
            raise NotDelivered(f"smtp_{refused.smtp_code}") from None
        except ValueError:
            raise NotDelivered("smtp_address") from None
        except (smtplib.SMTPException, OSError) as failed:
            raise NotDelivered(f"smtp_{type(failed).__name__}") from None

    def _message(self, notice: Notice) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._from
        message["To"] = notice.to
        message["Subject"] = " – ".join(filter(None, [self._name, notice.tracking_number]))
        message["Date"] = formatdate(usegmt=True)
        # The same notice always carries the same id, so that a mailbox can tell a second copy.
        digest = sha256(notice.key.encode()).hexdigest()[:32]
        message["Message-ID"] = f"<{digest}@{self._from.rpartition('@')[2].strip('> ')}>"
        message["Content-Language"] = notice.language
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(notice.text)
        return message

    def _connection(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self._port == _SMTP_OVER_TLS:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, timeout=TIMEOUT_SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=TIMEOUT_SECONDS)
        try:
            server.ehlo()
            if self._port != _SMTP_OVER_TLS and server.has_extn("starttls"):
                server.starttls(context=context)
            if self._username:
                server.login(self._username, self._password)
        except BaseException:
            server.close()
            raise
        return server
