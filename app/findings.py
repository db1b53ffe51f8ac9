"""What an examination found: a name, a state, what was seen, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """State of one thing examined."""

    OK = "ok"
    OFF = "off"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """One thing examined."""

    name: str
    health: Health
    detail: str
    advice: str = ""

    def to_json(self) -> dict[str, str]:
        """Return the plain form."""
        return {"name": self.name, "status": self.health, "detail": self.detail, "advice": self.advice}


def fine(name: str, detail: str) -> Finding:
    """Say that it works."""
    return Finding(name, Health.OK, detail)


def off(name: str, detail: str, advice: str) -> Finding:
    """Say that it is switched off on purpose."""
    return Finding(name, Health.OFF, detail, advice)


def warned(name: str, detail: str, advice: str) -> Finding:
    """Say that it works but needs attention, or will be made at the next start."""
    return Finding(name, Health.WARN, detail, advice)


def failed(name: str, detail: str, advice: str) -> Finding:
    """Say that it does not work."""
    return Finding(name, Health.FAIL, detail, advice)
