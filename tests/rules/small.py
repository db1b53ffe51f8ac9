"""A small rule set of a test's own, read like the real one."""

from __future__ import annotations

from pathlib import Path

from rules.documents import Documents
from rules.facts.vocabulary import Vocabulary
from rules.findings import Finding
from rules.places import Places
from rules.schema.release import read_release
from rules.service import EligibilityService

PLACES = Places.load()
VOCABULARY = Vocabulary.load(places=PLACES)

BENEFIT = """
benefit: test
name: Thử
area: allowance
scope: person
cites: [1/2020/NĐ-CP]
in_force: [{status: open}]
"""

LEVEL_TEXT = """parameters:
  test.level:
    unit: vnd
    name: Mức thử
    rows:
      - {from: 2020-01-01, value: 100000, cites: ['1/2020/NĐ-CP, Điều 1']}   # the first
"""


def write(root: Path, *, benefit: str = "", parameters: str = "", definitions: str = "", other: str = "") -> Path:
    """Write rule files: *benefit* is what follows the heading of one benefit, *other* a whole second benefit."""
    files = {
        "benefits/test/rules.yaml": BENEFIT + benefit,
        "benefits/other/rules.yaml": other,
        "parameters/test.yaml": parameters,
        "definitions/test.yaml": definitions,
    }
    for name, text in files.items():
        if text:
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return root


def findings(root: Path) -> list[Finding]:
    """Return what is wrong with the rule files in *root*."""
    return read_release(Documents.read(root), vocabulary=VOCABULARY, places=PLACES)[1]


def service(root: Path) -> EligibilityService:
    """Return the service over the rule files in *root*, which must be without findings."""
    release, wrong = read_release(Documents.read(root), vocabulary=VOCABULARY, places=PLACES)
    assert not wrong, "\n".join(map(str, wrong))
    return EligibilityService(release, VOCABULARY, PLACES)
