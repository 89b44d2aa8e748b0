"""Where the rows that are measured lie, and how they are read."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

SHARED = Path(os.environ.get("EVALUATION_DATA") or "../shared/data")
"""Other people's texts, which are not part of this project."""

ITALIAN = Path(__file__).parent / "italian"
"""Italian complaints of our own."""


def records(path: str | Path) -> list[dict[str, Any]]:
    """Return the records of a file of JSON lines; none where there is no such file."""
    if not Path(path).is_file():
        return []
    # A line ends with a line feed only: a text may hold every other sign that ends one.
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]
