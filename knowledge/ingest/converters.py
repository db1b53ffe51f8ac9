"""Files to lines of text: plain text, Markdown, HTML, DOCX and PDF.

Only the form is undone here (encoding, markup, menus); what the lines mean is the business of
:mod:`knowledge.ingest.structure`. What cannot be read is refused with a key, never guessed.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import yaml

from core.vietnamese.text import nfc
from knowledge.errors import UnreadableFileError
from knowledge.ingest.encoding import decode, looks_like_old_font

LARGEST_BYTES = 64 * 1024 * 1024
LARGEST_UNPACKED = 48 * 1024 * 1024  # one part of a Word document; its tree takes ten times that in memory
MOST_PACKED = 200  # times that a part of a Word document may be larger than it is in the file; text packs to a tenth
MOST_PAGES, MOST_SCANNED = 3000, 300
FEWEST_WORDS = 5  # of a page; with fewer it is a picture
_SPACES = re.compile(r"[ \t\u00a0\u2007\u202f\u3000]+")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True)
class Text:
    """The lines of a file, what its own head says about it, and what was noticed on the way."""

    lines: tuple[str, ...]
    fields: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def read(data: bytes, name: str) -> Text:
    """Read the file *data* by the suffix of *name*; raises :class:`UnreadableFileError` with the reason."""
    reader = _READERS.get(Path(name).suffix.lower())
    if reader is None:
        raise UnreadableFileError(name, "unknown_format", ", ".join(sorted(_READERS)))
    if len(data) > LARGEST_BYTES:
        raise UnreadableFileError(name, "too_large", f"{LARGEST_BYTES // 2**20} MB")
    text = reader(data, name)
    if not any(text.lines):
        raise UnreadableFileError(name, "no_text", "")
    if looks_like_old_font("\n".join(text.lines)):
        raise UnreadableFileError(name, "old_font", "TCVN3, VNI")
    return text


def from_text(data: bytes, name: str) -> Text:
    """Read plain text in any Unicode encoding or Windows-1258."""
    text, warning = decode(data, name)
    return Text(tuple(clean(text.splitlines())), {}, (warning,) if warning else ())


def from_markdown(data: bytes, name: str) -> Text:
    """Read Markdown: front matter and property tables become fields, marks of emphasis and links are dropped."""
    text, warning = decode(data, name)
    body, fields = _front_matter(text)
    lines = []
    for line in body.splitlines():
        if cells := _cells(line):
            if len(cells) == 2 and cells[1] and not _is_rule(line):
                fields.setdefault(_plain(cells[0]).lower(), _plain(cells[1]))
            lines.append("" if _is_rule(line) else " | ".join(filter(None, map(_plain, cells))))
        else:
            lines.append(_plain(line))
    return Text(tuple(clean(lines)), fields, (warning,) if warning else ())


def from_html(data: bytes, name: str) -> Text:
    """Read HTML: the text of blocks, without menus, scripts, forms, footers and comments."""
    text, warning = decode(data, name)
    parser = _Blocks()
    parser.feed(text)
    parser.close()
    fields = {"title": squeezed} if (squeezed := " ".join("".join(parser.title).split())) else {}
    return Text(tuple(clean("".join(parser.text).splitlines())), fields, (warning,) if warning else ())


def from_docx(data: bytes, name: str) -> Text:
    """Read the paragraphs and table rows of a Word document, deleted text left out."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            part = archive.getinfo("word/document.xml")
            if part.file_size > min(LARGEST_UNPACKED, MOST_PACKED * max(part.compress_size, 1024)):
                raise UnreadableFileError(name, "too_large", f"{part.file_size // 2**20} MB unpacked")
            xml = archive.read(part)
        if b"<!DOCTYPE" in xml[:4096] or b"<!ENTITY" in xml:
            raise UnreadableFileError(name, "broken_file", "a document type in word/document.xml")
        root = ElementTree.fromstring(xml)  # noqa: S314  # no entities: see the line above
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, NotImplementedError, RuntimeError, EOFError) as exc:
        raise UnreadableFileError(name, "broken_file", str(exc)) from exc
    except zlib.error as exc:
        raise UnreadableFileError(name, "broken_file", str(exc)) from exc
    return Text(tuple(clean(_word_lines(root))))


def from_pdf(data: bytes, name: str) -> Text:
    """Read the text layer of a PDF; a page without one is read by :mod:`knowledge.ingest.scans`."""
    import pypdfium2

    from knowledge.ingest.scans import read_page

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as exc:
        raise UnreadableFileError(name, "broken_file", str(exc)) from exc
    if len(document) > MOST_PAGES:
        raise UnreadableFileError(name, "too_many_pages", f"{len(document)}, at most {MOST_PAGES}")
    lines: list[str] = []
    warnings: list[str] = []
    for number in range(len(document)):
        page = document[number]
        text = _PDF_HYPHENS.sub("-", page.get_textpage().get_text_range())
        if len(text.split()) < FEWEST_WORDS:
            scanned = read_page(page) if len(warnings) < MOST_SCANNED else None
            warnings.append(f"page_{number + 1}_{'scanned' if scanned else 'without_text'}")
            text = scanned or text
        lines += [*text.splitlines(), ""]
        page.close()
    return Text(tuple(joined(clean(lines))), {}, tuple(warnings))


# Fonts that draw one glyph for the hyphen and the soft hyphen give back the soft one, or pdfium's own mark.
_PDF_HYPHENS = re.compile(r"[\u00ad\x02\ufffe]")


def clean(lines: Iterable[str]) -> Iterator[str]:
    """Yield *lines* in NFC, without invisible characters, with single spaces."""
    for line in lines:
        yield _SPACES.sub(" ", _INVISIBLE.sub("", nfc(line))).strip()


_STARTS = re.compile(
    r"^(?:Căn cứ|Theo đề nghị|Điều|Chương|Mục|Phần|CHƯƠNG|MỤC|PHẦN)\s|^\d{1,3}\s*[.)]|^[a-zđ]\s?\)|^[-–•*+]\s|^[“\"(]"
)
_ENDS = re.compile(r"[.;:!?”\")]$")


def joined(lines: Iterable[str]) -> Iterator[str]:
    """Yield paragraphs out of the lines of a page: a full line goes on, unless the next one starts something."""
    whole = list(lines)
    lengths = sorted(len(line) for line in whole if line) or [0]
    full = 0.6 * lengths[int(0.9 * (len(lengths) - 1))]
    paragraph, last = "", ""
    for line in whole:
        goes_on = line and len(last) >= full and line.isupper() == last.isupper()
        if goes_on and not _STARTS.match(line) and not _ENDS.search(last):
            paragraph = f"{paragraph} {line}".strip()
        else:
            if paragraph:
                yield paragraph
            paragraph = line
        last = line
    if paragraph:
        yield paragraph


_FRONT = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)")
_HEAD = re.compile(r"^\s{0,3}(?:#{1,6}\s+|>\s?)+")
_RULE = re.compile(r"^[\s|:*_-]+$")
_TAG = re.compile(r"<!--.*?-->|</?[a-zA-Z][^<>]*>")
_EMPHASIS = re.compile(r"(\*{1,3}|_{2,3}|`+|~~)")


def _front_matter(text: str) -> tuple[str, dict[str, str]]:
    found = _FRONT.match(text)
    if not found:
        return text, {}
    try:
        read = yaml.safe_load(found[1])
    except (yaml.YAMLError, ValueError):
        read = None
    fields = {str(k).lower(): str(v) for k, v in read.items() if v is not None} if isinstance(read, dict) else {}
    return text[found.end() :], fields


def _plain(line: str) -> str:
    line = _TAG.sub("", _LINK.sub(r"\1", line))
    return _EMPHASIS.sub("", _HEAD.sub("", line)).strip() if not _RULE.match(line) else ""


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")] if "|" in line else []


def _is_rule(line: str) -> bool:
    return bool(_RULE.match(line))


_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def _word_lines(root: ElementTree.Element) -> Iterator[str]:
    """Yield one line a paragraph; the cells of a table row make one line."""
    rows = {p: row for row in root.iter(f"{_WORD}tr") for p in row.iter(f"{_WORD}p")}
    row: list[str] = []
    last: ElementTree.Element | None = None
    for paragraph in root.iter(f"{_WORD}p"):
        here = rows.get(paragraph)
        if here is not last and row:
            yield " | ".join(filter(None, row))
            row = []
        last = here
        text = "".join(_runs(paragraph))
        if here is None:
            yield text
        else:
            row.append(text.strip())
    if row:
        yield " | ".join(filter(None, row))


def _runs(paragraph: ElementTree.Element) -> Iterator[str]:
    for node in paragraph.iter():
        if node.tag == f"{_WORD}t":
            yield node.text or ""
        elif node.tag in (f"{_WORD}tab", f"{_WORD}br", f"{_WORD}cr"):
            yield " "


_BLOCKS = frozenset(
    [
        *("p", "div", "section", "article", "li", "ul", "ol", "table", "tr", "br", "hr", "blockquote", "pre"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd", "main", "body", "title"),
    ]
)
_NOISE = frozenset(
    [
        *("script", "style", "noscript", "template", "nav", "header", "footer", "aside"),
        *("form", "button", "select", "svg", "iframe"),
    ]
)
_NOISE_CLASS = re.compile(
    r"\b(nav|menu|sidebar|footer|breadcrumbs?|comments?|social|share|related|banner|advert\w*|popup|cookie)\b", re.I
)
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_DEEPEST = 200  # how far back the start of an element is looked for


class _Blocks(HTMLParser):
    """Collects text, one block a line, leaving out everything inside noise."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.title: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self._in_title = False
        self._noisy = 0  # how many of the open elements are noise

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_title = tag == "title"
        if tag in _BLOCKS:
            self.text.append("\n")
        if tag in ("td", "th"):
            self.text.append(" ")
        if tag not in _VOID:
            names = " ".join(value or "" for key, value in attrs if key in ("class", "id", "role"))
            # A whole page may sit in one <form>, or carry a class that looks like noise: the body never counts.
            noise = tag not in ("html", "body") and (tag in _NOISE or bool(_NOISE_CLASS.search(names)))
            self._open.append((tag, noise))
            self._noisy += noise

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False
        if tag in _BLOCKS:
            self.text.append("\n")
        for at in range(len(self._open) - 1, max(-1, len(self._open) - _DEEPEST), -1):
            if self._open[at][0] == tag:
                self._noisy -= sum(noise for _, noise in self._open[at:])
                del self._open[at:]
                break

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title.append(data)
        elif not self._noisy:
            self.text.append(" ".join(data.split("\n")) if data.strip() else " ")


_READERS: dict[str, Callable[[bytes, str], Text]] = {
    ".txt": from_text,
    ".md": from_markdown,
    ".markdown": from_markdown,
    ".html": from_html,
    ".htm": from_html,
    ".docx": from_docx,
    ".pdf": from_pdf,
}
SUFFIXES = frozenset(_READERS)
