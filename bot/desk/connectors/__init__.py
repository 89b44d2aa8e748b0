"""Other desks: the same handoff to whatever agents elsewhere work with, one module each."""

from __future__ import annotations

from bot.desk.connectors.chatwoot import Chatwoot
from bot.desk.connectors.port import OtherDesk
from bot.desk.connectors.webhook import Webhook
from bot.desk.connectors.zammad import Zammad
from bot.observe import get_logger
from bot.settings import Settings

log = get_logger(__name__)

CONNECTORS: dict[str, type[OtherDesk]] = {each.name: each for each in (Chatwoot, Zammad, Webhook)}


def other_desk(settings: Settings) -> OtherDesk | None:
    """Return the other desk that DESK_CONNECTOR names, None without one or while a setting of its is missing."""
    kind = CONNECTORS.get(settings.desk_connector or "")
    if kind is None:
        return None
    missing = [setting.upper() for setting in kind.needs if not getattr(settings, setting)]
    if missing:
        log.error("other_desk.not_set_up", kind=kind.name, missing=", ".join(missing))
        return None
    return kind(settings)
