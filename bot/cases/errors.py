"""What the core refuses, each refusal with a code; the words for people live in the packs."""

from __future__ import annotations


class CaseError(Exception):
    """A rule of the case was about to be broken; `code` names the rule."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code


class MoveNotAllowed(CaseError):
    """The case's status does not allow the move."""

    def __init__(self, status: str, move: str) -> None:
        super().__init__("move_not_allowed", f"{move} from {status}")
