"""``ansinh rules``: what authors and admins do from a terminal; and which rules the other commands use."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from app.cli import commands
from app.rulebook import rules_in_use, watched_rules
from app.settings import Settings
from core.clock import SystemClock
from core.database import Database
from core.migrations import upgrade
from rules.documents import Documents
from tests.rules.store.conftest import LEVEL, RULES, level


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("STATE_FOLDER", str(tmp_path / "var"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return Settings()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Let the package carry a small rule set, and write it into a folder too."""
    documents = Documents(RULES, "rules/")
    monkeypatch.setattr(Documents, "read", classmethod(_reading(Documents.read.__func__, documents)))  # type: ignore[attr-defined]
    documents.write(tmp_path / "edited")
    return tmp_path / "edited"


def _reading(real, documents: Documents):
    return lambda cls, root=None: documents if root is None else real(cls, root)


def _run(*arguments: str) -> Result:
    application = typer.Typer()
    commands.register(application)
    return CliRunner().invoke(application, ["rules", *arguments])


def _edit(folder: Path, texts: dict[str, str]) -> None:
    for path, text in texts.items():
        (folder / path).write_text(text, encoding="utf-8")


def test_the_last_line_sums_up_in_the_words_of_the_findings(small: Path) -> None:
    """Authors read Vietnamese from the first finding to the sum."""
    assert "0 lỗi" in _run("validate", str(small)).stdout
    assert "0 chỗ khác" in _run("test", str(small)).stdout


def test_findings_end_with_one_and_are_json_for_programs(small: Path) -> None:
    """A build stops at them, an editor's plug-in jumps to them."""
    _edit(small, {LEVEL: RULES[LEVEL].replace("vnd", "dong")})

    found = _run("validate", str(small), "--json")

    assert found.exit_code == 1
    (finding,) = json.loads(found.stdout)["findings"]
    assert (finding["code"], finding["line"], finding["path"]) == ("unknown_word", 3, f"edited/{LEVEL}")


def test_a_folder_without_rules_is_named(tmp_path: Path) -> None:
    """Rather than found without fault."""
    assert _run("validate", str(tmp_path)).exit_code == 2


def test_a_difference_is_told_in_words(small: Path) -> None:
    """By folder, or by release."""
    _edit(small, level(150000))

    told = json.loads(_run("diff", str(small), "--json").stdout)

    assert [(d["kind"], d["old"]["text"]) for d in told["differences"]] == [("removed", "150.000 đ")]


def test_a_change_goes_live_by_two_persons_and_back(settings: Settings, small: Path) -> None:
    """The whole way without a console: import, approve, publish, use, verify, go back."""
    _edit(small, level(150000))

    assert _run("import", str(small), "--title", "Nâng mức", "--as", "lan").exit_code == 0
    (draft,) = [json.loads(line) for line in _run("drafts", "--json").stdout.splitlines()]
    assert draft["state"] == "submitted"
    assert _run("approve", draft["id"], "--as", "lan").exit_code == 2
    assert _run("approve", draft["id"], "--as", "minh").exit_code == 0
    assert _run("publish", draft["id"], "--as", "minh").exit_code == 0

    rules = rules_in_use(settings, SystemClock())
    assert rules.release is not None
    assert rules.release.seq == 2
    assert rules.figures.value("test.level", as_of=date(2027, 1, 1)).raw == 150000
    assert _run("verify").exit_code == 0

    assert _run("go-back", "1", "--title", "Quay lại", "--as", "lan").exit_code == 0
    (draft,) = [json.loads(line) for line in _run("drafts", "--json").stdout.splitlines()]
    _run("approve", draft["id"], "--as", "minh")
    _run("publish", draft["id"], "--as", "minh")
    assert [json.loads(line)["seq"] for line in _run("history", "--json").stdout.splitlines()] == [3, 2, 1]


def test_an_export_is_what_was_published(settings: Settings, small: Path, tmp_path: Path) -> None:
    """Byte for byte, by the number of the release."""
    _edit(small, level(150000))
    _run("import", str(small), "--title", "x", "--as", "lan")

    assert _run("export", str(tmp_path / "out"), "--release", "1").exit_code == 0
    assert {path: (tmp_path / "out" / path).read_text(encoding="utf-8") for path in RULES} == RULES


def test_a_command_reads_the_files_where_nothing_was_edited(settings: Settings) -> None:
    """And makes no database for it."""
    rules = rules_in_use(settings, SystemClock())

    assert rules.release is None
    assert not (settings.state_folder / "ansinh.sqlite").exists()


def test_the_service_seeds_and_watches(settings: Settings, small: Path) -> None:
    """The first start makes the first release."""
    database = Database(settings.database)
    upgrade(database)

    with watched_rules(settings, database, SystemClock()) as rules:
        release = rules.current.release

    assert release is not None
    assert (release.seq, release.kind) == (1, "seed")
    database.dispose()


def test_every_step_of_a_change_is_json_for_programs(settings: Settings, small: Path, tmp_path: Path) -> None:
    """One object a step: the draft as it is now, the release, the files written."""
    _edit(small, level(150000))

    sent = json.loads(_run("import", str(small), "--title", "Nâng mức", "--as", "lan", "--json").stdout)
    back = json.loads(_run("send-back", sent["id"], "--as", "minh", "--comment", "Thiếu ngày", "--json").stdout)
    again = json.loads(_run("submit", sent["id"], "--as", "lan", "--json").stdout)
    approved = json.loads(_run("approve", sent["id"], "--as", "minh", "--json").stdout)
    release = json.loads(_run("publish", sent["id"], "--as", "minh", "--json").stdout)
    (tmp_path / "out/benefits/old").mkdir(parents=True)
    (tmp_path / "out/benefits/old/rules.yaml").write_text("benefit: old\n", encoding="utf-8")
    written = json.loads(_run("export", str(tmp_path / "out"), "--json").stdout)

    assert [step["state"] for step in (sent, back, again, approved)] == [
        "submitted", "sent_back", "submitted", "approved",
    ]  # fmt: skip
    assert (release["seq"], release["approver"]) == (2, "minh")
    assert written == {
        "folder": str(tmp_path / "out"), "files": len(RULES), "law": release["law_id"],
        "others": ["benefits/old/rules.yaml"],
    }  # fmt: skip


def test_a_draft_is_given_up(settings: Settings, small: Path) -> None:
    """And is then listed no more."""
    _edit(small, level(150000))
    draft = json.loads(_run("import", str(small), "--title", "x", "--as", "lan", "--json").stdout)

    assert json.loads(_run("discard", draft["id"], "--as", "lan", "--json").stdout)["state"] == "discarded"
    assert _run("drafts", "--json").stdout == ""


def test_a_folder_with_findings_makes_no_draft(settings: Settings, small: Path) -> None:
    """Every finding is said, and nothing is left behind that nobody asked for."""
    assert _run("import", str(small), "--title", "x", "--as", "lan").exit_code == 1  # nothing changed
    _edit(small, {LEVEL: RULES[LEVEL].replace("vnd", "dong")})

    found = _run("import", str(small), "--title", "x", "--as", "lan")

    assert found.exit_code == 1
    assert f"{LEVEL}:3" in found.stderr
    assert _run("drafts", "--json").stdout == ""


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Stand in a folder of good and bad files, with a store that holds one release."""
    folder = tmp_path_factory.mktemp("seeded")
    documents = Documents(RULES, "rules/")
    documents.changed(level(150000)).write(folder / "edited")
    (folder / "file.yaml").write_text("x", encoding="utf-8")
    (folder / "latin/parameters").mkdir(parents=True)
    (folder / "latin/parameters/test.yaml").write_bytes(b"caf\xe9")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Documents, "read", classmethod(_reading(Documents.read.__func__, documents)))  # type: ignore[attr-defined]
        patch.chdir(folder)
        patch.setenv("STATE_FOLDER", str(folder / "var"))
        patch.setenv("COLUMNS", "300")
        patch.delenv("DATABASE_URL", raising=False)
        database = Database(Settings().database)
        upgrade(database)
        with watched_rules(Settings(), database, SystemClock()):
            database.dispose()
        yield


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["import", "nowhere", "--title", "x", "--as", "lan"], "does not exist"),
        (["import", ".", "--title", "x", "--as", "lan"], "holds no rule files"),
        (["import", "latin", "--title", "x", "--as", "lan"], "not UTF-8"),
        (["import", "edited", "--title", " ", "--as", "lan"], "--title"),
        (["import", "edited", "--title", "x", "--as", ""], "--as"),
        (["import", "edited", "--title", "x", "--as", "l" * 300], "1 to 120 characters"),
        (["export", "file.yaml"], "is a file"),
        (["export", "file.yaml/below"], "Not a directory"),
        (["export", "out", "--release", "99"], "no release 99"),
        (["schema", "--write", "file.yaml"], "is a file"),
        (["schema", "benefits"], "did you mean benefit?"),
        (["validate", "./nowhere"], "no folder of rule files"),
        (["validate", "file.yaml"], "no folder of rule files"),
        (["validate", "99"], "no release 99"),
        (["test", "--benefit", "tset"], "did you mean test?"),
        (["coverage", "--benefit", "tset"], "did you mean test?"),
        (["diff", "1", "./nowhere"], "no folder of rule files"),
        (["history", "--limit", "0"], "--limit"),
        (["go-back", "99", "--title", "x", "--as", "lan"], "no release 99"),
        (["submit", "nobody", "--as", "lan"], "ansinh rules drafts"),
        (["publish", "nobody", "--as", "lan", "--on", "2027-13-01"], "--on"),
    ],
)
@pytest.mark.usefixtures("seeded")
def test_a_mistake_is_said_once_and_changes_nothing(words: list[str], said: str) -> None:
    """Exit code 2 and one message that says what to do; no traceback, no draft."""
    done = _run(*words)

    assert done.exit_code == 2, done.output
    assert said in done.stderr
    assert _run("drafts", "--json").stdout == ""


def test_there_is_nothing_to_go_back_from(settings: Settings, small: Path) -> None:
    """The newest release is in use already."""
    _edit(small, level(150000))
    _run(
        "discard",
        json.loads(_run("import", str(small), "--title", "x", "--as", "a", "--json").stdout)["id"],
        "--as",
        "a",
    )

    assert _run("go-back", "1", "--title", "x", "--as", "lan").exit_code == 1
    assert _run("drafts", "--json").stdout == ""
