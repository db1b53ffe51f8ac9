"""Screening pages: a list goes in, its result comes out for its owner; what is no list is told so."""

import io
import time
import zipfile

import polars
import pytest

PEOPLE = "Họ tên,Ngày sinh,Lương hưu hằng tháng\nBà A,1945,0\nÔng B,1990,0\n".encode()


def uploaded(client, content=PEOPLE, name="danh sach.csv", **data):
    return client.submit("/screening", data, files={"list": (name, content)})


def finished(client, path):
    for _ in range(200):
        page = client.see(path, headers={"HX-Request": "true"}).text
        if "every 1s" not in page:
            return page
        time.sleep(0.1)
    raise AssertionError("the list was not judged in 20 seconds")


@pytest.fixture(scope="module")
def staff(kept_desk):
    return kept_desk.signed_in("staff", name="screening-staff")


@pytest.fixture(scope="module")
def run(staff):
    answer = uploaded(staff)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].removeprefix("/console")


def test_a_list_is_judged_and_its_result_can_be_taken_away(staff, run):
    page = finished(staff, run)
    assert "Xong" in page
    result = staff.see(f"{run}/result.xlsx")
    sheets = polars.read_excel(io.BytesIO(result.content), sheet_id=0, has_header=False)
    assert "Bà A" in {str(cell) for sheet in sheets.values() for row in sheet.rows() for cell in row}


def test_nobody_else_sees_a_list_or_its_result(kept_desk, staff, run):
    finished(staff, run)
    other = kept_desk.signed_in("staff", name="other-staff")
    assert other.see(run).status_code == 404
    assert other.see(f"{run}/result.xlsx").status_code == 404


@pytest.mark.parametrize("name", ["list.exe", "list", "../../etc/passwd", "list.csv.php"])
def test_what_is_no_list_by_its_name_is_refused(staff, name):
    answer = uploaded(staff, name=name)
    assert answer.status_code == 422
    assert "Chỉ nhận tệp" in answer.text


def test_the_name_of_an_upload_is_never_a_path(staff, kept_desk):
    uploaded(staff, name="../../../outside.csv")
    assert not list(kept_desk.settings.state_folder.parent.glob("outside*"))
    assert "outside.csv" in staff.see("/screening").text


def test_a_broken_workbook_says_so_and_keeps_nothing(staff):
    answer = uploaded(staff, content=b"PK\x03\x04 not a workbook", name="x.xlsx")
    page = finished(staff, answer.headers["location"].removeprefix("/console"))
    assert "Danh sách không xét được" in page


def test_a_workbook_that_unpacks_to_gigabytes_is_not_unpacked(staff):
    """A zip bomb: a small upload whose sheet says that it holds three gigabytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"<worksheet>" + b" " * 3_000_000)
        archive.filelist[1].file_size = 3_000_000_000
    assert len(packed.getvalue()) < 10_000

    answer = uploaded(staff, content=packed.getvalue(), name="bomb.xlsx")
    page = finished(staff, answer.headers["location"].removeprefix("/console"))

    assert "Danh sách không xét được" in page
    assert "quá lớn khi mở ra" in page


def test_no_file_is_told_at_the_field(staff):
    answer = staff.submit("/screening", {})
    assert answer.status_code == 422
    assert "Chưa chọn tệp" in answer.text


def test_a_list_can_be_removed_at_once(staff):
    answer = uploaded(staff)
    path = answer.headers["location"].removeprefix("/console")
    finished(staff, path)
    assert staff.submit(f"{path}/remove").status_code == 303
    assert staff.see(path).status_code == 404


def test_the_template_is_a_workbook(staff):
    answer = staff.see("/screening/template.xlsx")
    assert answer.content[:2] == b"PK"
