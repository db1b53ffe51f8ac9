"""Worked cases beside the rules: listed, and written by a form that shows what the draft's rules say of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from starlette.responses import Response

from console.admin import casing
from console.admin.building import COMMAND, MODE
from console.admin.case_verdict import CaseVerdict
from console.admin.case_work import CaseMaker, CaseWork
from console.admin.casing import Casing
from console.admin.change_form import Naming
from console.admin.impact_words import ImpactWords
from console.admin.office import Office
from console.admin.saving import ABOUT, saved, started
from console.errors import NotFound
from console.forms import Filled
from console.routing import ConsoleRouter
from console.security.permissions import Permission
from console.visit import CurrentVisit, Visit
from core.vietnamese.format import day
from core.vietnamese.text import fold, nfc
from rules.editing import Editor
from rules.editing.case_form import CaseForm, id_of
from rules.editing.cases import case_id
from rules.editing.conditions import structured
from rules.editing.emit import block
from rules.findings import Finding
from rules.store.errors import StaleDraft, WrongState
from rules.store.records import Draft

ROWS: Final = 40
LARGEST: Final = 256 * 1024
LOOK: Final = "look"
TO_YAML: Final = "yaml"


@dataclass(frozen=True)
class Cases:
    """The pages of worked cases."""

    office: Office

    @property
    def maker(self) -> CaseMaker:
        """Begins the work on a case."""
        return CaseMaker(self.office)

    def router(self) -> ConsoleRouter:
        """Return the routes."""
        router = ConsoleRouter("/rules/cases")
        router.get("", needs=Permission.RULES_READ)(self.cases)
        router.get("/edit", needs=Permission.RULES_EDIT)(self.ask)
        router.get("/facts", needs=Permission.RULES_EDIT)(self.facts)
        router.post("/edit", needs=Permission.RULES_EDIT, largest=LARGEST)(self.change)
        return router

    def cases(self, visit: CurrentVisit, benefit: str = "", draft: str = "", q: str = "") -> Response:
        """List the worked cases of a benefit; without one, the benefits."""
        found = self.office.draft(draft) if draft else None
        named = Naming.of(self.office, found).named
        if not benefit:
            return self._benefits(visit, found)
        if benefit not in named.benefits:
            raise NotFound
        form, asked = self.maker.work(benefit, "", found).form, fold(nfc(q))
        rows = [
            one for one in self.maker.cases(found, benefit) if asked in fold(f"{one.get('title', '')} {case_id(one)}")
        ]
        paging = visit.paging(rows=ROWS)
        return visit.page(
            "admin/cases.html",
            draft=found,
            benefit=benefit,
            name=named.benefits[benefit].name_vi,
            q=q,
            list=paging.shown(
                [_line(form, one) for one in rows[paging.offset : paging.offset + paging.rows]], len(rows)
            ),
            shown=ImpactWords(self.office.gate.pages.texts, named),
        )

    def ask(self, visit: CurrentVisit, benefit: str = "", draft: str = "", id: str = "") -> Response:
        """Show the form of a case, of a new one without *id*."""
        found = self.office.draft(draft) if draft else None
        if not benefit:
            return self._benefits(visit, found)
        work = self.maker.work(benefit, id, found)
        standing = next((one for one in self.maker.cases(found, benefit) if case_id(one) == id), None) if id else None
        if id and standing is None:
            raise NotFound
        case = casing.shown(work.form, standing) if standing else casing.new(work.form, benefit)
        if standing is None:
            today = {"as_of": day(self.office.gate.deps.clock.today())}
            case = replace(case, fields=replace(case.fields, about=today))
        return self._shown(visit, work, started(work.draft), case)

    def facts(self, visit: CurrentVisit, find: str = "") -> Response:
        """Draw the facts that the typed words may mean, as buttons."""
        form = self.maker.form(Naming.of(self.office, None), Editor(self.office.documents(None)))
        asked = nfc(find)[:80]
        return visit.page("admin/case_facts.html", find=asked, found=form.find(asked) if asked.strip() else [])

    def change(self, visit: CurrentVisit) -> Response:
        """Do what a button asks for, or save the case into a draft."""
        about, data = ABOUT.read(visit.data), visit.data
        draft = self.office.draft(about["draft"]) if about["draft"] else None
        work = self.maker.work(str(data.get("benefit", "")), str(data.get("replacing", "")), draft)
        command = str(data.get(COMMAND, ""))
        if data.get(MODE) == TO_YAML:
            return self._by_hand(visit, work, about, command)
        case = casing.sent(work.form, data, command)
        if command == TO_YAML:
            return self._to_yaml(visit, work, about, case)
        if command:
            return self._pressed(visit, work, about, case, command)
        return self._kept(visit, work, about, case)

    def _benefits(self, visit: Visit, draft: Draft | None) -> Response:
        named = Naming.of(self.office, draft).named
        return visit.page("admin/case_benefits.html", draft=draft, benefits=named.benefits)

    # --- what a button asks for ---

    def _pressed(self, visit: Visit, work: CaseWork, about: Filled, case: Casing, command: str) -> Response:
        _told, findings, verdict = self._judged(work, case)
        for said in verdict.said:
            if command == f"accept.{said.number}":
                case = case.accepting(said.number, said.decision)
                _told, findings, verdict = self._judged(work, case)
        case = case.told_wrong([*_unfinished(findings), *verdict.findings])
        if not visit.is_fragment:
            return self._shown(visit, work, about, case, verdict)
        template = "admin/case_look.html" if command == LOOK else "admin/case_fields.html"
        return visit.page(template, **self._context(work, case, verdict))

    def _to_yaml(self, visit: Visit, work: CaseWork, about: Filled, case: Casing) -> Response:
        told, findings = case.read()
        if wrong := _unfinished(findings):
            return self._shown(visit, work, about, case.told_wrong(wrong))
        return self._shown(visit, work, about, case, yaml=block(told))

    def _by_hand(self, visit: Visit, work: CaseWork, about: Filled, command: str) -> Response:
        """Take the case as YAML: back into the form, or save it."""
        text = str(visit.data.get("case", "")).replace("\r\n", "\n")
        told = structured(text)
        if not isinstance(told, Mapping):
            wrong = [one for one in told if isinstance(one, Finding)] or [Finding("not_a_case", "case")]
            empty = casing.new(work.form, work.benefit)
            return self._shown(visit, work, about, empty, yaml=text, others=wrong, status=422)
        case = casing.shown(work.form, told)
        return self._shown(visit, work, about, case) if command else self._kept(visit, work, about, case, yaml=text)

    # --- saving ---

    def _kept(self, visit: Visit, work: CaseWork, about: Filled, case: Casing, yaml: str = "") -> Response:
        """Save the case; show every finding at once where something is wrong with it."""
        told, findings, verdict = self._judged(work, case)
        shown = partial(self._shown, visit, work, about, yaml=yaml, verdict=verdict)
        wrong = [*findings, *verdict.findings]
        if work.draft is None and not about["title"]:
            about.refuse("title", "required")
        if wrong or about.errors:
            return shown(case.told_wrong(wrong), others=wrong if yaml else (), status=422)
        edit = work.editor.set_case(work.benefit, _with_id(work, told), replacing=work.replacing)
        if edit.refused:
            return shown(case.told_wrong(edit.findings), others=edit.findings, status=422)
        try:
            return saved(visit, self.office, work.draft, about, edit.changes)
        except StaleDraft as stale:
            now = self.office.draft(stale.draft)
            about.raw["version"] = now.version
            return shown(case, draft=now, stale=stale, since=self.office.since(now, stale.asked), status=409)
        except WrongState:
            return shown(case, problem="wrong_state", status=409)

    # --- what is drawn ---

    def _shown(
        self,
        visit: Visit,
        work: CaseWork,
        about: Filled,
        case: Casing,
        verdict: CaseVerdict | None = None,
        *,
        status: int = 200,
        **more: Any,
    ) -> Response:
        context: dict[str, Any] = {"stale": None, "since": (), "problem": "", "yaml": "", "others": ()} | more
        said = verdict or self._judged(work, case)[2]
        return visit.page(
            "admin/case.html", status=status, about=about, **{**self._context(work, case, said), **context}
        )

    def _context(self, work: CaseWork, case: Casing, verdict: CaseVerdict) -> dict[str, Any]:
        named = work.naming.named.benefits
        return {
            "work": work,
            "draft": work.draft,
            "casing": case,
            "verdict": verdict,
            "named_benefits": named,
            "benefit_pairs": [(id_, one.name_vi) for id_, one in named.items()],
        }

    def _judged(self, work: CaseWork, case: Casing) -> tuple[Mapping[str, Any], Sequence[Finding], CaseVerdict]:
        """Return the case that was read, what could not be read of it, and what the rules say."""
        told, findings = case.read()
        return told, findings, self.maker.judge(work).verdict(case, told, findings)


@dataclass(frozen=True, slots=True)
class Line:
    """One case in the list. ``expects`` are benefit, outcome and group."""

    id: str
    title: str
    day: str
    expects: Sequence[Mapping[str, Any]]


def _line(form: CaseForm, case: Mapping[str, Any]) -> Line:
    fields = form.taken_apart(case)
    expects = [
        {"benefit": one.benefit, "outcome": one.outcome, "group": list(one.group) or one.told("contribution_group")}
        for one in fields.expects
    ]
    return Line(case_id(case), fields.about.get("title") or case_id(case), fields.about.get("as_of", ""), expects)


def _with_id(work: CaseWork, told: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the case with an id of its own where it has none."""
    taken = [case_id(one) for one in work.editor.cases(work.benefit)]
    return told if told.get("id") else {"id": id_of(str(told.get("title", "")), taken), **told}


def _unfinished(findings: Sequence[Finding]) -> list[Finding]:
    """Return what is wrong while somebody is still writing: a field that waits to be filled is not."""
    return [one for one in findings if one.code != "required"]
