"""Screening pages: upload a list, watch how far it is, take the result away."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from starlette.responses import FileResponse, Response

from console.forms import Form, day, file, words
from console.gate import Gate
from console.routing import ConsoleRouter
from console.security.permissions import Permission
from console.staff.places import known_province, province_choices
from console.staff.screenings import KINDS, LARGEST_BYTES, Screenings, TooLarge
from console.visit import CurrentVisit, Visit
from rules.screening.headers import UnusableTable
from rules.screening.template import Template

_UPLOAD: Final = Form(file("list"), day("as_of", required=False), words("province", longest=40, required=False))
_SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def screening_router(gate: Gate) -> ConsoleRouter:
    """Return the routes of screening."""
    router, deps = ConsoleRouter("/screening"), gate.deps
    lists = Screenings(deps.database, deps.clock, deps.rules, deps.settings.state_folder / "screening")

    @router.get("", needs=Permission.SCREENING)
    def screening(visit: CurrentVisit) -> Response:
        lists.forget_old()
        return _page(visit, gate, lists)

    @router.post("", needs=Permission.SCREENING, largest=LARGEST_BYTES + 64 * 1024)
    def upload(visit: CurrentVisit) -> Response:
        filled = _UPLOAD.read(visit.data)
        if not filled.errors:
            places = deps.rules.service.places
            try:
                run = lists.take_in(
                    filled["list"].file,
                    owner=visit.user.name,
                    name=str(filled["list"].filename),
                    as_of=filled["as_of"] or deps.clock.today(),
                    province=known_province(places, filled["province"]),
                )
            except UnusableTable:
                filled.refuse("list", "screening.errors.kind", kinds=", ".join(KINDS))
            except TooLarge:
                filled.refuse("list", "screening.errors.size", megabytes=LARGEST_BYTES // 2**20)
            else:
                visit.record("screening.upload", f"screening/{run}")
                return visit.redirect(f"/screening/{run}")
        return _page(visit, gate, lists, form=filled, status=422)

    @router.get("/template.xlsx", needs=Permission.SCREENING)
    def template(visit: CurrentVisit) -> Response:  # noqa: ARG001 - every route takes its visit
        rules = deps.rules
        names = {card.id: card.name_vi for card in rules.catalogue.cards(deps.clock.today())}
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "mau.xlsx"
            Template(rules.service.vocabulary, names).write(path)
            content = path.read_bytes()
        headers = {"Content-Disposition": 'attachment; filename="mau-danh-sach.xlsx"'}
        return Response(content, media_type=_SHEET, headers=headers)

    @router.get("/{run}", needs=Permission.SCREENING)
    def one(visit: CurrentVisit, run: str) -> Response:
        found = lists.one(run, owner=visit.user.name)
        template = "staff/screening_state.html" if visit.is_fragment else "staff/screening_run.html"
        return visit.page(template, run=found)

    @router.get("/{run}/result.xlsx", needs=Permission.SCREENING)
    def result(visit: CurrentVisit, run: str) -> Response:
        found = lists.one(run, owner=visit.user.name)
        path = lists.result(found)
        visit.record("screening.download", f"screening/{run}")
        return FileResponse(path, media_type=_SHEET, filename="ket-qua.xlsx", headers={"Cache-Control": "no-store"})

    @router.post("/{run}/remove", needs=Permission.SCREENING)
    def remove(visit: CurrentVisit, run: str) -> Response:
        lists.remove(lists.one(run, owner=visit.user.name))
        visit.record("screening.remove", f"screening/{run}")
        return visit.redirect("/screening", "screening.said.removed")

    return router


def _page(visit: Visit, gate: Gate, lists: Screenings, *, form: object = None, status: int = 200) -> Response:
    provinces = province_choices(gate.deps.rules.service.places)
    runs = lists.of(visit.user.name)
    return visit.page(
        "staff/screening.html", status=status, form=form or _UPLOAD.start(), runs=runs, provinces=provinces
    )
