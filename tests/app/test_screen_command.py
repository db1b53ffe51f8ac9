"""``ansinh screen`` as an officer runs it: a list in, a result out, what is wrong named by line and cell."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import fastexcel
import pytest
import typer
import xlsxwriter
from typer.testing import CliRunner, Result

from app.cli import commands

DAY = "2026-11-21"
PENSION = "Trợ cấp hưu trí xã hội"
TITLES = ("Họ và tên", "Ngày sinh", "Diện hộ", "Lương hưu", "Trợ cấp BHXH", "Đang hưởng")
BY_ID = ("name", "date_of_birth", "household_status", "monthly_pension_vnd", "monthly_social_insurance_benefit_vnd",
         "receiving")  # fmt: skip
PEOPLE = (
    ("An", "12/3/1948", "Hộ nghèo", "0", "0", "không"),
    ("Bình", "12/01/1952", "không thuộc", "0", "0", "không"),
    ("Chi", "1948", "Hộ nghèo", "", "0", PENSION),
)
WRONG = ("Dung", "31/2/1950", "giàu", "0", "0", "")
DUE, ELIGIBLE, COMING, MISSING = ("Đủ điều kiện, chưa hưởng", "Đủ điều kiện", "Sắp đủ điều kiện",
                                  "Cần bổ sung thông tin")  # fmt: skip

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep the rules as read for all tests of this module."""
    return tmp_path_factory.mktemp("state")


@pytest.fixture
def screen(state: Path) -> Run:
    application = typer.Typer()
    commands.register(application)

    def run(*words: object) -> Result:
        return CliRunner().invoke(application, ["screen", *map(str, words)], env={"STATE_FOLDER": str(state)})

    return run


def write(path: Path, *rows: Sequence[str]) -> Path:
    """Write a list as CSV or Excel."""
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=";").writerows(rows)
        return path
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Thôn 1")
    for line, row in enumerate(rows):
        sheet.write_row(line, 0, row)
    book.close()
    return path


def read(path: Path) -> list[dict[str, str]]:
    """Read a result."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    frame = fastexcel.read_excel(path).load_sheet("Kết quả", dtypes="string").to_polars()
    return [{name: cell or "" for name, cell in row.items()} for row in frame.iter_rows(named=True)]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize("titles", [TITLES, BY_ID], ids=["vietnamese", "ids"])
def test_who_is_due_who_will_be_and_what_is_missing(
    screen: Run, tmp_path: Path, titles: Sequence[str], suffix: str
) -> None:
    """The officer's three questions, whichever way the list is written."""
    people, out = write(tmp_path / f"people{suffix}", titles, *PEOPLE), tmp_path / f"result{suffix}"

    done = screen(people, "-o", out, "--as-of", DAY, "--province", "Hải Phòng", "--benefit", "social_pension")

    assert done.exit_code == 0, done.output
    an, binh, chi = read(out)
    assert (an[DUE], an[ELIGIBLE], an[PENSION]) == (PENSION, PENSION, "Đủ")
    assert (binh[DUE], binh[COMING], binh[PENSION]) == ("", f"{PENSION} từ 12/01/2027", "Không")
    assert (chi[DUE], chi[PENSION]) == ("", "Chưa rõ")
    assert "lương hưu" in chi[MISSING].lower()
    assert [row["Dòng"] for row in (an, binh, chi)] == ["2", "3", "4"]
    assert "3 rows: 3 judged, 0 left out" in done.stdout


def test_wrong_cells_are_named_and_good_rows_kept(screen: Run, tmp_path: Path) -> None:
    """Exit code 1, every wrong cell at once with its line and column, in words and for programs."""
    people, out = write(tmp_path / "people.xlsx", TITLES, PEOPLE[0], WRONG, PEOPLE[1]), tmp_path / "result.csv"

    done = screen(people, "-o", out, "--as-of", DAY, "--months", 0, "--json")
    said = screen(people, "-o", out, "--as-of", DAY, "--months", 0)

    assert (done.exit_code, said.exit_code) == (1, 1)
    report = json.loads(done.stdout)
    assert (report["rows"], report["judged"], report["left_out"]) == (3, 2, 1)
    assert [(p["sheet"], p["line"], p["column"]) for p in report["problems"]] == [
        ("Thôn 1", 3, "Ngày sinh"), ("Thôn 1", 3, "Diện hộ"),
    ]  # fmt: skip
    assert [row["Họ và tên"] for row in read(out)] == ["An", "Bình"]
    assert 'Thôn 1 dòng 3 Ngày sinh: "31/2/1950"' in said.stderr


def test_the_report_counts_by_benefit(screen: Run, tmp_path: Path) -> None:
    """What an officer reports upwards: how many, how much a month."""
    people = write(tmp_path / "people.csv", TITLES, *PEOPLE)

    done = screen(people, "-o", tmp_path / "out.parquet", "--as-of", DAY, "--benefit", "social_pension", "--json")

    (pension,) = json.loads(done.stdout)["benefits"]
    assert {key: pension[key] for key in ("eligible", "due", "coming", "undetermined", "monthly_vnd")} == {
        "eligible": 1, "due": 1, "coming": 1, "undetermined": 1, "monthly_vnd": 540_000,
    }  # fmt: skip


def test_the_template_is_a_list_that_can_be_screened(screen: Run, tmp_path: Path) -> None:
    """Its examples are judged like people."""
    template = tmp_path / "mau.xlsx"

    assert screen("--template", template).exit_code == 0
    done = screen(template, "-o", tmp_path / "out.xlsx", "--as-of", DAY, "--months", 0, "--json")

    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["judged"] == 3
    assert len(read(tmp_path / "out.xlsx")) == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["people.csv"], "-o result.xlsx"),
        (["people.csv", "-o", "people.csv"], "đặt tên khác"),
        (["people.csv", "-o", "result.doc"], ".xlsx, .csv, .parquet"),
        (["people.csv", "-o", "nowhere/result.csv"], "Không có thư mục"),
        (["nobody.csv", "-o", "result.csv"], "No such file"),
        (["notes.txt", "-o", "result.csv"], "Tệp phải là"),
        (["broken.xlsx", "-o", "result.csv"], "tệp hỏng"),
        (["headless.csv", "-o", "result.csv"], "Không nhận ra cột nào"),
        (["people.csv", "-o", "result.csv", "--benefit", "social_pensoin"], "social_pension"),
        (["people.csv", "-o", "result.csv", "--province", "Atlantis"], "Atlantis"),
        (["people.csv", "-o", "result.csv", "--as-of", "31/2/2026"], "2026-11-21"),
        (["--template", "mau.csv"], ".xlsx"),
    ],
)
def test_what_cannot_be_done_is_said_once(
    screen: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: Sequence[str], said: str
) -> None:
    """Exit code 2, one clear message, no half result, the list untouched."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "people.csv", TITLES, *PEOPLE)
    write(tmp_path / "headless.csv", ("a", "b"), ("1", "2"))
    for name in ("notes.txt", "broken.xlsx"):
        (tmp_path / name).write_text("no table", encoding="utf-8")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    done = screen(*words)

    assert done.exit_code == 2, done.output
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
