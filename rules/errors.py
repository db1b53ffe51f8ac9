"""What can go wrong in the rules room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rules.findings import Finding


class RulesError(Exception):
    """Base of everything the rules room raises."""


class InvalidFacts(RulesError):
    """What was told cannot be read: every finding at once."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(finding.message for finding in findings))


class InvalidRules(RulesError):
    """The rule files do not make a release: every finding at once."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        shown = "\n".join(str(finding) for finding in findings)
        super().__init__(f"{len(findings)} finding(s) in the rule files; nothing was released:\n{shown}")


class BadDocumentPath(RulesError):
    """No document of a release stands at that path."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(
            f"{path!r} is no place of a rule document; use benefits/<slug>/rules.yaml or cases.yaml, "
            "parameters/<name>.yaml, definitions/<name>.yaml, figures/<name>.yaml, combinations.yaml."
        )


class UnknownBenefit(RulesError):
    """No benefit of that id is in the release."""

    def __init__(self, benefit: str, known: Sequence[str]) -> None:
        self.benefit, self.known = benefit, tuple(known)
        super().__init__(f"no benefit {benefit!r} in this release; known: {', '.join(known)}")


class UnknownFigure(RulesError):
    """No figure or parameter of that key is in the release."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"no figure or parameter {key!r} in this release")


class NoValueInForce(RulesError):
    """No row of the parameter covers the day asked about."""

    def __init__(self, key: str, day: date, spans: Sequence[str]) -> None:
        self.key, self.day = key, day
        known = ", ".join(spans) or "no day at all"
        super().__init__(
            f"{key}: no value is in force on {day}; the rows cover {known}. Add a row for that day with its citation."
        )


class NoSettledValue(RulesError):
    """The law leaves the figure open on that day."""

    def __init__(self, key: str, day: date, reason: str, text: str) -> None:
        self.key, self.day, self.reason, self.text = key, day, reason, text
        super().__init__(f"{key}: no settled value on {day} ({reason}): {text}")
