"""The code of an app that agents give after their password: set up, asked for, and taken away again."""

from __future__ import annotations

import hmac
import re
import secrets
from base64 import b32encode
from datetime import datetime
from hashlib import sha256

import pyotp

from bot.cases.agent import Agent, SecondStep
from bot.observe import get_logger
from bot.sealing import Seal, SealBroken
from bot.store import Unit

log = get_logger(__name__)

PURPOSE = "second step"
STEP_SECONDS = 30
EARLY_OR_LATE = (0, -1, 1)
"""A clock that is half a minute off, and a code typed at the last moment, are no reason to be refused (RFC 6238, 5.2)."""

RECOVERY_CODES = 10
_RECOVERY_BYTES = 10


def begin(unit: Unit, seal: Seal, agent: Agent) -> None:
    """Make a new secret, which counts once a code of it was given; a secret that counts already stays."""
    if not is_on(unit, agent.id):
        unit.second_steps.put(SecondStep(agent.id, seal.closed(pyotp.random_base32())))


def secret_to_confirm(unit: Unit, seal: Seal, agent: Agent) -> str | None:
    """Return the secret that an agent's app is to be given, None when none waits for its first code."""
    kept = unit.second_steps.get(agent.id)
    if kept is None or kept.confirmed_at:
        return None
    try:
        return seal.opened(kept.secret)
    except SealBroken:
        return None


def confirm(unit: Unit, seal: Seal, agent: Agent, code: str, now: datetime) -> list[str] | None:
    """Let the second step count from now on and return its recovery codes; None for a wrong code."""
    kept, secret = unit.second_steps.get(agent.id), secret_to_confirm(unit, seal, agent)
    step = _step_of(secret, code, now) if secret else None
    if kept is None or step is None:
        return None
    unit.second_steps.put(SecondStep(agent.id, kept.secret, now, step))
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    unit.second_steps.put_recovery_codes(agent.id, [_hash(agent.id, each) for each in codes])
    return codes


def is_on(unit: Unit, agent_id: str) -> bool:
    """Whether a password alone does not let this agent in."""
    kept = unit.second_steps.get(agent_id)
    return kept is not None and kept.confirmed_at is not None


def takes(unit: Unit, seal: Seal, agent_id: str, code: str, now: datetime) -> bool:
    """Whether this is a code of the agent's app or a recovery code; each is taken once."""
    if unit.second_steps.use_recovery_code(agent_id, _hash(agent_id, code), now):
        return True
    kept = unit.second_steps.get(agent_id)
    if kept is None or kept.confirmed_at is None:
        return False
    try:
        step = _step_of(seal.opened(kept.secret), code, now)
    except SealBroken:
        log.error("second_step.key_is_another")
        return False
    return step is not None and unit.second_steps.accept(agent_id, step)


def address_for_app(secret: str, agent: Agent, issuer: str) -> str:
    """Return the otpauth address that apps read from a picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=agent.email, issuer_name=issuer)


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """Return the time step whose code this is, None for none about now."""
    digits, step = re.sub(r"\s", "", code), int(now.timestamp()) // STEP_SECONDS
    app = pyotp.TOTP(secret)
    near = (step + off for off in EARLY_OR_LATE)
    return next((each for each in near if _same(app.generate_otp(each), digits)), None)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _recovery_code() -> str:
    letters = b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode().lower()
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def _hash(agent_id: str, code: str) -> str:
    # Eighty random bits need no slow hash.
    letters = re.sub(r"[^a-z2-7]", "", code.lower())
    return sha256(f"{agent_id}:{letters}".encode()).hexdigest()
