"""The releases: who, what, when, chained by hash; what each changed; going back by a new one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select
from starlette.responses import Response

from console.admin.office import Office
from console.errors import NotFound
from console.forms import Filled, Form, words
from console.routing import ConsoleRouter
from console.security.permissions import Permission
from console.visit import CurrentVisit, Visit
from rules.store.errors import UnknownRelease
from rules.store.records import ReleaseRecord
from rules.store.tables import ReleaseRow

_RETURN: Final = Form(words("title", longest=160, shortest=5))


@dataclass(frozen=True)
class History:
    """The pages of releases."""

    office: Office

    def router(self) -> ConsoleRouter:
        """Return the routes."""
        router = ConsoleRouter("/rules/releases")
        router.get("", needs=Permission.RULES_READ)(self.releases)
        router.post("/verify", needs=Permission.RULES_READ)(self.verify)
        router.get("/{seq:int}", needs=Permission.RULES_READ)(self.release)
        router.get("/{seq:int}/difference", needs=Permission.RULES_READ)(self.difference)
        router.post("/{seq:int}/return", needs=Permission.RULES_EDIT)(self.go_back)
        return router

    def releases(self, visit: CurrentVisit) -> Response:
        """Walk the history, newest first."""
        return self._listed(visit)

    def verify(self, visit: CurrentVisit) -> Response:
        """Compute the chain and the hash of every text again."""
        found = self.office.gate.deps.releases.verify()
        visit.record("rules.verify", "rules", breaks=len(found))
        return self._listed(visit, tampered=found)

    def release(self, visit: CurrentVisit, seq: int) -> Response:
        """Show one release; what it changed comes after it, for putting that in words may take a second."""
        return self._shown(visit, self._release(seq))

    def difference(self, visit: CurrentVisit, seq: int) -> Response:
        """Show what a release changed: a part of its page, or a page of its own."""
        release, store = self._release(seq), self.office.gate.deps.releases
        before = store.get(seq - 1) if seq > 1 else None
        entries = self.office.words_between(before, release) if before is not None else ()
        template = "admin/release_difference.html" if visit.is_fragment else "admin/release_difference_page.html"
        return visit.page(template, release=release, before=before, entries=entries)

    def go_back(self, visit: CurrentVisit, seq: int) -> Response:
        """Begin a draft that goes back to this release."""
        found, filled = self._release(seq), _RETURN.read(visit.data)
        if filled.errors:
            return self._shown(visit, found, form=filled, status=422)
        draft = self.office.drafts.open_return(actor=visit.user.name, title=filled["title"], to=seq)
        return visit.redirect(f"/rules/drafts/{draft.id}", "admin.history.return_opened", n=seq)

    def _listed(self, visit: Visit, **more: Any) -> Response:
        store, paging = self.office.gate.deps.releases, visit.paging()
        with store.database.session() as session:
            count = session.scalar(select(func.count()).select_from(ReleaseRow)) or 0
        newest = store.newest()
        before = newest.seq + 1 - paging.offset if newest is not None else None
        rows = store.history(before=before, limit=paging.rows) if newest is not None else []
        return visit.page("admin/releases.html", releases=paging.shown(rows, count), active=store.active_seq(), **more)

    def _shown(
        self, visit: Visit, release: ReleaseRecord, *, form: Filled | None = None, status: int = 200
    ) -> Response:
        store = self.office.gate.deps.releases
        before = store.get(release.seq - 1) if release.seq > 1 else None
        return visit.page(
            "admin/release.html",
            status=status,
            release=release,
            before=before,
            active=store.active_seq(),
            newest=store.newest(),
            form=form or _RETURN.start(title=self.office.gate.pages.texts("admin.history.return_title", n=release.seq)),
        )

    def _release(self, seq: int) -> ReleaseRecord:
        try:
            return self.office.gate.deps.releases.get(seq)
        except (UnknownRelease, OverflowError) as error:
            raise NotFound from error
