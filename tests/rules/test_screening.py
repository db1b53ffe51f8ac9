"""A list of people in, who is due what out: what an officer writes is understood, what is wrong is named."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl
import pytest
import xlsxwriter

from rules.screening import Limits, Screening, ScreeningReport
from rules.screening.cells import Cells
from rules.screening.headers import UnusableTable
from rules.screening.numbers import Unreadable
from rules.screening.receiving import Receiving
from rules.screening.template import Template
from rules.screening.texts import Texts
from rules.screening.writing import WorkbookWriter
from rules.service import EligibilityService

DAY = date(2026, 11, 21)
TEXTS = Texts.load()
PENSION = "Trợ cấp hưu trí xã hội"
HEAD = "Họ tên;Ngay sinh;Diện hộ;Lương hưu;Trợ cấp BHXH;Đang hưởng"


@pytest.fixture
def cells(service: EligibilityService) -> Cells:
    return Cells(service.vocabulary, TEXTS)


def written(folder: Path, *lines: str) -> Path:
    path = folder / "people.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def screened(
    service: EligibilityService, path: Path, *, limits: Limits | None = None, **options: Any
) -> tuple[ScreeningReport, list[dict[str, str]]]:
    out = path.with_name("result.csv")
    report = Screening(service, limits=limits).run(path, out, as_of=DAY, **{"months_ahead": 0, **options})
    with out.open(encoding="utf-8-sig", newline="") as file:
        return report, list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("fact", "text", "raw"),
    [
        ("is_pregnant", "có", True),
        ("is_pregnant", "KHONG", False),
        ("is_pregnant", "không rõ", None),
        ("date_of_birth", "01/7/2026", "2026-07-01"),
        ("date_of_birth", "1951-05-02 00:00:00", "1951-05-02"),
        ("date_of_birth", "7/1951", "1951-07"),
        ("date_of_birth", "1951", "1951"),
        ("left_poverty_list_on", "chưa", "none"),
        ("monthly_pension_vnd", "540.000 đ", 540_000),
        ("monthly_pension_vnd", "1,5 triệu", 1_500_000),
        ("monthly_pension_vnd", "không", 0),
        ("monthly_pension_vnd", "từ 2 đến 3 triệu", {"min": 2_000_000, "max": 3_000_000}),
        ("monthly_pension_vnd", "2-3tr", {"min": 2_000_000, "max": 3_000_000}),
        ("monthly_pension_vnd", "trên 2 triệu/tháng", {"min": 2_000_000}),
        ("monthly_pension_vnd", "dưới 1 triệu", {"max": 999_999}),
        ("age_years", "trên 70", {"min": 70}),
        ("age_years", "60-65 tuổi", {"min": 60, "max": 65}),
        ("household_status", "nghèo", "poor"),
        ("household_status", "can ngheo", "near_poor"),
        ("household_status", "nghèo hoặc cận nghèo", ["poor", "near_poor"]),
        ("area_lists", "đặc biệt khó khăn; island", ["especially_difficult", "island"]),
    ],
)
def test_cells_are_read_as_an_officer_writes_them(cells: Cells, fact: str, text: str, raw: Any) -> None:
    """Vietnamese with or without accents, ids, and the usual ways of writing days and sums."""
    assert cells.raw(fact, text) == raw


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        ("is_pregnant", "có lẽ"),
        ("date_of_birth", "31/2/1950"),
        ("monthly_pension_vnd", "nhiều"),
        ("monthly_pension_vnd", "khoảng 2 triệu"),
        ("monthly_pension_vnd", "3-2 triệu"),
        ("age_years", "bảy mươi"),
        ("household_status", "giàu"),
    ],
)
def test_what_cannot_be_read_is_never_guessed(cells: Cells, fact: str, text: str) -> None:
    """A cell that may mean anything is named, not counted as something."""
    with pytest.raises(Unreadable):
        cells.read(fact, text)


def test_who_is_entitled_and_does_not_receive_is_named(service: EligibilityService, tmp_path: Path) -> None:
    """The officer's question: who should get the pension, and does not."""
    path = written(
        tmp_path,
        HEAD,
        "An;12/3/1948;nghèo;0;0;không",
        "Bình;1951;cận nghèo;450.000 đ;0;Trợ cấp hưu trí xã hội",
        "Chi;3/4/1948;nghèo;0;0;",
    )

    report, rows = screened(service, path)

    assert [row["Đủ điều kiện, chưa hưởng"] for row in rows] == [PENSION, "", ""]
    assert all(PENSION in row["Đủ điều kiện"] for row in rows)
    assert (report.counts["social_pension"].eligible, report.counts["social_pension"].due) == (3, 1)
    assert report.counts["social_pension"].monthly_vnd == 3 * 540_000


def test_who_will_be_entitled_is_named_with_the_day(service: EligibilityService, tmp_path: Path) -> None:
    """The 75th birthday lies ahead: the day is said, as far as it is known."""
    path = written(tmp_path, HEAD, "An;12/01/1952;không thuộc;0;0;không", "Bình;01/1952;không thuộc;0;0;không")

    report, rows = screened(service, path, months_ahead=3)

    assert f"{PENSION} từ 12/01/2027" in rows[0]["Sắp đủ điều kiện"]
    assert f"{PENSION} từ 01/2027" in rows[1]["Sắp đủ điều kiện"]
    assert report.counts["social_pension"].coming == 2


def test_bad_rows_are_named_and_good_ones_kept(service: EligibilityService, tmp_path: Path) -> None:
    """One wrong cell never costs the other rows."""
    path = written(tmp_path, HEAD, "An;31/2/1950;nghèo;0;0;", "Bình;1/1/2030;nghèo;0;0;", "Chi;1950;nghèo;0;0;")

    report, rows = screened(service, path)

    assert [row["Họ tên"] for row in rows] == ["Chi"]
    assert [(p.line, p.column, p.code) for p in report.problems] == [
        (2, "Ngay sinh", "wrong_value"),
        (3, "", "born_later"),
    ]
    assert (report.rows, report.judged, report.left_out) == (3, 1, 2)


def test_the_same_person_twice_is_noticed(service: EligibilityService, tmp_path: Path) -> None:
    """Twice in the list may be paid twice; both rows are judged all the same."""
    path = written(tmp_path, HEAD, "Nguyễn An;1/3/1948;nghèo;0;0;", "nguyen an;1/3/1948;nghèo;0;0;")

    report, rows = screened(service, path)

    assert len(rows) == 2
    assert [(p.code, p.line, p.stops) for p in report.problems] == [("repeated", 3, False)]


def test_a_cell_never_becomes_a_formula(service: EligibilityService, tmp_path: Path) -> None:
    """What a citizen wrote into a list must not run on the officer's machine."""
    path = written(tmp_path, HEAD + ";ghi chú", '=HYPERLINK("http://x");1950;nghèo;0;0;;@SUM(1)')

    report, rows = screened(service, path)
    Screening(service).run(path, tmp_path / "result.xlsx", as_of=DAY, months_ahead=0)
    sheet = fastexcel.read_excel(tmp_path / "result.xlsx").load_sheet("Kết quả", dtypes="string").to_polars()

    assert rows[0]["Họ tên"].startswith("'=")
    assert rows[0]["ghi chú"] == "'@SUM(1)"
    assert sheet["Họ tên"][0] == '=HYPERLINK("http://x")'  # a text, no formula: a formula would have no value here
    assert any("ghi chú" in sentence for sentence in report.unread_columns)


def test_slices_do_not_change_the_result(service: EligibilityService, tmp_path: Path) -> None:
    """A long list is read in slices; where they are cut must not matter."""
    people = [f"P{i};{i % 28 + 1}/{i % 12 + 1}/{1930 + i % 80};{('nghèo', 'cận nghèo', '')[i % 3]};{i % 5 * 200000};0;"
              for i in range(60)]  # fmt: skip
    path = written(tmp_path, HEAD, *people)
    seen: list[int] = []

    whole, rows = screened(service, path, months_ahead=3)
    sliced, again = screened(
        service, path, limits=Limits(rows_at_once=7), months_ahead=3, on_progress=lambda done, _total: seen.append(done)
    )

    assert again == rows
    assert sliced.counts == whole.counts
    assert (seen[-1], len(seen)) == (60, 9)


def test_excel_is_read_past_its_heading_with_its_own_line_numbers(service: EligibilityService, tmp_path: Path) -> None:
    """Lists of a commune begin with a title; a wrong cell is found again by its line."""
    path = tmp_path / "people.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Thôn 1")
    sheet.write_string(0, 0, "DANH SÁCH NGƯỜI CAO TUỔI")
    for row, cells in enumerate((("Họ và tên", "Năm sinh", "lương hưu"), ("An", "1948", "0"), ("Bình", "xx", "0")), 3):
        sheet.write_row(row, 0, cells)
    book.close()

    report, rows = screened(service, path)

    assert [row["Họ và tên"] for row in rows] == ["An"]
    assert [(p.sheet, p.line, p.column) for p in report.problems] == [("Thôn 1", 6, "Năm sinh")]


def test_a_range_in_two_columns_and_a_province_by_row(service: EligibilityService, tmp_path: Path) -> None:
    """Ranges may stand in two columns; people of one list may live in several provinces."""
    path = written(
        tmp_path,
        "date_of_birth,monthly_pension_vnd_min,monthly_pension_vnd_max,monthly_social_insurance_benefit_vnd,Tỉnh",
        "1948-03-12,0,400000,0,Hải Phòng",
        "1948-03-12,0,9000000,0,Cà Mau",
        "1948-03-12,5,1,0,Cà Mau",
        "1948-03-12,0,0,0,Atlantis",
    )

    report, rows = screened(service, path)

    assert [row[PENSION] for row in rows] == ["Đủ", "Chưa rõ"]
    assert [problem.code for problem in report.problems] == ["wrong_range", "unknown_province"]


@pytest.mark.parametrize(
    ("lines", "limits"),
    [
        (["a;b", "1;2"], Limits()),
        (["Ngày sinh;Năm sinh", "1950;1950"], Limits()),
        ([""], Limits()),
        ([HEAD, *["An;1950;;;;"] * 5], Limits(rows=3)),
        ([HEAD, "An;1950;;;;"], Limits(columns=3)),
        ([HEAD, "An;1950;;;;"], Limits(megabytes=0)),
    ],
)
def test_an_unusable_table_says_why_and_leaves_nothing(
    service: EligibilityService, tmp_path: Path, lines: list[str], limits: Limits
) -> None:
    """No half result under the name of a whole one."""
    path = written(tmp_path, *lines)

    with pytest.raises(UnusableTable):
        screened(service, path, limits=limits)

    assert [left.name for left in tmp_path.iterdir()] == ["people.csv"]


def test_the_template_can_be_screened_as_it_is(service: EligibilityService, tmp_path: Path) -> None:
    """Its columns are known, its examples readable; the explaining sheets are no people."""
    path = tmp_path / "template.xlsx"
    Template(service.vocabulary, {b.id: b.name_vi for b in service.release.benefits.values()}).write(path)

    report = Screening(service).run(path, tmp_path / "result.parquet", as_of=DAY, months_ahead=0)

    assert (report.rows, report.judged, report.problems, report.unread_columns) == (3, 3, [], [])
    assert pl.read_parquet(tmp_path / "result.parquet").height == 3


def test_a_result_longer_than_a_sheet_goes_on_in_the_next(
    service: EligibilityService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Excel ends at 1,048,576 rows; nobody may be lost there, and the result is a list that can be read again."""
    monkeypatch.setattr("rules.screening.writing._ROWS_OF_A_SHEET", 4)
    path = written(tmp_path, HEAD, *(f"P{n};12/3/1948;nghèo;0;0;không" for n in range(10)))

    Screening(service).run(path, tmp_path / "result.xlsx", as_of=DAY, months_ahead=0)
    book = fastexcel.read_excel(tmp_path / "result.xlsx")
    again, _rows = screened(service, tmp_path / "result.xlsx")

    assert [book.load_sheet(name).height for name in book.sheet_names[1:]] == [4, 4, 2]
    assert again.judged == 10


def test_a_sheet_ends_before_its_file_grows_too_large(tmp_path: Path) -> None:
    """Of 2 GB and more Excel takes it for damaged: the rows go on in the next sheet, and none is lost."""
    path = tmp_path / "result.xlsx"
    writer = WorkbookWriter(path, ["STT", "Họ tên"], Texts.load(), most_bytes=1000)

    writer.rows([[number, f"Nguyễn Thị {number}"] for number in range(1, 11)])
    writer.close(ScreeningReport("list.csv", str(path), DAY, None, "release", {}))
    book = fastexcel.read_excel(path)
    sheets = [book.load_sheet(name).to_polars() for name in book.sheet_names[1:]]

    assert len(sheets) > 1
    assert [number for sheet in sheets for number in sheet["STT"]] == list(range(1, 11))


def test_a_small_child_s_card_is_certain_and_an_allowance_received_counts(
    service: EligibilityService, tmp_path: Path
) -> None:
    """A child does not work and has no pension; who receives the social pension has it by decision."""
    card = service.release.benefits["health_insurance_card"].name_vi
    path = written(
        tmp_path,
        "Họ tên;Ngày sinh;Diện hộ;Lương hưu;work_roles;monthly_benefit_kind;merit_status;Đang hưởng",
        "Bé Na;05/9/2022;;;;;;",
        "Bà Tư;02/02/1948;;không;không;không;;Trợ cấp hưu trí xã hội",
        "Bà Năm;02/02/1948;;không;không;không;;không",
        "Ông Sáu;02/02/1968;;;;;;",
        "Chị Bảy;02/02/1988;cận nghèo;không;không;không;không;không",
    )

    _report, rows = screened(service, path)

    assert [row[card] for row in rows] == ["Đủ", "Đủ", "Chưa rõ", "Chưa rõ", "Chưa rõ mức"]


def test_an_allowance_that_is_not_named_is_one_of_its_kind(service: EligibilityService) -> None:
    """The monthly social allowance says that there is one, not which; help for carers says nothing of allowances."""
    receiving = Receiving(service.release, TEXTS)

    social = receiving.allowances_of(frozenset({"social_allowance", "loan.poor_household"}))
    nothing, carer = (receiving.allowances_of(frozenset(one)) for one in ((), ("care_support",)))

    assert social is not None
    assert nothing is not None
    assert social.definite == {"social_allowance_unspecified"}
    assert social.possible >= {"poor_single_parent"} > social.possible & {"none"}
    assert (nothing.possible, carer, receiving.allowances_of(None)) == (frozenset({"none"}), None, None)
