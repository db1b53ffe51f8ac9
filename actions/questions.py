"""Compare replies to citizens' questions with what they must say.

Three things are judged: the status; whether the reply contains what it must; whether it names a citation by document
and article. Texts are compared in NFC and lower case, without spaces and without the sign of the đồng after a figure,
and with their accents: ``540.000 đ`` holds ``540.000``, ``khong`` does not hold ``không``. The accent-free twin of a
question must have the same result.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from core.citations import Citation
from core.vietnamese.text import nfc

ANSWERED = "answered"
# What an item expects, as the status of a reply; an item that expects nothing is to be answered.
STATUS = {"refuse": "refused"}
_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_DONG = re.compile(r"(?<=\d)đ(?!\w)", re.IGNORECASE)


class Reply(Protocol):
    """What is compared of a reply."""

    @property
    def status(self) -> str: ...
    @property
    def answer(self) -> str: ...
    @property
    def citations(self) -> Sequence[str]: ...


@dataclass(frozen=True)
class Verdict:
    """One reply judged; ``None`` where the item asks for nothing of the kind."""

    status: bool
    contains: bool | None = None
    cites: bool | None = None
    lacking: tuple[str, ...] = ()
    answered_against_refusal: bool = False

    @property
    def is_right(self) -> bool:
        """Tell whether nothing is wrong."""
        return self.status and self.contains is not False and self.cites is not False


@dataclass(frozen=True)
class Judged:
    """One item with the reply to it and to its accent-free twin."""

    item: Mapping[str, Any]
    reply: Reply
    verdict: Verdict
    twin: Reply | None = None
    twin_verdict: Verdict | None = None

    @property
    def has_twin(self) -> bool:
        """Tell whether the twin was asked as well."""
        return self.twin is not None

    @property
    def twin_is_same(self) -> bool:
        """Tell whether the twin, where it was asked, was judged alike."""
        return self.twin is None or (self.verdict == self.twin_verdict and self.reply.status == self.twin.status)

    @property
    def twin_is_identical(self) -> bool:
        """Tell whether the twin, where it was asked, was told the same, word for word."""
        return self.twin is None or (self.reply.status, self.reply.answer) == (self.twin.status, self.twin.answer)

    def to_json(self) -> dict[str, Any]:
        """Return what a person needs to see why the item failed."""
        return {
            "id": self.item["id"],
            "text": self.item["text"],
            "expected": expected_status(self.item),
            "status": self.reply.status,
            "lacking": list(self.verdict.lacking),
            "cites_expected": list(self.item.get("cites") or ()) if self.verdict.cites is False else [],
            "citations": list(self.reply.citations),
            "answer": self.reply.answer,
            "twin": {"status": self.twin.status, "answer": self.twin.answer}
            if self.twin is not None and not self.twin_is_same
            else None,
        }


def expected_status(item: Mapping[str, Any]) -> str:
    """Return the status the reply to *item* must have."""
    expected = item.get("expect")
    return STATUS.get(expected, str(expected)) if expected else ANSWERED


def comparable(text: str) -> str:
    """Return *text* as it is compared."""
    return _DONG.sub("", _SPACES.sub("", nfc(text).lower()))


def judge(item: Mapping[str, Any], reply: Reply) -> Verdict:
    """Judge *reply* by what *item* expects."""
    expected = expected_status(item)
    against = expected != ANSWERED and reply.status == ANSWERED
    if expected != ANSWERED:
        return Verdict(reply.status == expected, answered_against_refusal=against)
    said, must = comparable(reply.answer), item.get("answer_must_contain") or ()
    lacking = tuple(words for words in must if comparable(words) not in said)
    return Verdict(
        reply.status == ANSWERED,
        contains=not lacking if must else None,
        cites=_cites(item, reply) if item.get("cites") else None,
        lacking=lacking,
    )


def _cites(item: Mapping[str, Any], reply: Reply) -> bool:
    told = [Citation(text) for text in reply.citations]
    return any(Citation(wanted).same_law(one) for wanted in item["cites"] for one in told)


def summary(judged: Sequence[Judged]) -> dict[str, Any]:
    """Return counts and shares over all items, then by topic and by kind."""
    return {
        **_counts(judged),
        "by_topic": _by(judged, lambda one: one.item.get("benefits") or [one.item.get("area") or ""]),
        "by_kind": _by(judged, lambda one: [one.item.get("kind") or ""]),
        "by_style": _by(judged, lambda one: [one.item.get("style") or ""]),
        "statuses_wrong": dict(
            Counter(f"{expected_status(j.item)} -> {j.reply.status}" for j in judged if not j.verdict.status)
        ),
    }


def _by(judged: Sequence[Judged], names: Callable[[Judged], Iterable[str]]) -> dict[str, Any]:
    groups: dict[str, list[Judged]] = {}
    for one in judged:
        for name in names(one):
            groups.setdefault(name, []).append(one)
    return {name: _counts(group) for name, group in sorted(groups.items()) if name}


def _counts(judged: Sequence[Judged]) -> dict[str, Any]:
    verdicts = [one.verdict for one in judged]
    return {
        "questions": len(judged),
        "status": _share([v.status for v in verdicts]),
        "contains": _share([v.contains for v in verdicts if v.contains is not None]),
        "cites": _share([v.cites for v in verdicts if v.cites is not None]),
        "all_right": _share([v.is_right for v in verdicts]),
        "answered_against_refusal": sum(v.answered_against_refusal for v in verdicts),
        "twin_same": _share([one.twin_is_same for one in judged if one.has_twin]),
        "twin_identical": _share([one.twin_is_identical for one in judged if one.has_twin]),
    }


def _share(held: Sequence[bool]) -> dict[str, Any]:
    return {"right": sum(held), "of": len(held), "percent": round(100 * sum(held) / len(held), 1) if held else None}
