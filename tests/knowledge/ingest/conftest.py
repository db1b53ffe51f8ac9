"""A made-up decree in every form a file can have."""

from __future__ import annotations

import io
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
