"""Putting changes into a draft: a new one with a title, or the one that is being worked on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

from console.admin.office import Office
from console.forms import Filled, Form, flag, whole, words
from console.visit import Visit
from rules.store.records import Draft

ABOUT: Final = Form(
    words("draft", longest=32, required=False),
    whole("version", least=1, required=False),
    words("title", longest=160, required=False),
    words("comment", longest=500, required=False),
    flag("keep"),
)


def started(draft: Draft | None) -> Filled:
    """Return what a page says of the draft it works on, before anybody typed."""
    return ABOUT.start(draft=draft.id if draft else "", version=draft.version if draft else "", title="")


def saved(
    visit: Visit, office: Office, draft: Draft | None, about: Filled, changes: Mapping[str, str | None]
) -> Response:
    """Save *changes* and lead to the draft.

    Raises :class:`rules.store.errors.StaleDraft` where the draft moved on, :class:`rules.store.errors.WrongState` where
    it can no longer be edited.
    """
    actor = visit.user.name
    if draft is None:
        made = office.drafts.open(actor=actor, title=about["title"], changes=changes)
        return visit.redirect(f"/rules/drafts/{made.id}", "admin.drafts.opened", title=made.title)
    comment, version = about["comment"] or "", about["version"] or 0
    office.drafts.save(draft.id, version=version, actor=actor, changes=changes, comment=comment)
    return visit.redirect(f"/rules/drafts/{draft.id}", "admin.drafts.saved", title=draft.title)
