"""The case that is being written: the documents and the names it goes by, its form, and who judges it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from console.admin.case_verdict import CaseJudge, State
from console.admin.change_form import Naming
from console.admin.impact_words import ImpactWords
from console.admin.office import Office
from console.admin.spoken import Spoken
from console.errors import NotFound
from console.staff.fact_words import FactWords
from rules.documents import Documents, cases_path
from rules.editing import Editor
from rules.editing.case_form import CaseForm
from rules.editing.cases import cases_in
from rules.editing.fields import Field, FieldMaker
from rules.editing.value_form import expected_fields
from rules.errors import InvalidRules
from rules.store.records import Draft


@dataclass(frozen=True)
class CaseWork:
    """One case of *benefit*, in place of the one called *replacing* (empty: a new one)."""

    benefit: str
    replacing: str
    draft: Draft | None
    editor: Editor
    naming: Naming
    form: CaseForm

    @property
    def documents(self) -> Documents:
        """Return the documents that the case is written into."""
        return self.editor.documents

    @property
    def name(self) -> str:
        """Return what the benefit is called."""
        return self.naming.named.benefits[self.benefit].name_vi


@dataclass(frozen=True)
class CaseMaker:
    """Begins the work on cases, over the release in use and drafts."""

    office: Office

    def work(self, benefit: str, replacing: str, draft: Draft | None) -> CaseWork:
        """Return the work on a case; raises :class:`console.errors.NotFound` for a benefit nobody knows."""
        naming = Naming.of(self.office, draft)
        if benefit not in naming.named.benefits:
            raise NotFound
        editor = Editor(self.office.documents(draft), check=lambda _documents: [])
        return CaseWork(benefit, replacing, draft, editor, naming, self.form(naming, editor))

    def cases(self, draft: Draft | None, benefit: str) -> Sequence[Mapping[str, Any]]:
        """Return the worked cases of a benefit as they stand in *draft*."""
        documents, path = self.office.documents(draft), cases_path(benefit)
        key = ("cases", documents.manifest.get(path, ""))
        return self.office.shelf.drawn(key, lambda: tuple(cases_in(documents.texts.get(path, ""))))

    def judge(self, work: CaseWork) -> CaseJudge:
        """Return who judges the case: the rules of its draft."""
        texts = self.office.gate.pages.texts
        words, facts = ImpactWords(texts, work.naming.named), FactWords(texts)
        try:
            rules = self.office.rules_of(work.documents)
        except InvalidRules:
            return CaseJudge(None, words, facts, State.UNFIT_RULES)
        return CaseJudge(rules.service if rules is not None else None, words, facts)

    def form(self, naming: Naming, editor: Editor) -> CaseForm:
        """Return the form of cases; figures that may be expected are those of the documents of *editor*."""
        shelf, deps = self.office.shelf, self.office.gate.deps
        service = shelf.current.service
        maker = shelf.drawn("case fields", lambda: FieldMaker(service.vocabulary, service.places))

        def results(benefit: str) -> Mapping[str, Field]:
            key = (shelf.current.documents.content_hash, "case figures", naming.key, benefit)
            return shelf.drawn(key, lambda: expected_fields(editor.result_names(benefit), maker))

        return CaseForm(service.vocabulary, maker, results, Spoken(deps.rules, deps.clock.today()))
