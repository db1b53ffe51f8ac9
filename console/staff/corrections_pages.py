"""Pages of corrections: mark an answer wrong, the list of tasks, one task, and all of them as test cases."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response

from bot.messages import Author
from console.forms import Form, one_of, whole, words
from console.gate import Gate
from console.routing import ConsoleRouter
from console.security.permissions import Permission
from console.staff.corrections import NEXT, Corrections, State
from console.visit import CurrentVisit, Visit

_NEW: Final = Form(
    words("question", longest=1000),
    words("wrong_answer", longest=4000),
    words("right_answer", longest=4000),
    words("must_contain", longest=500, required=False),
    words("cites", longest=500, required=False),
)
_MOVE: Final = Form(one_of("to", [state.value for state in State]), whole("version"))


@dataclass(frozen=True)
class CorrectionPages:
    """The pages of answers that somebody marked wrong."""

    gate: Gate

    def router(self) -> ConsoleRouter:
        """Return the routes."""
        router = ConsoleRouter("/corrections")
        router.get("", needs=Permission.CORRECTIONS_WRITE)(self.corrections)
        router.get("/new", needs=Permission.CORRECTIONS_WRITE)(self.new)
        router.post("", needs=Permission.CORRECTIONS_WRITE)(self.write)
        router.get("/cases.yaml", needs=Permission.CORRECTIONS_RESOLVE)(self.cases)
        router.get("/{number}", needs=Permission.CORRECTIONS_WRITE)(self.correction)
        router.post("/{number}", needs=Permission.CORRECTIONS_RESOLVE)(self.move)
        return router

    def corrections(self, visit: CurrentVisit, state: str = "") -> Response:
        """List corrections, those in *state* where one is named."""
        paging, chosen = visit.paging(), State(state) if state in set(State) else None
        rows, count = self._kept.all(chosen, offset=paging.offset, limit=paging.rows)
        return visit.page("staff/corrections.html", list=paging.shown(rows, count), state=state, states=list(State))

    async def new(
        self, visit: CurrentVisit, conversation: str = "", line: int = 0, q: str = "", a: str = ""
    ) -> Response:
        """Show the form, with what was said where it comes from a conversation."""
        question, answer = q[:1000], a[:4000]
        if conversation and visit.may(Permission.INBOX_READ):
            question, answer = await _said(self.gate, conversation, line)
        form = _NEW.start(question=question, wrong_answer=answer)
        return await run_in_threadpool(visit.page, "staff/correction_new.html", form=form)

    def write(self, visit: CurrentVisit) -> Response:
        """Keep a new correction."""
        filled = _NEW.read(visit.data)
        if filled.errors:
            return visit.page("staff/correction_new.html", status=422, form=filled)
        number = self._kept.write(
            by=visit.user.name,
            question=filled["question"],
            wrong_answer=filled["wrong_answer"],
            right_answer=filled["right_answer"],
            must_contain=_parts(filled["must_contain"]),
            cites=_parts(filled["cites"]),
        )
        visit.record("correction.write", f"correction/{number}")
        return visit.redirect(f"/corrections/{number}", "corrections.said.kept")

    def cases(self, visit: CurrentVisit) -> Response:
        """Give all of them as test cases."""
        visit.record("correction.export", "correction")
        headers = {"Content-Disposition": 'attachment; filename="corrections.yaml"', "Cache-Control": "no-store"}
        return PlainTextResponse(self._kept.cases(), headers=headers, media_type="text/yaml; charset=utf-8")

    def correction(self, visit: CurrentVisit, number: int) -> Response:
        """Show one."""
        return self._shown(visit, number)

    def move(self, visit: CurrentVisit, number: int) -> Response:
        """Bring one into another state."""
        filled = _MOVE.read(visit.data)
        if filled.errors:
            return self._shown(visit, number, status=422)
        self._kept.move(number, State(filled["to"]), by=visit.user.name, version=filled["version"])
        visit.record(f"correction.{filled['to']}", f"correction/{number}")
        return visit.redirect(f"/corrections/{number}", "corrections.said.moved")

    @cached_property
    def _kept(self) -> Corrections:
        return Corrections(self.gate.deps.database, self.gate.deps.vault, self.gate.deps.clock)

    def _shown(self, visit: Visit, number: int, *, status: int = 200) -> Response:
        one = self._kept.one(number)
        return visit.page("staff/correction.html", status=status, one=one, next=NEXT[one.state])


async def _said(gate: Gate, conversation: str, line: int) -> tuple[str, str]:
    """Return what the citizen last said before the answer in *line*, and that answer, sensitive facts in it hidden."""
    before = [one for one in await gate.deps.transcript.since(conversation, limit=1000) if one.seq <= line]
    wrong = await gate.deps.handover.facts.covered(conversation, before[-1:])
    answer = wrong[0].text if wrong and wrong[0].seq == line else ""
    asked = [one.text for one in before if one.author is Author.CITIZEN]
    return (asked[-1] if asked else ""), answer


def _parts(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(";") if part.strip()]
