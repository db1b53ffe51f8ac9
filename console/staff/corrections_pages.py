"""Pages of corrections: mark an answer wrong, the list of tasks, one task, and all of them as test cases."""

from __future__ import annotations

from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response

from bot.messages import Author
from console.forms import Form, one_of, whole, words
from console.gate import Gate
from console.routing import ConsoleRouter
from console.security.permissions import Permission
from console.staff.corrections import NEXT, Corrections, State
from console.visit import CurrentVisit

_NEW: Final = Form(
    words("question", longest=1000),
    words("wrong_answer", longest=4000),
    words("right_answer", longest=4000),
    words("must_contain", longest=500, required=False),
    words("cites", longest=500, required=False),
)
_MOVE: Final = Form(one_of("to", [state.value for state in State]), whole("version"))


def corrections_router(gate: Gate) -> ConsoleRouter:
    """Return the routes of corrections."""
    router = ConsoleRouter("/corrections")
    kept = Corrections(gate.deps.database, gate.deps.vault, gate.deps.clock)

    @router.get("", needs=Permission.CORRECTIONS_WRITE)
    def corrections(visit: CurrentVisit, state: str = "") -> Response:
        paging, chosen = visit.paging(), State(state) if state in set(State) else None
        rows, count = kept.all(chosen, offset=paging.offset, limit=paging.rows)
        return visit.page("staff/corrections.html", list=paging.shown(rows, count), state=state, states=list(State))

    @router.get("/new", needs=Permission.CORRECTIONS_WRITE)
    async def new(visit: CurrentVisit, conversation: str = "", line: int = 0, q: str = "", a: str = "") -> Response:
        question, answer = q[:1000], a[:4000]
        if conversation and visit.may(Permission.INBOX_READ):
            question, answer = await _said(gate, conversation, line)
        form = _NEW.start(question=question, wrong_answer=answer)
        return await run_in_threadpool(visit.page, "staff/correction_new.html", form=form)

    @router.post("", needs=Permission.CORRECTIONS_WRITE)
    def write(visit: CurrentVisit) -> Response:
        filled = _NEW.read(visit.data)
        if filled.errors:
            return visit.page("staff/correction_new.html", status=422, form=filled)
        number = kept.write(
            by=visit.user.name,
            question=filled["question"],
            wrong_answer=filled["wrong_answer"],
            right_answer=filled["right_answer"],
            must_contain=_parts(filled["must_contain"]),
            cites=_parts(filled["cites"]),
        )
        visit.record("correction.write", f"correction/{number}")
        return visit.redirect(f"/corrections/{number}", "corrections.said.kept")

    @router.get("/cases.yaml", needs=Permission.CORRECTIONS_RESOLVE)
    def cases(visit: CurrentVisit) -> Response:
        visit.record("correction.export", "correction")
        headers = {"Content-Disposition": 'attachment; filename="corrections.yaml"', "Cache-Control": "no-store"}
        return PlainTextResponse(kept.cases(), headers=headers, media_type="text/yaml; charset=utf-8")

    @router.get("/{number}", needs=Permission.CORRECTIONS_WRITE)
    def correction(visit: CurrentVisit, number: int) -> Response:
        one = kept.one(number)
        return visit.page("staff/correction.html", one=one, next=NEXT[one.state])

    @router.post("/{number}", needs=Permission.CORRECTIONS_RESOLVE)
    def move(visit: CurrentVisit, number: int) -> Response:
        filled = _MOVE.read(visit.data)
        if filled.errors:
            one = kept.one(number)
            return visit.page("staff/correction.html", status=422, one=one, next=NEXT[one.state])
        kept.move(number, State(filled["to"]), by=visit.user.name, version=filled["version"])
        visit.record(f"correction.{filled['to']}", f"correction/{number}")
        return visit.redirect(f"/corrections/{number}", "corrections.said.moved")

    return router


async def _said(gate: Gate, conversation: str, line: int) -> tuple[str, str]:
    """Return what the citizen last said before the answer in *line*, and that answer, sensitive facts in it hidden."""
    before = [one for one in await gate.deps.transcript.since(conversation, limit=1000) if one.seq <= line]
    wrong = await gate.deps.handover.facts.covered(conversation, before[-1:])
    answer = wrong[0].text if wrong and wrong[0].seq == line else ""
    asked = [one.text for one in before if one.author is Author.CITIZEN]
    return (asked[-1] if asked else ""), answer


def _parts(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(";") if part.strip()]
