"""Releases that say something else each, drafts in every state, and documents of the authorities."""

from __future__ import annotations

from datetime import timedelta

from core.clock import Clock
from core.database import Database
from knowledge.archive import DocumentArchive
from knowledge.ingest.understand import Understanding
from rules.documents import Documents
from rules.store.drafts import DraftStore
from rules.store.records import ReleaseKind
from rules.store.releases import NewRelease, ReleaseStore, locked_head
from rules.store.seeding import Seeder

PENSION = "parameters/social_pension.yaml"
ALLOWANCE = "parameters/social_allowance.yaml"
RULES = "benefits/social_pension/rules.yaml"
LEVEL = "value: 540000"
ARTICLE = """Điều {n}. Mức hỗ trợ đối tượng thứ {n} theo văn bản {number}

1. Người thuộc nhóm {n} được hưởng trợ giúp hằng tháng bằng mức chuẩn nhân với hệ số tương ứng của nhóm.

2. Hồ sơ gồm:

a) Tờ khai theo mẫu số {n} ban hành kèm theo văn bản này;

b) Bản sao giấy tờ chứng minh nơi cư trú và tình trạng của đối tượng.

3. Thời hạn giải quyết là {n} ngày làm việc kể từ ngày nhận đủ hồ sơ hợp lệ.

"""
DECREE = """CHÍNH PHỦ

Số: {number}

Hà Nội, ngày 02 tháng 3 năm {year}

NGHỊ ĐỊNH

Quy định chính sách trợ giúp xã hội đợt {at}

{articles}Điều {last}. Hiệu lực thi hành

1. Nghị định này có hiệu lực thi hành từ ngày 01 tháng 5 năm {year}.
{replaced}"""


def fill_releases(database: Database, clock: Clock, count: int) -> None:
    """Add *count* releases, half a day apart; each changes figures, the newest says what the rule files say."""
    store = ReleaseStore(database, clock)
    seed = Seeder(store, "0.1.0").ensure()
    documents = Documents.read()
    assert seed is not None
    for number in range(1, count):
        new = NewRelease(
            ReleaseKind.EDIT,
            _changed(documents, number, count),
            seed.seed_hash,
            f"Nghị định {number + 99}/2026/NĐ-CP: nâng mức chuẩn trợ giúp xã hội",
            "minh",
            "thu",
            "thu",
            clock.now() - timedelta(days=(count - number) / 2),
        )
        with database.session() as session:
            store.append(session, new, head=locked_head(session))


def _changed(documents: Documents, number: int, count: int) -> Documents:
    texts = documents.texts
    pension = texts[PENSION].replace(LEVEL, f"value: {540_000 + 1000 * (count - 1 - number)}")
    changes: dict[str, str | None] = {PENSION: pension, RULES: f"{texts[RULES]}# {number}\n"}
    if number % 3 == 0:
        changes[ALLOWANCE] = texts[ALLOWANCE].replace(LEVEL, f"value: {540_000 + 2000 * (count - 1 - number)}")
    return documents.changed(changes)


def fill_drafts(database: Database, clock: Clock, *, alive: int, ended: int) -> None:
    """Add drafts on the newest release: half of the living ones wait for a second person."""
    drafts = DraftStore(ReleaseStore(database, clock), lambda _documents: [])
    documents = Documents.read()
    for number in range(alive + ended):
        text = documents.texts[PENSION].replace(LEVEL, f"value: {600_000 + 1000 * number}")
        draft = drafts.open(
            actor=f"person{number % 7}", title=f"Nâng mức hưu trí xã hội lần {number}", changes={PENSION: text}
        )
        for _ in range(3):
            draft = drafts.save(
                draft.id, version=draft.version, actor="person3", changes={PENSION: text}, comment="Theo dự thảo"
            )
        if number < ended:
            drafts.discard(draft.id, version=draft.version, actor="person3", comment="Không cần nữa")
        elif number % 2:
            sent = drafts.submit(draft.id, version=draft.version, actor="person3")
            if number % 4 == 1:
                drafts.approve(draft.id, version=sent.version, actor="person40")


def fill_documents(database: Database, clock: Clock, count: int, *, articles: int = 40) -> None:
    """Take in *count* decrees, every fifth of them published; every tenth ends one that was."""
    archive, understanding = DocumentArchive(database, clock), Understanding()
    for at in range(count):
        name = f"{at + 100}/{2010 + at % 16}/NĐ-CP"
        data = _decree(at, articles).encode()
        entry = archive.keep(understanding.of(data, f"nghi-dinh-{at}.txt"), data)
        if at % 5 == 0:
            archive.publish({entry.id: None})
        assert entry.metadata.number == name, entry.metadata


def _decree(at: int, articles: int) -> str:
    number, year = f"{at + 100}/{2010 + at % 16}/NĐ-CP", 2010 + at % 16
    before = f"{at + 95}/{2010 + (at - 5) % 16}/NĐ-CP"
    ends = f"\n2. Nghị định số {before} hết hiệu lực kể từ ngày Nghị định này có hiệu lực.\n"
    replaced = ends if at % 10 == 5 else ""
    body = "".join(ARTICLE.format(n=n, number=number) for n in range(1, articles + 1))
    return DECREE.format(number=number, year=year, at=at, articles=body, last=articles + 1, replaced=replaced)
