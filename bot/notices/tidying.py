"""What of ours still lies at the carrier is deleted there, as soon as it is needed no more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from requests.exceptions import RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException

from bot.notices.twilio import API, client
from bot.observe import get_logger
from bot.settings import Settings
from bot.store import Store, StoreError

log = get_logger(__name__)

BATCH = 10
RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 1440))
"""How long to wait after each failure; the last wait comes again and again."""

NOT_FOUND = 404


class Tidying:
    """One tick deletes what is left; a failure is tried again, for as long as it takes."""

    def __init__(self, store: Store, settings: Settings, now: Callable[[], datetime]) -> None:
        self._store, self._now = store, now
        self._client = client(settings)
        self._account = f"{API}/2010-04-01/Accounts/{settings.twilio_account_sid}"

    def tick(self, is_stopped: Callable[[], bool] = lambda: False) -> None:
        """Delete what is due; a database that is away is waited for."""
        try:
            with self._store.view() as unit:
                due = unit.leftovers.due(self._now(), BATCH)
            for path, failures in due:
                if is_stopped():
                    return
                self._delete(path, failures)
        except StoreError as error:
            log.error("tidying.store_failed", exc_info=error)

    def _delete(self, path: str, failures: int) -> None:
        try:
            is_gone = self._is_gone(path)
        except (TwilioException, RequestException) as failed:
            log.warning("leftover.not_deleted", reason=type(failed).__name__, attempt=failures + 1)
            is_gone = False
        with self._store.unit() as unit:
            if is_gone:
                unit.leftovers.gone(path)
            else:
                pause = RETRY_AFTER[min(failures, len(RETRY_AFTER) - 1)]
                unit.leftovers.put_off(path, self._now() + pause)

    def _is_gone(self, path: str) -> bool:
        """Delete what lies there; what is not there needs no deleting."""
        response = self._client.request("DELETE", f"{self._account}/{path}.json")
        if response.status_code in (204, NOT_FOUND):
            return True
        raise TwilioRestException(response.status_code, path)
