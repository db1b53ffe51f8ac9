"""``ansinh knowledge``: the authorities' documents and the index that is searched."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from app.bootstrap import Parts
from app.cli.evaluate_knowledge import knowledge as evaluate
from app.cli.options import AsOfOption, Province, known_province
from app.cli.output import console, emit, fail
from app.cli.progress import bars
from app.logs import configure
from app.settings import Settings
from knowledge.errors import KnowledgeError
from knowledge.intake import REFUSED, FileReport, take_in
from knowledge.passages import Hit

group = typer.Typer(name="knowledge", no_args_is_help=True, help="Documents and the index that is searched.")
Json = Annotated[bool, typer.Option("--json", help="one JSON object a result")]
SHOWN_LETTERS = 400
group.command(name="evaluate")(evaluate)


@group.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(help="files or folders: PDF, DOCX, HTML, Markdown, text")],
    report: Annotated[Path | None, typer.Option("--as", help="write the report on every file here, as JSON")] = None,
    draft: Annotated[bool, typer.Option("--draft", help="keep for review in the console; publish nothing")] = False,
    as_json: Json = False,
) -> None:
    """Take documents in, publish them and build the index; say of every file what was understood and what not."""
    _writable(report)
    parts = _parts()
    with bars() as heard:
        reports = take_in(parts.library.collection, paths, lambda _, done, total: heard("files", done, total))
        kept = {r.id: None for r in reports if r.is_kept}
        if kept and not draft:
            parts.library.collection.publish(kept, lambda done, total: heard("vectors", done, total))
    if report:
        lines = [r.to_json() for r in reports]
        report.write_text(json.dumps(lines, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    _show_reports(reports, as_json)
    if not reports:
        fail("No file that can be read is there.", code=2)
    if any(r.outcome == REFUSED for r in reports):
        raise typer.Exit(1)


@group.command()
def build(as_json: Json = False) -> None:
    """Build the index of the guides and the published documents where it is stale, and switch to it."""
    parts = _parts()
    with bars() as heard:
        index = parts.library.ensure(lambda done, total: heard("vectors", done, total))
    if as_json:
        emit(_figures_of(parts))
    else:
        law = len(index.law.passages) if index.law else 0
        console.print(f"build {index.name}: {len(index.passages)} sections of guides and topics, {law} passages of law")


@group.command()
def search(
    query: Annotated[str, typer.Argument(help="what to look for")],
    as_of: AsOfOption = None,
    province: Province = None,
    limit: Annotated[int, typer.Option(min=1, max=50, help="most hits of guides, and most of documents")] = 5,
    as_json: Json = False,
) -> None:
    """Find sections of guides, then the wording of the law; what no longer holds comes last and says so."""
    parts = _parts()
    day = as_of.day if as_of else parts.clock.today()
    place = known_province(parts.rules.places, province)
    parts.library.ensure()
    found = parts.library.search
    guides = found.search(query, as_of=day, province=place, limit=limit)
    for hit in (*guides, *found.law(query, as_of=day, province=place, limit=limit)):
        if as_json:
            emit(_hit(hit, day))
        else:
            _show_hit(hit, day)


@group.command()
def stats(as_json: Json = False) -> None:
    """Tell what the active index holds, and whether it is up to date."""
    figures = _figures_of(_parts())
    if as_json:
        emit(figures)
        return
    table = Table(show_header=False)
    for name, value in figures.items():
        table.add_row(name, escape(str(value)))
    console.print(table)


@group.command()
def documents(as_json: Json = False) -> None:
    """List the documents taken in, with their versions and where they stand."""
    entries = _parts().library.collection.documents()
    if as_json:
        for entry in entries:
            emit(entry.to_json())
        return
    table = Table("id", "number", "title", "status", "from", "passages", "findings")
    for e in entries:
        day = e.metadata.effective_on.isoformat() if e.metadata.effective_on else ""
        cells = (e.id, e.metadata.number or "", e.metadata.title[:60], e.status, day)
        table.add_row(*map(escape, cells), str(e.counts.passages), escape(" ".join(e.findings)))
    console.print(table)


@group.command()
def publish(ids: Annotated[list[str], typer.Argument(help="ids of drafts, as `documents` lists them")]) -> None:
    """Publish drafts: build the index with them and switch to it."""
    parts = _parts()
    with bars() as heard:
        try:
            entries = parts.library.collection.publish(
                dict.fromkeys(ids), lambda done, total: heard("vectors", done, total)
            )
        except KnowledgeError as error:
            fail(error, code=2)
    for entry in entries:
        console.print(f"{entry.id} {escape(entry.name)}: published")


@group.command()
def retire(id_: Annotated[str, typer.Argument(metavar="ID", help="id as `documents` lists it")]) -> None:
    """Take a document out of the search; it stays in the list and can be published again."""
    try:
        entry = _parts().library.collection.retire(id_)
    except KnowledgeError as error:
        fail(error, code=2)
    console.print(f"{entry.id} {escape(entry.name)}: {entry.status}")


def _parts() -> Parts:
    configure("WARNING")
    return Parts.of(Settings())


def _writable(report: Path | None) -> None:
    """Tell before the work, not after it, that the report has no place to go."""
    if report and not report.resolve().parent.is_dir():
        fail(f"{report.resolve().parent} is not there. Make the folder, or write the report elsewhere.", code=2)


def _figures_of(parts: Parts) -> dict[str, object]:
    library = parts.library
    if library.store.active_name() is None:
        fail("No index was built yet. Build it with: ansinh knowledge build")
    index = library.store.current()
    folder = library.store.root / "builds" / index.name
    standing = Counter(str(entry.status) for entry in library.collection.documents())
    return {
        "build": index.name,
        "up_to_date": not library.is_stale(),
        "model": index.manifest["model"],
        "guide_passages": len(index.passages),
        "guide_vectors": index.dense.vectors,
        "law_passages": len(index.law.passages) if index.law else 0,
        "law_vectors": len(index.law.vectors) if index.law else 0,
        "bytes": sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()),
        "documents": dict(standing),
    }


def _hit(hit: Hit, day: date) -> dict[str, object]:
    passage = hit.passage
    return {
        **hit.to_json(),
        "kind": passage.kind or "guide",
        "heading": passage.heading,
        "text": passage.text,
        "citations": [c.text for c in passage.citations],
        "valid_from": passage.valid_from.isoformat() if passage.valid_from else None,
        "valid_to": passage.valid_to.isoformat() if passage.valid_to else None,
        "in_force": hit.in_force,
        "replaced_by": passage.replaced_by or None,
        "amended_by": [amendment.by for amendment in passage.amended_on(day)],
    }


def _show_hit(hit: Hit, day: date) -> None:
    passage = hit.passage
    ended = f" [red]no longer in force since {passage.valid_to}, see {escape(passage.replaced_by)}[/]"
    console.print(f"[bold]{escape(passage.title)}[/] {escape(passage.heading)}{'' if hit.in_force else ended}")
    console.print(escape(passage.text[:SHOWN_LETTERS] + ("…" if len(passage.text) > SHOWN_LETTERS else "")))
    for amendment in passage.amended_on(day):
        console.print(f"[yellow]the article was amended by {escape(amendment.by)} since {amendment.since}[/]")
    cited = "; ".join(c.text for c in passage.citations)
    console.print(f"[dim]{hit.score:.3f}  {escape(cited)}[/]\n")


def _show_reports(reports: list[FileReport], as_json: bool) -> None:
    if as_json:
        for one in reports:
            emit(one.to_json())
        return
    table = Table("file", "outcome", "number", "from", "articles", "passages", "findings")
    for one in reports:
        day = one.metadata.effective_on.isoformat() if one.metadata.effective_on else ""
        found = one.detail or " ".join(one.findings)
        cells = (Path(one.path).name, one.outcome, one.metadata.number or "", day)
        table.add_row(*map(escape, cells), str(one.counts.articles), str(one.counts.passages), escape(found))
    console.print(table)
