"""Tell whether a thing in a message is said, denied, asked for or only supposed.

The scope of negation, question, condition and hearsay is settled here once for all facts. A negation reaches over
light words and over other things denied in the same breath; a question reaches back from the end of its clause.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum

from core.vietnamese.words import OneOf, Word
from rules.facts.patterns import Found, PatternBook

_FARTHEST = 14
_CLAUSE_ENDS = frozenset(".;!?,\n")
_THEN = OneOf("thì")
_HAVE = OneOf("có", "được", "phải")


class Polarity(Enum):
    """How a thing is meant."""

    SAID = "said"
    DENIED = "denied"
    UNSAID = "unsaid"  # asked for, supposed, wished for or heard of


class Frames:
    """The frames of one message; built once per message by :meth:`FrameReader.read`."""

    def __init__(self, words: Sequence[Word], marks: Mapping[str, Sequence[Found[str]]], reader: FrameReader) -> None:
        self._words = words
        self._reader = reader
        self._negator_ends = {f.end: f.start for f in marks["negators"]} | {f.end: f.start for f in marks["negations"]}
        self._denied_after = {f.start: f.end for f in marks["denied_after"]}
        self._wish_ends = {f.end for f in marks["wishes"]}
        self._tails = _ends_by_start(marks["question_tails"])
        self._soft = _ends_by_start(marks["soft"])
        self._fillers = {i for f in marks["fillers"] for i in f.used}
        self._joiners = {i for f in marks["joiners"] for i in f.used}
        self._affirming = {i for f in marks["affirming"] for i in f.used}
        self._unsaid = self._supposed(marks)
        self._affirmed_after = {f.start for f in marks["affirmed_after"]}
        self._past = {i for f in marks["past"] for i in range(f.start, self._end_of(f.end, _CLAUSE_ENDS))}

    def polarity(
        self,
        start: int,
        end: int,
        joined: Mapping[int, int],
        *,
        listed: bool = False,
        asking_tells: bool = False,
        is_amount: bool = False,
    ) -> Polarity:
        """Judge ``words[start:end]``.

        *joined* maps the end of every thing that may share a denial to its start; only things of a *listed* sort
        share one across a comma. *asking_tells*: to ask about the thing tells it too (``vay nuôi bò được không``).
        """
        if start in self._unsaid:
            return Polarity.UNSAID
        if self.is_denied_before(start, {}):
            return Polarity.DENIED  # nothing behind undoes it: "không có lương hưu thì được gì"
        if end in self._affirmed_after and not self.is_asked(end):
            return Polarity.SAID
        if self.is_denied_before(start, joined, listed=listed):
            return Polarity.DENIED
        if self.is_asked(end) and not asking_tells:
            return Polarity.UNSAID
        if not is_amount and self.is_denied_after(start, end):
            return Polarity.DENIED
        return Polarity.UNSAID if start in self._wish_ends else Polarity.SAID

    def is_left_open(self, start: int, end: int) -> bool:
        """Tell whether ``words[start:end]`` is asked for or supposed: *không biết có cận nghèo không*."""
        return start in self._unsaid or (self.is_asked(end) and not self.is_denied_before(start, {}))

    def is_denied_before(self, start: int, joined: Mapping[int, int], *, listed: bool = False) -> bool:
        """Tell whether a negation reaches ``words[start]`` from the left."""
        at = start
        for _ in range(_FARTHEST):
            if at in self._negator_ends:
                return not self._closes_question(self._negator_ends[at], at)
            if at in joined:
                at = joined[at]
            elif at - 1 in self._fillers or self._joins(at - 1, joined, listed=listed):
                at -= 1
            else:
                return False
        return False

    def _joins(self, at: int, joined: Mapping[int, int], *, listed: bool) -> bool:
        """A joiner carries a denial on only right behind something that is denied itself."""
        if at not in self._joiners or (not listed and self._words[at].text == ","):
            return False
        back = at
        while back - 1 in self._joiners or back - 1 in self._fillers:
            back -= 1
            if back in joined:
                return True
        return back in joined

    def _closes_question(self, start: int, end: int) -> bool:
        """``có được không hộ nghèo``: this negation ended a question before the thing began."""
        if end - start != 1 or start == 0 or _HAVE.at(self._words, end):
            return False
        return self._words[start - 1].folded == "duoc" and self._words[start].folded == "khong"

    def is_denied_after(self, start: int, end: int) -> bool:
        """Tell whether the words behind a thing deny it: ``lương hưu thì không``."""
        stop = self._denied_after.get(end)
        if stop is None or self._is_question_mark(stop):
            return False
        opens_next = self._words[stop - 1].folded in {"co", "huong", "nhan"} and stop < len(self._words)
        if opens_next and not self._at_clause_end(stop):
            return False
        return not (
            start > 0 and self._words[start - 1].folded == "co" and self._words[end].folded in {"khong", "chua"}
        )

    def is_asked(self, end: int) -> bool:
        """Tell whether the clause of the thing that ends at *end* asks for it."""
        for at in self._past_soft(end):
            for stop in self._tails.get(at, ()):
                if any(self._at_clause_end(here) for here in self._past_soft(stop)):
                    return not self._denies_instead(at, stop)
        return False

    def _denies_instead(self, at: int, stop: int) -> bool:
        """``gì đâu`` and ``thì không`` end in a tail's word and yet deny."""
        return any(begin <= at < end or begin < stop <= end for begin, end in self._denied_after.items())

    def _past_soft(self, at: int) -> set[int]:
        reached, open_ = {at}, [at]
        while open_ and len(reached) < 30:
            for end in self._soft.get(open_.pop(), ()):
                if end not in reached:
                    reached.add(end)
                    open_.append(end)
        return reached

    def _at_clause_end(self, at: int) -> bool:
        return at >= len(self._words) or (self._words[at].is_mark and self._words[at].text not in "/:-(~")

    def _is_question_mark(self, at: int) -> bool:
        return at < len(self._words) and self._words[at].text == "?"

    def is_affirmed(self, start: int, end: int) -> bool:
        """Tell whether a verb of having stands before ``words[start:end]``, or affirms it from behind."""
        if end in self._affirmed_after:
            return True
        at = start - 1
        while at >= 0 and start - at <= 5:
            if at in self._affirming:
                return True
            if at not in self._fillers:
                return False
            at -= 1
        return False

    def is_past(self, at: int) -> bool:
        """Tell whether ``words[at]`` stands in a clause about former days."""
        return at in self._past

    def asks_somewhere(self) -> bool:
        """Tell whether any clause of the message asks something."""
        if any(w.text == "?" for w in self._words):
            return True
        tails = ((at, stop) for at, stops in self._tails.items() for stop in stops)
        return any(any(self._at_clause_end(e) for e in self._past_soft(stop)) for _, stop in tails)

    def _supposed(self, marks: Mapping[str, Sequence[Found[str]]]) -> set[int]:
        unsaid: set[int] = set()
        for found in marks["conditions"]:
            unsaid.update(range(found.end, self._end_of_condition(found.end)))
        for found in marks["hearsay"]:
            unsaid.update(range(found.end, self._end_of(found.end, frozenset(".;!?\n"))))
        return unsaid

    def _end_of_condition(self, at: int) -> int:
        stop = self._end_of(at, frozenset(".;!?\n"))
        then = next((i for i in range(at, stop) if self._words[i] in _THEN), None)
        return then if then is not None else self._end_of(at, _CLAUSE_ENDS)

    def _end_of(self, at: int, closing: frozenset[str]) -> int:
        return next((i for i in range(at, len(self._words)) if self._words[i].text in closing), len(self._words))


def _ends_by_start(found: Sequence[Found[str]]) -> dict[int, tuple[int, ...]]:
    ends: dict[int, tuple[int, ...]] = {}
    for match in found:
        ends[match.start] = (*ends.get(match.start, ()), match.end)
    return ends


class FrameReader:
    """Reads the frames of a message by ``lexicon/frames.yaml``."""

    def __init__(self, data: Mapping[str, object]) -> None:
        self._book: PatternBook[str] = PatternBook()
        self._kinds = tuple(data)
        for kind, patterns in data.items():
            for pattern in patterns if isinstance(patterns, list) else ():
                self._book.add(str(pattern), kind)

    @property
    def vocabulary(self) -> frozenset[str]:
        """Every word of a frame."""
        return self._book.vocabulary

    def read(self, words: Sequence[Word]) -> Frames:
        """Return the frames of one message."""
        marks: dict[str, list[Found[str]]] = {kind: [] for kind in self._kinds}
        for found in self._book.search(words, {}):
            marks[found.meaning].append(found)
        return Frames(words, marks, self)
