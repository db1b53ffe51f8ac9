"""A made-up decree in every form a file can have."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

DECREE = """CHÍNH PHỦ

Số: 999/2026/NĐ-CP

Hà Nội, ngày 02 tháng 3 năm 2026

NGHỊ ĐỊNH

Quy định mẫu về trợ giúp thử nghiệm

Căn cứ Luật Tổ chức Chính phủ số 63/2025/QH15 ngày 18 tháng 02 năm 2025;

Chương I

QUY ĐỊNH CHUNG

Điều 1. Phạm vi điều chỉnh

Nghị định này quy định về trợ giúp thử nghiệm.

Điều 2. Đối tượng

1. Người cao tuổi gồm:

a) Người từ đủ bảy mươi lăm tuổi;

b) Người khuyết tật đặc biệt nặng.

2. Trẻ em dưới sáu tuổi.

Điều 3. Sửa đổi Nghị định khác

1. Sửa đổi Điều 9 như sau:

“Điều 9. Mức trợ giúp

1. Mức trợ giúp do Chính phủ quy định.”.

2. Bãi bỏ Điều 10.

Điều 4. Hiệu lực thi hành

1. Nghị định này có hiệu lực thi hành từ ngày 01 tháng 5 năm 2026.

2. Nghị định số 888/2020/NĐ-CP ngày 01 tháng 02 năm 2020 hết hiệu lực kể từ ngày Nghị định này có hiệu lực.
"""


CIRCULAR = """BỘ Y TẾ

Số: 98/2026/TT-BYT

Hà Nội, ngày 05 tháng 4 năm 2026

THÔNG TƯ

Hướng dẫn mẫu việc cấp thẻ thử nghiệm

Điều 1. Hồ sơ cấp thẻ

1. Tờ khai theo mẫu số 01.

2. Giấy xác nhận của Ủy ban nhân dân cấp xã.

Điều 2. Hiệu lực thi hành

Thông tư này có hiệu lực thi hành kể từ ngày 01 tháng 6 năm 2026 và thay thế Thông tư số 97/2019/TT-BYT.
"""

RESOLUTION = """HỘI ĐỒNG NHÂN DÂN TỈNH MẪU

Số: 12/2026/NQ-HĐND

Tỉnh Mẫu, ngày 10 tháng 7 năm 2026

NGHỊ QUYẾT

Quy định mức hỗ trợ thử nghiệm trên địa bàn tỉnh

Điều 1. Mức hỗ trợ

Hộ cận nghèo được hỗ trợ toàn bộ tiền đóng bảo hiểm y tế thử nghiệm.

Điều 2. Tổ chức thực hiện

1. Ủy ban nhân dân tỉnh tổ chức thực hiện.

2. Nghị quyết này có hiệu lực từ ngày 20 tháng 7 năm 2026.
"""


def as_docx(text: str) -> bytes:
    """A Word document with one paragraph a line."""
    paragraphs = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in text.splitlines())
    name = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    document = f'<?xml version="1.0"?><w:document xmlns:w="{name}"><w:body>{paragraphs}</w:body></w:document>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", document)
    return buffer.getvalue()


def as_html(text: str) -> bytes:
    """A web page with a menu, a comment form and a footer around the text."""
    body = "".join(f"<p>{escape(line)}</p>" for line in text.splitlines())
    page = f"""<html><head><title>Trang văn bản</title><style>p {{ }}</style></head><body>
    <nav><a>Trang chủ</a><a>Tin tức giả trong menu</a></nav><div class="content">{body}</div>
    <div class="comments"><form>Bình luận của bạn đọc</form></div><footer>Bản quyền</footer></body></html>"""
    return page.encode()


def as_pdf(text: str) -> bytes:
    """A PDF as a browser prints it; skips where there is none."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        pytest.skip("no Chromium is installed")
    with tempfile.TemporaryDirectory() as folder:
        page, printed = Path(folder) / "page.html", Path(folder) / "page.pdf"
        page.write_text(
            "<meta charset=utf-8>" + "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line)
        )
        arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-pdf-header-footer",
            f"--user-data-dir={folder}",
        ]
        subprocess.run(
            [browser, *arguments, f"--print-to-pdf={printed}", page.as_uri()],
            check=True,
            capture_output=True,
            timeout=120,
        )
        return printed.read_bytes()


def as_typeset(text: str) -> bytes:
    """A PDF with a text layer, set by Typst; needs no browser."""
    return _typeset(text, "pdf")


def as_scan(text: str) -> bytes:
    """A PDF of pictures of pages, as a scanner makes it."""
    import pypdfium2

    pages = pypdfium2.PdfDocument(as_typeset(text))
    scanned = pypdfium2.PdfDocument.new()
    for page in pages:
        bitmap = page.render(scale=200 / 72)
        picture = pypdfium2.PdfImage.new(scanned)
        picture.set_bitmap(bitmap)
        width, height = page.get_size()
        picture.set_matrix(pypdfium2.PdfMatrix().scale(width, height))
        sheet = scanned.new_page(width, height)
        sheet.insert_obj(picture)
        sheet.gen_content()
    buffer = io.BytesIO()
    scanned.save(buffer)
    return buffer.getvalue()


def _typeset(text: str, form: str) -> bytes:
    import typst

    escaped = "\n\n".join("#text(" + json.dumps(line, ensure_ascii=False) + ")" for line in text.splitlines() if line)
    source = f'#set page(paper: "a4")\n#set text(font: "Noto Serif", size: 13pt, lang: "vi")\n{escaped}'
    return bytes(typst.compile(source.encode(), format=form))
