"""Texts kept once, by their hash."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.documents import text_hash
from rules.store.tables import TextRow


def keep(session: Session, texts: Iterable[str]) -> None:
    """Store the texts that are not stored yet; two who store the same at once do not disturb each other."""
    wanted = {text_hash(text): text for text in texts}
    known = set(session.scalars(select(TextRow.hash).where(TextRow.hash.in_(wanted))))
    rows = [{"hash": hash_, "text": text} for hash_, text in wanted.items() if hash_ not in known]
    if not rows:
        return
    if session.connection().dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert
    else:
        from sqlalchemy.dialects.postgresql import insert  # type: ignore[assignment]
    session.connection().execute(insert(TextRow).on_conflict_do_nothing(), rows)


def texts_of(session: Session, manifest: Mapping[str, str]) -> dict[str, str]:
    """Return the texts of *manifest* by path."""
    rows = session.execute(select(TextRow.hash, TextRow.text).where(TextRow.hash.in_(set(manifest.values()))))
    by_hash = {row.hash: row.text for row in rows}
    return {path: by_hash[hash_] for path, hash_ in manifest.items()}
