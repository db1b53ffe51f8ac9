"""Screening pages: upload a list, watch how far it is, take the result away."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.responses import FileResponse, Response

from console.forms import Filled, Form, day, file, words
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


@dataclass(frozen=True)
class ScreeningPages:
    """The pages of lists; each member of staff sees her own."""

    gate: Gate
    lists: Screenings

    @classmethod
    def of(cls, gate: Gate) -> ScreeningPages:
        """Return the pages over what the console was given."""
        deps = gate.deps
        return cls(gate, Screenings(deps.database, deps.clock, deps.rules, deps.settings.state_folder / "screening"))

    def router(self) -> ConsoleRouter:
        """Return the routes."""
        router = ConsoleRouter("/screening")
        router.get("", needs=Permission.SCREENING)(self.screening)
        router.post("", needs=Permission.SCREENING, largest=LARGEST_BYTES + 64 * 1024)(self.upload)
        router.get("/template.xlsx", needs=Permission.SCREENING)(self.template)
        router.get("/{run}", needs=Permission.SCREENING)(self.one)
        router.get("/{run}/result.xlsx", needs=Permission.SCREENING)(self.result)
        router.post("/{run}/remove", needs=Permission.SCREENING)(self.remove)
        return router

    def screening(self, visit: CurrentVisit) -> Response:
        """Show the form and the lists that are kept still."""
        self.lists.forget_old()
        return self._page(visit)

    def upload(self, visit: CurrentVisit) -> Response:
        """Take a list in; it is judged beside the page."""
        filled = _UPLOAD.read(visit.data)
        if not filled.errors:
            try:
                run = self._taken_in(visit, filled)
            except UnusableTable:
                filled.refuse("list", "screening.errors.kind", kinds=", ".join(KINDS))
            except TooLarge:
                filled.refuse("list", "screening.errors.size", megabytes=LARGEST_BYTES // 2**20)
            else:
                visit.record("screening.upload", f"screening/{run}")
                return visit.redirect(f"/screening/{run}")
        return self._page(visit, form=filled, status=422)

    def template(self, visit: CurrentVisit) -> Response:  # noqa: ARG002 - every route takes its visit
        """Give an empty table with the columns that are understood."""
        rules = self.gate.deps.rules
        names = {card.id: card.name_vi for card in rules.catalogue.cards(self.gate.deps.clock.today())}
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "mau.xlsx"
            Template(rules.service.vocabulary, names).write(path)
            content = path.read_bytes()
        headers = {"Content-Disposition": 'attachment; filename="mau-danh-sach.xlsx"'}
        return Response(content, media_type=_SHEET, headers=headers)

    def one(self, visit: CurrentVisit, run: str) -> Response:
        """Show how far a list is and what came of it; only that part where htmx asks."""
        found = self.lists.one(run, owner=visit.user.name)
        template = "staff/screening_state.html" if visit.is_fragment else "staff/screening_run.html"
        return visit.page(template, run=found)

    def result(self, visit: CurrentVisit, run: str) -> Response:
        """Give the result."""
        path = self.lists.result(self.lists.one(run, owner=visit.user.name))
        visit.record("screening.download", f"screening/{run}")
        return FileResponse(path, media_type=_SHEET, filename="ket-qua.xlsx", headers={"Cache-Control": "no-store"})

    def remove(self, visit: CurrentVisit, run: str) -> Response:
        """Remove a list and its result before their day."""
        self.lists.remove(self.lists.one(run, owner=visit.user.name))
        visit.record("screening.remove", f"screening/{run}")
        return visit.redirect("/screening", "screening.said.removed")

    def _taken_in(self, visit: Visit, filled: Filled) -> str:
        return self.lists.take_in(
            filled["list"].file,
            owner=visit.user.name,
            name=str(filled["list"].filename),
            as_of=filled["as_of"] or self.gate.deps.clock.today(),
            province=known_province(self.gate.deps.rules.service.places, filled["province"]),
        )

    def _page(self, visit: Visit, *, form: Filled | None = None, status: int = 200) -> Response:
        provinces = province_choices(self.gate.deps.rules.service.places)
        runs = self.lists.of(visit.user.name)
        return visit.page(
            "staff/screening.html", status=status, form=form or _UPLOAD.start(), runs=runs, provinces=provinces
        )
