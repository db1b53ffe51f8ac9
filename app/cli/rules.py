"""``ansinh rules``: what an author of rules needs before a release, and what an admin needs to see of the releases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from app.cli.options import AsOfOption
from app.cli.output import console, emit, fail
from app.cli.progress import bars
from app.rulebook import existing_releases, package_version, rules_in_use, seeder
from app.settings import Settings
from core.audit import AuditLog
from core.clock import SystemClock
from rules.authoring.comparison import compare
from rules.authoring.coverage import Coverage, coverage
from rules.authoring.validation import advise, differences_of, judged_cases, validate, worked_cases
from rules.documents import Documents
from rules.errors import BadDocumentPath, InvalidRules, RulesError
from rules.facts.vocabulary import Vocabulary
from rules.findings import Finding, near, told
from rules.impact import Impact, Turn
from rules.places import Places
from rules.schema.json_schema import as_files, schemas
from rules.service import EligibilityService
from rules.store.releases import ReleaseStore

rules = typer.Typer(name="rules", no_args_is_help=True, help="Rule files and releases: check, compare, export.")

AsJson = Annotated[bool, typer.Option("--json", help="JSON instead of tables")]
Where = Annotated[str | None, typer.Argument(help="folder of rule files, or a release; default: those of the package")]
OnlyBenefit = Annotated[list[str] | None, typer.Option("--benefit", help="only this benefit; repeatable")]


@rules.command("validate")
def validate_(
    root: Where = None,
    strict: Annotated[bool, typer.Option(help="also end with 1 where something deserves a second look")] = False,
    as_of: AsOfOption = None,
    as_json: AsJson = False,
) -> None:
    """Show every finding of the rule files at once, by file:line:column; exit 1 where there is any."""
    documents = documents_of(root)
    findings = validate(documents)
    day = as_of.day if as_of else SystemClock().today()
    advice = [] if findings else advise(EligibilityService.of(documents), day)
    if as_json:
        emit({"findings": [f.to_json() for f in findings], "advice": [f.to_json() for f in advice]})
    else:
        _list(findings, "red")
        _list(advice, "yellow")
        counts = {"files": len(documents.texts), "findings": len(findings), "advice": len(advice)}
        console.print(told("summary.validated", **counts))
    if findings or (strict and advice):
        raise typer.Exit(1)


@rules.command("test")
def judge(root: Where = None, benefit: OnlyBenefit = None, as_json: AsJson = False) -> None:
    """Judge the worked cases beside the rules; exit 1 where one is not judged as its author wrote."""
    documents = documents_of(root)
    service = _service(documents)
    _known(service, benefit)
    cases, findings = worked_cases(documents)
    passed, differing = 0, []
    with bars() as heard:
        for number, checked in enumerate(judged_cases(service, cases, only=benefit or ()), start=1):
            heard("worked cases", number, len(cases))
            passed += checked.passed
            differing += differences_of(checked, service)
    if as_json:
        emit({"passed": passed, "findings": [f.to_json() for f in (*findings, *differing)]})
    else:
        _list([*findings, *differing], "red")
        console.print(told("summary.judged", passed=passed, differing=len(differing)))
    if findings or differing:
        raise typer.Exit(1)


@rules.command("coverage")
def coverage_(
    root: Where = None,
    benefit: OnlyBenefit = None,
    conditions: Annotated[bool, typer.Option(help="list conditions of which not every verdict was seen")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what the worked cases prove: groups, conditions and values of parameters that no case decides."""
    documents = documents_of(root)
    service = _service(documents)
    _known(service, benefit)
    found = coverage(service, worked_cases(documents)[0])
    if as_json:
        emit(found.to_json())
        return
    _show_coverage(found, benefit, with_conditions=conditions)


@rules.command()
def diff(
    old: Annotated[str, typer.Argument(help="folder of rule files, or a release")],
    new: Where = None,
    cases: Annotated[bool, typer.Option(help="also judge the worked cases of both by both")] = True,
    as_json: AsJson = False,
) -> None:
    """Show in words what NEW says otherwise than OLD, with dates and articles, and which worked cases it turns."""
    try:
        with bars() as heard:
            compared = compare(documents_of(old), documents_of(new), with_cases=cases, heard=heard)
    except InvalidRules as error:
        fail(error, code=2)
    if as_json:
        emit(compared.to_json())
        return
    for entry in compared.entries:
        console.print(f"[bold]{entry.kind}[/] {escape(entry.subject)}  {escape('/'.join(entry.key))}")
        for sign, said, style in (("-", entry.old, "red"), ("+", entry.new, "green")):
            if said is not None:
                marks = "; ".join(part for part in (said.period, *said.cites) if part)
                text = said.text.replace("\n", "\n    ")
                console.print(f"  {sign} {text} [{marks}]", style=style, markup=False, soft_wrap=True)
    _show_impact(compared.impact)


@rules.command()
def schema(
    kind: Annotated[str | None, typer.Argument(help="kind of document; default: list them")] = None,
    folder: Annotated[
        Path | None, typer.Option("--write", file_okay=False, help="write all schemas into this folder")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print the JSON Schema (2020-12) of a kind of rule document, or write all of them as files for editors."""
    places = Places.load()
    made = schemas(Vocabulary.load(places=places), places)
    if folder is not None:
        with _writing():
            folder.mkdir(parents=True, exist_ok=True)
            for name, text in as_files(made).items():
                (folder / name).write_text(text, encoding="utf-8")
        _tell(
            f"{len(made)} schemas written to {folder}", {"folder": str(folder), "schemas": len(made)}, as_json=as_json
        )
    elif kind is None:
        _tell("\n".join(made), {"kinds": list(made)}, as_json=as_json)
    elif kind not in made:
        fail(f"Unknown kind {kind!r}{_meant(kind, made)}. Known: {', '.join(made)}.", code=2)
    else:
        emit(made[kind])


@rules.command()
def export(
    folder: Annotated[Path, typer.Argument(file_okay=False, help="folder to write the rule files into")],
    release: Annotated[str | None, typer.Option(help="number or id of a release; default: the rules in use")] = None,
    as_json: AsJson = False,
) -> None:
    """Write a release back as rule files, byte for byte as they were published; files it does not hold are named."""
    documents = _released(release) if release else _in_use()
    with _writing():
        documents.write(folder)
        others = sorted(Documents.read(folder).texts.keys() - documents.texts.keys())
    written = {"folder": str(folder), "files": len(documents.texts), "law": documents.law_id, "others": others}
    _tell(f"{len(documents.texts)} files written to {folder}", written, as_json=as_json)
    for path in others if not as_json else ():
        console.print(f"{path} was there and is not part of it", style="yellow", markup=False)


@rules.command()
def history(limit: Annotated[int, typer.Option(min=1, help="how many")] = 20, as_json: AsJson = False) -> None:
    """List the releases, newest first, and what the package offers beside them."""
    with releases_here() as releases:
        active, records = releases.active_seq(), releases.history(limit=limit)
        offer = seeder(releases).offer()
    if as_json:
        for record in records:
            emit(record.to_json() | {"in_use": record.seq == active})
        return
    table = Table("", "release", "kind", "in use from", "author", "approved by", "law", "message")
    for record in records:
        mark = "→" if record.seq == active else ""
        since = record.active_from.astimezone().strftime("%Y-%m-%d %H:%M")
        table.add_row(
            mark, str(record.seq), record.kind, since, record.author, record.approver, record.law_id,
            escape(record.message),
        )  # fmt: skip
    console.print(table)
    if offer is not None:
        which = "older" if offer.is_older else "other"
        console.print(f"The package ({package_version()}) holds {which} rule files than the newest release.")


@rules.command()
def verify(as_json: AsJson = False) -> None:
    """Compute the chains of releases and of the audit log again; exit 1 where anything was changed."""
    with releases_here() as releases:
        tampered = releases.verify()
        breaks = AuditLog(releases.database, releases.clock).verify()
        count = len(releases.history(limit=1_000_000))
    if as_json:
        emit(
            {
                "releases": [{"release": t.seq, "reason": t.reason, "path": t.path} for t in tampered],
                "audit": [{"entry": b.seq, "reason": b.reason} for b in breaks],
            }
        )
    else:
        for one in tampered:
            console.print(f"release {one.seq}: {one.reason} {one.path}", style="red")
        for entry in breaks:
            console.print(f"audit entry {entry.seq}: {entry.reason}", style="red")
        console.print(f"{count} releases, {len(tampered)} tampered with; {len(breaks)} breaks in the audit log")
    if tampered or breaks:
        raise typer.Exit(1)


@rules.command()
def adopt(as_json: AsJson = False) -> None:
    """Take the rule files of this package into use although others are newer; only where nothing was edited here."""
    with releases_here() as releases:
        release = seeder(releases).adopt()
    if release is None:
        fail("Nothing was taken: the files are in use already, or rules were edited here (see: ansinh rules history).")
    _tell(f"release {release.seq} ({release.law_id}) is in use", release.to_json(), as_json=as_json)


def documents_of(name: str | None) -> Documents:
    """Return the documents of a folder or of a release; end where there are none."""
    if name is None:
        return Documents.read()
    if Path(name).is_dir():
        return documents_in(Path(name))
    if Path(name).exists() or "/" in name:
        fail(
            f"{name} is no folder of rule files; a release is named by its number, as ansinh rules history lists.",
            code=2,
        )
    return _released(name)


def documents_in(folder: Path) -> Documents:
    """Return the documents of a folder; end where it holds none, or cannot be read."""
    try:
        documents = Documents.read(folder)
    except (RulesError, OSError) as error:
        fail(error, code=2)
    except UnicodeDecodeError as error:
        fail(f"{folder} holds a file that is not UTF-8: {error}", code=2)
    if not documents.texts:
        fail(f"{folder} holds no rule files: give a folder with benefits/, parameters/ and so on.", code=2)
    return documents


def _released(name: str) -> Documents:
    with releases_here() as releases:
        return releases.documents(releases.find(name))


@contextmanager
def _writing() -> Iterator[None]:
    """End with what kept a file from being written."""
    try:
        yield
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}", code=2)


def _tell(sentence: str, values: Mapping[str, object], *, as_json: bool) -> None:
    if as_json:
        emit(values)
    else:
        console.print(sentence, markup=False, soft_wrap=True)


def _in_use() -> Documents:
    try:
        return rules_in_use(Settings(), SystemClock()).documents
    except InvalidRules as error:
        fail(error, code=2)


@contextmanager
def releases_here() -> Iterator[ReleaseStore]:
    """Give the releases of this machine; end where there is none."""
    with existing_releases(Settings(), SystemClock()) as releases:
        if releases is None:
            fail("There is no release here yet: the service makes the first one when it starts (ansinh serve).", code=2)
        try:
            yield releases
        except RulesError as error:
            fail(error, code=2)


def _service(documents: Documents) -> EligibilityService:
    try:
        return EligibilityService.of(documents)
    except (InvalidRules, BadDocumentPath) as error:
        fail(error, code=2)


def _meant(word: str, known: Iterable[str]) -> str:
    close = near(word, known)
    return f" (did you mean {', '.join(close)}?)" if close else ""


def _known(service: EligibilityService, benefits: list[str] | None) -> None:
    unknown = [name for name in benefits or () if name not in service.release.benefits]
    if unknown:
        known = service.release.benefits
        named = ", ".join(f"{name}{_meant(name, known)}" for name in unknown)
        fail(f"Unknown benefit: {named}. Known: {', '.join(known)}.", code=2)


def _list(findings: list[Finding], style: str) -> None:
    for finding in findings:
        console.print(str(finding), style=style, markup=False, soft_wrap=True)


def _show_impact(found: Impact) -> None:
    table = Table("benefit", *(turn.value for turn in Turn), title="Worked cases judged otherwise")
    for benefit, turns in found.counts.items():
        table.add_row(benefit, *(str(turns[turn] or "") for turn in Turn))
    if found.counts:
        console.print(table)
    for effect in found.effects:
        fields = ", ".join(f"{name}: {old} → {new}" for name, (old, new) in effect.fields.items())
        turned = f"{effect.before} → {effect.after}"
        console.print(f"  {effect.subject}: {effect.benefit}: {turned} {fields}", markup=False, soft_wrap=True)
    console.print(f"{found.affected} of {found.looked_at} worked cases are judged otherwise")


def _show_coverage(found: Coverage, only: list[str] | None, *, with_conditions: bool) -> None:
    table = Table()
    for title in ("benefit", "group", "confidence", "expected", "held", "failed", "unknown", "conditions\nopen"):
        table.add_column(title, overflow="fold")
    for group in found.groups:
        if (only and group.benefit not in only) or not (group.group or group.conditions):
            continue
        lacking = {one.shown: one.lacks for one in group.conditions.values() if one.lacks}
        style = None if group.is_decided else "yellow"
        numbers = (group.expected, group.held, group.failed, group.unknown)
        ratio = f"{len(lacking)}/{len(group.conditions)}"
        table.add_row(group.benefit, group.group, group.confidence.name.lower(), *map(str, numbers), ratio, style=style)
        if with_conditions:
            for one, lacks in lacking.items():
                table.add_row("", escape(f"  {one}"), "", "", "", "", "", f"no {', '.join(lacks)}", style="dim")
    console.print(table)
    for value in found.unused_values if not only else ():
        source = value.row.source
        console.print(f"{source.path}:{source.line}: no case falls to {value.key} {source.period}", style="dim")
    for lacking_day in found.unseen_days if with_conditions else ():
        if not only or lacking_day.benefit in only:
            console.print(f"{lacking_day.benefit}: no case on {lacking_day.day}", style="dim")
    emit({name: count for name, count in found.to_json().items() if isinstance(count, int)})
