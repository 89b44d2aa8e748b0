"""Trains the model when its inputs changed, and knows by its name whether the present one is current."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from bot.settings import Settings

ROOT = Path(__file__).parent.parent
# All that shapes a model: what it learns from, the words merged into its domain, and the code inside it.
INPUTS = ("domain.yml", "config.yml", "data", "bot/languages", "bot/pipeline", "bot/reading")
_PREFIX = "recourse-"


class TrainingFailed(Exception):
    """No model came of the training; the message says why in one line."""


def model_path(settings: Settings, root: Path = ROOT) -> Path:
    """Return where the model of the present inputs lies, whether or not it was trained yet."""
    return settings.model_dir / f"{_PREFIX}{fingerprint(root)}.tar.gz"


def model_to_serve(settings: Settings, root: Path = ROOT) -> Path | None:
    """Return the model of the present inputs, the newest other one while that is missing, or None.

    An engine that comes back after a crash serves on, whatever was edited meanwhile.
    """
    current = model_path(settings, root)
    if current.is_file():
        return current
    others = settings.model_dir.glob(f"{_PREFIX}*.tar.gz")
    return max(others, key=lambda path: path.stat().st_mtime, default=None)


def model_is_current(settings: Settings, root: Path = ROOT) -> bool:
    """Say whether a model of the present inputs exists, so that nothing need be trained."""
    return model_path(settings, root).is_file()


def fingerprint(root: Path = ROOT) -> str:
    """Return twelve characters that change whenever an input of the model or the version of Rasa does."""
    digest = hashlib.sha256(f"rasa {version('rasa')}\n".encode())
    for path in _input_files(root):
        digest.update(f"{path.relative_to(root).as_posix()} {path.stat().st_size}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def train(settings: Settings, root: Path = ROOT) -> Path:
    """Train the model of the present inputs unless it exists, remove older ones, and return its path.

    Raises TrainingFailed. Two processes never train at once: the second waits and uses the first one's model.
    """
    settings.model_dir.mkdir(parents=True, exist_ok=True)
    with _alone_in(settings.model_dir):
        target = model_path(settings, root)
        if not target.is_file():
            # A model appears under its name only when it is whole.
            with tempfile.TemporaryDirectory(prefix=".training-", dir=settings.model_dir) as folder:
                os.replace(_train_into(Path(folder), root), target)
        for other in settings.model_dir.glob(f"{_PREFIX}*.tar.gz"):
            if other != target:
                other.unlink(missing_ok=True)
        return target


def _train_into(folder: Path, root: Path) -> str:
    from rasa.model_training import train as train_by_rasa
    from rasa.shared.exceptions import RasaException

    try:
        result = train_by_rasa(
            domain=str(root / "domain.yml"),
            config=str(root / "config.yml"),
            training_files=[str(root / "data")],
            output=str(folder),
            fixed_model_name="model",
        )
    except RasaException as error:
        raise TrainingFailed(f"training failed: {error}") from error
    if not result.model:
        raise TrainingFailed(f"training ended with code {result.code} and without a model")
    return result.model


def _input_files(root: Path) -> list[Path]:
    return sorted(
        path
        for name in INPUTS
        for path in ([root / name] if (root / name).is_file() else (root / name).rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    )


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    with open(folder / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
