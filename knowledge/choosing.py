"""Which sections answer a question together: the best one, one for each further benefit, and what they leave open.

A section is added for what it speaks of and the sections before it do not: the other half of a question, or the
amount where the best section only says who may have it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from knowledge.index.build import searchable
from knowledge.passages import Hit, Passage
from knowledge.retrieval.hybrid import Ranking
from knowledge.syllables import folded, syllables

HOW_MUCH, WHO = "how_much", "who"
# Sections are compared with the best one's score.
FOR_A_BENEFIT, FOR_THE_REST, FOR_THE_AMOUNT = 0.6, 0.75, 0.7
# A section of the kind asked for goes before a better one of another kind that is only this much better.
KIND_COUNTS = 0.08
# Asked for in so many words, these go before a section that only says who may have what, or how much.
ON_THE_WAY = ("papers", "how_long", "where", "fee", "appeal", "stop", "move")
GENERAL = ("who", "how_much", "faq")
FOR_THE_WAY = 0.75
FIRST_FEW = 6
# A section that scores this near the best one may well be the one that was meant.
NEARLY_THE_BEST = 0.93
# The same for a section of the guide that answers: it speaks of the same thing.
NEAR_IN_ITS_GUIDE = 0.88
# Share of a question's content (rare words count more) that a section must add to be worth its lines.
WORTH_ADDING = 0.18
LOOKED_AT = 8
# Answers that are about the way there, not about the entitlement, stand without an amount.
_WITH_AMOUNT = (WHO,)


@dataclass(frozen=True, slots=True)
class Chosen:
    """``main``: sections said first, one for each benefit asked about. ``further``: what they leave open.

    ``besides`` are those of ``further`` that tell what was asked besides.
    """

    main: tuple[Hit, ...]
    further: tuple[Hit, ...] = ()
    besides: tuple[Hit, ...] = ()

    @property
    def all(self) -> tuple[Hit, ...]:
        """Every section that is said."""
        return (*self.main, *self.further)


def choose(ranking: Ranking, benefits: Sequence[str], *, kind: str = "", also: Sequence[str] = (), most: int) -> Chosen:
    """Choose among the hits of *ranking*, at most *most*.

    *benefits* are those the caller knows were asked about, *kind* is what is asked of them, *also* what is asked
    besides (the form and the days it takes).
    """
    hits = _of_kind_first(ranking.hits, kind)
    main = tuple(_main(hits, benefits, most))
    further: list[Hit] = []
    besides = _of_other_kinds(hits, main, (kind, *also))
    for hit in (*besides, *_further(replace(ranking, hits=hits), (*main, *besides), benefits)):
        if len(main) + len(further) < most and hit not in (*main, *further):
            further.append(hit)
    return Chosen(main, tuple(further), tuple(hit for hit in further if hit in besides))


def _of_kind_first(hits: tuple[Hit, ...], kind: str) -> tuple[Hit, ...]:
    if not kind:
        return hits
    about = set(hits[0].passage.benefits)
    if kind in ON_THE_WAY and (told := _told_in_full(hits, kind)) is not None:
        return (told, *(hit for hit in hits if hit != told))
    first = sorted(
        hits[:FIRST_FEW],
        key=lambda hit: -hit.score - KIND_COUNTS * (hit.passage.kind == kind and _is_about(hit.passage, about)),
    )
    return (*first, *hits[FIRST_FEW:])


def _is_about(passage: Passage, benefits: Collection[str]) -> bool:
    return not benefits or not set(benefits).isdisjoint(passage.benefits)


def _told_in_full(hits: Sequence[Hit], kind: str) -> Hit | None:
    """Return the section of *kind* on what the question is about: how to get there is no matter of who may."""
    top = hits[0]
    if top.passage.kind == kind or top.passage.kind not in GENERAL:
        return None
    near = [hit for hit in hits if hit.score >= FOR_THE_WAY * top.score]
    return _nearest_of(near, top, kind)


def _main(hits: Sequence[Hit], benefits: Sequence[str], most: int) -> Iterator[Hit]:
    """Yield the best hit, one about what was asked where it is as good, and for each further benefit its best one."""
    rivals = (hit for hit in hits[:FIRST_FEW] if hit.score >= NEARLY_THE_BEST * hits[0].score)
    top = next((hit for hit in rivals if not set(benefits).isdisjoint(_about(hit.passage))), hits[0])
    yield top
    found = 1
    spoken_of = set(_about(top.passage))
    for benefit in benefits:
        if benefit in spoken_of or found == most:
            continue
        about = next((h for h in hits if benefit in _about(h.passage)), None)
        if about and about.score >= FOR_A_BENEFIT * top.score:
            spoken_of.update(_about(about.passage))
            found += 1
            yield about


def _of_other_kinds(hits: Sequence[Hit], main: Sequence[Hit], kinds: Sequence[str]) -> tuple[Hit, ...]:
    """Return for each of *kinds* the best section about the same benefits, of the same guide before others."""
    top = main[0]
    wanted = [kind for kind in kinds if kind and kind != top.passage.kind]
    found = (_nearest_of(hits, top, kind) for kind in wanted)
    return tuple(dict.fromkeys(hit for hit in found if hit is not None))


def _nearest_of(hits: Sequence[Hit], top: Hit, kind: str) -> Hit | None:
    alike = [
        hit
        for hit in hits
        if hit.passage.kind == kind
        and (_guide(hit.passage) == _guide(top.passage) or hit.score >= FOR_A_BENEFIT * top.score)
        and set(hit.passage.benefits) & set(top.passage.benefits)
    ]
    same = (hit for hit in alike if _guide(hit.passage) == _guide(top.passage))
    return next(same, None) or next(iter(alike), None)


def _further(ranking: Ranking, main: Sequence[Hit], benefits: Collection[str]) -> Iterator[Hit]:
    top = main[0]
    if top.passage.kind in _WITH_AMOUNT and main[1:] == () and (amount := _amount(ranking.hits, top)):
        main = (*main, amount)
        yield amount
    yield from _rest(ranking, main, benefits)


def _amount(hits: Sequence[Hit], top: Hit) -> Hit | None:
    """Return how much there is: of the same guide, else of the same benefits where it is found nearly as well."""
    amounts = [hit for hit in hits if hit.passage.kind == HOW_MUCH and hit != top]
    same_guide = (hit for hit in amounts if _guide(hit.passage) == _guide(top.passage))
    alike = (
        hit
        for hit in amounts
        if hit.passage.benefits == top.passage.benefits and hit.score >= FOR_THE_AMOUNT * top.score
    )
    return next(same_guide, None) or next(alike, None)


def _rest(ranking: Ranking, main: Sequence[Hit], benefits: Collection[str]) -> Iterator[Hit]:
    """Yield sections that speak of content of the question that the ones before do not."""
    total = max(sum(ranking.content_weights), 1e-6)
    weights = dict(zip(ranking.content, ranking.content_weights, strict=True))
    left = set(weights).difference(*(_words(hit.passage) for hit in main))
    top = main[0]
    related = {*benefits, *_about(top.passage)}
    for hit in ranking.hits[:LOOKED_AT]:
        if hit in main or hit.score < FOR_THE_REST * top.score or related.isdisjoint(_about(hit.passage)):
            continue
        added = left & _words(hit.passage)
        near = NEAR_IN_ITS_GUIDE if _guide(hit.passage) == _guide(top.passage) else NEARLY_THE_BEST
        is_rival = hit.score >= near * top.score and hit.passage.benefits == top.passage.benefits
        if is_rival or sum(weights[word] for word in added) >= WORTH_ADDING * total:
            left -= added
            yield hit


def _about(passage: Passage) -> tuple[str, ...]:
    return (*passage.benefits, passage.area)


def _guide(passage: Passage) -> str:
    return passage.id.partition("#")[0]


def _words(passage: Passage) -> set[str]:
    return set(map(folded, syllables(searchable(passage))))
