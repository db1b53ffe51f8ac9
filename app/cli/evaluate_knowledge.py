"""``ansinh evaluate knowledge``: measure retrieval on a set that somebody else wrote."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from app.cli.output import console, emit, fail
from app.cli.progress import bars
from app.logs import configure
from app.settings import Settings


def knowledge(
    folder: Annotated[Path, typer.Option("--set", help="folder with corpus.jsonl[.xz], queries.jsonl, qrels.tsv")],
    no_accents: Annotated[bool, typer.Option("--no-accents", help="take the accents from every question")] = False,
    run: Annotated[Path | None, typer.Option(help="write the first hundred of every question, in TREC format")] = None,
    only: Annotated[Path | None, typer.Option(help="keep only the articles whose ids stand in this file")] = None,
    work: Annotated[Path | None, typer.Option(help="folder of indices and vectors; default: var/evaluation")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> None:
    """Measure retrieval: nDCG@10, recall and MRR, for all questions, each half, and each list of questions."""
    from knowledge.errors import KnowledgeError
    from knowledge.evaluate import evaluate_set

    configure("WARNING")
    with bars() as heard:
        try:
            found = evaluate_set(
                folder,
                work=work or Settings().state_folder / "evaluation",
                accents=not no_accents,
                run_out=run,
                only=only,
                progress=heard,
            )
        except (KnowledgeError, OSError) as error:
            fail(error, code=2)
    if as_json:
        emit(found.to_json())
    else:
        console.print(_table(found.lines()))


def _table(lines: dict[str, dict[str, float]]) -> Table:
    first = next(iter(lines.values()))
    table = Table("", *first)
    for name, scores in lines.items():
        table.add_row(name, *(f"{value:.4f}" if isinstance(value, float) else str(value) for value in scores.values()))
    return table
