"""Which records the product works with: the operator's own systems, or the embedded demo."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.cases.records import Records
from bot.provider import Profile
from bot.provider.demo import DemoProvider
from bot.provider.http import HttpRecords
from bot.settings import Settings
from bot.store import Store


def open_records(settings: Settings, store: Store, profile: Profile, now: Callable[[], datetime]) -> Records:
    """Return the operator's systems when RECORDS_URL names them, else the demo, whose days count from this moment."""
    if settings.records_url:
        return HttpRecords(settings.records_url, settings.records_token, settings.records_timeout_seconds)
    return DemoProvider(now(), store, now, ZoneInfo(profile.timezone))
